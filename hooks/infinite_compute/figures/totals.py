"""Everything at the smallest amount of data over the parameters of all members together."""

from __future__ import annotations

from dataclasses import replace

from infinite_compute.figures import efficiencies, parts, theme
from infinite_compute.figures.ensembles import members_of
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import (
    Level,
    Panel,
    Plot,
    Series,
    Tick,
)
from infinite_compute.laws import NotIdentifiable, PowerFit
from infinite_compute.results import (
    SMALLEST,
    Distilled,
    EnsembleCell,
    EnsembleGroup,
    Missing,
    Number,
    Results,
    SizeScaling,
)

_MODELS = ("150m4k", "300m4k", "600m4k", "1_4b4k")
_LOW, _HIGH = 0.13, 14.0


def figure_1(results: Results) -> Drawing:
    """Standard, regularized, ensemble and joint, with the data efficiency on the right."""
    standard, regularized = need(results.standard.at()), need(results.regularized.at())
    cell, joint = need(results.ensemble("300m4k")), results.joint.at()
    high = 10.0
    series = [_standard(standard), parts.sizes(theme.REGULARIZED, regularized, _LOW, high)]
    numbers = parts.numbers([*standard.points, *regularized.points])
    members = ensemble(cell, cell.best_single, cell.asymptote_of_single, high)
    series.append(members[0])
    numbers += members[2]
    levels = [*parts.asymptote("Regularized asymptote", "regularized", regularized.fit)]
    levels += members[1]
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    laws += [parts.quoted_text("Regularized recipe", "N", law) for law in regularized.quoted]
    limit = _joint_limit(joint)
    if limit:
        levels.append(limit[0])
        numbers += limit[1]
        laws += limit[2]
    ticks, ticked = efficiencies.ticks(results.efficiencies)
    laws += efficiencies.lines(one for one in results.efficiencies if one.tokens == SMALLEST)
    numbers += ticked
    origin, source = parts.source_line(numbers)
    least = min(point.loss.value for point in standard.points)
    largest = max(standard.points, key=lambda point: point.parameters_b)
    caption = (
        f"With {SMALLEST.label} tokens the standard recipe does not get below {least:.2f} with up"
        f" to {theme.size(largest.model).label} parameters"
    )
    if levels:
        caption += "; regularization, ensembling and both together fall towards ever lower losses"
    if limit:
        caption += f", down to {limit[0].y:.2f}"
    if ticks:
        caption += f", as if there were {_worth(min(ticks, key=lambda tick: tick.value))}"
        reaching = any(tick.reach for tick in ticks)
        known = efficiencies.INTERVALS if reaching else "data efficiencies are as published"
        caption += f". {parts.named(known)}" + ("" if reaching else ", without intervals")
    panel = Panel(
        parts.total_axis(high),
        parts.loss_axis(),
        _shown(series),
        tuple(levels),
        right=ticks,
        right_title="Data efficiency",
    )
    return Drawing(Plot((panel,)), caption + ".", origin, source, tuple(laws))


def sample(results: Results) -> Drawing:
    """All recipes at the smallest amount of data: every ensemble size and the distilled models."""
    standard, regularized = need(results.standard.at()), need(results.regularized.at())
    series = [_standard(standard), parts.sizes(theme.REGULARIZED, regularized, _LOW, _HIGH)]
    numbers = parts.numbers([*standard.points, *regularized.points])
    levels: list[Level] = []
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    lowest: list[tuple[float, str]] = []
    for model in _MODELS:
        cell = results.ensemble(model)
        if isinstance(cell, Missing):
            continue
        group, _ = members_of(cell)
        drawn, limits, used = ensemble(cell, group, cell.asymptote_of_best, _HIGH)
        series.append(drawn)
        levels += limits
        numbers += used
        lowest += [(level.y, theme.size(model).label) for level in limits]
        if group:
            laws.append(parts.law_text(f"Ensembles of {theme.size(model).label}", "K", group.fit))
    stars = [star(student) for student in results.distillation.students]
    series += stars
    numbers += [student.loss for student in results.distillation.students]
    origin, source = parts.source_line(numbers)
    caption = (
        f"With {SMALLEST.label} tokens and any number of parameters, ensembles of small models"
        " beat one large model, and a distilled 300M model keeps most of what they gain."
    )
    if lowest:
        value, label = min(lowest)
        caption += f" The lowest asymptote is that of {label} members: {value:.3f}."
    panel = Panel(parts.total_axis(_HIGH), parts.loss_axis(), _shown(series), tuple(levels))
    return Drawing(Plot((panel,)), caption, origin, source, tuple(laws))


