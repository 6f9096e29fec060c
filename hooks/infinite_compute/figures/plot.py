"""What a figure shows, in its own words: panels of points, curves, bands and levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from infinite_compute.figures.theme import Look


class Size(StrEnum):
    """The two renderings of a figure: for a column of text and for a phone."""

    WIDE = "wide"
    NARROW = "narrow"


class Unit(StrEnum):
    """What an axis counts, hence how its ticks are written."""

    BILLIONS = "billions"  # 0.15 is written 150M, 1.4 is written 1.4B
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"  # 0.42 is written 42%
    LOSS = "loss"  # two digits, so that all ticks are written alike


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis; the ticks of a logarithmic one are given, since 150M is no power of ten.

    A logarithmic axis without any has round ones: losses lie within one power of ten.
    """

    title: str
    unit: Unit = Unit.NUMBER
    logarithmic: bool = False
    ticks: tuple[float, ...] = ()
    domain: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A value, perhaps with an interval; `hollow` ones took no part in the fit beside them."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    source: str = ""
    hollow: bool = False
    ringed: bool = False
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A fitted law at ascending `xs`; outside `measured` it is extrapolated.

    Its band lies between `lows` and `highs`; where there is none, `bandless` says why, in a clause.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    measured: tuple[float, float]
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    bandless: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One named thing: its points, a law through them, or (`joined`) straight lines.

    Series of one label share a line of the legend. `marked` ones show their points as symbols.
    """

    look: Look
    points: tuple[Point, ...] = ()
    curve: Curve | None = None
    joined: bool = False
    muted: bool = False
    marked: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with its name at its end, such as an asymptote."""

    y: float
    label: str
    role: str
    low: float | None = None
    high: float | None = None
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A line from a value to one of the series of that label, such as a teacher's to a student."""

    start: tuple[float, float]
    end: tuple[float, float]
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis on the right: a value of the left axis under another name.

    `reach` is the interval of what it is called there; `label`, `note` and `source` stand in
    the table.
    """

    value: float
    text: str
    reach: str = ""
    label: str = ""
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One frame with its axes."""

    x: Axis
    y: Axis
    series: tuple[Series, ...]
    levels: tuple[Level, ...] = ()
    links: tuple[Link, ...] = ()
    title: str = ""
    right: tuple[Tick, ...] = ()
    right_title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map; `value` None is one without a run."""

    column: str
    row: str
    value: float | None
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cells over two ordered axes, darker (in the dark scheme lighter) where the value is lower."""

    title: str
    column_title: str
    row_title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """Panels side by side where there is room, else one below the other."""

    panels: tuple[Panel | HeatMap, ...] = field(default_factory=tuple)
    columns: int = 2


def spaced(low: float, high: float, *, logarithmic: bool, count: int = 60) -> tuple[float, ...]:
    """Ascending values from `low` to `high`, evenly spaced on their axis."""
    if logarithmic:
        ratio = high / low
        return tuple(low * ratio ** (i / (count - 1)) for i in range(count))
    return tuple(low + (high - low) * i / (count - 1) for i in range(count))


def extent(values: Sequence[float], *, room: float = 0.06) -> tuple[float, float]:
    """The range of the values with some room on both sides."""
    low, high = min(values), max(values)
    margin = (high - low) * room or abs(low) * room or 1.0
    return low - margin, high + margin
