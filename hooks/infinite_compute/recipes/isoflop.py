"""Runs of fixed budgets, one epoch each: the law of loss over parameters and tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from infinite_compute.laws import JointLaw, NotIdentifiable, fit_joint
from infinite_compute.recipes import selection
from infinite_compute.recipes.origins import derived, missing, of_run
from infinite_compute.recipes.selection import Selected
from infinite_compute.results import (
    TOKEN_COUNTS,
    IsoFlopPoint,
    IsoFlopSweep,
    Missing,
    TokenPoint,
)
from infinite_compute.run_id import Kind
from infinite_compute.table import Row

BUDGETS = (3e18, 6e18, 1e19, 3e19, 6e19)
MOST_PARAMETERS_B = 3.0

MODES = ("dclm-chinchilla", "dclm-chinchilla-lr-tune")


def sweeps(selected: Selected, tags: Mapping[str, str]) -> Mapping[str, IsoFlopSweep | Missing]:
    """The sweep of each mode, by the tag of its runs; they share nothing."""
    return {
        mode: _sweep(selected, mode, tags[mode]) if mode in tags else missing(mode)
        for mode in MODES
    }


def _sweep(selected: Selected, mode: str, tag: str) -> IsoFlopSweep | Missing:
    by_place: dict[tuple[float, float, float], list[Row]] = defaultdict(list)
    for row in selected.of(Kind.CHINCHILLA):
        flops, parameters = row.name.flops, row.parameters_b
        if tag not in row.tags or flops not in BUDGETS or parameters is None:
            continue
        if parameters <= MOST_PARAMETERS_B:
            by_place[flops, parameters, row.base_tokens / 1e9].append(row)
    points = []
    for (flops, parameters, tokens), rows in sorted(by_place.items()):
        least = selection.best(rows)
        if least is not None:
            points.append(IsoFlopPoint(flops, parameters, tokens, of_run(least)))
    if not points:
        return missing(mode)
    fit = fit_joint(
        [point.parameters_b for point in points],
        [point.tokens_b for point in points],
        [point.loss.value for point in points],
    )
    limits = () if isinstance(fit, NotIdentifiable) else tuple(_limits(points, fit.law))
    return IsoFlopSweep(tag, tuple(points), fit, limits)


def _limits(points: Sequence[IsoFlopPoint], law: JointLaw) -> Iterator[TokenPoint]:
    """The loss that ever larger models would approach on each amount of data, seen once."""
    losses = [point.loss for point in points]
    for tokens in TOKEN_COUNTS:
        yield TokenPoint(tokens, derived(law.limit(tokens.billions), losses))
