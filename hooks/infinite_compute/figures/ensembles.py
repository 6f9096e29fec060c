"""Ensembles of one size at one amount of data: laws over members, and maps of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing, LackingError, need
from infinite_compute.figures.plot import Cell, HeatMap, Level, Panel, Plot, Series
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.results import (
    EnsembleCell,
    EnsembleGroup,
    MemberPoint,
    Missing,
    Number,
    Results,
    TokenCount,
)
from infinite_compute.table import span

_FEWEST = 5  # members that the axis reaches at least: as many as most settings have
_RUNS = Missing(
    "the run table", "python hooks/plotting.py --mode varying-hparams-experiment --build-cache"
)


def fits(model: str, tokens: TokenCount) -> Callable[[Results], Drawing]:
    """Loss over members for every setting of a size and an amount of data."""

    def draw(results: Results) -> Drawing:
        return _fits(need(results.ensemble(model, tokens)))

    return draw


def heat_maps(model: str, tokens: TokenCount) -> Callable[[Results], Drawing]:
    """Loss of one member and asymptote over settings, a pair of maps per learning rate."""

    def draw(results: Results) -> Drawing:
        cell = need(results.ensemble(model, tokens))
        return _maps(cell, _rates(cell))

    return draw


def example(results: Results) -> Drawing:
    """The maps of 300M at the smallest amount of data, for the larger learning rate only."""
    cell = need(results.ensemble("300m4k"))
    return _maps(cell, _rates(cell)[-1:])


def _fits(cell: EnsembleCell) -> Drawing:
    title = f"{theme.size(cell.model).label} at {cell.tokens.label} tokens"
    if not cell.groups:
        return _published(cell, title)
    series = []
    levels: list[Level] = []
    ordered = sorted(cell.groups, key=_asymptote)
    # A law is drawn with all points that it is fitted to.
    most = max(_FEWEST, *(point.members for group in ordered for point in group.points))
    for group in ordered:
        look, muted = _look(cell, group)
        law = parts.curve(group.fit, 1, most + 0.5)
        points = tuple(
            replace(one, note=f"{_short(group)}; {one.note}")
            for one in parts.member_points(group.points)
        )
        series.append(Series(look, points, law, joined=law is None, muted=muted))
        if not muted:
            lowest = group is cell.best_asymptote
            name = "Lowest asymptote:" if lowest else "Asymptote of best one member:"
            levels += parts.asymptote(name, look.role, group.fit)
    series.sort(key=lambda one: not one.muted)
    numbers = [number for group in ordered for number in parts.numbers(group.points)]
    origin, source = parts.source_line(numbers)
    return Drawing(
        Plot((Panel(parts.member_axis(most), parts.loss_axis(), tuple(series), tuple(levels)),)),
        f"{title}: {_finding(cell)}",
        origin,
        source,
        tuple(parts.law_text(_short(group), "K", group.fit) for group in ordered),
    )


def _published(cell: EnsembleCell, title: str) -> Drawing:
    """What was published of ensembles without their runs: single points and asymptotes."""
    look = theme.size(cell.model)
    levels = []
    numbers: list[Number] = parts.numbers(cell.published_points)
    for name, role, number in (
        ("best for one member", "regularized", cell.asymptote_of_single),
        ("best for many", look.role, cell.asymptote_of_best),
    ):
        if number is not None:
            text = f"Asymptote, {name}: {number.value:.3f}"
            day, source = span(number.as_of), parts.source_text(number)
            levels.append(Level(number.value, text, role, source=source, as_of=day))
            numbers.append(number)
    points = tuple(parts.member_points(cell.published_points))
    if not points:
        # Two lines without a value over members would not be a figure of ensembles.
        raise LackingError(_RUNS)
    origin, source = parts.source_line(numbers)
    return Drawing(
        Plot(
            (
                Panel(
                    parts.member_axis(8),
                    parts.loss_axis(),
                    (Series(look, points),),
                    tuple(levels),
                ),
            )
        ),
        f"{title}: single ensembles and the asymptotes that were published; "
        "the losses of all other ensembles stand in the runs only.",
        origin,
        source,
    )


def _look(cell: EnsembleCell, group: EnsembleGroup) -> tuple[theme.Look, bool]:
    """The two chosen settings in colours of their own, all others as other."""
    if group is cell.best_asymptote:
        own = theme.size(cell.model)
        return theme.Look(f"Lowest asymptote: {_brief(group)}", own.role, own.shape), False
    if group is cell.best_single:
        # The best setting of one member is that of the regularized recipe.
        return theme.Look(f"Best one member: {_brief(group)}", "regularized", "circle"), False
    return theme.Look("Other settings", "other", "square"), True


def _finding(cell: EnsembleCell) -> str:
    if cell.best_asymptote is None or cell.best_single is None:
        return f"{len(cell.groups)} settings, none with an asymptote that the runs fix."
    best = cell.best_asymptote
    if isinstance(best.fit, NotIdentifiable):
        return f"{len(cell.groups)} settings, none with an asymptote that the runs fix."
    text = f"the lowest asymptote, {best.fit.law.asymptote:.3f}, belongs to {_short(best)}"
    single = cell.best_single
    if single is best:
        return f"{text}, which is also best for one member."
    if not isinstance(single.fit, NotIdentifiable):
        text += f"; the best setting of one member, {_short(single)}, ends at"
        text += f" {single.fit.law.asymptote:.3f}"
    if cell.shift is not None:
        kept = "as" if cell.shift.follows else "unlike"
        text += f" ({kept} the rule: epochs times 2, weight decay times 0.5)"
    return text + "."


def _maps(cell: EnsembleCell, rates: list[float]) -> Drawing:
    if not cell.groups:
        raise LackingError(_RUNS)
    maps: list[HeatMap] = []
    columns = sorted({group.setting.weight_decay for group in cell.groups})
    rows = sorted({group.setting.epochs for group in cell.groups})
    for rate in rates:
        groups = [group for group in cell.groups if group.setting.lr == rate]
        ones = {g.setting: g.single.loss.value for g in groups if g.single}
        # An asymptote that the runs do not fix is none.
        limits = {
            g.setting: g.fit.law.asymptote
            for g in groups
            if not isinstance(g.fit, NotIdentifiable) and isinstance(g.fit.asymptote, Interval)
        }
        for title, values in (("One member", ones), ("Asymptote", limits)):
            if not values:
                continue
            least = min(values, key=lambda setting: values[setting])
            found = {(s.weight_decay, s.epochs): (v, s == least) for s, v in values.items()}
            maps.append(
                HeatMap(
                    f"{title}, learning rate {rate:g}",
                    "Weight decay",
                    "Epochs",
                    tuple(f"{column:g}" for column in columns),
                    tuple(str(row) for row in rows),
                    tuple(
                        Cell(f"{column:g}", str(row), *found.get((column, row), (None, False)))
                        for column in columns
                        for row in rows
                    ),
                )
            )
    origin, source = parts.source_line(
        number for group in cell.groups for number in parts.numbers(group.points)
    )
    title = f"{theme.size(cell.model).label} at {cell.tokens.label} tokens"
    return Drawing(Plot(tuple(maps)), f"{title}: {_finding(cell)}", origin, source)


def _rates(cell: EnsembleCell) -> list[float]:
    return sorted({group.setting.lr for group in cell.groups})


def _asymptote(group: EnsembleGroup) -> float:
    return float("inf") if isinstance(group.fit, NotIdentifiable) else group.fit.law.asymptote


def _short(group: EnsembleGroup) -> str:
    return parts.setting_text(group.setting)


def _brief(group: EnsembleGroup) -> str:
    setting = group.setting
    return f"{setting.epochs} ep., lr {setting.lr:g}, wd {setting.weight_decay:g}"


def members_of(cell: EnsembleCell) -> tuple[EnsembleGroup | None, tuple[MemberPoint, ...]]:
    """What stands for a size over members: the group of the lowest asymptote, else points."""
    group = cell.best_asymptote
    return (group, group.points) if group else (None, cell.published_points)
