"""Data efficiencies as figures tell them: ticks beside losses, and lines with their intervals."""

from __future__ import annotations

from collections.abc import Iterable

from infinite_compute.figures import parts
from infinite_compute.figures.plot import Tick
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.results import SMALLEST, Efficiency, Missing, Number, Origin

# By the names of efficiencies; what is ever larger has the loss of an asymptote.
NAMES = {
    "standard": "Standard, best size",
    "single_1_4b4k": "Regularized, 1.4B",
    "regularized_asymptote": "Regularized, ever larger (asymptote)",
    "ensemble_300m4k_of_best_single": "Ensembles of 300M, best setting of one (asymptote)",
    "ensemble_300m4k_of_best": "Ensembles of 300M, best setting of many (asymptote)",
    "five_1_4b4k": "Ensemble of five 1.4B",
    "joint_asymptote": "Joint, ever more of ever larger (asymptote)",
}
INTERVALS = (
    "intervals of data efficiencies hold what the standard law over data and the loss itself leave"
    " open, at 90% confidence by profile likelihood"
)
# The losses that the right axis of figure 1 names.
_TICKS = ("standard", "regularized_asymptote", "ensemble_300m4k_of_best_single", "joint_asymptote")


def ticks(efficiencies: Iterable[Efficiency]) -> tuple[tuple[Tick, ...], list[Number]]:
    """The right axis: losses under the name of how much data they are worth, and these numbers."""
    found: dict[str, Tick] = {}
    used = []
    for one in efficiencies:
        if one.tokens != SMALLEST or one.loss is None or one.name not in _TICKS:
            continue
        value = one.over_law if isinstance(one.over_law, Number) else None
        if one.quoted and one.loss.origin is Origin.PUBLISHED:
            # What was published of a loss says nothing of the loss of other runs.
            value = value or one.quoted[0]
        if value is not None:
            found[f"{one.loss.value:.3f}"] = _tick(one.loss.value, NAMES[one.name], value)
            used.append(value)
    return tuple(found.values()), used


def lines(efficiencies: Iterable[Efficiency]) -> tuple[str, ...]:
    """Those that runs tell, a line each, and one that says what their intervals are."""
    known = [one for one in efficiencies if isinstance(one.over_law, Number)]
    said = tuple(
        f"Data efficiency at {one.tokens.label}, {NAMES[one.name]}: {_said(one.over_law)} by the"
        f" standard law, {_said(one.over_tokens)} by the tokens"
        for one in known
    )
    return (*said, parts.named(INTERVALS)) if said else ()


def _tick(loss: float, name: str, value: Number) -> Tick:
    text = "1×" if abs(value.value - 1) < 0.005 else f"{value.value:.2f}×"
    interval, reach = value.interval, ""
    note = "as published, without an interval" if value.origin is Origin.PUBLISHED else ""
    if isinstance(interval, Interval):
        low, high = parts.ends(interval, 2)
        reach, note = f"{low}–{high}", f"{low} to {high} at {interval.level:.0%} confidence"
    elif isinstance(interval, NotIdentifiable):
        reach, note = "?", interval.reason
    said = "; ".join(part for part in (text, note) if part)
    return Tick(loss, text, reach, name, said, parts.source_text(value))


def _said(number: Number | NotIdentifiable | Missing) -> str:
    if not isinstance(number, Number):
        return "unknown"
    if isinstance(number.interval, Interval):
        low, high = parts.ends(number.interval, 2)
        return f"{number.value:.2f} ({low} to {high})"
    about = " (interval not identifiable)" if number.interval else ""
    return f"{number.value:.2f}{about}"
