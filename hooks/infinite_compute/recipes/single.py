"""The recipes of single models, standard and regularized: their best runs by size and data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from infinite_compute import models
from infinite_compute.laws import NotIdentifiable, PowerFit, PowerLaw, fit_power
from infinite_compute.published import Published
from infinite_compute.recipes import selection
from infinite_compute.recipes.certificates import certify
from infinite_compute.recipes.origins import (
    asymptote,
    at,
    derived,
    missing,
    noise,
    of_run,
    of_value,
    prefer,
    train_of_run,
)
from infinite_compute.recipes.selection import LARGER, SIZES, Selected
from infinite_compute.results import (
    TOKEN_COUNTS,
    Missing,
    Number,
    Origin,
    QuotedLaw,
    Recipe,
    Setting,
    SizePoint,
    SizeScaling,
    TokenCount,
    TokenPoint,
    TokenScaling,
    Variant,
)
from infinite_compute.table import Row

MODE = "infinite-model-scaling"
_NO_LAW = NotIdentifiable("the standard recipe is read at its best size: its loss rises beyond")
_STANDARD_AXES = ("epochs", "lr")
_ALL_AXES = ("epochs", "lr", "weight_decay")


def standard(selected: Selected, published: Published) -> Recipe:
    """Weight decay 0.1; of each amount of data the best size counts."""
    by_tokens: dict[TokenCount, SizeScaling | Missing] = {}
    for tokens in TOKEN_COUNTS:
        points = _points(selected, tokens, selection.is_standard, _STANDARD_AXES)
        runs = SizeScaling(tokens, Origin.RUNS, points, _NO_LAW) if points else None
        by_tokens[tokens] = prefer(runs, _published_standard(published, tokens), MODE)
    best = [
        TokenPoint(tokens, scaling.best.loss)
        for tokens, scaling in by_tokens.items()
        if isinstance(scaling, SizeScaling)
    ]
    return Recipe("standard", by_tokens, over_tokens(best))


def regularized(selected: Selected, published: Published) -> Recipe:
    """Weight decay is tuned too; the law over sizes has an asymptote for each amount of data."""
    by_tokens: dict[TokenCount, SizeScaling | Missing] = {}
    for tokens in TOKEN_COUNTS:
        points = _points(selected, tokens, selection.is_regularized, _ALL_AXES)
        runs = SizeScaling(tokens, Origin.RUNS, points, fit_sizes(points)) if points else None
        by_tokens[tokens] = prefer(runs, _published_regularized(published, tokens), MODE)
    return Recipe("regularized", by_tokens, over_tokens(asymptotes(by_tokens.values())))


def fit_sizes(points: Iterable[SizePoint]) -> PowerFit | NotIdentifiable:
    """The law A/N^B + C through the points that belong to it."""
    used = [point for point in points if point.fitted]
    losses = [point.loss for point in used]
    return fit_power(
        [point.parameters_b for point in used],
        [loss.value for loss in losses],
        noise=noise(losses),
    )


def asymptotes(scalings: Iterable[SizeScaling | Missing]) -> list[TokenPoint]:
    """The asymptotes of laws over sizes, where there is a law."""
    found = []
    for scaling in scalings:
        if isinstance(scaling, SizeScaling) and not isinstance(scaling.fit, NotIdentifiable):
            inputs = [point.loss for point in scaling.points if point.fitted]
            value = asymptote(scaling.fit, inputs, "asymptote over model size")
            found.append(TokenPoint(scaling.tokens, value))
    return found


def over_tokens(points: list[TokenPoint], mode: str = MODE) -> TokenScaling | Missing:
    """The law A/D^B + C through one loss for each amount of data; it needs all four."""
    if len(points) < len(TOKEN_COUNTS):
        return missing(mode)
    losses = [point.loss for point in points]
    fit = fit_power(
        [point.tokens.billions for point in points],
        [loss.value for loss in losses],
        noise=noise(losses),
    )
    origin = derived(0.0, losses).origin
    notes = dict.fromkeys(loss.note for loss in losses if origin is Origin.PUBLISHED and loss.note)
    return TokenScaling(origin, tuple(points), fit, "; ".join(notes))


def _points(
    selected: Selected,
    tokens: TokenCount,
    recipe: Callable[[Row], bool],
    axes: tuple[str, ...],
) -> tuple[SizePoint, ...]:
    """The best run of each size; none where one of the sizes that laws need has no run."""
    points = []
    for model in (*SIZES, *LARGER):
        # A certificate looks around in all runs, also those that the recipe leaves out.
        rows = selected.singles.get((model, tokens), ())
        least = selection.best(row for row in rows if recipe(row))
        if least is not None:
            points.append(
                SizePoint(
                    model,
                    size(model),
                    of_run(least),
                    selection.setting(least),
                    train_of_run(least),
                    certify(least, rows, axes),
                    fitted=model in SIZES,
                )
            )
    return tuple(points) if {point.model for point in points} >= set(SIZES) else ()


def size(model: str) -> float:
    """The size of a model on the axis of laws, nominal billions."""
    nominal = models.nominal(model)
    if nominal is None:
        raise ValueError(f"the name {model} says no size")
    return nominal


def _published_standard(published: Published, tokens: TokenCount) -> SizeScaling | None:
    start = f"standard/{tokens.label}"
    if published.get(f"{start}/losses/{SIZES[0]}") is None:
        return None
    points = _published_points(published, start, ("losses", "extra_losses"))
    return SizeScaling(tokens, Origin.PUBLISHED, points, _NO_LAW)


def _published_regularized(published: Published, tokens: TokenCount) -> SizeScaling | None:
    start = f"regularized/{tokens.label}"
    if published.get(f"{start}/losses/{SIZES[0]}") is None:
        return None
    points = _published_points(published, start, ("losses", "extrapolation_losses"))
    law = published.below(f"{start}/law")
    parameters = (law[name].value for name in PowerLaw.names())
    quoted = QuotedLaw(PowerLaw(*parameters), law["exponent"].source, law["exponent"].note)
    quoted_asymptote = at(published, f"{start}/asymptote")
    return SizeScaling(
        tokens,
        Origin.PUBLISHED,
        points,
        fit_sizes(points),
        (quoted,),
        (quoted_asymptote,),
        tuple(disputed(published, lambda model: f"{start}/losses/{model}", points)),
    )


def disputed(
    published: Published, key: Callable[[str], str], points: tuple[SizePoint, ...]
) -> Iterable[Variant]:
    """The same law with each input of which another source says something else."""
    for index, point in enumerate(points):
        value = published.get(key(point.model))
        for other in value.others if value and point.fitted else ():
            said = f"{other.value:.5g} ({other.source}) instead of {point.loss.value:.5g}"
            changed = list(points)
            changed[index] = replace(point, loss=of_value(other))
            yield Variant(f"{point.model}: {said}", tuple(changed), fit_sizes(changed))


def _published_points(
    published: Published, start: str, groups: tuple[str, ...]
) -> tuple[SizePoint, ...]:
    points = []
    for group in groups:
        for model in (*SIZES, *LARGER):
            value = published.get(f"{start}/{group}/{model}")
            if value is None:
                continue
            train = published.get(f"{start}/train_losses/{model}")
            points.append(
                SizePoint(
                    model,
                    size(model),
                    of_value(value),
                    published_setting(published, f"{start}/settings/{model}"),
                    of_value(train) if train else None,
                    fitted=model in SIZES,
                )
            )
    return tuple(points)


def published_setting(published: Published, key: str) -> Setting | None:
    """The published hyper-parameters below a key."""
    epochs = published.get(f"{key}/epochs")
    if epochs is None:
        return None
    lr, decay = published.value(f"{key}/lr"), published.value(f"{key}/weight_decay")
    return Setting(int(epochs.value), lr.value, decay.value)


def number_of(scaling: SizeScaling | Missing, model: str) -> Number | None:
    """The loss of a model in a scaling, where there is one."""
    point = None if isinstance(scaling, Missing) else scaling.of(model)
    return None if point is None else point.loss
