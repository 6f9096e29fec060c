"""Numbers from runs and from published values, and which of the two is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

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
    return Number(row.loss, Origin.RUNS, (row.id,), note)


def train_of_run(row: Row) -> Number | None:
    """The last training loss of a run: one batch, so it is noisy."""
    if row.train_loss is None:
        return None
    return Number(row.train_loss, Origin.RUNS, (row.id,), "of the last batch logged")


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
    return Number(value, Origin.RUNS if runs else Origin.PUBLISHED, tuple(sources), joined)


def prefer(runs: T | None, published: T | None, mode: str) -> T | Missing:
    """What runs say, else what was published, else what is missing."""
    if runs is not None:
        return runs
    return missing(mode) if published is None else published
