"""A figure: what it shows, what that says, where it comes from, and the same as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from infinite_compute.errors import InfiniteComputeError
from infinite_compute.figures import chart, svg, variants
from infinite_compute.figures.plot import HeatMap, Level, Panel, Plot, Point, Size
from infinite_compute.figures.scales import Spec
from infinite_compute.results import Missing, Origin

if TYPE_CHECKING:
    import altair as alt

T = TypeVar("T")
# How long a day is written.
_DAY = len("2026-11-22")


class LackingError(InfiniteComputeError):
    """A figure cannot be drawn without a table that is `missing`."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(f"needs {missing.needs}")


def need(table: T | Missing) -> T:
    """The table, or the end of the figure that needs it: raise LackingError."""
    if isinstance(table, Missing):
        raise LackingError(table)
    return table


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a figure as a reader or a program wants them; numbers are numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]

    def csv(self) -> str:
        """The table as CSV with a head line; numbers in full."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the function of a figure gives: the plot, the finding, and where it comes from."""

    plot: Plot
    caption: str
    origin: Origin
    source_line: str
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing under its name; `name` is the file's as the authors had it, without ending."""

    id: str
    name: str
    title: str
    description: str
    drawing: Drawing

    @property
    def caption(self) -> str:
        """What the figure finds, in a sentence or two."""
        return self.drawing.caption

    @property
    def source_line(self) -> str:
        """Where its values come from."""
        return self.drawing.source_line

    @property
    def origin(self) -> Origin:
        """Whether runs or published values carry it."""
        return self.drawing.origin

    @property
    def as_of(self) -> str | None:
        """The first of the days on which its values were asked for; None where none is known."""
        return min(_days(self.drawing.plot), default=None)

    @property
    def laws(self) -> tuple[str, ...]:
        """The fitted and the published laws, one line each."""
        return self.drawing.laws

    @property
    def reading(self) -> str:
        """How to read what is drawn."""
        return _reading(self.drawing.plot)

    @property
    def data(self) -> Table:
        """All drawn values, without the laws."""
        return _table(self.drawing.plot)

    def spec(self, size: Size = Size.WIDE, *, interactive: bool = False) -> Spec:
        """The chart as Vega-Lite, in sentinel colours."""
        return chart.chart(self.drawing.plot, size, interactive=interactive)

    def chart(self, size: Size = Size.WIDE, *, interactive: bool = True) -> alt.TopLevelMixin:
        """The Altair chart in the light scheme's colours, checked against Vega-Lite's schema."""
        # Drawing needs no Altair, which takes longer to load than many figures to draw.
        import altair as alt  # noqa: PLC0415

        spec = svg.standalone(self.spec(size, interactive=interactive))
        return (alt.ConcatChart if "concat" in spec else alt.LayerChart).from_dict(spec)

    def svg(self, size: Size) -> str:
        """The image for a page, in the page's colours."""
        return svg.inline(
            self.spec(size),
            name=self.id,
            variant=size.value,
            title=self.title,
            description=self.description,
        )

    def file(self, kind: str) -> bytes:
        """The figure as a file: "svg", "png", "pdf", "csv" or "json" (Vega-Lite, interactive)."""
        if kind == "csv":
            return self.data.csv().encode("utf-8")
        if kind == "json":
            wide, narrow = (self.spec(size, interactive=True) for size in Size)
            said = f"{self.description} {self.source_line}"
            return variants.document(wide, narrow, self.title, said)
        return svg.image(self.spec(), kind)


def _reading(plot: Plot) -> str:
    panels = [panel for panel in plot.panels if isinstance(panel, Panel)]
    series = [series for panel in panels for series in panel.series]
    said = []
    if len(panels) < len(plot.panels):
        said.append(
            "The stronger the colour of a cell, the lower its loss; the least loss is framed,"
            " and empty cells have no ensembles."
        )
    if any(one.points and one.marked for one in series):
        said.append("Symbols are values of models.")
    if any(one.curve for one in series):
        text = "Lines are fitted laws, dotted where they leave the measured range"
        banded = any(one.curve and one.curve.lows for one in series)
        said.append(text + ("; bands hold the law at 90% confidence." if banded else "."))
        said += _bandless(panels)
    if any(panel.levels for panel in panels):
        said.append("Broken lines are the levels that the legend names, mostly asymptotes.")
    for panel in panels:
        if any(tick.reach for tick in panel.right):
            said.append(f"Below each {panel.right_title.lower()} stands its interval.")
        if any(tick.reach == "?" for tick in panel.right):
            said.append("A question mark is one that the data do not fix.")
    if any(point.hollow for one in series for point in one.points):
        said.append("Hollow symbols take no part in the line beside them.")
    if any(point.ringed for one in series for point in one.points):
        said.append("A ring marks a setting that is not certified as the best among neighbours.")
    return " ".join(said)


def _bandless(panels: Sequence[Panel]) -> Iterator[str]:
    """Which laws have no band, and why."""
    reasons: dict[str, dict[str, None]] = {}
    for panel in panels:
        for one in panel.series:
            if one.curve and one.curve.bandless:
                name = f"{one.look.label} ({panel.title})" if panel.title else one.look.label
                reasons.setdefault(one.curve.bandless, {})[name] = None
    for reason, names in reasons.items():
        yield f"No band: {', '.join(names)}; {reason}."


def _origin(one: Point | Level) -> tuple[str, str]:
    return one.source, one.as_of


def _days(plot: Plot) -> Iterator[str]:
    """The first day of each drawn value that has one."""
    for panel in plot.panels:
        if isinstance(panel, Panel):
            drawn: list[Point | Level] = [p for series in panel.series for p in series.points]
            drawn += panel.levels
            yield from (one.as_of[:_DAY] for one in drawn if one.as_of)


def _table(plot: Plot) -> Table:
    maps = [panel for panel in plot.panels if isinstance(panel, HeatMap)]
    if maps:
        first = maps[0]
        return Table(
            ("panel", first.column_title, first.row_title, "value", "least"),
            tuple(
                (panel.title, cell.column, cell.row, cell.value, "yes" if cell.boxed else "")
                for panel in maps
                for cell in panel.cells
            ),
        )
    panels = [panel for panel in plot.panels if isinstance(panel, Panel)]
    first_panel = panels[0]
    rows: list[tuple[str | float | None, ...]] = []
    for panel in panels:
        for series in panel.series:
            rows += [
                (panel.title, series.look.label, p.x, p.y, p.low, p.high, p.note, *_origin(p))
                for p in series.points
            ]
        rows += [
            (panel.title, level.label, None, level.y, level.low, level.high, "", *_origin(level))
            for level in panel.levels
        ]
        named = panel.right_title
        rows += [
            (panel.title, f"{named}: {t.label}", None, t.value, None, None, t.note, t.source, "")
            for t in panel.right
        ]
    columns = (
        "panel",
        "series",
        first_panel.x.title,
        first_panel.y.title,
        "low",
        "high",
        "note",
        "source",
        "as of",
    )
    kept = [
        number
        for number in range(len(columns))
        if any(row[number] not in {None, ""} for row in rows)
    ]
    return Table(
        tuple(columns[number] for number in kept),
        tuple(tuple(row[number] for number in kept) for row in rows),
    )
