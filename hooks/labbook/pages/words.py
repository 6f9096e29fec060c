"""Dates, counts and states in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from labbook.live.snapshot import AsOf

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DATE = re.compile(
    r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])"
    r"(?:-(?P<day>0[1-9]|[12]\d|3[01])(?:T(?P<time>\d\d:\d\d)(?::\d\d)?Z)?)?",
    re.ASCII,
)


def date(stamp: str) -> str:
    """An ISO 8601 month, day or UTC time as people write it; anything else as it stands."""
    match = _DATE.fullmatch(stamp)
    if not match:
        return stamp
    words = f"{_MONTHS[int(match['month']) - 1]} {match['year']}"
    if match["day"]:
        words = f"{int(match['day'])} {words}"
    return f"{words}, {match['time']} UTC" if match["time"] else words


def as_of(stamp: AsOf) -> str:
    """When a fact was true: `September 2026, archive copy`."""
    return date(stamp.when) + (", archive copy" if stamp.archive else "")


def as_of_all(stamps: Iterable[AsOf]) -> str | None:
    """When the facts of a whole page were true; None where it has none."""
    known = sorted(set(stamps), key=lambda stamp: stamp.when)
    if not known:
        return None
    oldest, newest = date(known[0].when), date(known[-1].when)
    when = oldest if oldest == newest else f"between {oldest} and {newest}"
    archived = [stamp.archive for stamp in known]
    origin = ", from an archive copy" if all(archived) else ""
    partly = ", some from an archive copy" if any(archived) and not origin else ""
    return f"{when}{origin}{partly}"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 experiment`, `2 experiments`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def experiments(number: int, concluded: int) -> str:
    """How many experiments there are, and how many of them have a conclusion."""
    return f"{count(number, 'experiment')}, {concluded or 'none'} with a conclusion"
