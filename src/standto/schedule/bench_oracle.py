"""The oracle: on tiny random instances no bound is above the optimum, and no plan below it.

The optimum is CP-SAT's, on a model of the same rules that shares no code with the kernels.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
import polars as pl

from standto.kernels import columns as c
from standto.kernels.columns import Cells
from standto.plan.plan import Plan
from standto.schedule.audit import audit
from standto.schedule.bench_child import Child, Question, Rules
from standto.schedule.bench_ways import Given, Ways
from standto.schedule.bounds import bounds
from standto.schedule.closures import planned
from standto.schedule.instances import KINDS, Instance, generate
from standto.schedule.legs import legs_of
from standto.schedule.problem import Problem
from standto.schedule.result import UNPLANNED, measured
from standto.schedule.schedule import Schedule
from standto.schedule.solve import Stop, built, improved, solve
from standto.world.alliance import Objective
from standto.world.network import Network

TOWNS = 12
MOST_RIDES = 32
"""Rides of an instance that is still tiny: larger ones take CP-SAT seconds to prove."""
ROUNDS = 64
WORK = 0.3
"""Limit of one proof in CP-SAT's measure of work; an instance without one counts as not proved."""
TOLERANCE = 1e-6
ROUNDING = 0.5
"""Minutes that whole-number weights may change of an optimum."""
VARIANTS = 7
"""Instances made of each by other times of its lines: they cost less than one made anew."""


@dataclass
class Verdict:
    """What became of one instance: its optimum and its plan in minutes, and what is wrong."""

    seed: int
    state: str
    optimum: float = 0.0
    plan: float = 0.0
    bound: float = 0.0
    wrong: list[str] = field(default_factory=list)


def drawn(
    table: pl.DataFrame, rng: np.random.Generator, **among: tuple[float, ...]
) -> pl.DataFrame:
    """The table with values of some columns drawn anew from those given."""
    return table.with_columns(
        pl.Series(name, rng.choice(values, table.height)).cast(table[name].dtype)
        for name, values in among.items()
    )


def tiny(seed: int) -> Instance:
    """One to four lines on a few towns, with one or two of each lift and narrow terminals."""
    rng = np.random.default_rng([seed, 7])
    lines = int(rng.integers(1, 5))
    made = generate(lines, TOWNS, KINDS[seed % len(KINDS)], seed)
    world, plan = made.world, made.plan
    world = replace(
        world,
        network=narrow(world.network, rng),
        scenario=msgspec.structs.replace(
            world.scenario,
            horizon="45 d",
            slot=str(rng.choice(["30 min", "1 h", "2 h"])),
            objective=Objective(closure=float(rng.choice([0.5, 1.0, 3.0]))),
        ),
    )
    due = pl.Series(rng.choice([2000, 5000, 9000, 40000], lines), dtype=pl.Int64)
    early = pl.Series(rng.choice([0, 0, 0, 6000], lines), dtype=pl.Int64)
    together = pl.Series(rng.random(lines) < 0.15)
    table = drawn(plan.lines, rng, personnel=(0, 30, 80)).with_columns(
        required_min=due, earliest_min=early, together=together
    )
    loads = drawn(plan.loads, rng, count=(1, 2, 6, 12, 19, 24))
    return Instance(world, Plan("made", ("made",), 0, plan.forces, table, loads), made.limits)


def narrow(network: Network, rng: np.random.Generator) -> Network:
    """The network with other distances, one or two of each lift, and terminals for one at once."""
    km = network.links["km"].to_numpy() * rng.uniform(0.3, 6.0, network.links.height)
    kept = rng.random(network.fleets.height) < 0.6
    few = network.fleets.filter(pl.Series(kept) | ~pl.col("lift").is_duplicated())
    return replace(
        network,
        links=network.links.with_columns(km=pl.Series(km)),
        fleets=drawn(few, rng, count=(1, 1, 2, 8, 16), ready_min=(0, 0, 900)).with_columns(
            count=pl.when(pl.col("lift") == "het").then("count").otherwise(pl.col("count") % 2 + 1)
        ),
        railheads=drawn(network.railheads, rng, ramps=(1, 2), trains_per_day=(1, 2, 6)),
        ports=drawn(network.ports, rng, berths=(1, 2), lane_m_per_day=(60, 150, 900)),
        airfields=drawn(network.airfields, rng, mog=(1, 2), hours_per_day=(10, 24)),
        clearances=drawn(network.clearances, rng, lead_min=(0, 700, 3000)),
    )


def examined(asker: Child, seed: int) -> list[Verdict]:
    """The instance of a seed and its variants at other times, each proved and compared.

    The first is solved as a user would and audited, and so is its optimum; its variants share its
    network and loads, and their plans are held against the optimum alone.
    """
    made = tiny(seed)
    problem = Problem.of(made.world, made.plan, made.limits)
    ways = Ways.of(Given.of(problem))
    if not ways.nodes or len(ways.nodes) > MOST_RIDES:
        return [Verdict(seed, "too large" if ways.nodes else "nothing to move")]
    result = solve(problem, Stop(iterations=ROUNDS), seed)
    first = Verdict(seed, "proved", plan=result.objective)
    first.wrong += [f"the audit found: {fault}" for fault in result.faults]
    if not result.schedule.unplanned.is_empty():
        first.state = "some line stays out"
        return [first]
    cells = compare(asker, first, problem, {b.measure: b.value for b in result.bounds}, True)
    if cells is not None:
        legs = Schedule(legs_of(problem, cells), pl.DataFrame(schema=UNPLANNED))
        faults = audit(made.world, made.plan, made.limits, legs)
        first.wrong += [f"the optimum breaks: {fault}" for fault in faults]
    rng = np.random.default_rng([seed, 11])
    return [first, *(variant(asker, retimed(problem, rng), seed) for _ in range(VARIANTS))]


