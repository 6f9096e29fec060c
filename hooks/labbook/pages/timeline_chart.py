"""The drawing of the timeline: marks in rows of their category, or bars where they are too many.

All lengths are units of the drawing, which are pixels where it has the width it is made for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

# A mark is a target of this side; rows are as high.
ROW = 24
MOST_ROWS = 12
MOST_MARKS = 240
_TITLE, _BASE, _GAP, _EDGE, _AXIS = 20, 14, 10, 14, 20
_BARS = 44
_TICK_APART = 62
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_LETTER = 6.8
_AT_MOST = "up to {:,} a month"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Event:
    """An experiment with the days that are known of it; `about` says it in words."""

    href: Markup
    about: str
    concluded: bool
    opened: date
    closed: date | None = None
    learned: date | None = None

    @property
    def last(self) -> date:
        """The day up to which it is drawn."""
        return max(day for day in (self.opened, self.closed, self.learned) if day)


@dataclass(frozen=True, slots=True)
class Lane:
    """A category: its events, and the address of those of a year."""

    title: str
    href: Markup
    events: Sequence[Event]
    of_year: Markup


@dataclass(frozen=True, slots=True)
class Mark:
    """An event where it is drawn: other days to the right of its own, None where not drawn."""

    event: Event
    x: float
    y: float
    closed: float | None
    learned: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Year:
    """The events of one year as bars, one a month: the concluded below, the others on top."""

    href: Markup
    about: str
    target: str
    concluded: str
    others: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lane where it is drawn: its title (as much as fits) at `title_y`, its ground `bottom`.

    `scale` says what its highest bar stands for.
    """

    title: str
    scale: str
    lane: Lane
    title_y: float
    bottom: float
    marks: list[Mark]
    years: list[Year]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: ticks are (place, text) at the months that have room for one."""

    width: float
    height: float
    bottom: float
    ticks: list[tuple[float, str]]
    lanes: list[Drawn]
    bars: bool


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to places; `first` and `last` are months, counted from the year 0."""

    first: int
    last: int
    width: float

    def day(self, day: date) -> float:
        return self._place(day.year * 12 + day.month - 1, (day.day - 1) / 31)

    def month(self, month: int) -> float:
        return self._place(month, 0)

    def _place(self, month: int, part: float) -> float:
        share = (month - self.first + part) / (self.last + 1 - self.first)
        return round(_EDGE + share * (self.width - 2 * _EDGE), 1)


def chart(lanes: Sequence[Lane], width: float) -> Chart | None:
    """The drawing of these lanes at this width; None where there is nothing to draw."""
    events = [event for lane in lanes for event in lane.events]
    if not events:
        return None
    for until_last in (True, False):
        scale = _scale(events, width, until_last=until_last)
        rows = [_rows(lane.events, scale, until_last=until_last) for lane in lanes]
        highest = max(max(row.values(), default=0) for row in rows) + 1
        if len(events) <= MOST_MARKS and highest <= MOST_ROWS:
            return _chart(
                scale, list(_marked(lanes, rows, scale, until_last=until_last)), bars=False
            )
    scale = _scale(events, width, until_last=False)
    return _chart(scale, list(_barred(lanes, scale)), bars=True)


def _scale(events: Sequence[Event], width: float, *, until_last: bool) -> _Scale:
    first = min(event.opened for event in events)
    last = max(event.last if until_last else event.opened for event in events)
    return _Scale(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1, width)


def _chart(scale: _Scale, lanes: list[Drawn], *, bars: bool) -> Chart:
    bottom = lanes[-1].bottom
    return Chart(scale.width, bottom + _AXIS, bottom, list(_ticks(scale)), lanes, bars)


def _rows(events: Sequence[Event], scale: _Scale, *, until_last: bool) -> dict[Event, int]:
    """The row of each event, counted upward: the lowest that is free from its day on."""
    ends: list[float] = []
    rows: dict[Event, int] = {}
    for event in sorted(events, key=lambda event: event.opened):
        start = scale.day(event.opened) - ROW / 2
        row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        end = scale.day(event.last if until_last else event.opened) + ROW / 2
        ends[row : row + 1] = [end]
        rows[event] = row
    return rows


