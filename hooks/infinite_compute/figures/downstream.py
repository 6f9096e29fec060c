"""Benchmarks of the evaluated models, and the table of continued pre-training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing
from infinite_compute.figures.plot import Axis, Panel, Plot, Point, Series, Unit
from infinite_compute.figures.theme import Look
from infinite_compute.results import Benchmark, Benchmarks, Number, Results

ERROR = Axis("Mean error of ARC-Easy, PIQA and SciQ", Unit.SHARE)
_TOKENS = (4.0, 8.0, 16.0, 32.0, 73.0)


def benchmarks(results: Results) -> Drawing:
    """Mean benchmark error over the parameters of all members together."""
    table = results.benchmarks
    series = [
        Series(
            theme.STANDARD,
            tuple(parts.point(size, error) for _, size, error in table.standard),
            joined=True,
        )
    ]
    regularized = [model for model in table.models if model.group == "regularized"]
    twice = again(table, regularized)
    points = (*error_points(regularized), *error_points(twice, hollow=True))
    series.append(Series(theme.REGULARIZED, points, joined=True))
    ensembles = [model for model in table.models if model.group == "ensemble"]
    for key in dict.fromkeys(model.model for model in ensembles):
        own = theme.size(key)
        look = replace(own, label=f"Ensembles of {own.label}")
        chosen = [model for model in ensembles if model.model == key]
        series.append(Series(look, error_points(chosen), joined=True))
    distilled = [model for model in table.models if model.group == "distilled"]
    for model in distilled:
        look = theme.SELF_DISTILLED if "self" in model.name.lower() else theme.DISTILLED
        series.append(Series(look, error_points([model])))
    numbers = [error for _, _, error in table.standard]
    numbers += [model.error for model in (*regularized, *twice, *ensembles, *distilled)]
    origin, source = parts.source_line(numbers)
    best = min(ensembles, key=lambda model: model.error.value)
    plain = min(error.value for _, _, error in table.standard)
    caption = (
        f"What lowers the loss lowers the benchmark errors too: {best.members} members of"
        f" {theme.size(best.model).label} reach {best.error.value:.1%}, the best standard model"
        f" {plain:.1%}. Intervals are one standard error.{repeated_text(twice)}"
    )
    panel = Panel(parts.total_axis(), ERROR, tuple(series))
    return Drawing(Plot((panel,)), caption, origin, source, table.notes)


def continued(results: Results) -> Drawing:
    """Accuracy after continued pre-training on mathematics, over the tokens of the data."""
    table = results.continued
    series = []
    numbers: list[Number] = []
    # Without the square, which is the usual recipe's.
    steps = iter((0, 2, 3, 4))
    for row in table.rows:
        look = _continued_look(row.name, steps)
        tasks = ", ".join(f"{name} {number.value:.2f}" for name, number in row.tasks.items())
        tokens = float(row.tokens.removesuffix("B"))
        own = replace(look, label=parts.named(row.name))
        series.append(Series(own, (parts.point(tokens, row.average, tasks),)))
        numbers += [row.average, *row.tasks.values()]
    origin, source = parts.source_line([*numbers, table.efficiency])
    best = max(table.rows, key=lambda row: row.average.value)
    most = max(table.rows, key=lambda row: float(row.tokens.removesuffix("B")))
    caption = (
        f"{parts.named(best.name)}: {best.average.value:.2f}%, more than the"
        f" {most.average.value:.2f}% of {most.name}. The authors name {table.efficiency.value:g}"
        " times the data efficiency."
    )
    x = Axis(
        "Tokens of the data",
        Unit.BILLIONS,
        logarithmic=True,
        ticks=_TOKENS,
        domain=(3.2, 92.0),
    )
    y = Axis("Mean accuracy on mathematics (%)")
    return Drawing(Plot((Panel(x, y, tuple(series)),)), caption, origin, source)


def _continued_look(name: str, steps: Iterator[int]) -> Look:
    """The usual recipe looks the same at every amount of data, an ensemble like an ensemble."""
    if name.startswith("default"):
        return theme.STANDARD
    return theme.size("300m4k") if name.startswith("ensemble") else theme.step(next(steps), name)


def again(table: Benchmarks, models: Sequence[Benchmark]) -> list[Benchmark]:
    """What other files say of these very models."""
    names = {(model.name, model.members) for model in models}
    return [
        other
        for other in table.models
        if (other.name, other.members) in names and other not in models
    ]


def repeated_text(twice: Sequence[Benchmark]) -> str:
    """The sentence that says how values of one model differ; nothing where none was repeated."""
    if not twice:
        return ""
    values = ", ".join(f"{model.error.value:.1%}" for model in twice)
    return f" A hollow symbol is what another file says of the same model ({values})."


def error_points(
    models: Sequence[Benchmark],
    place: Callable[[Benchmark], float] = lambda model: model.parameters_b,
    *,
    hollow: bool = False,
) -> tuple[Point, ...]:
    """Mean errors with intervals of one standard error, by place."""
    return tuple(
        Point(
            place(model),
            model.error.value,
            model.error.value - model.stderr,
            model.error.value + model.stderr,
            ", ".join(f"{name} {accuracy:.3f}" for name, (accuracy, _) in model.tasks.items()),
            parts.source_text(model.error),
            hollow=hollow,
        )
        for model in sorted(models, key=place)
    )
