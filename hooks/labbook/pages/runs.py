"""The runs of one experiment side by side: their curves in one chart, their facts in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labbook import charts
from labbook.live.snapshot import Curve, RunFacts
from labbook.pages import escape, words
from labbook.pages.environment import render
from labbook.pages.facts import RunView

# Of more, a chart shows nothing and a table is too wide to read; the links lead to all of them.
COMPARED = 12
METRICS = 40
_COLOURS, _DASHES = 6, 5


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A run's line in a chart; `mark` is the number that names the run, where there are several.

    Colour and dash repeat after different counts, so no two lines look the same.
    """

    line: charts.Line
    mark: int | None
    colour: int
    dash: int
    name: str
    course: str


@dataclass(frozen=True, slots=True)
class _Axis:
    """The ticks of an axis, each a place and a text."""

    ticks: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table: a fact of each run, or nothing where it is not known."""

    name: str
    cells: list[Markup | None]


Run = tuple[RunFacts, RunView]


def marks(runs: Sequence[Run]) -> dict[RunFacts, int]:
    """The number by which chart and table name each run; one alone needs none."""
    shown = runs[:COMPARED] if len(runs) > 1 else ()
    return {facts: number for number, (facts, _) in enumerate(shown, start=1)}


def comparison(runs: Sequence[Run]) -> Iterator[Markup]:
    """A chart for each metric that has curves (so one, as a rule), and the table."""
    shown = list(runs[:COMPARED])
    numbers = marks(runs)
    curves: dict[str, list[tuple[Run, int, Curve]]] = {}
    for index, (facts, view) in enumerate(shown):
        if facts.curve and charts.drawable(facts.curve.points):
            curves.setdefault(facts.curve.metric, []).append(((facts, view), index, facts.curve))
    for number, (metric, of_metric) in enumerate(curves.items(), start=1):
        yield _chart(number, metric, of_metric, numbers)
    yield render(
        "runs.html",
        heads=[(numbers.get(facts), view.name) for facts, view in shown],
        rows=list(_rows([view for _, view in shown])),
        left_out=words.count(len(runs) - COMPARED, "run") if len(runs) > COMPARED else None,
    )


def _chart(
    number: int,
    metric: str,
    runs: Sequence[tuple[Run, int, Curve]],
    numbers: Mapping[RunFacts, int],
) -> Markup:
    chart = charts.chart([curve.points for _, _, curve in runs])
    if chart is None:
        return Markup()
    drawn = [
        _Drawn(
            line=line,
            mark=numbers.get(facts),
            colour=index % _COLOURS + 1,
            dash=index % _DASHES + 1,
            name=view.name,
            course=_course(curve, dict(facts.metrics).get(metric)),
        )
        for ((facts, view), index, curve), line in zip(runs, chart.lines, strict=True)
        if line
    ]
    return render(
        "curves.html",
        id=f"curves-{number}",
        metric=escape.title(metric),
        runs=words.count(len(drawn), "run"),
        scale=(", logarithmic scale" if chart.logarithmic else "")
        + ("; the steep start lies above the frame" if chart.cropped else ""),
        drawn=drawn,
        size=(charts.WIDTH, charts.HEIGHT),
        frame=(charts.LEFT, charts.TOP, charts.RIGHT, charts.BOTTOM),
        x=_Axis([(tick.at, _step(tick.value)) for tick in chart.x_ticks]),
        y=_Axis([(tick.at, f"{tick.value:.4g}") for tick in chart.y_ticks]),
    )


def _course(curve: Curve, final: float | None) -> str:
    """The curve in words: where it begins, where it ends, and the run's own final value."""
    points = charts.drawable(curve.points)
    (first_step, first), (last_step, last) = points[0], points[-1]
    course = (
        f"from {first:.4g} at step {_step(first_step)} to {last:.4g} at step {_step(last_step)}"
    )
    said = words.value(final) if final is not None else None
    return f"{course}; final value {said}" if said else course


def _step(number: float) -> str:
    whole = abs(number) < 10**15 and number == int(number)
    return words.quantity(int(number)) if whole else f"{number:.4g}"


def _rows(views: Sequence[RunView]) -> Iterator[_Row]:
    """The facts that any run has, then the metrics, in the order in which they are first met."""
    yield from _aligned([dict(view.facts[:-1]) for view in views])
    metrics = list(_aligned([dict(view.metrics) for view in views]))
    yield from metrics[:METRICS]
    yield from _aligned([dict(view.facts[-1:]) for view in views])


def _aligned(columns: Sequence[dict[str, Markup]]) -> Iterator[_Row]:
    for name in dict.fromkeys(name for column in columns for name in column):
        yield _Row(name, [column.get(name) for column in columns])
