"""Plot -> Altair chart, in sentinel colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from infinite_compute.figures import heatmap, theme
from infinite_compute.figures.plot import Axis, Curve, HeatMap, Panel, Plot, Point, Size, Unit
from infinite_compute.figures.plot import extent as range_of
from infinite_compute.figures.theme import Look

Chart = alt.LayerChart | alt.ConcatChart
Row = dict[str, Any]

_SINGLE = {Size.WIDE: (440, 320), Size.NARROW: (236, 240)}
_SEVERAL = {Size.WIDE: (270, 220), Size.NARROW: (236, 190)}
_LABEL = {
    # Counts in billions as people write them: 0.15 is 150M, 1.4 is 1.4B.
    Unit.BILLIONS: "datum.value < 0.9995 ? format(datum.value * 1000, '.3~r') + 'M'"
    " : format(datum.value, '.3~r') + 'B'",
    Unit.COUNT: "format(datum.value, ',.5~r')",
    Unit.NUMBER: "format(datum.value, '.4~g')",
    Unit.LOSS: "format(datum.value, '.2f')",
}
_POINT, _STAR = 70, 150
_SHOWN, _DIMMED = 1.0, 0.12


def chart(plot: Plot, size: Size, *, interactive: bool = False) -> Chart:
    """The chart in one of its sizes; `interactive` adds zoom, tooltips and series on and off."""
    sizes = _SINGLE if len(plot.panels) == 1 else _SEVERAL
    last = len(plot.panels) - 1
    drawn = [
        heatmap.chart(panel, size)
        if isinstance(panel, HeatMap)
        else _Drawing(panel, size, sizes[size], interactive, f"p{number}").chart(
            legend=number == last
        )
        for number, panel in enumerate(plot.panels)
    ]
    if len(drawn) == 1:
        return drawn[0]
    columns = plot.columns if size is Size.WIDE else 1
    return alt.concat(*drawn, columns=columns, spacing=28)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One panel on its way to a chart."""

    panel: Panel
    size: Size
    extent: tuple[int, int]
    interactive: bool
    name: str

    def chart(self, *, legend: bool) -> alt.LayerChart:
        """The panel's layers, from the back to the front."""
        layers = [
            layer
            for layer in (
                self._bands(),
                self._levels(),
                *self._lines(),
                self._links(),
                self._intervals(),
                *self._points(legend=legend),
            )
            if layer is not None
        ]
        if self.interactive:
            zoom = alt.selection_interval(bind="scales", name=f"{self.name}zoom")
            layers[-1] = layers[-1].add_params(zoom)
        layered: alt.LayerChart = alt.LayerChart(layer=layers)
        layered = layered.resolve_legend(color="independent", shape="independent")
        if right := self._right_axis():
            # Two axes of one direction belong to two layers with scales of their own.
            layered = alt.LayerChart(layer=[layered, right])
            layered = layered.resolve_scale(y="independent")
        return self._framed(layered)

    def _framed(self, layered: alt.LayerChart) -> alt.LayerChart:
        layered.width, layered.height = self.extent
        if self.panel.title:
            layered.title = self.panel.title
        framed: alt.LayerChart = layered.resolve_legend(color="independent", shape="independent")
        return framed

    # Scales

    def _x(self) -> alt.X:
        axis = self.panel.x
        return alt.X(
            "x:Q", title=axis.title, scale=_scale(axis, self._x_domain()), axis=self._axis(axis)
        )

    def _y(self) -> alt.Y:
        axis = self.panel.y
        return alt.Y(
            "y:Q", title=axis.title, scale=_scale(axis, self._y_domain()), axis=self._axis(axis)
        )

    def _axis(self, axis: Axis) -> alt.Axis:
        known: dict[str, Any] = {"labelExpr": _LABEL[axis.unit], "labelOverlap": "greedy"}
        if axis.ticks:
            return alt.Axis(values=list(axis.ticks), **known)
        return alt.Axis(tickCount=6 if self.size is Size.WIDE else 4, **known)

    def _x_domain(self) -> tuple[float, float]:
        if self.panel.x.domain:
            return self.panel.x.domain
        xs = [point.x for series in self.panel.series for point in series.points]
        xs += [x for series in self.panel.series if series.curve for x in series.curve.xs]
        if self.panel.x.logarithmic:
            return min(xs) / 1.12, max(xs) * 1.12
        return range_of(xs, room=0.04)

    def _y_domain(self) -> tuple[float, float]:
        if self.panel.y.domain:
            return self.panel.y.domain
        low, high = self._x_domain()
        ys = [level.y for level in self.panel.levels]
        for series in self.panel.series:
            ys += [point.y for point in series.points]
            if curve := series.curve:
                ys += [y for x, y in zip(curve.xs, curve.ys, strict=True) if low <= x <= high]
        return range_of(ys)

    def _looks(self) -> list[Look]:
        """Everything that the legend names."""
        looks = [
            series.look
            if series.points and series.marked
            else replace(series.look, shape=theme.STROKE)
            for series in self.panel.series
        ]
        looks += [Look(level.label, level.role, theme.BROKEN) for level in self.panel.levels]
        return list({look.label: look for look in looks}.values())

    def _colour(self, *, legend: alt.Legend | None = None) -> alt.Color:
        looks = self._looks()
        return alt.Color(
            "series:N",
            scale=alt.Scale(
                domain=[look.label for look in looks],
                range=[theme.SENTINELS[look.role] for look in looks],
            ),
            legend=legend,
        )

    def _shape(self, *, legend: alt.Legend | None = None) -> alt.Shape:
        looks = self._looks()
        return alt.Shape(
            "series:N",
            scale=alt.Scale(
                domain=[look.label for look in looks], range=[look.shape for look in looks]
            ),
            legend=legend,
        )

    def _legend(self) -> alt.Legend | None:
        looks = self._looks()
        if len(looks) < 2:
            return None
        below = self.size is Size.NARROW
        longest = max(len(look.label) for look in looks)
        return alt.Legend(
            title=None,
            orient="bottom" if below else "right",
            columns=(2 if longest <= 16 else 1) if below else 1,
            labelLimit=250 if below else 320,
        )

    # Layers

    def _layer(self, rows: list[Row]) -> alt.Chart:
        return alt.Chart(alt.InlineData(values=rows))

    def _bands(self) -> alt.Chart | None:
        rows = [
            {"series": series.look.label, "x": x, "y": low, "y2": high}
            for series in self.panel.series
            if (curve := series.curve) and curve.lows
            for x, low, high in zip(curve.xs, curve.lows, curve.highs, strict=True)
        ]
        if not rows:
            return None
        layer: alt.Chart = (
            self._layer(rows)
            .mark_area(opacity=0.16 if len(self.panel.series) < 4 else 0.1, clip=True)
            .encode(x=self._x(), y=self._y(), y2="y2:Q", color=self._colour())
        )
        return layer

    def _levels(self) -> alt.Chart | None:
        if not self.panel.levels:
            return None
        rows = [{"series": level.label, "y": level.y} for level in self.panel.levels]
        layer: alt.Chart = (
            self._layer(rows)
            .mark_rule(strokeWidth=1.5, strokeDash=theme.LEVEL)
            .encode(y=self._y(), color=self._colour())
        )
        return layer

    def _lines(self) -> Iterator[alt.Chart]:
        measured: list[Row] = []
        beyond: list[Row] = []
        for number, series in enumerate(self.panel.series):
            shared = {"series": series.look.label, "muted": series.muted}
            if series.curve:
                for part, inside, xs, ys in _parts(series.curve):
                    rows = [
                        {**shared, "part": f"{number}-{part}", "x": x, "y": y}
                        for x, y in zip(xs, ys, strict=True)
                    ]
                    (measured if inside else beyond).extend(rows)
            elif series.joined:
                measured += [
                    {**shared, "part": f"{number}", "x": point.x, "y": point.y}
                    for point in series.points
                    if not point.hollow
                ]
        for rows, dash in ((measured, [1, 0]), (beyond, theme.BEYOND)):
            if rows:
                yield (
                    self._layer(rows)
                    .mark_line(clip=True, strokeDash=dash, strokeCap="round")
                    .encode(
                        x=self._x(),
                        y=self._y(),
                        color=self._colour(),
                        detail="part:N",
                        strokeWidth=alt.condition("datum.muted", alt.value(1), alt.value(2)),
                    )
                )

    def _links(self) -> alt.Chart | None:
        if not self.panel.links:
            return None
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
        layer: alt.Chart = (
            self._layer(rows)
            .mark_rule(strokeWidth=1.5, strokeDash=[1, 0])
            .encode(
                x=self._x(),
                y=self._y(),
                x2="x2:Q",
                y2="y2:Q",
                stroke=alt.Stroke("colour:N", scale=None),
            )
        )
        return layer

    def _intervals(self) -> alt.Chart | None:
        rows = [
            {"series": series.look.label, "x": point.x, "y": point.low, "y2": point.high}
            for series in self.panel.series
            for point in series.points
            if point.low is not None
        ]
        if not rows:
            return None
        layer: alt.Chart = (
            self._layer(rows)
            .mark_rule(strokeWidth=1.5, clip=True)
            .encode(x=self._x(), y=self._y(), y2="y2:Q", color=self._colour())
        )
        return layer

    def _points(self, *, legend: bool) -> Iterator[alt.Chart]:
        shown = self._legend() if legend else None
        placed = [
            (series, point)
            for series in self.panel.series
            if series.marked
            for point in series.points
        ]
        ringed = [_row(series.look.label, point) for series, point in placed if point.ringed]
        if ringed:
            yield (
                self._layer(ringed)
                .mark_point(filled=False, size=230, shape="circle", strokeWidth=2, opacity=1)
                .encode(x=self._x(), y=self._y(), stroke=alt.value(theme.SENTINELS["standard"]))
            )
        solid = [_row(series.look.label, point) for series, point in placed if not point.hollow]
        hollow = [_row(series.look.label, point) for series, point in placed if point.hollow]
        # The layer of solid points carries the legend, even where it has no point.
        yield self._symbols(solid, filled=True, legend=shown)
        if hollow:
            yield self._symbols(hollow, filled=False, legend=None)

    def _symbols(self, rows: list[Row], *, filled: bool, legend: alt.Legend | None) -> alt.Chart:
        stars = [s.look.label for s in self.panel.series if s.look.shape == theme.STAR]
        fill: dict[str, Any] = {}
        if not filled:
            fill = {"fill": theme.SENTINELS["paper"], "strokeWidth": 2}
        encodings: dict[str, Any] = {}
        if self.interactive:
            chosen = alt.selection_point(
                fields=["series"], bind="legend", name=f"{self.name}{'s' if filled else 'h'}"
            )
            encodings["opacity"] = alt.condition(chosen, alt.value(_SHOWN), alt.value(_DIMMED))
            encodings["tooltip"] = [
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("x:Q", title=self.panel.x.title, format=".6~g"),
                alt.Tooltip("y:Q", title=self.panel.y.title, format=".5~f"),
                alt.Tooltip("note:N", title="Note"),
            ]
        layer: alt.Chart = (
            self._layer(rows)
            .mark_point(filled=filled, opacity=1, **fill)
            .encode(
                x=self._x(),
                y=self._y(),
                color=self._colour(legend=legend),
                shape=self._shape(legend=legend),
                size=alt.condition(
                    alt.FieldOneOfPredicate(field="series", oneOf=stars),
                    alt.value(_STAR),
                    alt.value(_POINT),
                ),
                **encodings,
            )
        )
        if self.interactive and filled:
            layer = layer.add_params(chosen)
        return layer

    def _right_axis(self) -> alt.Chart | None:
        if not self.panel.right:
            return None
        names = ", ".join(f"'{tick.value:.4f}': '{tick.text}'" for tick in self.panel.right)
        axis = alt.Axis(
            orient="right",
            values=[tick.value for tick in self.panel.right],
            labelExpr=f"{{{names}}}[format(datum.value, '.4f')]",
            grid=False,
            domain=False,
            labelOverlap="greedy",
        )
        scale = _scale(self.panel.y, self._y_domain())
        rows = [{"y": tick.value} for tick in self.panel.right]
        layer: alt.Chart = (
            self._layer(rows)
            .mark_point(opacity=0)
            .encode(y=alt.Y("y:Q", title=self.panel.right_title, scale=scale, axis=axis))
        )
        return layer


def _row(series: str, point: Point) -> Row:
    return {"series": series, "x": point.x, "y": point.y, "note": point.note}


def _scale(axis: Axis, domain: tuple[float, float]) -> alt.Scale:
    return alt.Scale(
        type="log" if axis.logarithmic else "linear", domain=list(domain), nice=False, zero=False
    )


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
