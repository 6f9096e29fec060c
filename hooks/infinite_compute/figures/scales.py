"""The scales, axes and legend of a panel in Vega-Lite's words, in sentinel colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from infinite_compute.figures import theme
from infinite_compute.figures.plot import Axis, Panel, Size, Tick, Unit, extent
from infinite_compute.figures.theme import Look

Spec = dict[str, Any]

_LABEL = {
    # Counts in billions as people write them: 0.15 is 150M, 1.4 is 1.4B.
    Unit.BILLIONS: "datum.value < 0.9995 ? format(datum.value * 1000, '.3~r') + 'M'"
    " : format(datum.value, '.3~r') + 'B'",
    # Where a reader looks closer there are marks between whole numbers.
    Unit.COUNT: "datum.value % 1 ? '' : format(datum.value, ',.5~r')",
    Unit.NUMBER: "format(datum.value, '.4~g')",
    Unit.SHARE: "format(datum.value, '.0%')",
    Unit.LOSS: "format(datum.value, '.2f')",
}
# How many letters fit below a panel, and how many the symbol before a name takes.
_LETTERS = {Size.WIDE: 100, Size.NARROW: 44}
_SYMBOL = 6
# How many ticks an axis has, more or less.
_TICKS = {Size.WIDE: 6, Size.NARROW: 4}
_ROUND = (1, 2, 5)
# How much of a frame bands may take beyond the values, above and below each.
_BEYOND = 0.35
# Two names on the right axis need as many units between them, with intervals below them more.
_LINE, _LINES = 13.0, 27.0


@dataclass(frozen=True, slots=True)
class Scales:
    """How the values of a panel become places, colours and shapes at a size."""

    panel: Panel
    size: Size
    looks: tuple[Look, ...]
    zoom: str = ""  # the parameter that moves the axes

    def x(self) -> Spec:
        """The horizontal place."""
        axis = self.panel.x
        scale = _scale(axis, self._x_domain())
        shown = self._axis(axis, "x", axis.ticks)
        return {**_number("x"), "title": axis.title, "scale": scale, "axis": shown}

    def y(self) -> Spec:
        """The vertical place."""
        axis = self.panel.y
        domain = self._y_domain()
        # What the engine finds on a logarithmic axis is made for powers of ten.
        found = _round(domain, _TICKS[self.size]) if axis.logarithmic else ()
        shown = self._axis(axis, "y", axis.ticks or found)
        scale = _scale(axis, domain)
        return {**_number("y"), "title": axis.title, "scale": scale, "axis": shown}

    def share(self, x: float, y: float) -> tuple[float, float]:
        """How far from the left and from the bottom a value stands, of the whole frame."""
        return (
            _share(self.panel.x, self._x_domain(), x),
            _share(self.panel.y, self._y_domain(), y),
        )

    def right(self, height: int) -> list[Tick]:
        """The ticks of the right axis, as many as have room in a frame of so many units."""
        low, high = self._y_domain()
        kept: list[Tick] = []
        room = _LINES if any(tick.reach for tick in self.panel.right) else _LINE
        for tick in sorted(self.panel.right, key=lambda tick: tick.value):
            if not kept or (tick.value - kept[-1].value) / (high - low) * height >= room:
                kept.append(tick)
        return kept

    def colour(self, legend: Spec | None = None) -> Spec:
        """The colour of a series."""
        looks = self.looks
        scale = {
            "domain": [look.label for look in looks],
            "range": [theme.SENTINELS[look.role] for look in looks],
        }
        return {"field": "series", "type": "nominal", "scale": scale, "legend": legend}

    def shape(self, legend: Spec | None = None) -> Spec:
        """The symbol of a series."""
        looks = self.looks
        scale = {
            "domain": [look.label for look in looks],
            "range": [look.shape for look in looks],
        }
        return {"field": "series", "type": "nominal", "scale": scale, "legend": legend}

    def legend(self, *, below: bool) -> Spec | None:
        """The legend; None where there is only one thing to name."""
        looks = self.looks
        if len(looks) < 2:
            return None
        if not below:
            return {"title": None, "orient": "right"}
        room = _LETTERS[self.size]
        lengths = [len(look.label) + _SYMBOL for look in looks]
        fitting = [
            columns
            for columns in range(1, len(looks) + 1)
            if sum(max(lengths[first::columns]) for first in range(columns)) <= room
        ]
        columns = max(fitting, default=1)
        return {"title": None, "orient": "bottom", "columns": columns, "labelLimit": room * 6}

    def _axis(self, axis: Axis, place: str, ticks: tuple[float, ...]) -> Spec:
        known: Spec = {"labelExpr": _LABEL[axis.unit], "labelOverlap": "greedy"}
        if ticks and self.zoom:
            # Where a reader looks closer, the given ticks may all lie outside.
            near = f"{self.zoom}.{place} && {self.zoom}.{place}[1] < 4 * {self.zoom}.{place}[0]"
            return {"values": {"expr": f"{near} ? null : {list(ticks)}"}, **known}
        if ticks:
            return {"values": list(ticks), **known}
        return {"tickCount": _TICKS[self.size], **known}

    def _x_domain(self) -> tuple[float, float]:
        if self.panel.x.domain:
            return self.panel.x.domain
        xs = [point.x for series in self.panel.series for point in series.points]
        xs += [x for series in self.panel.series if series.curve for x in series.curve.xs]
        if self.panel.x.logarithmic:
            return min(xs) / 1.12, max(xs) * 1.12
        return extent(xs, room=0.04)

    def _y_domain(self) -> tuple[float, float]:
        if self.panel.y.domain:
            return self.panel.y.domain
        low, high = self._x_domain()
        ys = [level.y for level in self.panel.levels]
        bands: list[float] = []
        for series in self.panel.series:
            for point in series.points:
                ys += [y for y in (point.low, point.y, point.high) if y is not None]
            if curve := series.curve:
                ys += [y for x, y in zip(curve.xs, curve.ys, strict=True) if low <= x <= high]
                first, last = curve.measured
                for x, *ends in zip(curve.xs, curve.lows, curve.highs, strict=False):
                    bands += ends if first <= x <= last else ()
        # What is known least must not press together what is known best.
        room = _BEYOND * (max(ys) - min(ys))
        kept = [min(max(y, min(ys) - room), max(ys) + room) for y in bands]
        return extent(ys + kept)


def looks(panels: Sequence[Panel]) -> tuple[Look, ...]:
    """Everything that a legend of these panels names, each name once."""
    found: dict[str, Look] = {}
    for panel in panels:
        for series in panel.series:
            pointed = bool(series.points) and series.marked
            look = series.look if pointed else replace(series.look, shape=theme.STROKE)
            found.setdefault(look.label, look)
    for panel in panels:
        for level in panel.levels:
            found.setdefault(level.label, Look(level.label, level.role, theme.BROKEN))
    return tuple(found.values())


def _round(domain: tuple[float, float], most: int) -> tuple[float, ...]:
    """The multiples of the least round step of which no more than so many lie in the domain."""
    low, high = domain
    for step in (Decimal(digit).scaleb(power) for power in range(-6, 6) for digit in _ROUND):
        first, last = math.ceil(low / float(step)), math.floor(high / float(step))
        if last - first < most:
            return tuple(float(number * step) for number in range(first, last + 1))
    return ()


def _number(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _share(axis: Axis, domain: tuple[float, float], value: float) -> float:
    low, high, at = (*domain, value)
    if axis.logarithmic:
        low, high, at = math.log(low), math.log(high), math.log(at)
    return (at - low) / (high - low)


def _scale(axis: Axis, domain: tuple[float, float]) -> Spec:
    known: Spec = {"domain": list(domain), "nice": False}
    if axis.logarithmic:
        return {"type": "log", **known}
    return {"type": "linear", "zero": False, **known}