def retimed(problem: Problem, rng: np.random.Generator) -> Problem:
    """The instance with its lines ready, required and wanted no sooner than at other times."""
    t = problem.tables
    count = len(problem.lines)
    flat = t.flat.copy()
    begin = int(flat[c.AT_LINES])
    lines = flat[begin : begin + t.lines.size].reshape(t.lines.shape)
    lines[:, c.L_READY] = rng.integers(0, 4000, count)
    lines[:, c.L_REQUIRED] = rng.choice([1500, 4000, 8000, 40000], count)
    there = (problem.plan.lines["origin"] == problem.plan.lines["destination"]).to_numpy()
    lines[:, c.L_EARLIEST] = np.where(there, 0, rng.choice([0, 0, 0, 6000], count))
    ready = lines[:, c.L_READY].copy()
    return replace(problem, tables=t._replace(lines=lines, flat=flat), since=ready)


def variant(asker: Child, problem: Problem, seed: int) -> Verdict:
    """One instance built, improved, bounded and proved, without tables and audit."""
    quiet = Stop(iterations=ROUNDS)
    begun = time.perf_counter()
    search = built(problem, quiet, seed, begun, lambda stage, words: None)
    if len(problem.lines) > 1:
        search, _ = improved(problem, search, quiet, seed, begun, lambda stage, words: None)
    verdict = Verdict(seed, "proved", plan=measured(problem, search.cells))
    if (planned(problem, search.cells) < 0).any():
        verdict.state = "some line stays out"
        return verdict
    proofs = bounds(problem)
    compare(asker, verdict, problem, {b.measure: b.value for b in proofs.bounds}, False)
    return verdict


def compare(
    asker: Child, verdict: Verdict, problem: Problem, least: dict[str, float], every: bool
) -> Cells | None:
    """Bound <= optimum <= plan for the objective, and bounds of the other measures; the optimum.

    every: response and lateness too. None where no optimum is proved.
    """
    last = int(verdict.plan / problem.closure_weight) + 2  # no better plan closes later
    horizon = min(problem.horizon_min, last)
    others = ("closure", "response", "lateness") if every else ("closure",)
    questions = [Question("objective", verdict.plan + ROUNDING, work=WORK)] + [
        Question(aim, least[aim] - ROUNDING, work=WORK) for aim in others
    ]
    best, *sooner = asker.ask(Given.of(problem), None, Rules(), horizon, questions)
    if best.status != "optimal" or best.cells is None:
        verdict.state = "not proved"
        if best.status == "infeasible":
            verdict.wrong.append("the exact model finds no plan as good: ours breaks a rule")
        return None
    verdict.optimum, verdict.bound = measured(problem, best.cells), least["objective"]
    if verdict.bound > verdict.optimum + TOLERANCE:
        verdict.wrong.append(f"objective: bound {verdict.bound} > optimum {verdict.optimum}")
    if verdict.plan < verdict.optimum - ROUNDING:
        verdict.wrong.append(f"objective: plan {verdict.plan} < optimum {verdict.optimum}")
    for aim, answer in zip(others, sooner, strict=True):
        if answer.status in ("optimal", "feasible"):
            verdict.wrong.append(f"{aim}: bound {least[aim]} > optimum {answer.objective}")
    return best.cells


@dataclass
class Tally:
    """Counts over many instances, and the sums behind their means."""

    states: Counter[str] = field(default_factory=Counter)
    optimal: int = 0
    tight: int = 0
    over: float = 0.0
    under: float = 0.0
    wrong: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count one instance."""
        self.states[verdict.state] += 1
        if verdict.wrong:
            self.wrong.append(verdict)
        if verdict.state == "proved" and not verdict.wrong:
            best = max(verdict.optimum, 1e-9)
            self.optimal += verdict.plan <= verdict.optimum + ROUNDING
            self.tight += verdict.bound >= verdict.optimum - ROUNDING
            self.over += verdict.plan / best - 1
            self.under += 1 - verdict.bound / best

    def words(self) -> str:
        """The tally in a few lines."""
        proved = max(1, self.states["proved"])
        return "\n".join([
            f"{self.states['proved']} instances with a proved optimum; "
            + ", ".join(f"{n} {s}" for s, n in sorted(self.states.items()) if s != "proved"),
            f"the plan is optimal in {self.optimal / proved:.1%}, "
            f"on average {self.over / proved:.2%} above the optimum",
            f"the bound is the optimum in {self.tight / proved:.1%}, "
            f"on average {self.under / proved:.2%} below it",
            f"{len(self.wrong)} instances with something wrong",
        ])  # fmt: skip


def survived(asker: Child, seed: int) -> list[Verdict]:
    """What is examined, or the error that ended it: an oracle that stops has found one thing."""
    try:
        return examined(asker, seed)
    except Exception as error:
        return [Verdict(seed, "crashed", wrong=[repr(error)])]


def oracle(
    seeds: Iterable[int], wanted: int, tally: Tally, tell: Callable[[Verdict], None]
) -> None:
    """Examine seeds in order, counted in `tally`, until so many optima are proved."""
    with Child() as asker:
        for seed in seeds:
            for verdict in survived(asker, seed):
                tally.add(verdict)
                tell(verdict)
            if tally.states["proved"] >= wanted:
                break
