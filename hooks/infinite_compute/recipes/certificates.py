"""The convex certificate: no neighbour of a setting on the search grid has a lower loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from infinite_compute.recipes.selection import best, setting
from infinite_compute.results import Certificate, Neighbour, NeighbourCheck, Setting
from infinite_compute.table import Row

GRID: dict[str, tuple[float, ...]] = {
    "epochs": (1, 2, 4, 8, 16, 32, 64),
    "lr": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "weight_decay": (0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4),
}


def certify(centre: Row, rows: Sequence[Row], axes: Sequence[str] = tuple(GRID)) -> Certificate:
    """Look up the neighbours of a run among all runs of its size and data, whatever the recipe."""
    if centre.loss is None:
        raise ValueError(f"{centre.id} has no loss")
    middle = setting(centre)
    checks = [_check(centre.loss, middle, axis, step, rows) for axis in axes for step in (-1, 1)]
    return Certificate(middle, centre.loss, tuple(checks))


def _check(
    loss: float, middle: Setting, axis: str, step: int, rows: Sequence[Row]
) -> NeighbourCheck:
    value = _beside(GRID[axis], getattr(middle, axis), step)
    if value is None:
        return NeighbourCheck(axis, step, None, Neighbour.GRID_END)
    wanted = _at(middle, axis, value)
    found = [row for row in rows if setting(row) == wanted]
    least = best(found)
    if least is None or least.loss is None:
        return NeighbourCheck(axis, step, wanted, Neighbour.MISSING)
    state = Neighbour.EQUAL
    if least.loss != loss:
        state = Neighbour.LOWER if least.loss < loss else Neighbour.HIGHER
    return NeighbourCheck(axis, step, wanted, state, least.loss, tuple(row.id for row in found))


def _at(middle: Setting, axis: str, value: float) -> Setting:
    if axis == "epochs":
        return replace(middle, epochs=int(value))
    return replace(middle, lr=value) if axis == "lr" else replace(middle, weight_decay=value)


def _beside(grid: Sequence[float], value: float, step: int) -> float | None:
    """The next value of the grid in a direction, also from a value that is not on it."""
    below = [other for other in grid if other < value]
    above = [other for other in grid if other > value]
    if step < 0:
        return below[-1] if below else None
    return above[0] if above else None
