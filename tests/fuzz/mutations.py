"""What inputs are made of: known ones with a few edits, and texts of known pieces."""

from __future__ import annotations

import copy
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hostile import HOSTILE

# What the largest of them show (a bounded length) has tests of its own, and takes long.
EVIL = tuple(text for text in HOSTILE if len(text) <= 5_000)
_LONG = 20_000
Edits = Sequence[tuple[int, int, int]]
# Stand where a number, a text, a list or an object is due, and the other way round.
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"),
    "", " ", "x", "600", "-1", "1e999", "NaN", "null", "[]", "{}", "[" * 2_000, "2025-13-45",
    "0000-00-00T00:00:00Z", "9999-12-31T23:59:59-23:59", "a/b#1", "a/b", "//", "\ud800", "\x00",
    [], [[]], [None], {}, {"nodes": None}, {"nodes": [None]}, {"login": None}, {"value": {}},
    [[0, 1]],
)  # fmt: skip

# Of so many bytes is an input made: which known one, and what is done to it.
RECORD = 24
_EDIT = struct.Struct(">BHH")
_EDITS = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one input is made; numbers are of any size and taken by their remainder."""

    kind: int
    known: int
    edits: tuple[tuple[int, int, int], ...]


def recipe(record: bytes) -> Recipe:
    """The recipe that RECORD bytes hold; zeros make the first known input as it is."""
    kind, known, count = record[0], int.from_bytes(record[1:3], "big"), record[3]
    edits = tuple(_EDIT.iter_unpack(record[4:]))
    # A known input with one edit goes furthest, one with many is mostly refused at once.
    return Recipe(kind, known, edits[: (0, 1, 1, 1, 2, 2, 3, _EDITS)[count % 8]])


def text(recipe: Recipe, known: Sequence[str], pieces: Sequence[str]) -> str:
    """Mostly a known text with edits, else one of the pieces, else any text."""
    rich = (*pieces, *EVIL)
    if recipe.kind % 8 == 7:
        return "".join(rich[part % len(rich)] for _, *parts in recipe.edits for part in parts)
    if recipe.kind % 64 == 6:
        return "".join(chr(part) for _, *parts in recipe.edits for part in parts)
    return _edited(known[recipe.known % len(known)], recipe.edits, rich)


def data(recipe: Recipe, known: Sequence[str], pieces: Sequence[str]) -> bytes:
    """Such a text as bytes, at times not of any text."""
    found = text(recipe, known, pieces).encode("utf-8", "surrogatepass")
    return _torn(found, recipe.known, recipe.kind >> 6) if recipe.kind % 8 == 5 else found


def value(recipe: Recipe, known: Sequence[Any]) -> Any:
    """A known JSON value, with parts left out, doubled, or put where another kind is due."""
    return _reshaped(copy.deepcopy(known[recipe.known % len(known)]), recipe.edits)


def _edited(text: str, edits: Edits, pieces: Sequence[str]) -> str:
    """The text after each edit: what is done, where, and with what."""
    for kind, at, what in edits:
        start = at % (len(text) + 1)
        end = min(len(text), start + what % 12)
        piece = pieces[what % len(pieces)]
        match kind % 8:
            case 0:  # delete
                text = text[:start] + text[end:]
            case 1:  # insert
                text = text[:start] + piece + text[start:]
            case 2:  # replace
                text = text[:start] + piece + text[end:]
            case 3:  # repeat a part, rarely very often
                text = text[:end] + text[start:end] * (2_000 if what % 50 == 0 else 2) + text[end:]
            case 4:  # end here
                text = text[:start]
            case 5:  # one character becomes another
                text = text[:start] + chr(what % 0x250) + text[start + 1 :]
            case 6:  # exchange two parts
                text = text[start:] + text[:start]
            case _:  # another line's indentation
                text = text[:start] + "\n" + " " * (what % 9) + text[start:]
        text = text[:_LONG]
    return text


def _torn(data: bytes, at: int, what: int) -> bytes:
    start = at % (len(data) + 1)
    return data[:start] + (b"", b"\xff", b"\x00", b"\xef\xbb\xbf")[what] + data[start + at % 3 :]


def _reshaped(value: Any, edits: Edits) -> Any:
    wrong = (*WRONG, *EVIL)
    for kind, at, what in edits:
        places = _places_in(value)
        if not places:
            return wrong[what % len(wrong)]
        holder, key = places[at % len(places)]
        match kind % 4:
            case 0:
                del holder[key]
            case 1:
                holder[key] = [holder[key], copy.deepcopy(holder[key])]
            case 2 if isinstance(holder[key], str):
                # A text of JSON within JSON is edited as the text it is.
                holder[key] = _edited(holder[key], [(what, at, what)], EVIL)
            case 2:
                holder[key] = json.dumps(holder[key], default=str)
            case _:
                holder[key] = copy.deepcopy(wrong[what % len(wrong)])
    return value


def _places_in(value: Any) -> list[tuple[Any, Any]]:
    """Every part of a JSON value, as what holds it and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys: Any = ()
        if isinstance(holder, dict):
            keys = list(holder)
        elif isinstance(holder, list):
            # Of a long list of like things, the first few stand for all.
            keys = range(min(len(holder), 3))
        for key in keys:
            found.append((holder, key))
            waiting.append(holder[key])
    return found
