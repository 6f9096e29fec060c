"""What a target is: a way by which something from outside comes in, and what it promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz import mutations
from fuzz.mutations import Recipe

ROOT = Path(__file__).resolve().parent.parent.parent
TESTS = ROOT / "tests"
LAB = "example/lab"
NOW = "2026-11-22T05:00:00Z"


@dataclass(frozen=True, slots=True)
class Target:
    """One way in: `read` says whether an input was accepted, and raises nothing else.

    The errors that it may refuse with are named where it is defined; any other is a finding, and
    so is a broken promise about what was accepted.
    """

    name: str
    make: Callable[[Recipe], Any]
    read: Callable[[Any], bool]


class BrokenPromiseError(Exception):
    """An accepted input did not keep what its reader promises."""


def texts(known: Sequence[str], pieces: Sequence[str]) -> Callable[[Recipe], str]:
    return lambda recipe: mutations.text(recipe, known, pieces)


def files(known: Sequence[str], pieces: Sequence[str]) -> Callable[[Recipe], bytes]:
    return lambda recipe: mutations.data(recipe, known, pieces)


def values(known: Sequence[Any]) -> Callable[[Recipe], Any]:
    return lambda recipe: mutations.value(recipe, known)


def hold(*, kept: bool, what: str) -> None:
    if not kept:
        raise BrokenPromiseError(what)
