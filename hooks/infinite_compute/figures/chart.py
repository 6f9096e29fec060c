"""Plot -> Altair chart, in sentinel colours."""

from __future__ import annotations

import altair as alt

from infinite_compute.figures import heatmap
from infinite_compute.figures.layers import Layers
from infinite_compute.figures.plot import HeatMap, Panel, Plot, Size
from infinite_compute.figures.scales import Scales

Chart = alt.LayerChart | alt.ConcatChart

_SINGLE = {Size.WIDE: (560, 330), Size.NARROW: (236, 240)}
_SEVERAL = {Size.WIDE: (225, 200), Size.NARROW: (236, 190)}
# The ticks of an axis on the right stand beside the frame.
_RIGHT = {Size.WIDE: 70, Size.NARROW: 30}


def chart(plot: Plot, size: Size, *, interactive: bool = False) -> Chart:
    """The chart in one of its sizes; `interactive` adds zoom, tooltips and series on and off."""
    last = len(plot.panels) - 1
    extent = (_SEVERAL if last else _SINGLE)[size]
    chosen = None
    if interactive:
        chosen = alt.selection_point(name="chosen", fields=["series"], bind="legend")
    drawn = [
        heatmap.chart(panel, size)
        if isinstance(panel, HeatMap)
        else _panel(panel, size, extent, chosen, number, legend=number == last)
        for number, panel in enumerate(plot.panels)
    ]
    if not last:
        return drawn[0]
    return alt.concat(*drawn, columns=plot.columns if size is Size.WIDE else 1, spacing=28)


def _panel(  # noqa: PLR0913  all that makes one panel differ from another
    panel: Panel,
    size: Size,
    extent: tuple[int, int],
    chosen: alt.Parameter | None,
    number: int,
    *,
    legend: bool,
) -> alt.LayerChart:
    made = Layers(panel, Scales(panel, size), chosen, alone=extent == _SINGLE[size])
    layers = made.all(legend=legend)
    if chosen is not None:
        # Along the right axis nothing moves, so the left one must not either.
        name = f"zoom_{number}"
        zoom = alt.selection_interval(name=name, bind="scales")
        if panel.right:
            zoom = alt.selection_interval(name=name, bind="scales", encodings=["x"])
        layers[-1] = layers[-1].add_params(*([chosen] if legend else []), zoom)
    layered: alt.LayerChart = alt.LayerChart(layer=layers)
    layered = layered.resolve_legend(color="independent", shape="independent")
    if panel.right:
        # Two axes of one direction belong to two layers with scales of their own.
        layered = alt.LayerChart(layer=[layered, made.right()])
        layered = layered.resolve_scale(y="independent")
        layered = layered.resolve_legend(color="independent", shape="independent")
    width, height = extent
    layered.width, layered.height = width - (_RIGHT[size] if panel.right else 0), height
    if panel.title:
        layered.title = panel.title
    return layered