def ensembles_against_size(results: Results) -> Drawing:
    """One large model beside many of 300M, with the settings that are best for one."""
    regularized, cell = need(results.regularized.at()), need(results.ensemble("300m4k"))
    drawn, levels, numbers = ensemble(cell, cell.best_single, cell.asymptote_of_single, _HIGH)
    one = parts.sizes(theme.REGULARIZED, regularized, _LOW, _HIGH)
    many = cell.best_single.fit if cell.best_single else None
    series = _shown([_with_law(one, "N", regularized.fit), _with_law(drawn, "K", many)])
    all_levels = (
        *parts.asymptote("Regularized asymptote", "regularized", regularized.fit),
        *levels,
    )
    laws = [parts.law_text("Regularized recipe", "N", regularized.fit)]
    laws += [parts.quoted_text("Regularized recipe", "N", law) for law in regularized.quoted]
    if cell.best_single:
        laws.append(parts.law_text("Ensembles of 300M", "K", cell.best_single.fit))
    origin, source = parts.source_line([*parts.numbers(regularized.points), *numbers])
    caption = "Adding members falls to a lower asymptote than adding parameters to one model"
    if len(all_levels) > 1:
        caption += f": {all_levels[-1].y:.2f} against {all_levels[0].y:.2f}"
    panel = Panel(parts.total_axis(_HIGH), parts.loss_axis(), series, all_levels)
    return Drawing(Plot((panel,)), caption + ".", origin, source, tuple(laws))


def _shown(series: list[Series]) -> tuple[Series, ...]:
    """Those of which anything can be seen; the others are levels only."""
    return tuple(one for one in series if one.points or one.curve)


def _with_law(series: Series, variable: str, fit: PowerFit | NotIdentifiable | None) -> Series:
    """The series with its law in the legend."""
    if fit is None or isinstance(fit, NotIdentifiable):
        return series
    label = f"{series.look.label}: {parts.formula(fit.law, variable)}"
    return replace(series, look=replace(series.look, label=label))


def _standard(scaling: SizeScaling) -> Series:
    return Series(theme.STANDARD, parts.size_points(scaling.points), joined=True)


def ensemble(
    cell: EnsembleCell, group: EnsembleGroup | None, published: Number | None, high: float
) -> tuple[Series, tuple[Level, ...], list[Number]]:
    """Ensembles of a size over all their parameters: points and law, or what was published."""
    own = theme.size(cell.model)
    look = replace(own, label=f"Ensembles of {own.label}")
    if group is not None:
        points = parts.member_points(group.points, cell.parameters_b)
        law = parts.curve(group.fit, cell.parameters_b, high, factor=cell.parameters_b)
        drawn = Series(look, tuple(points), law, joined=law is None)
        levels = parts.asymptote(f"Asymptote of {own.label} members", own.role, group.fit)
        return drawn, levels, parts.numbers(group.points)
    # Published ensembles are of the settings that are best for many; they say nothing of others.
    known = cell.published_points if published is cell.asymptote_of_best else ()
    points = parts.member_points(known, cell.parameters_b)
    numbers = parts.numbers(known)
    if published is None:
        return Series(look, tuple(points)), (), numbers
    level = Level(
        published.value,
        f"Asymptote of {own.label} members {published.value:.2f}",
        own.role,
        source=parts.source_text(published),
    )
    return Series(look, tuple(points)), (level,), [*numbers, published]


def _joint_limit(
    joint: SizeScaling | Missing,
) -> tuple[Level, list[Number], list[str]] | None:
    if isinstance(joint, Missing):
        return None
    levels = parts.asymptote("Joint asymptote", "joint", joint.fit)
    if not levels:
        return None
    laws = [parts.law_text("Joint recipe (asymptotes in K)", "N", joint.fit)]
    return levels[0], parts.numbers(joint.points), laws


def _worth(tick: Tick) -> str:
    value = f"{tick.text.removesuffix('×')} times the data"
    return f"{value} ({tick.reach})" if tick.reach else value


def star(student: Distilled) -> Series:
    """A student as the star that it is everywhere."""
    own = theme.SELF_DISTILLED if "self" in student.name.lower() else theme.DISTILLED
    return Series(own, (parts.point(0.3, student.loss, student.teacher),))
