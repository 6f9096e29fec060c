"""Compute-optimal training for comparison: budgets of compute, and one epoch at its best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Axis, Curve, Panel, Plot, Series, Unit, spaced
from infinite_compute.laws import JointFit, NotIdentifiable
from infinite_compute.results import IsoFlopPoint, Missing, Results

_SIZES = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0)


def isoflop(mode: str) -> Callable[[Results], Drawing]:
    """Loss over model size for budgets of compute, and the law in size and data."""

    def draw(results: Results) -> Drawing:
        sweep = need(results.isoflop[mode])
        series = []
        for number, flops in enumerate(sorted({point.flops for point in sweep.points})):
            chosen = sorted(
                (p for p in sweep.points if p.flops == flops), key=lambda p: p.parameters_b
            )
            points = tuple(
                parts.point(p.parameters_b, p.loss, f"{p.tokens_b:.2f}B tokens") for p in chosen
            )
            look = theme.step(number, f"{flops:.0e} FLOPs".replace("e+", "e"))
            along = _along(sweep.fit, chosen)
            series.append(Series(look, points, along, joined=along is None))
        limits = tuple(
            f"Ever larger models at {one.tokens.label} tokens: {one.loss.value:.3f}"
            for one in sweep.limits
        )
        laws = (parts.law_text(f"Sweep {sweep.tag}", "N", sweep.fit), *limits)
        origin, source = parts.source_line(p.loss for p in sweep.points)
        caption = "Each budget of compute has a best model size, which grows with the budget"
        if not isinstance(sweep.fit, NotIdentifiable):
            law = sweep.fit.law
            caption += (
                f"; the law in size and data has exponents {law.model_exponent:.2f} and"
                f" {law.data_exponent:.2f}"
            )
        axis = Axis("Parameters", Unit.BILLIONS, logarithmic=True, ticks=_SIZES)
        panel = Panel(axis, parts.loss_axis(), tuple(series))
        return Drawing(Plot((panel,)), caption + ".", origin, source, laws)

    return draw


def _along(fit: JointFit | NotIdentifiable, budget: Sequence[IsoFlopPoint]) -> Curve | None:
    """The law where one budget leads: the more parameters, the fewer tokens."""
    if isinstance(fit, NotIdentifiable) or len(budget) < 2:
        return None
    # A budget fixes the product of both, up to rounded steps.
    product = median(point.parameters_b * point.tokens_b for point in budget)
    ends = (budget[0].parameters_b, budget[-1].parameters_b)
    places = [(n, product / n) for n in spaced(*ends, logarithmic=True, count=32)]
    values = tuple(fit.law.evaluate(n, d) for n, d in places)
    return parts.banded(tuple(n for n, _ in places), values, ends, fit.band(places))


def comparison(results: Results) -> Drawing:
    """The standard recipe, one epoch at its best, and the regularized recipe over model size."""
    table = results.comparison
    standard, regularized = need(table.standard), need(table.regularized)
    series = [
        Series(theme.STANDARD, parts.size_points(standard.points), joined=True),
        parts.sizes(theme.REGULARIZED, regularized, 0.13, 6.0),
    ]
    numbers = parts.numbers([*standard.points, *regularized.points])
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    for quoted in regularized.quoted:
        law = quoted.law
        xs = spaced(0.13, 6.0, logarithmic=True)
        look = replace(theme.Look("Law as published", "other"), shape=theme.STROKE)
        ys = tuple(law.evaluate(x) for x in xs)
        drawn = Curve(xs, ys, (0.15, 1.4), bandless="published without its uncertainty")
        series.append(Series(look, curve=drawn, muted=True))
        laws.append(parts.quoted_text("Regularized recipe", "N", quoted))
    laws += [
        parts.law_text(f"Regularized recipe with {variant.change}", "N", variant.fit)
        for variant in regularized.variants
    ]
    if not isinstance(table.one_epoch, Missing):
        points = tuple(parts.point(p.x, p.loss) for p in table.one_epoch.points)
        look = theme.step(3, parts.named(table.one_epoch.name))
        series.append(Series(look, points, joined=True))
        numbers += [p.loss for p in table.one_epoch.points]
    levels = parts.asymptote("Regularized asymptote", "regularized", regularized.fit)
    origin, source = parts.source_line(numbers)
    least = min(standard.points, key=lambda point: point.loss.value)
    caption = (
        f"The standard recipe gets no further than {least.loss.value:.2f}, at"
        f" {theme.size(least.model).label}; with tuned regularization the loss falls along a law"
    )
    if levels:
        caption += f" towards {levels[0].y:.2f}"
    panel = Panel(parts.size_axis((0.13, 6.0)), parts.loss_axis(), tuple(series), levels)
    return Drawing(Plot((panel,)), caption + ".", origin, source, tuple(laws))
