"""Laws over model size and over data, for all recipes and all amounts of data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from infinite_compute.figures import efficiencies, parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Axis, Level, Panel, Plot, Series
from infinite_compute.laws import NotIdentifiable
from infinite_compute.results import (
    Missing,
    Number,
    Recipe,
    Results,
    SizePoint,
    SizeScaling,
    TokenCount,
    TokenScaling,
)

_LOW, _HIGH = 0.13, 6.0
_SIZES = {"150m4k": 0.15, "300m4k": 0.3, "600m4k": 0.6, "1_4b4k": 1.4}


def model_scaling(results: Results) -> Drawing:
    """The regularized recipe over model size, a panel for each amount of data."""
    panels = []
    laws = []
    uncertain = 0
    shown = _shown(results.regularized.by_tokens)
    for tokens, scaling in shown:
        points = tuple(
            replace(parts.point(p.parameters_b, p.loss, _certified(p)), ringed=_ringed(p))
            for p in scaling.points
            if p.fitted
        )
        uncertain += sum(point.ringed for point in points)
        look = replace(theme.REGULARIZED, label="Regularized recipe")
        law = parts.curve(scaling.fit, _LOW, _HIGH)
        levels = _levels("Asymptote", "regularized", scaling)
        # One legend serves all panels; each asymptote stands in its panel's title.
        title = f"{tokens.label} tokens"
        if levels:
            title += f": asymptote {levels[0].y:.2f}"
        panels.append(
            Panel(
                parts.size_axis((_LOW, _HIGH)),
                parts.loss_axis(short=len(shown) > 1, logarithmic=True),
                (Series(look, points, law, joined=law is None),),
                tuple(replace(level, label="Its asymptote") for level in levels),
                title=title,
            )
        )
        laws.append(parts.law_text(f"{tokens.label} tokens", "N", scaling.fit))
    origin, source = parts.source_line(_losses(scaling for _, scaling in shown))
    caption = (
        "With tuned regularization the loss falls with model size along a power law"
        f" at {_amounts(shown)}."
    )
    if uncertain:
        caption += f" {uncertain} settings are not certified as the best among their neighbours."
    return Drawing(Plot(tuple(panels)), caption, origin, source, tuple(laws))


def regularized_over_size(results: Results) -> Drawing:
    """One law over model size for each amount of data, in one frame."""
    return _over_size(results.regularized, "Regularized", parts.loss_axis())


def baseline_over_size(results: Results) -> Drawing:
    """The standard recipe over model size, for each amount of data; no law fits it."""
    shown = _shown(results.standard.by_tokens)
    series = tuple(
        Series(theme.tokens(tokens.run_label), parts.size_points(scaling.points), joined=True)
        for tokens, scaling in shown
    )
    origin, source = parts.source_line(_losses(scaling for _, scaling in shown))
    worse = [scaling for _, scaling in shown if scaling.best is not _largest(scaling)]
    where = f"{shown[0][0].label} tokens"
    if len(shown) > 1:
        where = f"{len(worse)} of {len(shown)} amounts of data"
    caption = f"Without tuned regularization the largest of the four sizes is the best at {where}."
    if worse:
        caption = (
            "Without tuned regularization larger models stop helping:"
            f" at {where} the largest of the four sizes is not the best."
        )
    panel = Panel(parts.size_axis((_LOW, 3.7)), parts.loss_axis(), series)
    return Drawing(Plot((panel,)), caption, origin, source)


def standard_over_tokens(results: Results) -> Drawing:
    """The standard recipe and the regularized asymptotes over data."""
    return _over_tokens(results, {"standard": results.standard, "regularized": results.regularized})


def joint_over_tokens(results: Results) -> Drawing:
    """The standard recipe, the regularized and the joint asymptotes over data."""
    recipes = {
        "standard": results.standard,
        "regularized": results.regularized,
        "joint": results.joint,
    }
    return _over_tokens(results, recipes)


def joint_over_size(results: Results) -> Drawing:
    """The asymptotes over members, over model size, for each amount of data."""
    axis = replace(parts.loss_axis(), title="Asymptote over members (nats per token)")
    return _over_size(results.joint, "Joint", axis)


def joint_over_size_200m(results: Results) -> Drawing:
    """The asymptotes over members at the smallest amount of data, beside the other recipes."""
    joint = need(results.joint.at())
    look = replace(theme.JOINT, label="Asymptotes in the number of members")
    levels = [*_levels("Joint asymptote", "joint", joint)]
    numbers = parts.numbers(joint.points)
    laws = [parts.law_text("Joint recipe", "N", joint.fit)]
    standard, regularized = results.standard.at(), results.regularized.at()
    if not isinstance(standard, Missing):
        best = standard.best
        levels.append(
            Level(best.loss.value, f"Best standard recipe {best.loss.value:.2f}", "standard")
        )
        numbers.append(best.loss)
    if not isinstance(regularized, Missing):
        levels += _levels("Regularized asymptote", "regularized", regularized)
        numbers += parts.numbers(regularized.points)
        laws.append(parts.law_text("Regularized recipe", "N", regularized.fit))
    laws += [f"Published asymptote: {n.value:g} ({parts.source_text(n)})" for n in joint.asymptotes]
    for variant in joint.variants:
        laws.append(parts.law_text(f"With {variant.change}", "N", variant.fit))
    origin, source = parts.source_line(numbers)
    caption = "Ever more members of ever larger models: the asymptotes themselves follow a law"
    if not isinstance(joint.fit, NotIdentifiable):
        caption += f", which ends at {joint.fit.law.asymptote:.2f}"
    panel = Panel(
        parts.size_axis((_LOW, _HIGH)),
        parts.loss_axis(),
        (parts.sizes(look, joint, _LOW, _HIGH),),
        tuple(levels),
    )
    return Drawing(Plot((panel,)), caption + ".", origin, source, tuple(laws))


def _over_size(recipe: Recipe, name: str, axis: Axis) -> Drawing:
    """A recipe over model size for all amounts of data."""
    shown = _shown(recipe.by_tokens)
    series = []
    levels: list[Level] = []
    laws = []
    for tokens, scaling in shown:
        look = theme.tokens(tokens.run_label)
        series.append(parts.sizes(look, scaling, _LOW, _HIGH))
        levels += _levels(f"{tokens.label} asymptote", look.role, scaling)
        laws.append(parts.law_text(f"{tokens.label} tokens", "N", scaling.fit))
        laws += [parts.quoted_text(f"{tokens.label} tokens", "N", law) for law in scaling.quoted]
        laws += [
            parts.law_text(f"{tokens.label} tokens with {variant.change}", "N", variant.fit)
            for variant in scaling.variants
        ]
    origin, source = parts.source_line(_losses(scaling for _, scaling in shown))
    ends = ", ".join(f"{level.y:.2f}" for level in levels)
    caption = f"{name} recipe at {_amounts(shown)}: the losses end at {ends or 'no known value'}."
    panel = Panel(parts.size_axis((_LOW, _HIGH)), axis, tuple(series), tuple(levels))
    return Drawing(Plot((panel,)), caption, origin, source, tuple(laws))


def _over_tokens(results: Results, recipes: Mapping[str, Recipe]) -> Drawing:
    looks = {
        "standard": replace(theme.STANDARD, label="Standard recipe, best size"),
        "regularized": replace(theme.REGULARIZED, label="Regularized recipe, asymptote"),
        "joint": replace(theme.JOINT, label="Joint recipe, asymptote"),
    }
    series = []
    laws = []
    numbers: list[Number] = []
    for name, recipe in recipes.items():
        scaling: TokenScaling = need(recipe.over_tokens)
        series.append(parts.data(looks[name], scaling, 0.17, 3.4))
        laws.append(parts.law_text(looks[name].label, "D", scaling.fit))
        numbers += [point.loss for point in scaling.points]
    axis = replace(parts.token_axis((0.17, 3.4)), ticks=(*parts.TOKENS, 3.2))
    origin, source = parts.source_line(numbers)
    last = list(recipes)[-1]
    gained = [
        (one.tokens.label, one.over_law.value)
        for one in results.efficiencies
        if one.name == f"{last}_asymptote" and isinstance(one.over_law, Number)
    ]
    caption = "The recipes follow laws over data, one below the other"
    if gained:
        worth = ", ".join(f"{value:.2f} times the data at {label}" for label, value in gained)
        caption += f": the asymptote of the {last} recipe is worth {worth} tokens"
    caption += "."
    laws += efficiencies.lines(results.efficiencies)
    panel = Panel(axis, parts.loss_axis(), tuple(series))
    return Drawing(Plot((panel,)), caption, origin, source, tuple(laws))


def _shown(
    by_tokens: Mapping[TokenCount, SizeScaling | Missing],
) -> list[tuple[TokenCount, SizeScaling]]:
    """The amounts of data that are known; at least one, else the figure ends."""
    known = [(t, s) for t, s in by_tokens.items() if not isinstance(s, Missing)]
    if not known:
        need(next(iter(by_tokens.values())))
    return known


def _levels(name: str, role: str, scaling: SizeScaling) -> tuple[Level, ...]:
    return parts.asymptote(name, role, scaling.fit)


def _losses(scalings: Iterable[SizeScaling]) -> list[Number]:
    return [point.loss for scaling in scalings for point in scaling.points]


def _amounts(shown: list[tuple[TokenCount, SizeScaling]]) -> str:
    labels = [tokens.label for tokens, _ in shown]
    if len(labels) == 1:
        return f"{labels[0]} tokens (the other amounts of data need the run table)"
    return ", ".join(labels[:-1]) + f" and {labels[-1]} tokens"


def _certified(point: SizePoint) -> str:
    text = parts.setting_text(point.setting)
    if point.certificate is None:
        return text
    checks = ", ".join(
        f"{check.axis} {check.step:+d}: {check.state.value}"
        for check in point.certificate.neighbours
    )
    kept = "certified" if point.certificate.certified else "not certified"
    return f"{text}; {kept} ({checks})"


def _ringed(point: SizePoint) -> bool:
    return point.certificate is not None and not point.certificate.certified


def _largest(scaling: SizeScaling) -> SizePoint:
    return max((p for p in scaling.points if p.fitted), key=lambda p: p.parameters_b)
