"""The convex certificate: neighbours found, missing, lower, equal, and the ends of the grid."""

from __future__ import annotations

from collections import Counter

import pytest

from infinite_compute.overrides import Overrides
from infinite_compute.published import Published
from infinite_compute.recipes.certificates import certify
from infinite_compute.recipes.selection import select
from infinite_compute.recipes.single import regularized
from infinite_compute.results import Certificate, Neighbour, NeighbourCheck, Setting, SizeScaling
from infinite_compute.table import Row
from made_runs import Hyper, single, table_of

CENTRE: Hyper = (16, 1e-3, 1.6)
AROUND: tuple[Hyper, ...] = (
    (8, 1e-3, 1.6),
    (32, 1e-3, 1.6),
    (16, 3e-4, 1.6),
    (16, 3e-3, 1.6),
    (16, 1e-3, 0.8),
    (16, 1e-3, 3.2),
)


def checked(centre: Row, *others: Row) -> Certificate:
    return certify(centre, [centre, *others])


def states(found: Certificate) -> Counter[Neighbour]:
    return Counter(check.state for check in found.neighbours)


def check(found: Certificate, axis: str, step: int) -> NeighbourCheck:
    return next(c for c in found.neighbours if (c.axis, c.step) == (axis, step))


def test_certified_among_six_worse_neighbours() -> None:
    found = checked(single(3.5, CENTRE), *(single(3.6, hyper) for hyper in AROUND))
    assert found.certified
    assert not found.at_grid_end
    assert states(found) == {Neighbour.HIGHER: 6}
    assert check(found, "lr", 1).setting == Setting(16, 3e-3, 1.6)


@pytest.mark.parametrize("lacking", AROUND)
def test_a_missing_neighbour_is_said(lacking: Hyper) -> None:
    rows = [single(3.6, hyper) for hyper in AROUND if hyper != lacking]
    found = checked(single(3.5, CENTRE), *rows)
    assert not found.certified
    (gap,) = [c for c in found.neighbours if c.state is Neighbour.MISSING]
    assert gap.setting == Setting(*lacking)


def test_a_better_neighbour_is_said_and_an_equal_one_counts_as_none() -> None:
    losses = dict.fromkeys(AROUND, 3.6) | {AROUND[0]: 3.5}
    found = checked(single(3.5, CENTRE), *(single(x, hyper) for hyper, x in losses.items()))
    assert found.certified
    assert check(found, "epochs", -1).state is Neighbour.EQUAL
    losses[AROUND[0]] = 3.4
    found = checked(single(3.5, CENTRE), *(single(x, hyper) for hyper, x in losses.items()))
    assert not found.certified
    assert check(found, "epochs", -1).state is Neighbour.LOWER
    assert check(found, "epochs", -1).loss == 3.4


def test_two_runs_of_one_neighbour_are_both_named() -> None:
    again = single(3.55, AROUND[0], end="")
    rows = [*(single(3.6, hyper) for hyper in AROUND), again]
    found = checked(single(3.5, CENTRE), *rows)
    below = check(found, "epochs", -1)
    assert below.loss == 3.55
    assert len(below.runs) == 2


def test_the_end_of_the_grid_is_no_neighbour() -> None:
    centre: Hyper = (64, 3e-2, 6.4)
    rows = [single(3.6, hyper) for hyper in ((32, 3e-2, 6.4), (64, 1e-2, 6.4), (64, 3e-2, 3.2))]
    found = checked(single(3.5, centre), *rows)
    assert states(found) == {Neighbour.HIGHER: 3, Neighbour.GRID_END: 3}
    assert found.certified
    assert found.at_grid_end


@pytest.mark.parametrize(
    ("centre", "below"), [((128, 1e-3, 1.6), (64, 1e-3, 1.6)), ((16, 1e-3, 12.8), (16, 1e-3, 6.4))]
)
def test_a_run_beyond_the_grid_has_neighbours_too(centre: Hyper, below: Hyper) -> None:
    found = checked(single(3.5, centre), single(3.6, below))
    assert states(found)[Neighbour.HIGHER] == 1
    assert states(found)[Neighbour.GRID_END] == 1


def test_neighbours_outside_the_recipe_are_found() -> None:
    """A best run at the recipe's highest learning rate has a neighbour beyond it."""
    rows = []
    for model in ("150m4k", "300m4k", "600m4k", "1_4b4k"):
        where = f"{model}-209M"
        rows += [single(3.5, (16, 3e-3, 0.1), where), single(3.4, (16, 1e-2, 0.1), where)]
        rows += [single(3.6, (16, 3e-3, 0.0), where)]
    recipe = regularized(select(table_of(*rows), Overrides()), Published({}, {}))
    scaling = recipe.at()
    assert isinstance(scaling, SizeScaling)
    for point in scaling.points:
        assert point.setting == Setting(16, 3e-3, 0.1)
        assert point.certificate
        assert check(point.certificate, "lr", 1).state is Neighbour.LOWER
        assert check(point.certificate, "weight_decay", -1).state is Neighbour.HIGHER
