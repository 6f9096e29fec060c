"""Plot -> Vega-Lite chart, in sentinel colours."""

from __future__ import annotations

from infinite_compute.figures import heatmap
from infinite_compute.figures.layers import CHOSEN, Layers
from infinite_compute.figures.plot import HeatMap, Panel, Plot, Size
from infinite_compute.figures.scales import Scales, Spec, looks

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

_SINGLE = {Size.WIDE: (560, 330), Size.NARROW: (236, 240)}
_SEVERAL = {Size.WIDE: (225, 200), Size.NARROW: (236, 190)}
# The ticks of an axis on the right stand beside the frame.
_RIGHT = {Size.WIDE: 70, Size.NARROW: 58}
_REACHING = 14  # what their intervals take more
_LEGENDS = {"legend": {"color": "independent", "shape": "independent"}}


def chart(plot: Plot, size: Size, *, interactive: bool = False) -> Spec:
    """The chart in one of its sizes; `interactive` adds zoom, tooltips and series on and off."""
    last = len(plot.panels) - 1
    extent = (_SEVERAL if last else _SINGLE)[size]
    named = looks([panel for panel in plot.panels if isinstance(panel, Panel)])
    drawn = []
    for number, panel in enumerate(plot.panels):
        if isinstance(panel, HeatMap):
            drawn.append(heatmap.chart(panel, size, interactive=interactive))
            continue
        scales = Scales(panel, size, named, f"zoom_{number}" if interactive else "")
        layers = Layers(panel, scales, _frame(panel, size, extent), interactive, alone=not last)
        drawn.append(_panel(layers, legend=number == last))
    if not last:
        return {"$schema": SCHEMA, **drawn[0]}
    columns = plot.columns if size is Size.WIDE else 1
    return {"$schema": SCHEMA, "concat": drawn, "columns": columns, "spacing": 28}


def _frame(panel: Panel, size: Size, extent: tuple[int, int]) -> tuple[int, int]:
    """The room for the values, beside an axis on the right."""
    width, height = extent
    if panel.right:
        width -= _RIGHT[size]
        width -= _REACHING if any(tick.reach for tick in panel.right) else 0
    return width, height


def _panel(made: Layers, *, legend: bool) -> Spec:
    layers = made.all(legend=legend)
    if made.interactive:
        params: list[Spec] = []
        if legend and len(made.scales.looks) > 1:
            # Each click on a name takes it in or out; with none chosen all are shown.
            chosen = {"type": "point", "fields": ["series"], "toggle": "true"}
            params.append({"name": CHOSEN, "select": chosen, "bind": "legend"})
        params.append({"name": made.scales.zoom, "select": "interval", "bind": "scales"})
        layers[-1]["params"] = params
    width, height = made.frame
    panel = made.panel
    if panel.right:
        layers += made.right()
    layered: Spec = {"layer": layers, "resolve": _LEGENDS, "width": width, "height": height}
    if panel.title:
        layered["title"] = panel.title
    return layered
