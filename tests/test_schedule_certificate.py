"""Certificates: what they prove, and that nothing else passes for one."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from standto.errors import DataError, StandtoError
from standto.schedule.bounds import bounds
from standto.schedule.certificate import Certificate, certificate, read, verify_bound, write
from standto.schedule.instances import generate
from standto.schedule.problem import Problem


def problem(seed: int = 1) -> Problem:
    """A made-up instance of ten lines."""
    made = generate(10, 24, "lift", seed)
    return Problem.of(made.world, made.plan, made.limits)


def made_for(instance: Problem) -> Certificate:
    """The certificate of its bounds, with a plan's cost far above as the aim."""
    return certificate(instance, bounds(instance, target=50_000.0))


def test_a_certificate_proves_its_bound_again_from_a_file(tmp_path: Path) -> None:
    """Proves: written, read and proved again, the bound is the same to the bit."""
    instance = problem()
    made = made_for(instance)
    assert made.bound > 0
    write(made, tmp_path / "bound.json")
    assert verify_bound(problem(), read(tmp_path / "bound.json")) == made.bound


def test_a_claim_above_its_prices_fails() -> None:
    """Proves: a larger bound with the same prices is refused."""
    instance = problem()
    made = made_for(instance)
    with pytest.raises(StandtoError, match="claims"):
        verify_bound(instance, msgspec.structs.replace(made, bound=made.bound + 1))


@pytest.mark.parametrize("price", [(0, 0, -1), (10**6, 0, 1), (0, -1, 5), (0, 0, 10**18)])
def test_prices_that_may_not_be_fail(price: tuple[int, int, int]) -> None:
    """Proves: negative, misplaced and absurd prices are refused, not used."""
    instance = problem()
    made = msgspec.structs.replace(made_for(instance), prices=(price,), bound=0.0)
    with pytest.raises(StandtoError, match="price"):
        verify_bound(instance, made)


def test_another_instance_is_refused() -> None:
    """Proves: a certificate holds for one instance only."""
    with pytest.raises(StandtoError, match="another instance"):
        verify_bound(problem(2), made_for(problem(1)))


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    """Proves: a broken or missing file is a user's mistake, told in one line."""
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(DataError, match="no certificate"):
        read(tmp_path / "b.json")
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "none.json")