def _marked(
    lanes: Sequence[Lane], rows: Sequence[dict[Event, int]], scale: _Scale, *, until_last: bool
) -> Iterator[Drawn]:
    top = 0.0
    for lane, row_of in zip(lanes, rows, strict=True):
        if row_of:
            bottom = top + _TITLE + (max(row_of.values()) + 1) * ROW
            marks = [
                _mark(event, scale, bottom - row * ROW - ROW / 2, until_last=until_last)
                for event, row in row_of.items()
            ]
            yield Drawn(_fitting(lane, scale), "", lane, top + _BASE, bottom, marks, [])
            top = bottom + _GAP


def _mark(event: Event, scale: _Scale, y: float, *, until_last: bool) -> Mark:
    x = scale.day(event.opened)

    def after(day: date | None) -> float | None:
        return round(scale.day(day) - x, 1) if day and until_last else None

    end = after(event.last) or None
    return Mark(event, x, y, after(event.closed), after(event.learned), end)


def _barred(lanes: Sequence[Lane], scale: _Scale) -> Iterator[Drawn]:
    counts = [_Months.of(lane.events) for lane in lanes]
    unit = _BARS / max(count.most for count in counts)
    top = 0.0
    for lane, count in zip(lanes, counts, strict=True):
        if count.opened:
            bottom = top + _TITLE + _BARS
            years = sorted({month // 12 for month in count.opened})
            drawn = [_year(lane, count.of_year(year), scale, (bottom, unit)) for year in years]
            title = _fitting(lane, scale, len(_AT_MOST) + 6)
            at_most = _AT_MOST.format(count.most)
            yield Drawn(title, at_most, lane, top + _BASE, bottom, [], drawn)
            top = bottom + _GAP


@dataclass(frozen=True, slots=True)
class _Months:
    """How many events there are by month, counted from the year 0, and how many are concluded."""

    opened: Counter[int]
    concluded: Counter[int]

    @classmethod
    def of(cls, events: Sequence[Event]) -> _Months:
        return cls(
            Counter(map(_month_of, events)),
            Counter(_month_of(event) for event in events if event.concluded),
        )

    @property
    def most(self) -> int:
        return max(self.opened.values(), default=0)

    def of_year(self, year: int) -> _Months:
        opened, concluded = (
            Counter({month: n for month, n in count.items() if month // 12 == year})
            for count in (self.opened, self.concluded)
        )
        return _Months(opened, concluded)


def _year(lane: Lane, months: _Months, scale: _Scale, ground: tuple[float, float]) -> Year:
    bottom, unit = ground
    below, above = [], []
    for month, opened in sorted(months.opened.items()):
        left, right = scale.month(month), scale.month(month + 1)
        split = bottom - months.concluded[month] * unit
        below.append(_bar(left, right, bottom, split))
        above.append(_bar(left, right, split, bottom - opened * unit))
    year = min(months.opened) // 12
    left = scale.month(max(year * 12, scale.first))
    right = scale.month(min(year * 12 + 11, scale.last) + 1)
    opened, concluded = months.opened.total(), months.concluded.total()
    return Year(
        Markup("{}{}").format(lane.of_year, year),
        f"{lane.title}, {year}: {opened:,} opened, {concluded:,} of them with a conclusion",
        f"M{left:g} {bottom - _BARS:g}H{right:g}V{bottom:g}H{left:g}Z",
        "".join(below),
        "".join(above),
    )


def _bar(left: float, right: float, low: float, high: float) -> str:
    gap = min(1.0, (right - left) / 4)
    return f"M{left:g} {low:.1f}V{high:.1f}H{right - gap:.1f}V{low:.1f}Z" if low > high else ""


def _fitting(lane: Lane, scale: _Scale, taken: int = 0) -> str:
    """As much of the title as the drawing has room for beside so many other letters."""
    room = int(scale.width / _LETTER) - taken
    return lane.title if len(lane.title) <= room else lane.title[: room - 1].rstrip() + "…"


def _ticks(scale: _Scale) -> Iterator[tuple[float, str]]:
    months = scale.last + 1 - scale.first
    most = max(1, int((scale.width - 2 * _EDGE) / _TICK_APART))
    step = next((step for step in _STEPS if months / step <= most), _STEPS[-1])
    for month in range(scale.first, scale.last + 1):
        place = scale.month(month)
        if month % step == 0 and place <= scale.width - _TICK_APART:
            year, of_year = divmod(month, 12)
            yield place, str(year) if step >= 12 else f"{_MONTHS[of_year]} {year}"


def _month_of(event: Event) -> int:
    return event.opened.year * 12 + event.opened.month - 1
