"""Laws over the number of members, for all sizes and amounts of data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.ensembles import members_of
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Panel, Plot, Series
from infinite_compute.results import (
    SMALLEST,
    TOKEN_COUNTS,
    EnsembleCell,
    Missing,
    Number,
    Results,
    TokenCount,
)

_SIZES = ("150m4k", "300m4k", "600m4k", "1_4b4k")


def ensembles_over_members(results: Results) -> Drawing:
    """The laws over members of every size at every amount of data, a panel for each amount."""
    panels = []
    laws: list[str] = []
    numbers: list[Number] = []
    for tokens in TOKEN_COUNTS:
        cells = [
            cell
            for model in _SIZES
            if not isinstance(cell := results.ensembles[model, tokens], Missing) and cell.groups
        ]
        if cells:
            panel, said, used = _members_panel(cells, f"{tokens.label} tokens")
            panels.append(panel)
            laws += said
            numbers += used
    if not panels:
        need(_runs(results, TOKEN_COUNTS))
    origin, source = parts.source_line(numbers)
    caption = "At every size and amount of data, more members lower the loss along a power law."
    return Drawing(Plot(tuple(panels)), caption, origin, source, tuple(laws))


def ensembles_over_members_200m(results: Results) -> Drawing:
    """The laws over members of the four sizes at the smallest amount of data."""
    need(_runs(results, (SMALLEST,)))
    cells = [need(results.ensembles[model, SMALLEST]) for model in _SIZES]
    panel, laws, numbers = _members_panel(cells, "")
    origin, source = parts.source_line(numbers)
    caption = (
        "Members lower the loss of every size; the larger the members, the lower the asymptote."
    )
    return Drawing(Plot((panel,)), caption, origin, source, tuple(laws))


def _members_panel(
    cells: Iterable[EnsembleCell], title: str
) -> tuple[Panel, list[str], list[Number]]:
    series = []
    laws = []
    numbers: list[Number] = []
    for cell in cells:
        group, points = members_of(cell)
        look = theme.size(cell.model)
        law = parts.curve(group.fit, 1, 12) if group else None
        series.append(Series(look, tuple(parts.member_points(points)), law, joined=law is None))
        numbers += parts.numbers(points)
        if group:
            name = f"{look.label} at {cell.tokens.label}"
            laws.append(parts.law_text(name, "K", group.fit))
    axis = replace(parts.member_axis(8), domain=(0.93, 12.0), ticks=(1, 2, 3, 5, 8, 12))
    loss = parts.loss_axis(short=bool(title))
    return Panel(axis, loss, tuple(series), title=title), laws, numbers


def _runs(results: Results, counts: Iterable[TokenCount]) -> EnsembleCell | Missing:
    """A cell with runs, else what is missing for one."""
    found: EnsembleCell | Missing | None = None
    for tokens in counts:
        for model in _SIZES:
            found = results.ensembles[model, tokens]
            if not isinstance(found, Missing) and found.groups:
                return found
    if isinstance(found, Missing):
        return found
    command = "python hooks/plotting.py --mode varying-hparams-experiment --build-cache"
    return Missing("the run table", command)
