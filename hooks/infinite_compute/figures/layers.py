"""The layers of a panel, from the back to the front: bands, levels, lines, intervals, points.

They are written in Vega-Lite's own words: Altair's objects are checked and copied over and over
while a chart is put together, which took most of the time of drawing. The tests check each chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infinite_compute.figures import theme
from infinite_compute.figures.plot import Curve, Panel, Point, Size
from infinite_compute.figures.scales import Scales, Spec

Row = dict[str, Any]

CHOSEN = "chosen"  # the parameter that holds the series which a reader has left on

_POINT, _STAR, _RING = 70, 150, 230
_BAND, _BAND_OF_MANY = 0.16, 0.1
_DIMMED = 0.06
_HEAD, _BEFORE = 60, 9  # the tip of a link, and how far before the end it stands
_ENDS: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
_HIGH: Spec = {"y2": {"field": "y2"}}


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of one panel; `interactive` ones show values and can be switched off by series.

    The legend of one that is not `alone` stands beside it where there is room.
    """

    panel: Panel
    scales: Scales
    frame: tuple[int, int]  # width and height
    interactive: bool = False
    alone: bool = True

    def all(self, *, legend: bool) -> list[Spec]:
        """Every layer that has something to show; the last one has points."""
        return [
            *self._bands(),
            *self._levels(),
            *self._lines(),
            *self._values(),
            *self._links(),
            *self._heads(),
            *self._intervals(),
            *self._rings(),
            *self._points(legend=legend),
        ]

    def right(self) -> list[Spec]:
        """The axis on the right as marks, since they move with the left axis, as no axis does."""
        height = self.frame[1]
        shown = self.scales.right(height)
        rows = [{"y": tick.value, "text": tick.text} for tick in shown]
        reaches = [{"y": tick.value, "text": tick.reach} for tick in shown if tick.reach]
        place: Spec = {"x": {"value": "width"}, "y": self.scales.y()}
        if self.interactive:
            inside = {"test": "inrange(datum.y, domain('y'))", "value": 1}
            place["opacity"] = {"condition": inside, "value": 0}
        text = {"field": "text", "type": "nominal"}
        muted, axis = theme.SENTINELS["muted"], theme.SENTINELS["axis"]
        # Where axes move, all marks are clipped that do not say otherwise.
        beside = {"clip": False}
        stroke = {"orient": "horizontal", "size": 6, "thickness": 1, "xOffset": 3, "color": axis}
        name = {"align": "left", "baseline": "middle", "xOffset": 9, "color": muted}
        below = {**name, "yOffset": 12, "fontSize": 10}
        away = 66 if reaches else 52
        title = {"angle": 90, "align": "center", "xOffset": away, "fontSize": 12.5}
        middle = {"x": {"value": "width"}, "y": {"value": height / 2}}
        return [
            _layer(rows, "tick", place, **stroke, **beside),
            _layer(rows, "text", {**place, "text": text}, **name, **beside),
            *(
                [_layer(reaches, "text", {**place, "text": text}, **below, **beside)]
                if reaches
                else []
            ),
            _layer(
                [{"text": self.panel.right_title}],
                "text",
                {**middle, "text": text},
                **title,
                **beside,
            ),
        ]

    def _bands(self) -> Iterator[Spec]:
        rows = [
            {"series": series.look.label, "x": x, "y": low, "y2": high}
            for series in self.panel.series
            if (curve := series.curve) and curve.lows
            for x, low, high in zip(curve.xs, curve.lows, curve.highs, strict=True)
        ]
        if rows:
            shade = _BAND if len(self.panel.series) < 4 else _BAND_OF_MANY
            encoding = {**_HIGH, **self._place(), **self._opacity(shade)}
            yield _layer(rows, "area", encoding, opacity=shade, clip=True)

    def _levels(self) -> Iterator[Spec]:
        rows = [{"series": level.label, "y": level.y} for level in self.panel.levels]
        if rows:
            encoding = {
                "y": self.scales.y(),
                "color": self.scales.colour(),
                **self._opacity(1),
            }
            look = {"strokeWidth": 1.5, "strokeDash": theme.LEVEL}
            yield _layer(rows, "rule", encoding, **look)

    def _lines(self) -> Iterator[Spec]:
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
        encoding = {
            "detail": {"field": "part", "type": "nominal"},
            "strokeWidth": {"condition": {"test": "datum.muted", "value": 1}, "value": 2},
            **self._place(),
            **self._opacity(1),
        }
        for rows, dash in ((measured, [1, 0]), (beyond, theme.BEYOND)):
            if rows:
                yield _layer(rows, "line", encoding, clip=True, strokeDash=dash, strokeCap="round")

    def _values(self) -> Iterator[Spec]:
        """Along lines without symbols nothing to see, but a value wherever a reader points."""
        rows: list[Row] = []
        for series in self.panel.series:
            label = series.look.label
            if curve := series.curve:
                low, high = curve.measured
                ends = curve.lows, curve.highs
                for number, (x, y) in enumerate(zip(curve.xs, curve.ys, strict=True)):
                    note = "law" if low <= x <= high else "law, beyond what was measured"
                    if curve.lows:
                        note += f"; {ends[0][number]:.3f} to {ends[1][number]:.3f}"
                    rows.append({"series": label, "x": x, "y": y, "note": note})
            elif not series.marked:
                rows += [
                    {"series": label, "x": p.x, "y": p.y, "note": p.note} for p in series.points
                ]
        if self.interactive and rows:
            encoding = {"x": self.scales.x(), "y": self.scales.y(), **self._tooltip()}
            yield _layer(rows, "point", encoding, opacity=0, filled=True, size=_POINT, clip=True)

    def _links(self) -> Iterator[Spec]:
        rows = [
            {
                "x": link.start[0],
                "y": link.start[1],
                "x2": link.end[0],
                "y2": link.end[1],
                "series": link.label,
            }
            for link in self.panel.links
        ]
        if rows:
            encoding = {**_ENDS, **self._place(), **self._opacity(1)}
            yield _layer(rows, "rule", encoding, strokeWidth=1.5)

    def _heads(self) -> Iterator[Spec]:
        """The tips of links, just before what they lead to; zooming keeps their directions."""
        for link in self.panel.links:
            starts, ends = self.scales.share(*link.start), self.scales.share(*link.end)
            right, up = (
                (end - start) * units
                for start, end, units in zip(starts, ends, self.frame, strict=True)
            )
            length = math.hypot(right, up)
            x, y = link.end
            look = {
                "filled": True,
                "shape": theme.HEAD,
                "size": _HEAD,
                "opacity": 1,
                "angle": round(math.degrees(math.atan2(-up, right)) % 360, 1),
                "xOffset": round(-_BEFORE * right / length, 1),
                "yOffset": round(_BEFORE * up / length, 1),
            }
            encoding = {**self._place(), **self._opacity(1)}
            yield _layer([{"series": link.label, "x": x, "y": y}], "point", encoding, **look)

    def _intervals(self) -> Iterator[Spec]:
        rows = [
            {"series": series.look.label, "x": point.x, "y": point.low, "y2": point.high}
            for series in self.panel.series
            for point in series.points
            if point.low is not None
        ]
        if rows:
            encoding = {**_HIGH, **self._place(), **self._opacity(1)}
            yield _layer(rows, "rule", encoding, strokeWidth=1.5, clip=True)

    def _rings(self) -> Iterator[Spec]:
        rows = [row for row, point in self._placed() if point.ringed]
        if rows:
            encoding = {
                "x": self.scales.x(),
                "y": self.scales.y(),
                "stroke": {"value": theme.SENTINELS["standard"]},
                **self._opacity(1),
            }
            ring = {"filled": False, "size": _RING, "shape": "circle", "strokeWidth": 2}
            yield _layer(rows, "point", encoding, **ring, opacity=1)

    def _points(self, *, legend: bool) -> Iterator[Spec]:
        hollow = [row for row, point in self._placed() if point.hollow]
        if hollow:
            inside = {"fill": theme.SENTINELS["paper"], "strokeWidth": 2}
            yield _layer(hollow, "point", self._symbols(None), **inside, opacity=1)
        solid = [row for row, point in self._placed() if not point.hollow]
        shown = (
            self.scales.legend(below=self.alone or self.scales.size is Size.NARROW)
            if legend
            else None
        )
        # This layer carries the legend, even where it has no point.
        look = {"filled": True, "opacity": 1}
        yield _layer(solid, "point", self._symbols(shown), **look)

    def _symbols(self, legend: Spec | None) -> Spec:
        stars = [s.look.label for s in self.panel.series if s.look.shape == theme.STAR]
        large = {"test": {"field": "series", "oneOf": stars}, "value": _STAR}
        return {
            "x": self.scales.x(),
            "y": self.scales.y(),
            "color": self.scales.colour(legend),
            "shape": self.scales.shape(legend),
            "size": {"condition": large, "value": _POINT},
            **self._opacity(1),
            **self._tooltip(),
        }

    def _placed(self) -> Iterator[tuple[Row, Point]]:
        for series in self.panel.series:
            if series.marked:
                for p in series.points:
                    yield {"series": series.look.label, "x": p.x, "y": p.y, "note": p.note}, p

    def _place(self) -> Spec:
        return {"x": self.scales.x(), "y": self.scales.y(), "color": self.scales.colour()}

    def _opacity(self, shown: float) -> Spec:
        if not self.interactive or len(self.scales.looks) < 2:
            return {}
        return {
            "opacity": {"condition": {"param": CHOSEN, "value": shown}, "value": _DIMMED},
        }

    def _tooltip(self) -> Spec:
        if not self.interactive:
            return {}
        x, y = self.panel.x.title, self.panel.y.title
        return {
            "tooltip": [
                {"field": "series", "type": "nominal", "title": "Series"},
                {"field": "x", "type": "quantitative", "title": x, "format": ".6~g"},
                {"field": "y", "type": "quantitative", "title": y, "format": ".5~f"},
                {"field": "note", "type": "nominal", "title": "Note"},
            ]
        }


def _layer(rows: list[Row], mark: str, encoding: Spec, **look: Any) -> Spec:
    return {"data": {"values": rows}, "mark": {"type": mark, **look}, "encoding": encoding}


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
