"""Heat maps: classes instead of a continuous scale, since classes can follow the page's colours."""

from __future__ import annotations

from infinite_compute.figures import theme
from infinite_compute.figures.plot import HeatMap, Size
from infinite_compute.figures.scales import Spec

_CELL = {Size.WIDE: (46, 30), Size.NARROW: (33, 28)}


def chart(plot: HeatMap, size: Size, *, interactive: bool = False) -> Spec:
    """The map with its values written into the cells and the boxed cells framed."""
    values = [cell.value for cell in plot.cells if cell.value is not None]
    rows = [
        {
            "column": cell.column,
            "row": cell.row,
            "text": f"{cell.value:.3f}" if size is Size.WIDE else f"{cell.value:.2f}",
            "fill": theme.SENTINELS[theme.HEAT[(step := _step(cell.value, values))]],
            "value": f"{cell.value:.4f}",
            "ink": theme.SENTINELS[theme.HEAT_INK[step]],
        }
        for cell in plot.cells
        if cell.value is not None
    ]
    empty = [{"column": c.column, "row": c.row} for c in plot.cells if c.value is None]
    framed = {(cell.column, cell.row) for cell in plot.cells if cell.boxed}
    boxed = [row for row in rows if (row["column"], row["row"]) in framed]
    # Labels keep off the frame of the least.
    bare = {"domain": False, "ticks": False, "grid": False, "labelPadding": 5}
    place = {
        "x": {
            **_ordinal("column", plot.column_title, plot.columns),
            "axis": {"labelAngle": 0, **bare},
        },
        "y": {**_ordinal("row", plot.row_title, plot.rows), "axis": bare},
    }
    width, height = _CELL[size]
    square = {"type": "rect", "stroke": theme.SENTINELS["paper"], "strokeWidth": 2}
    frame = {
        "type": "rect",
        "fillOpacity": 0,
        "stroke": theme.SENTINELS["standard"],
        "strokeWidth": 2.5,
    }
    told = {"tooltip": _told(plot)} if interactive else {}
    ground = {**frame, "stroke": theme.SENTINELS["grid"], "strokeWidth": 1}
    word = {"text": {"field": "text", "type": "nominal"}, "fill": _as_given("ink")}
    return {
        "layer": [
            {"data": {"values": empty}, "mark": ground, "encoding": place},
            {
                "data": {"values": rows},
                "mark": square,
                "encoding": {**place, "fill": _as_given("fill"), **told},
            },
            {
                "data": {"values": rows},
                "mark": {"type": "text", "fontSize": 11.5},
                "encoding": {**place, **word, **told},
            },
            {"data": {"values": boxed}, "mark": frame, "encoding": {**place, **told}},
        ],
        "width": width * len(plot.columns),
        "height": height * len(plot.rows),
        "title": plot.title,
    }


def _told(plot: HeatMap) -> list[Spec]:
    names = ((plot.column_title, "column"), (plot.row_title, "row"), (plot.title, "value"))
    return [{"field": field, "type": "nominal", "title": title} for title, field in names]


def _ordinal(field: str, title: str, domain: tuple[str, ...]) -> Spec:
    scale = {"domain": list(domain)}
    return {"field": field, "type": "ordinal", "title": title, "sort": None, "scale": scale}


def _as_given(field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": None}


def _step(value: float, values: list[float]) -> int:
    """The class of a value: the lowest values take the strongest colour."""
    low, high = min(values), max(values)
    if high == low:
        return len(theme.HEAT) - 1
    share = (high - value) / (high - low)
    return min(len(theme.HEAT) - 1, int(share * len(theme.HEAT)))
