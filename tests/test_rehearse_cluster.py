"""A cluster of worker processes gives the same bytes as one machine, and survives losing one."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator

import pytest

from standto.errors import StandtoError
from standto.rehearse.rehearse import rehearse
from standto.rehearse.runs import How
from tests.rehearsal_case import BY_AIR, BY_AIR_AGAIN, STORM, case, leg
from tests.test_rehearse_replanning import TROUBLE, run

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as made:
            yield made


def test_a_killed_worker_changes_no_number(cluster: object) -> None:
    world, plan, schedule = case([leg(), BY_AIR, BY_AIR_AGAIN], STORM)
    here = rehearse(world, plan, schedule, 3_000, 5)
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    with distributed.Client(address) as client:
        pid = next(iter(client.run(os.getpid).values()))
    seen: list[str] = []

    def kill_once_under_way(stage: str, words: str) -> None:
        seen.append(words)
        if len(seen) == 2:
            os.kill(pid, signal.SIGKILL)

    there = rehearse(world, plan, schedule, 3_000, 5, kill_once_under_way, How(cluster=address))
    assert len(seen) > 2
    assert (here.closure_min == there.closure_min).all()
    assert here.quantiles.equals(there.quantiles)


def test_planning_again_on_a_cluster_changes_no_number(cluster: object) -> None:
    address = cluster.scheduler_address  # type: ignore[attr-defined]
    here, there = (run("reroute", *TROUBLE, runs=4, how=how)
                   for how in (How(workers=1), How(cluster=address)))  # fmt: skip
    assert (here.closure_min == there.closure_min).all()


def test_a_cluster_that_does_not_answer_is_one_clear_line() -> None:
    world, plan, schedule = case([leg()], STORM)
    with pytest.raises(StandtoError, match="no Dask scheduler answers at"):
        rehearse(world, plan, schedule, 100, 5, how=How(cluster="tcp://127.0.0.1:1"))
