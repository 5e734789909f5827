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
from standto.schedule.solve import Stop, solve


def problem(seed: int = 1) -> Problem:
    """A made-up instance of ten lines."""
    made = generate(10, 24, "lift", seed)
    return Problem.of(made.world, made.plan, made.limits)


def made_for(instance: Problem) -> Certificate:
    """The certificate of its bounds, with a plan's cost far above as the aim."""
    return certificate(instance, bounds(instance))


def test_a_certificate_proves_its_bounds_again_from_a_file(tmp_path: Path) -> None:
    """Proves: written, read and proved again, every bound is the same to the bit."""
    instance = problem()
    made = made_for(instance)
    assert made.bound > 0
    assert {one.measure for one in made.priced} == {"response", "lateness", "both"}
    write(made, tmp_path / "bound.json")
    assert verify_bound(problem(), read(tmp_path / "bound.json")) == made.bound


def test_the_certificate_of_closure_claims_what_is_reported() -> None:
    """Proves: where lift decides closure, the prices in the file prove the minute that is shown."""
    made = generate(400, 60, "lift", 1)
    instance = Problem.of(made.world, made.plan, made.limits)
    proofs = bounds(instance, seconds=6.0)
    proof = certificate(instance, proofs).closing
    assert proof is not None
    assert proof.bound == proofs.closing.minute == int(proofs.bounds[0].value)
    assert proof.windows or proof.lift


@pytest.mark.parametrize("what", ["bound", "response", "closing"])
def test_a_claim_above_its_prices_fails(what: str) -> None:
    """Proves: a larger bound with the same prices is refused, whichever it is."""
    instance = problem()
    made = made_for(instance)
    assert made.closing is not None
    change = msgspec.structs.replace
    if what == "bound":
        made = change(made, bound=made.bound + 1)
    elif what == "response":
        raised = change(made.priced[0], bound=made.priced[0].bound + 1)
        made = change(made, priced=(raised, *made.priced[1:]))
    else:
        made = change(made, closing=change(made.closing, bound=made.closing.bound + 1))
    with pytest.raises(StandtoError, match="claims"):
        verify_bound(instance, made)


@pytest.mark.parametrize("price", [(0, 0, -1), (10**6, 0, 1), (0, -1, 5), (0, 0, 10**18)])
def test_prices_that_may_not_be_fail(price: tuple[int, int, int]) -> None:
    """Proves: negative, misplaced and absurd prices are refused, not used."""
    instance = problem()
    made = made_for(instance)
    change = msgspec.structs.replace
    bad = change(made, priced=(change(made.priced[0], prices=(price,)),))
    with pytest.raises(StandtoError, match="price"):
        verify_bound(instance, bad)
    assert made.closing is not None
    window = (price[0], price[1], 0, price[2])
    bad = change(made, closing=change(made.closing, windows=(window,)))
    with pytest.raises(StandtoError, match="price"):
        verify_bound(instance, bad)


def test_remoteness_made_up_proves_nothing_more() -> None:
    """Proves: a file cannot say that lift is farther from its loads than it is."""
    instance = problem()
    made = made_for(instance)
    change = msgspec.structs.replace
    far = tuple((0, stop, 10**6) for stop in range(0, len(instance.stops), 2))
    bad = tuple(change(one, remote=far, bound=0.0) for one in made.priced)
    result = solve(instance, Stop(iterations=64), 1)
    assert verify_bound(instance, change(made, bound=0.0, priced=bad)) <= result.objective


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
