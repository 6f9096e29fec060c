"""How old a fact is at a given time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from labbook.live.snapshot import AsOf

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def utc(time: datetime) -> str:
    """A time as stamps write it: its UTC second."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def age(stamp: AsOf, now: str) -> float | None:
    """Seconds from the stamp to `now`, the least that they can be.

    None where nothing can be said: the stamp is no time, or is later than `now`.
    """
    try:
        seconds = (_last(now) - _last(stamp.when)).total_seconds()
    except (ValueError, OverflowError):
        return None
    # A month or day that is not over yet: the fact may be of this very second.
    if seconds < 0 and now.startswith(stamp.when):
        return 0.0
    return seconds if seconds >= 0 else None


def is_older(stamp: AsOf, seconds: float, now: str) -> bool:
    """Whether a fact may be older than that: a copy from an archive always may."""
    passed = age(stamp, now)
    return stamp.archive or passed is None or passed > seconds


def words(seconds: float) -> str:
    """An age in its largest whole unit: `3 days`."""
    for unit, size in _UNITS:
        if seconds >= size:
            number = int(seconds // size)
            return f"{number:,} {unit}{'' if number == 1 else 's'}"
    return "0 seconds"


def _last(when: str) -> datetime:
    """The last second of a month or day, or the second itself."""
    if len(when) == len("2026-09"):
        first = datetime.fromisoformat(f"{when}-01T00:00:00+00:00")
        return (first + timedelta(days=32)).replace(day=1) - timedelta(seconds=1)
    if len(when) == len("2026-09-01"):
        return datetime.fromisoformat(f"{when}T23:59:59+00:00")
    time = datetime.fromisoformat(when)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
