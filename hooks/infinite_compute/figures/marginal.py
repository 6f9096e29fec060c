"""What more parameters still bring, along the laws of one model and of ensembles."""

from __future__ import annotations

from dataclasses import replace

from infinite_compute import marginal_returns
from infinite_compute.figures import parts, theme
from infinite_compute.figures.ensembles import members_of
from infinite_compute.figures.figure import Drawing, LackingError, need
from infinite_compute.figures.plot import Curve, Panel, Plot, Series
from infinite_compute.laws import NotIdentifiable, PowerFit
from infinite_compute.results import Missing, Results

_MODELS = ("150m4k", "300m4k", "600m4k", "1_4b4k")
_LOW, _HIGH = 0.15, 12.0


def returns(results: Results) -> Drawing:
    """How much one per cent more parameters still lowers the loss."""
    regularized = need(results.regularized.at())
    if isinstance(regularized.fit, NotIdentifiable):
        raise LackingError(Missing("a law that the data fix", ""))
    series = [Series(theme.REGULARIZED, curve=_curve(regularized.fit, _LOW))]
    numbers = parts.numbers(regularized.points)
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    for model in _MODELS:
        cell = results.ensemble(model)
        if isinstance(cell, Missing):
            continue
        group, points = members_of(cell)
        if group is None or isinstance(group.fit, NotIdentifiable):
            continue
        look = replace(theme.size(model), label=f"Ensembles of {theme.size(model).label}")
        one = cell.parameters_b
        series.append(Series(look, curve=_curve(group.fit, one, factor=one)))
        numbers += parts.numbers(points)
        laws.append(parts.law_text(look.label, "K", group.fit))
    axis = replace(parts.loss_axis(), title="Fall of the loss per 1% more parameters (%)")
    origin, source = parts.source_line(numbers)
    caption = (
        "The return of more parameters falls along every law; where the curve of an ensemble lies"
        " above that of one model, another member is worth more than a larger model."
    )
    panel = Panel(parts.total_axis(), axis, tuple(series))
    return Drawing(Plot((panel,)), caption, origin, source, tuple(laws))


def _curve(fit: PowerFit, low: float, factor: float = 1.0) -> Curve:
    """The returns of a law from `low` on, drawn at `factor` times its x."""
    xs, measured = parts.places(fit, low / factor, _HIGH / factor)
    values = tuple(fit.law.marginal_return(x) for x in xs)
    return parts.banded(xs, values, measured, marginal_returns.band(fit, xs), factor)
