"""Data efficiency: how many times less data a recipe needs than the standard one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from infinite_compute.laws import NotIdentifiable
from infinite_compute.published import Published
from infinite_compute.recipes.efficiency_intervals import StandardLaw
from infinite_compute.recipes.ensembling import Cells
from infinite_compute.recipes.origins import asymptote, at, derived, missing
from infinite_compute.recipes.single import MODE, number_of
from infinite_compute.results import (
    TOKEN_COUNTS,
    Efficiency,
    EnsembleCell,
    Missing,
    Number,
    Recipe,
    SizeScaling,
    TokenCount,
)

BY_LAW = "divided by the data at which the standard law reaches the standard recipe's own loss"
BY_TOKENS = "divided by the tokens used"

LARGEST = "1_4b4k"
ENSEMBLED = "300m4k"
SEVERAL = 5


def efficiencies(
    standard: Recipe, regularized: Recipe, cells: Cells, joint: Recipe, published: Published
) -> tuple[Efficiency, ...]:
    """The efficiency of each recipe at each amount of data, published ones beside it."""
    known_law = standard.over_tokens
    law = known_law if isinstance(known_law, Missing) else StandardLaw(known_law)
    found = []
    for tokens in TOKEN_COUNTS:
        for name, loss in _losses(tokens, standard, regularized, cells, joint):
            quoted = published.get(f"efficiency/{tokens.label}/{name}")
            known = (at(published, f"efficiency/{tokens.label}/{name}"),) if quoted else ()
            by_law, by_tokens = _both(law, standard.at(tokens), tokens, loss)
            found.append(Efficiency(name, tokens, loss, by_law, by_tokens, known))
    return tuple(found)


def _losses(
    tokens: TokenCount, standard: Recipe, regularized: Recipe, cells: Cells, joint: Recipe
) -> Iterator[tuple[str, Number | None]]:
    """The losses that efficiencies are about, by the names of the published ones."""
    known = standard.at(tokens)
    yield "standard", known.best.loss if isinstance(known, SizeScaling) else None
    yield "single_1_4b4k", number_of(regularized.at(tokens), LARGEST)
    yield "regularized_asymptote", _asymptote(regularized, tokens)
    cell = cells[ENSEMBLED, tokens]
    held = cell if isinstance(cell, EnsembleCell) else None
    yield "ensemble_300m4k_of_best_single", held.asymptote_of_single if held else None
    yield "ensemble_300m4k_of_best", held.asymptote_of_best if held else None
    yield "five_1_4b4k", _several(cells[LARGEST, tokens])
    yield "joint_asymptote", _asymptote(joint, tokens)


def _asymptote(recipe: Recipe, tokens: TokenCount) -> Number | None:
    scaling = recipe.at(tokens)
    if isinstance(scaling, Missing) or isinstance(scaling.fit, NotIdentifiable):
        return None
    inputs = [point.loss for point in scaling.points if point.fitted]
    return asymptote(scaling.fit, inputs, "asymptote over model size")


def _several(cell: EnsembleCell | Missing) -> Number | None:
    """The least loss of so many members."""
    if isinstance(cell, Missing):
        return None
    points = [point for group in cell.groups for point in group.points]
    losses = [point.loss for point in points if point.members == SEVERAL]
    return min(losses, key=lambda loss: loss.value, default=None)


def _both(
    law: StandardLaw | Missing,
    own: SizeScaling | Missing,
    tokens: TokenCount,
    loss: Number | None,
) -> tuple[Number | NotIdentifiable | Missing, Number | NotIdentifiable | Missing]:
    if isinstance(law, Missing) or isinstance(own, Missing) or loss is None:
        lacking = law if isinstance(law, Missing) else missing(MODE)
        return lacking, lacking
    return (
        _efficiency(law, loss, own.best.loss, BY_LAW),
        _efficiency(law, loss, tokens, BY_TOKENS),
    )


def _efficiency(
    law: StandardLaw, loss: Number, base: Number | TokenCount, note: str
) -> Number | NotIdentifiable:
    fit = law.fit
    if isinstance(fit, NotIdentifiable):
        return fit
    needed = fit.law.inverse(loss.value)
    used = base.billions if isinstance(base, TokenCount) else fit.law.inverse(base.value)
    if not math.isfinite(needed) or not math.isfinite(used):
        return NotIdentifiable("the standard law reaches no such loss with any amount of data")
    number = derived(needed / used, [*law.losses, loss], note)
    return replace(number, interval=law.interval(loss, base))
