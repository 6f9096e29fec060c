"""Line charts as geometry: numbers in, paths and ticks of an SVG out; templates do the markup."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 46, 342, 12, 172

# Beyond this, differences of two numbers may no longer be numbers.
_LARGEST = 1e150
# A loss that falls by this factor shows its end only on a logarithmic scale.
_WIDE = 3.0
# The first tenth of a training falls so far that nothing could be told apart below it.
_START, _STEEP = 0.1, 1.5
_TICKS = 6
_LABEL_APART = 11.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where it stands in the drawing, and its value."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn curve: `path` is SVG path data; `end` is its last point, `label_y` its label's."""

    path: str
    end: Point
    label_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves over common axes; a curve without a point that can be drawn has no line.

    `cropped` says that first points lie above the frame.
    """

    lines: tuple[Line | None, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    logarithmic: bool
    cropped: bool


def drawable(points: Sequence[Point]) -> list[Point]:
    """The points that are numbers of a size that can be drawn."""
    return [(x, y) for x, y in points if _fits(x) and _fits(y)]


def chart(curves: Sequence[Sequence[Point]]) -> Chart | None:
    """Draw the curves over common axes; None where none has a point."""
    shown = [drawable(points) for points in curves]
    xs = [x for points in shown for x, _ in points]
    ys = [y for points in shown for _, y in points]
    if not xs:
        return None
    low, high = min(ys), _high(shown, min(xs) + _START * (max(xs) - min(xs)))
    cropped = low > 0 and max(ys) / high > _STEEP
    high = high if cropped else max(ys)
    logarithmic = low > 0 and high / low > _WIDE
    x_axis = _Axis(min(xs), max(xs), LEFT, RIGHT)
    if logarithmic:
        y_axis = _Axis(math.log10(low), math.log10(high), BOTTOM, TOP)
    else:
        y_axis = _Axis(low, high, BOTTOM, TOP)
    drawn = [
        [(x_axis.at(x), y_axis.at(math.log10(y) if logarithmic else y)) for x, y in points]
        for points in shown
    ]
    labels = _apart([points[-1][1] if points else None for points in drawn])
    return Chart(
        lines=tuple(
            Line(_path(points), points[-1], label) if points and label is not None else None
            for points, label in zip(drawn, labels, strict=True)
        ),
        x_ticks=tuple(x_axis.ticks()),
        y_ticks=tuple(_decades(y_axis) if logarithmic else y_axis.ticks()),
        logarithmic=logarithmic,
        cropped=cropped,
    )


def _high(curves: Sequence[Sequence[Point]], start: float) -> float:
    """The highest value after `start`, or at the end of a curve that did not come that far."""
    late = (y for points in curves for x, y in points if x >= start)
    return max([*late, *(points[-1][1] for points in curves if points)])


def _fits(number: float) -> bool:
    return math.isfinite(number) and abs(number) <= _LARGEST


class _Axis:
    """A range of values laid over a range of the drawing."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        if high - low <= max(abs(low), abs(high)) * 1e-9:
            room = abs(low) * 0.05 or 1.0
            low, high = low - room, high + room
        if not low < high or not math.isfinite(1 / (high - low)):
            low, high = low - 1.0, high + 1.0
        self.low, self.high = low, high
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Where `value` stands in the drawing."""
        share = (value - self.low) / (self.high - self.low)
        return round(self._start + share * (self._end - self._start), 1)

    def ticks(self) -> Iterator[Tick]:
        """Round values in the range, at most a handful."""
        rough = (self.high - self.low) / (_TICKS - 2)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next((power * by for by in (1, 2, 5) if power * by >= rough), power * 10)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        for index in range(first, min(last, first + _TICKS) + 1):
            yield Tick(self.at(index * step), float(f"{index * step:.12g}"))


def _decades(axis: _Axis) -> Iterator[Tick]:
    """1, 2 and 5 of each power of ten in a logarithmic range; of a wide one, some of the powers."""
    first, last = math.floor(axis.low), math.ceil(axis.high)
    every = max(1, (last - first) // (_TICKS - 1))
    span = axis.high - axis.low
    digits = (1, 2, 3, 5, 7) if span <= 1 else (1, 2, 5) if span <= 2 else (1,)
    for power in range(first, last + 1, every):
        for digit in digits:
            place = power + math.log10(digit)
            if axis.low <= place <= axis.high:
                yield Tick(axis.at(place), float(f"{digit}e{power}"))


def _path(points: Sequence[Point]) -> str:
    """The line through the points, as far as it runs below the top of the frame."""
    if len(points) == 1:
        # A line of no length, which a round cap shows as a dot.
        points = [*points, *points]
    parts: list[str] = []
    pen: Point | None = None
    for start, end in pairwise(points):
        if start[1] < TOP and end[1] < TOP:
            continue
        first, last = _below_top(start, end), _below_top(end, start)
        if first != pen:
            parts.append(f"M{first[0]:g} {first[1]:g}")
        parts.append(f"L{last[0]:g} {last[1]:g}")
        pen = last
    return "".join(parts)


def _below_top(point: Point, other: Point) -> Point:
    """The point, or where the line from it to the other comes into the frame."""
    if point[1] >= TOP:
        return point
    share = (TOP - point[1]) / (other[1] - point[1])
    return round(point[0] + share * (other[0] - point[0]), 1), float(TOP)


def _apart(wanted: Sequence[float | None]) -> list[float | None]:
    """Heights of labels near the wanted ones, none upon another as long as there is room."""
    order = sorted((y, index) for index, y in enumerate(wanted) if y is not None)
    heights: list[float | None] = [None] * len(wanted)
    apart = min(_LABEL_APART, (BOTTOM - TOP) / max(1, len(order) - 1))
    above = -math.inf
    for y, index in order:
        above = heights[index] = max(y, above + apart)
    below = float(BOTTOM)
    for _, index in reversed(order):
        height = heights[index]
        if height is None or height <= below:
            break
        heights[index] = below
        below -= apart
    return [None if height is None else round(height, 1) for height in heights]
