"""`overrides.yaml`: points that are set or left out by hand, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from infinite_compute.errors import InfiniteComputeError
from infinite_compute.table import Row

FILE = "data/infinite-compute/overrides.yaml"
_CONDITIONS: dict[str, Callable[[Row], object]] = {
    "run": lambda row: row.id,
    "kind": lambda row: str(row.name.kind),
    "model": lambda row: row.model,
    "tokens": lambda row: row.name.tokens_label,
    "epochs": lambda row: row.epochs,
    "lr": lambda row: row.lr,
    "weight_decay": lambda row: row.weight_decay,
    "members": lambda row: row.members,
}


@dataclass(frozen=True, slots=True)
class Exclude:
    """Leaves out the runs that fit all of `where` and not all of `unless`."""

    where: Mapping[str, object]
    unless: Mapping[str, object]
    reason: str

    def fits(self, row: Row) -> bool:
        """Whether it leaves out this run."""
        return _fits(row, self.where) and not (self.unless and _fits(row, self.unless))


@dataclass(frozen=True, slots=True)
class Insert:
    """The loss of an ensemble of so many members, for the one group that lacks it."""

    model: str
    tokens: str  # as in the names of runs
    members: int
    loss: float
    reason: str


@dataclass(frozen=True, slots=True)
class Overrides:
    """All that is set by hand."""

    exclude: tuple[Exclude, ...] = ()
    insert: tuple[Insert, ...] = ()

    def excluded(self, row: Row) -> str:
        """The reason for which a run is left out, empty where it is not."""
        return next((rule.reason for rule in self.exclude if rule.fits(row)), "")


def load(root: Path) -> Overrides:
    """The overrides of the checkout at `root`; raise InfiniteComputeError for a wrong one."""
    read = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    try:
        return _overrides(read or {})
    except (TypeError, ValueError, AttributeError) as error:
        raise InfiniteComputeError(f"{FILE}: {error}; see the head of the file") from error


def _overrides(read: dict[str, list[dict[str, object]]]) -> Overrides:
    if unknown := set(read) - {"exclude", "insert"}:
        raise ValueError(f"unknown key {min(unknown)}")
    insert = []
    for item in read.get("insert") or []:
        rule = Insert(**item)  # type: ignore[arg-type]
        if not rule.reason or not isinstance(rule.loss, float):
            raise ValueError("an insertion needs a loss and a reason")
        insert.append(rule)
    return Overrides(tuple(_exclude(**item) for item in read.get("exclude") or []), tuple(insert))


def _exclude(where: object, reason: object, unless: object = None) -> Exclude:
    if not isinstance(reason, str) or not reason:
        raise ValueError("an exclusion without a reason")
    conditions = []
    for mapping in (where, unless or {}):
        if not isinstance(mapping, dict) or not mapping.keys() <= _CONDITIONS.keys():
            raise ValueError(f"conditions may name {', '.join(_CONDITIONS)}")
        conditions.append(mapping)
    if not conditions[0]:
        raise ValueError("an exclusion without a condition would leave out every run")
    return Exclude(conditions[0], conditions[1], reason)


def _fits(row: Row, conditions: Mapping[str, object]) -> bool:
    return all(_CONDITIONS[name](row) == wanted for name, wanted in conditions.items())
