"""Numbers from runs and from published values, and which of the two is used."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from statistics import NormalDist
from typing import TypeVar

from infinite_compute.laws import Interval, PowerFit
from infinite_compute.published import Published, Value
from infinite_compute.results import Missing, Number, Origin
from infinite_compute.table import Row

T = TypeVar("T")


def missing(mode: str) -> Missing:
    """What only the run table holds, and the mode whose runs are to be fetched."""
    return Missing("the run table", f"python hooks/plotting.py --mode {mode} --build-cache")


def of_run(row: Row, note: str = "") -> Number:
    """The loss of a run that has one."""
    if row.loss is None:
        raise ValueError(f"{row.id} has no loss")
    return Number(row.loss, Origin.RUNS, (row.id,), note, as_of=days(row))


def train_of_run(row: Row) -> Number | None:
    """The last training loss of a run: one batch, so it is noisy."""
    if row.train_loss is None:
        return None
    note = "of the last batch logged"
    return Number(row.train_loss, Origin.RUNS, (row.id,), note, as_of=days(row))


def days(row: Row) -> tuple[str, ...]:
    """As of when the run is known."""
    return (row.as_of,) if row.as_of else ()


def of_value(value: Value) -> Number:
    """A published value."""
    return Number(value.value, Origin.PUBLISHED, (value.source,), value.note)


def at(published: Published, key: str) -> Number:
    """The published value of a key."""
    return of_value(published.value(key))


def derived(value: float, inputs: Iterable[Number], note: str = "") -> Number:
    """A value computed from others: from runs only if all of them are."""
    used = list(inputs)
    runs = all(number.origin is Origin.RUNS for number in used)
    sources = dict.fromkeys(source for number in used for source in number.sources)
    notes = dict.fromkeys([note, *(number.note for number in used)])
    joined = "; ".join(text for text in notes if text)
    asked = tuple(sorted({day for number in used for day in number.as_of}))
    origin = Origin.RUNS if runs else Origin.PUBLISHED
    return Number(value, origin, tuple(sources), joined, as_of=asked)


def asymptote(fit: PowerFit, inputs: Iterable[Number], note: str) -> Number:
    """The asymptote of a law fitted to other values, with its standard error."""
    interval, error = fit.asymptote, math.inf
    if isinstance(interval, Interval):
        within = NormalDist().inv_cdf((1 + interval.level) / 2)
        error = (interval.high - interval.low) / 2 / within
    return replace(derived(fit.law.asymptote, inputs, note), error=error, interval=interval)


def noise(inputs: Iterable[Number]) -> float:
    """The standard error that values of a fit have themselves, on average."""
    errors = [number.error for number in inputs if number.error is not None]
    return math.sqrt(sum(error**2 for error in errors) / len(errors)) if errors else 0.0


def prefer(runs: T | None, published: T | None, mode: str) -> T | Missing:
    """What runs say, else what was published, else what is missing."""
    if runs is not None:
        return runs
    return missing(mode) if published is None else published
