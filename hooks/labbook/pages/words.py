"""Dates, times, counts and values in words."""

from __future__ import annotations

import math
import re
from decimal import Decimal

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
    r"(?:-(?P<day>0[1-9]|[12]\d|3[01])(?:T(?P<time>(?:[01]\d|2[0-3]):[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?Z)?)?",
    re.ASCII,
)


# Nothing that was run took a century.
_LONGEST = 100 * 365 * 86_400
_UNITS = ((86_400, "day"), (3_600, "h"), (60, "min"), (1, "s"))
_THOUSANDS = ((10**3, "K"), (10**6, "M"), (10**9, "B"), (10**12, "T"))


def date(stamp: str) -> str:
    """An ISO 8601 month, day or UTC time as people write it; anything else as it stands."""
    match = _DATE.fullmatch(stamp)
    if not match:
        return stamp
    words = f"{_MONTHS[int(match['month']) - 1]} {match['year']}"
    if match["day"]:
        words = f"{int(match['day'])} {words}"
    return f"{words}, {match['time']} UTC" if match["time"] else words


def is_date(stamp: str) -> bool:
    """Whether `date` can read it, and so a machine can."""
    return _DATE.fullmatch(stamp) is not None


def as_of(stamp: AsOf) -> str:
    """When a fact was true: `September 2026 at the latest, from an archive copy`."""
    return date(stamp.when) + (ARCHIVED if stamp.archive else "")


ARCHIVED = " at the latest, from an archive copy"


def duration(seconds: float) -> str | None:
    """A span of time in its two largest units: `2 days 4 h`; None where it cannot be one."""
    if not 0 <= seconds <= _LONGEST:
        return None
    left = round(seconds)
    parts: list[str] = []
    for size, unit in _UNITS:
        number, left = divmod(left, size)
        if number or (unit == "s" and not parts):
            parts.append(count(number, unit) if unit == "day" else f"{number} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def quantity(number: int) -> str:
    """A count to three digits, in the units of the field: `1.41B`."""
    if number < 1000:
        return f"{number:,}"
    # What rounds up to a thousand of a unit is one of the next.
    fitting = ((size, unit) for size, unit in _THOUSANDS if 2 * number < 1999 * size)
    size, unit = next(fitting, _THOUSANDS[-1])
    scaled = Decimal(number) / size
    return f"{float(scaled):.3g}{unit}" if scaled < 1000 else f"{Decimal(number):.2e}"


def value(number: float) -> str | None:
    """A measured value to four digits; None where it is not a number."""
    if not math.isfinite(number):
        return None
    if 10_000 <= abs(number) < 1e9:
        return f"{number:,.0f}"
    return f"{number:.4g}"


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 experiment`, `2 experiments`."""
    plural = noun[:-1] + "ies" if noun.endswith("ry") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def experiments(number: int, concluded: int) -> str:
    """How many experiments there are, and how many of them have a conclusion."""
    learned = f"{concluded:,}" if concluded else "none"
    return f"{count(number, 'experiment')}, {learned} with a conclusion"
