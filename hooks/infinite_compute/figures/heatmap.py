"""Heat maps: classes instead of a continuous scale, since classes can follow the page's colours."""

from __future__ import annotations

import altair as alt

from infinite_compute.figures import theme
from infinite_compute.figures.plot import HeatMap, Size

_CELL = {Size.WIDE: (46, 30), Size.NARROW: (33, 28)}


def chart(plot: HeatMap, size: Size) -> alt.LayerChart:
    """The map with its values written into the cells and the boxed cells framed."""
    values = [cell.value for cell in plot.cells if cell.value is not None]
    rows = [
        {
            "column": cell.column,
            "row": cell.row,
            "text": f"{cell.value:.3f}" if size is Size.WIDE else f"{cell.value:.2f}",
            "fill": theme.SENTINELS[theme.HEAT[(step := _step(cell.value, values))]],
            "ink": theme.SENTINELS[theme.HEAT_INK[step]],
        }
        for cell in plot.cells
        if cell.value is not None
    ]
    boxed = [{"column": cell.column, "row": cell.row} for cell in plot.cells if cell.boxed]
    x = alt.X(
        "column:O",
        title=plot.column_title,
        sort=None,
        scale=alt.Scale(domain=list(plot.columns)),
        axis=alt.Axis(labelAngle=0, domain=False, ticks=False, grid=False),
    )
    y = alt.Y(
        "row:O",
        title=plot.row_title,
        sort=None,
        scale=alt.Scale(domain=list(plot.rows)),
        axis=alt.Axis(domain=False, ticks=False, grid=False),
    )
    base = alt.Chart(alt.InlineData(values=rows))
    width, height = _CELL[size]
    squares = base.mark_rect(stroke=theme.SENTINELS["paper"], strokeWidth=2).encode(
        x=x, y=y, fill=alt.Fill("fill:N", scale=None)
    )
    words = base.mark_text(fontSize=11.5).encode(
        x=x, y=y, text="text:N", fill=alt.Fill("ink:N", scale=None)
    )
    frames = (
        alt.Chart(alt.InlineData(values=boxed))
        .mark_rect(fillOpacity=0, stroke=theme.SENTINELS["standard"], strokeWidth=2.5)
        .encode(x=x, y=y)
    )
    return alt.LayerChart(
        layer=[squares, words, frames],
        width=width * len(plot.columns),
        height=height * len(plot.rows),
        title=plot.title,
    )


def _step(value: float, values: list[float]) -> int:
    """The class of a value: the lowest values take the strongest colour."""
    low, high = min(values), max(values)
    if high == low:
        return len(theme.HEAT) - 1
    share = (high - value) / (high - low)
    return min(len(theme.HEAT) - 1, int(share * len(theme.HEAT)))
