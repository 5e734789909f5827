"""The core inside a simulator of other rules: nothing aboard is forgotten, all arrives."""

from __future__ import annotations

import pytest

from standto.schedule.itineraries import Itineraries, Visit, next_order, plan
from standto.schedule.movement import Asset, Cargo, Movement, Place, Way
from standto.schedule.solve import Stop
from tests.made_airlift import FLYING, HANDLED, WAITING, Airlift, Greedy, Orders, Plane, airlift


def observed(game: Airlift) -> Movement:
    """The state of a game as a movement: all that a player can see."""
    turn = game.handling + 1
    coming_off = {key: p for p in game.planes.values() for key in p.coming_off}
    aboard = {key for p in game.planes.values() for key in p.aboard}
    return Movement(
        now_min=game.now,
        places=tuple(Place(p, game.room[p], turn) for p in game.places),
        ways=tuple(
            Way(*route, steps + 1, game.shut.get(route, 0)) for route, steps in game.routes.items()
        ),
        assets=tuple(
            Asset(p.key, p.kind, p.capacity, p.place, free(game, p, turn), tuple(sorted(p.aboard)))
            for p in game.planes.values()
        ),
        cargo=tuple(
            Cargo(
                c.key, c.mass,
                coming_off[c.key].place if c.key in coming_off else game.at.get(c.key, ""),
                c.destination,
                max(c.ready, game.now + (coming_off[c.key].left if c.key in coming_off else 0)),
                c.due, c.late,
            )
            for c in game.freight.values()
            if c.key not in game.arrived and (game.now <= c.late or c.key in aboard)
        ),
    )  # fmt: skip


def free(game: Airlift, plane: Plane, turn: int) -> int:
    """When an aircraft can leave the place where it is or will land."""
    after = {FLYING: plane.left + turn, HANDLED: plane.left, WAITING: turn}
    return game.now + after.get(plane.state, 0)


class Planned:
    """The core as a player: plans again whenever something changed, and follows its visits."""

    def __init__(self, iterations: int = 30) -> None:
        """iterations: rounds of search each time."""
        self.iterations = iterations
        self.made: Itineraries | None = None
        self.visits: dict[str, tuple[Visit, ...]] = {}
        self.plans = 0

    def orders(self, game: Airlift) -> Orders:
        """Orders for every aircraft on the ground."""
        if game.changed or self.made is None or game.now % 20 == 0:
            self.made = plan(observed(game), Stop(iterations=self.iterations), 1, self.made)
            self.visits = dict(self.made.visits)
            self.plans += 1
        orders: Orders = {}
        for plane in game.planes.values():
            if plane.state in (FLYING, HANDLED):
                continue
            left = self.visits[plane.key]
            if len(left) > 1 and plane.place == left[1].place and plane.place != left[0].place:
                left = self.visits[plane.key] = left[1:]
            order = next_order(left, plane.aboard, game.present(plane.place))
            weighs = sum(game.freight[key].mass for key in {*plane.aboard, *order.load})
            fits = weighs <= plane.capacity + 1e-9
            orders[plane.key] = (order.unload, order.load if fits else (), order.go)
        return orders


def played(game: Airlift, player: Greedy | Planned, steps: int = 900) -> Airlift:
    """The game at its end."""
    for _ in range(steps):
        if game.over():
            break
        game.step(player.orders(game))
        assert game.lost() == set()
    return game


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_or_refused_and_all_that_can_be_is_delivered(seed: int) -> None:
    game = airlift(seed, planes=20, pieces=16)
    played(game, Planned())
    assert game.refused == []
    assert game.missed() == 0


def test_fewer_are_missed_than_by_a_greedy_policy() -> None:
    ours = [played(airlift(seed, pieces=60), Planned(300)) for seed in range(10, 13)]
    theirs = [played(airlift(seed, pieces=60), Greedy()) for seed in range(10, 13)]
    assert all(game.refused == [] for game in ours)
    score = [sum(10 * g.missed() + g.lateness() for g in games) for games in (ours, theirs)]
    assert score[0] < 0.7 * score[1]
