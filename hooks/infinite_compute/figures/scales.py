"""The scales, axes and legend of a panel, in sentinel colours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from infinite_compute.figures import theme
from infinite_compute.figures.plot import Axis, Panel, Size, Unit, extent
from infinite_compute.figures.theme import Look

_LABEL = {
    # Counts in billions as people write them: 0.15 is 150M, 1.4 is 1.4B.
    Unit.BILLIONS: "datum.value < 0.9995 ? format(datum.value * 1000, '.3~r') + 'M'"
    " : format(datum.value, '.3~r') + 'B'",
    Unit.COUNT: "format(datum.value, ',.5~r')",
    Unit.NUMBER: "format(datum.value, '.4~g')",
    Unit.LOSS: "format(datum.value, '.2f')",
}
# How many letters fit below a panel, and how many the symbol before a name takes.
_LETTERS = {Size.WIDE: 108, Size.NARROW: 46}
_SYMBOL = 5


@dataclass(frozen=True, slots=True)
class Scales:
    """How the values of a panel become places, colours and shapes at a size."""

    panel: Panel
    size: Size

    def x(self) -> alt.X:
        """The horizontal place."""
        axis = self.panel.x
        scale = _scale(axis, self._x_domain())
        return alt.X("x:Q", title=axis.title, scale=scale, axis=self._axis(axis))

    def y(self) -> alt.Y:
        """The vertical place."""
        axis = self.panel.y
        scale = _scale(axis, self._y_domain())
        return alt.Y("y:Q", title=axis.title, scale=scale, axis=self._axis(axis))

    def right(self) -> alt.Y:
        """The vertical place with the ticks of the right axis, values under other names."""
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
        return alt.Y("y:Q", title=self.panel.right_title, scale=scale, axis=axis)

    def colour(self, legend: alt.Legend | None = None) -> alt.Color:
        """The colour of a series."""
        looks = self._looks()
        scale = alt.Scale(
            domain=[look.label for look in looks],
            range=[theme.SENTINELS[look.role] for look in looks],
        )
        return alt.Color("series:N", scale=scale, legend=legend)

    def shape(self, legend: alt.Legend | None = None) -> alt.Shape:
        """The symbol of a series."""
        looks = self._looks()
        scale = alt.Scale(
            domain=[look.label for look in looks], range=[look.shape for look in looks]
        )
        return alt.Shape("series:N", scale=scale, legend=legend)

    def legend(self, *, below: bool) -> alt.Legend | None:
        """The legend; None where there is only one thing to name."""
        looks = self._looks()
        if len(looks) < 2:
            return None
        if not below:
            return alt.Legend(title=None, orient="right")
        longest = max(len(look.label) for look in looks)
        letters = _LETTERS[self.size]
        columns = max(1, min(len(looks), letters // (longest + _SYMBOL)))
        return alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=letters * 6)

    def _looks(self) -> list[Look]:
        """Everything that the legend names, each name once."""
        looks = [
            series.look
            if series.points and series.marked
            else replace(series.look, shape=theme.STROKE)
            for series in self.panel.series
        ]
        looks += [Look(level.label, level.role, theme.BROKEN) for level in self.panel.levels]
        return list({look.label: look for look in looks}.values())

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
        return extent(xs, room=0.04)

    def _y_domain(self) -> tuple[float, float]:
        if self.panel.y.domain:
            return self.panel.y.domain
        low, high = self._x_domain()
        ys = [level.y for level in self.panel.levels]
        for series in self.panel.series:
            ys += [point.y for point in series.points]
            if curve := series.curve:
                ys += [y for x, y in zip(curve.xs, curve.ys, strict=True) if low <= x <= high]
        return extent(ys)


def _scale(axis: Axis, domain: tuple[float, float]) -> alt.Scale:
    known: dict[str, Any] = {"domain": list(domain), "nice": False, "zero": False}
    if axis.logarithmic:
        return alt.Scale(type="log", **known)
    return alt.Scale(type="linear", **known)
