"""The layers of a panel, from the back to the front: bands, levels, lines, intervals, points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import altair as alt

from infinite_compute.figures import theme
from infinite_compute.figures.plot import Curve, Panel, Point, Size
from infinite_compute.figures.scales import Scales

Row = dict[str, Any]

_POINT, _STAR, _RING = 70, 150, 230
_BAND, _BAND_OF_MANY = 0.16, 0.1
_DIMMED = 0.06


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of one panel; `chosen` are the series that a reader has left on.

    The legend of one that is not `alone` stands beside it where there is room.
    """

    panel: Panel
    scales: Scales
    chosen: alt.Parameter | None = None
    alone: bool = True

    def all(self, *, legend: bool) -> list[alt.Chart]:
        """Every layer that has something to show; the last one has points."""
        return [
            *self._bands(),
            *self._levels(),
            *self._lines(),
            *self._links(),
            *self._intervals(),
            *self._rings(),
            *self._points(legend=legend),
        ]

    def right(self) -> alt.Chart:
        """Nothing but the axis on the right."""
        rows = [{"y": tick.value} for tick in self.panel.right]
        layer: alt.Chart = _of(rows).mark_point(opacity=0).encode(y=self.scales.right())
        return layer

    def _bands(self) -> Iterator[alt.Chart]:
        rows = [
            {"series": series.look.label, "x": x, "y": low, "y2": high}
            for series in self.panel.series
            if (curve := series.curve) and curve.lows
            for x, low, high in zip(curve.xs, curve.lows, curve.highs, strict=True)
        ]
        if rows:
            shade = _BAND if len(self.panel.series) < 4 else _BAND_OF_MANY
            yield (
                _of(rows)
                .mark_area(opacity=shade, clip=True)
                .encode(y2="y2:Q", **self._place(), **self._opacity(shade))
            )

    def _levels(self) -> Iterator[alt.Chart]:
        rows = [{"series": level.label, "y": level.y} for level in self.panel.levels]
        if rows:
            yield (
                _of(rows)
                .mark_rule(strokeWidth=1.5, strokeDash=theme.LEVEL)
                .encode(y=self.scales.y(), color=self.scales.colour(), **self._opacity(1))
            )

    def _lines(self) -> Iterator[alt.Chart]:
        measured: list[Row] = []
        beyond: list[Row] = []
        for number, series in enumerate(self.panel.series):
            shared = {"series": series.look.label, "muted": series.muted}
            if series.curve:
                for part, inside, xs, ys in _parts(series.curve):
                    (measured if inside else beyond).extend(
                        {**shared, "part": f"{number}-{part}", "x": x, "y": y}
                        for x, y in zip(xs, ys, strict=True)
                    )
            elif series.joined:
                measured += [
                    {**shared, "part": f"{number}", "x": point.x, "y": point.y}
                    for point in series.points
                    if not point.hollow
                ]
        for rows, dash in ((measured, [1, 0]), (beyond, theme.BEYOND)):
            if rows:
                yield (
                    _of(rows)
                    .mark_line(clip=True, strokeDash=dash, strokeCap="round")
                    .encode(
                        detail="part:N",
                        strokeWidth=alt.condition("datum.muted", alt.value(1), alt.value(2)),
                        **self._place(),
                        **self._opacity(1),
                    )
                )

    def _links(self) -> Iterator[alt.Chart]:
        rows = [
            {
                "x": link.start[0],
                "y": link.start[1],
                "x2": link.end[0],
                "y2": link.end[1],
                "colour": theme.SENTINELS[link.role],
            }
            for link in self.panel.links
        ]
        if rows:
            yield (
                _of(rows)
                .mark_rule(strokeWidth=1.5)
                .encode(
                    x=self.scales.x(),
                    y=self.scales.y(),
                    x2="x2:Q",
                    y2="y2:Q",
                    stroke=alt.Stroke("colour:N", scale=None),
                )
            )

    def _intervals(self) -> Iterator[alt.Chart]:
        rows = [
            {"series": series.look.label, "x": point.x, "y": point.low, "y2": point.high}
            for series in self.panel.series
            for point in series.points
            if point.low is not None
        ]
        if rows:
            yield (
                _of(rows)
                .mark_rule(strokeWidth=1.5, clip=True)
                .encode(y2="y2:Q", **self._place(), **self._opacity(1))
            )

    def _rings(self) -> Iterator[alt.Chart]:
        rows = [row for row, point in self._placed() if point.ringed]
        if rows:
            yield (
                _of(rows)
                .mark_point(filled=False, size=_RING, shape="circle", strokeWidth=2, opacity=1)
                .encode(
                    x=self.scales.x(),
                    y=self.scales.y(),
                    stroke=alt.value(theme.SENTINELS["standard"]),
                )
            )

    def _points(self, *, legend: bool) -> Iterator[alt.Chart]:
        hollow = [row for row, point in self._placed() if point.hollow]
        if hollow:
            paper = theme.SENTINELS["paper"]
            yield self._symbols(_of(hollow).mark_point(fill=paper, strokeWidth=2, opacity=1), None)
        solid = [row for row, point in self._placed() if not point.hollow]
        shown = (
            self.scales.legend(below=self.alone or self.scales.size is Size.NARROW)
            if legend
            else None
        )
        # This layer carries the legend, even where it has no point.
        yield self._symbols(_of(solid).mark_point(filled=True, opacity=1), shown)

    def _symbols(self, layer: alt.Chart, legend: alt.Legend | None) -> alt.Chart:
        stars = [s.look.label for s in self.panel.series if s.look.shape == theme.STAR]
        large = alt.FieldOneOfPredicate(field="series", oneOf=stars)
        encoded: alt.Chart = layer.encode(
            x=self.scales.x(),
            y=self.scales.y(),
            color=self.scales.colour(legend),
            shape=self.scales.shape(legend),
            size=alt.condition(large, alt.value(_STAR), alt.value(_POINT)),
            **self._opacity(1),
            **self._tooltip(),
        )
        return encoded

    def _placed(self) -> Iterator[tuple[Row, Point]]:
        for series in self.panel.series:
            if series.marked:
                for p in series.points:
                    yield {"series": series.look.label, "x": p.x, "y": p.y, "note": p.note}, p

    def _place(self) -> dict[str, Any]:
        return {"x": self.scales.x(), "y": self.scales.y(), "color": self.scales.colour()}

    def _opacity(self, shown: float) -> dict[str, Any]:
        if self.chosen is None:
            return {}
        return {"opacity": alt.condition(self.chosen, alt.value(shown), alt.value(_DIMMED))}

    def _tooltip(self) -> dict[str, Any]:
        if self.chosen is None:
            return {}
        tooltips = [
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("x:Q", title=self.panel.x.title, format=".6~g"),
            alt.Tooltip("y:Q", title=self.panel.y.title, format=".5~f"),
            alt.Tooltip("note:N", title="Note"),
        ]
        return {"tooltip": tooltips}


def _of(rows: list[Row]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _parts(
    curve: Curve,
) -> Iterator[tuple[int, bool, tuple[float, ...], tuple[float, ...]]]:
    """The curve cut at the ends of what was measured; neighbours share the point of the cut."""
    low, high = curve.measured
    inside = [number for number, x in enumerate(curve.xs) if low <= x <= high]
    if not inside:
        yield 0, False, curve.xs, curve.ys
        return
    cuts = (0, inside[0], inside[-1], len(curve.xs) - 1)
    for part in range(3):
        first, last = cuts[part], cuts[part + 1]
        if last > first:
            yield part, part == 1, curve.xs[first : last + 1], curve.ys[first : last + 1]
