"""What single choices do: batch size, weight decay, epochs, sizes, and tuning less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from infinite_compute.recipes import selection
from infinite_compute.recipes.origins import days, missing, of_run, train_of_run
from infinite_compute.recipes.selection import SIZES, Selected
from infinite_compute.recipes.single import size
from infinite_compute.results import (
    SMALLEST,
    Ablations,
    Comparison,
    Missing,
    Origin,
    Point,
    Recipe,
    Series,
    SizeScaling,
    Trajectory,
)
from infinite_compute.table import Row

MODEL = "300m4k"
LARGE = "1_4b4k"
LR = 3e-3
LARGE_LR = 1e-3
FEW_EPOCHS = 4
STRONG_WEIGHT_DECAY = 1.6

_SCALING = "infinite-model-scaling"
_COMPARISON = "chinchilla-comparison"
_TUNED_LRS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)


def ablations(selected: Selected, regularized: Recipe) -> Ablations:
    """All ablations, by what the runs were trained with, whatever they were launched for."""
    one = selected.singles.get((MODEL, SMALLEST), ())
    large = selected.singles.get((LARGE, SMALLEST), ())
    weak = [row for row in one if selection.is_standard(row)]
    strong = [row for row in one if row.weight_decay == STRONG_WEIGHT_DECAY]
    return Ablations(
        batch_size=_one(_batch_sizes(selected), "standard-batch-size"),
        weight_decay=_several(
            (
                _series("300M, 16 epochs", (r for r in one if _is(r, 16, LR)), _decay),
                _series("1.4B, 8 epochs", (r for r in large if _is(r, 8, LARGE_LR)), _decay),
            ),
            "standard-weight-decay",
        ),
        epochs=_one(_series("300M, best learning rate", weak, _epochs), _SCALING),
        epoch_overfitting=_one(
            _series("300M, learning rate 0.003", (r for r in weak if r.lr == LR), _epochs),
            "standard-epoch-overfitting",
        ),
        epochs_by_weight_decay=_several(
            (
                _series("weight decay 0.1", (r for r in weak if r.lr == LR), _epochs),
                _series("weight decay 1.6", (r for r in strong if r.lr == LR), _epochs),
            ),
            _SCALING,
        ),
        sizes=_several(
            (
                _over_sizes(selected, "tuned epochs", selection.is_standard),
                _over_sizes(
                    selected,
                    "4 epochs",
                    lambda row: selection.is_standard(row) and row.epochs == FEW_EPOCHS,
                ),
            ),
            _SCALING,
        ),
        tuning=_several(_tuning(selected, regularized), _SCALING),
    )


def comparison(
    selected: Selected, standard: Recipe, regularized: Recipe, tags: Mapping[str, str]
) -> Comparison:
    """The recipes beside one epoch in small batches with a learning rate by rule."""
    tag = tags.get(_COMPARISON)
    rows = (
        row
        for row in selected.rows
        if tag in row.tags
        and row.name.data == selection.DATA
        and selection.token_count(row) == SMALLEST
    )
    series = _series("one epoch", rows, _size)
    return Comparison(standard.at(), regularized.at(), _one(series, _COMPARISON))


def trajectories(
    selected: Selected, standard: Recipe, regularized: Recipe
) -> tuple[Trajectory, ...] | Missing:
    """The losses of the two recipes' best runs of 300M while they learned."""
    by_id = {row.id: row for row in selected.rows}
    found = []
    for recipe in (standard, regularized):
        scaling = recipe.at()
        if isinstance(scaling, Missing) or scaling.origin is not Origin.RUNS:
            continue
        point = scaling.of(MODEL)
        row = by_id[point.loss.sources[0]] if point else None
        if row and row.curve:
            seen = row.batch * row.sequence / 1e9
            points = tuple((step * seen, loss, train) for step, loss, train in row.curve)
            found.append(Trajectory(recipe.name, row.id, points, days(row)))
    return tuple(found) or missing(_SCALING)


def _batch_sizes(selected: Selected) -> Series:
    rows = (
        row
        for row in selected.rows
        if selection.is_single(row)
        and row.model == MODEL
        and selection.token_count(row) == SMALLEST
        and selection.is_standard(row)
        and _is(row, 1, LR)
    )
    return _series("300M, 1 epoch", rows, lambda row: float(row.batch))


def _tuning(selected: Selected, regularized: Recipe) -> Iterable[Series]:
    """Everything tuned, and without tuning one of weight decay and epochs beyond the smallest."""
    scaling = regularized.at()
    smallest = scaling.of(SIZES[0]) if isinstance(scaling, SizeScaling) else None
    if smallest is None or smallest.setting is None or smallest.loss.origin is not Origin.RUNS:
        return
    fixed = smallest.setting

    def allowed(row: Row) -> bool:
        return row.lr in _TUNED_LRS

    yield _over_sizes(
        selected, "weight decay 0.1", lambda row: allowed(row) and selection.is_standard(row)
    )
    yield _over_sizes(selected, "regularized", selection.is_regularized)
    yield _over_sizes(
        selected,
        f"weight decay {fixed.weight_decay:g}",
        lambda row: allowed(row) and row.weight_decay == fixed.weight_decay,
    )
    yield _over_sizes(
        selected,
        f"{fixed.epochs} epochs",
        lambda row: allowed(row) and row.epochs == fixed.epochs,
    )


def _over_sizes(selected: Selected, name: str, wanted: Callable[[Row], bool]) -> Series:
    rows = (
        row for model in SIZES for row in selected.singles.get((model, SMALLEST), ()) if wanted(row)
    )
    return _series(name, rows, _size)


def _series(name: str, rows: Iterable[Row], x: Callable[[Row], float]) -> Series:
    """The best run at each x, with its own training loss: nothing is paired by position."""
    by_x: dict[float, list[Row]] = defaultdict(list)
    for row in rows:
        by_x[x(row)].append(row)
    points = []
    for place, held in sorted(by_x.items()):
        least = selection.best(held)
        if least is not None:
            train = train_of_run(least)
            points.append(Point(place, of_run(least), train, selection.setting(least)))
    return Series(name, tuple(points))


def _one(series: Series, mode: str) -> Series | Missing:
    return series if series.points else missing(mode)


def _several(found: Iterable[Series], mode: str) -> tuple[Series, ...] | Missing:
    known: Sequence[Series] = [series for series in found if series.points]
    return tuple(known) or missing(mode)


def _is(row: Row, epochs: int, lr: float) -> bool:
    return row.epochs == epochs and row.lr == lr


def _decay(row: Row) -> float:
    return row.weight_decay or 0.0


def _epochs(row: Row) -> float:
    return float(row.epochs)


def _size(row: Row) -> float:
    return size(row.model or "")
