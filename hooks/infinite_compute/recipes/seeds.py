"""What seeds do: which of the two makes an ensemble, and how much results hang on them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

from infinite_compute.recipes import selection
from infinite_compute.recipes.ensembling import MODE, Cells, fit_members, member_points
from infinite_compute.recipes.origins import missing, of_run
from infinite_compute.recipes.selection import SIZES, Selected
from infinite_compute.recipes.single import MODE as SCALING
from infinite_compute.recipes.single import fit_sizes
from infinite_compute.results import (
    SMALLEST,
    EnsembleCell,
    EnsembleGroup,
    MemberSeries,
    Missing,
    Origin,
    Recipe,
    SeedScience,
    Sensitivity,
    SizePoint,
    SizeScaling,
    Spread,
    Variant,
)
from infinite_compute.run_id import Kind
from infinite_compute.table import Row

MODEL = "300m4k"
OTHER_SEEDS = (1, 2)
MANY, FEW = 8, 4

# What is said of the seeds of members, by those of the first one, which is the highest.
_VARIED: tuple[tuple[str, Callable[[int, int], bool]], ...] = (
    ("data seed", lambda train, _data: train == 0),
    ("training seed", lambda _train, data: data == 0),
    ("both seeds", lambda train, data: train == data),
)


def seed_science(selected: Selected) -> SeedScience | Missing:
    """Ensembles whose members differ in one seed or both; spreads of the single runs."""
    evaluations = _about(selected, Kind.SEED_SCIENCE_EVALUATION)
    series = []
    for name, wanted in _VARIED:
        points = member_points(row for row in evaluations if wanted(*(row.seeds or (-1, -2))))
        if points:
            series.append(MemberSeries(name, points, fit_members(points)))
    spreads = []
    for name, wanted in _VARIED:
        runs = _about(selected, Kind.SEED_SCIENCE)
        losses = [of_run(row).value for row in runs if wanted(*(row.seeds or (-1, -2)))]
        if len(losses) > 1:
            mean, deviation = statistics.fmean(losses), statistics.stdev(losses)
            spreads.append(Spread(name, tuple(losses), mean, deviation))
    if not series and not spreads:
        return missing("seed-science")
    return SeedScience(tuple(series), tuple(spreads))


def sensitivity(selected: Selected, regularized: Recipe, cells: Cells) -> Sensitivity:
    """The regularized law from other seeds, and an ensemble's law from fewer members."""
    scaling, cell = regularized.at(), cells[MODEL, SMALLEST]
    variants: tuple[Variant, ...] = ()
    if isinstance(scaling, SizeScaling) and scaling.origin is Origin.RUNS:
        variants = tuple(_with_seeds(selected, scaling))
    laws = tuple(_fewer(cell)) if isinstance(cell, EnsembleCell) else ()
    return Sensitivity(variants or missing(SCALING), laws or missing(MODE))


def _about(selected: Selected, kind: Kind) -> list[Row]:
    return [
        row
        for row in selected.of(kind)
        if row.model == MODEL
        and row.name.data == selection.DATA
        and selection.token_count(row) == SMALLEST
    ]


def _with_seeds(selected: Selected, scaling: SizeScaling) -> Iterator[Variant]:
    """The law again from runs of another seed with the very hyper-parameters of its points."""
    fitted = [point for point in scaling.points if point.fitted]
    for seed in OTHER_SEEDS:
        points = []
        for point in fitted:
            least = selection.best(
                row
                for row in selected.of(Kind.SEED)
                if row.name.seed == seed
                and row.model == point.model
                and row.name.data == selection.DATA
                and selection.token_count(row) == scaling.tokens
                and selection.setting(row) == point.setting
            )
            if least is not None:
                points.append(
                    SizePoint(point.model, point.parameters_b, of_run(least), point.setting)
                )
        if len(points) == len(SIZES):
            yield Variant(f"seed {seed}", tuple(points), fit_sizes(points))


def _fewer(cell: EnsembleCell) -> Iterator[MemberSeries]:
    """The group with the most members, with all and with the first of them."""
    groups = [group for group in cell.groups if group.points[-1].members >= MANY]
    best: EnsembleGroup | None = min(
        groups, key=lambda group: group.points[-1].loss.value, default=None
    )
    if best is None:
        return
    few = tuple(point for point in best.points if point.members <= FEW)
    yield MemberSeries(f"{best.points[-1].members} members", best.points, best.fit)
    yield MemberSeries(f"{FEW} members", few, fit_members(few))
