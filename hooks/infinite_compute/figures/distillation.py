"""Ensembles distilled into one model, beside what they are compared with."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from infinite_compute.figures import parts, theme, totals
from infinite_compute.figures.ensembles import members_of
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Curve, Level, Link, Panel, Plot, Series
from infinite_compute.results import Number, Results

_LOW, _HIGH = 0.13, 6.0


def students(results: Results) -> Drawing:
    """The two students beside what they were taught by and what they beat."""
    series, levels, numbers, laws = _base(results)
    table = results.distillation
    teacher = (8 * 0.3, table.teacher.value)
    stars = [totals.star(student) for student in table.students]
    # The ensemble taught one student, a model of the student's own size the other.
    taught_by = (teacher, (0.3, table.without.value))
    links = [
        Link(start, (star.points[0].x, star.points[0].y), star.look.label)
        for start, star in zip(taught_by, stars, strict=True)
    ]
    without = Series(
        replace(theme.size("300m4k"), label="Best regularized 300M", shape="triangle-up"),
        (parts.point(0.3, table.without),),
    )
    eight = Series(
        replace(theme.size("300m4k"), label="Teacher: 8 members of 300M", shape="square"),
        (parts.point(teacher[0], table.teacher),),
    )
    numbers = [*numbers, table.teacher, table.without, *(s.loss for s in table.students)]
    origin, source = parts.source_line(numbers)
    caption = (
        f"A 300M model taught by an ensemble of eight keeps {table.retained.value:.0%} of what the"
        f" ensemble gains over the best 300M model (published: "
        f"{_percent(table.published_retained)}); taught by itself, it still gains."
    )
    panel = Panel(
        parts.total_axis(_HIGH),
        parts.loss_axis(),
        (*_without(series, teacher), without, eight, *stars),
        levels,
        tuple(links),
    )
    return Drawing(Plot((panel,)), caption, origin, source, laws)


def simple_cross(results: Results) -> Drawing:
    """The two laws that the students are compared with, alone."""
    series, levels, numbers, laws = _base(results)
    origin, source = parts.source_line(numbers)
    panel = Panel(parts.total_axis(_HIGH), parts.loss_axis(), series, levels)
    caption = "One larger model or more models of 300M: the two ways meet, and part."
    one, many = (each.curve for each in series)
    if one and many:
        beyond = [x for x, y in zip(many.xs, many.ys, strict=True) if y < _at(one, x)]
        if beyond and beyond[0] > many.xs[0]:
            caption = (
                "One larger model is better at first; ensembles of 300M overtake it at about"
                f" {1000 * beyond[0]:.0f}M parameters of all members."
            )
    return Drawing(Plot((panel,)), caption, origin, source, laws)


def _without(series: tuple[Series, ...], place: tuple[float, float]) -> tuple[Series, ...]:
    """The series without the point that stands there under another name."""
    return tuple(
        replace(one, points=tuple(p for p in one.points if (p.x, p.y) != place)) for one in series
    )


def _at(curve: Curve, x: float) -> float:
    """The value of the curve there, on the straight line between its nearest points."""
    after = min(bisect_left(curve.xs, x), len(curve.xs) - 1)
    before = max(after - 1, 0)
    span = curve.xs[after] - curve.xs[before]
    share = (x - curve.xs[before]) / span if span else 0.0
    return curve.ys[before] + share * (curve.ys[after] - curve.ys[before])


def _percent(number: Number) -> str:
    value = number.value * 100 if number.value <= 1 else number.value
    return f"{value:.0f}%"


def _base(
    results: Results,
) -> tuple[tuple[Series, ...], tuple[Level, ...], list[Number], tuple[str, ...]]:
    regularized, cell = need(results.regularized.at()), need(results.ensemble("300m4k"))
    group, _ = members_of(cell)
    drawn, levels, numbers = totals.ensemble(cell, group, cell.asymptote_of_best, _HIGH)
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    if group:
        laws.append(parts.law_text("Ensembles of 300M", "K", group.fit))
    series = (parts.sizes(theme.REGULARIZED, regularized, _LOW, _HIGH), drawn)
    return series, levels, [*parts.numbers(regularized.points), *numbers], tuple(laws)
