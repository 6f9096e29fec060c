"""How much hangs on seeds and on the number of members: sensitivity and seed science."""

from __future__ import annotations

from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import HeatMap, Level, Panel, Plot, Series
from infinite_compute.laws import NotIdentifiable
from infinite_compute.results import MemberSeries, Results


def sensitivity_regularized(results: Results) -> Drawing:
    """The regularized law with the runs of other seeds."""
    main = need(results.regularized.at())
    variants = need(results.sensitivity.regularized)
    series = [parts.sizes(replace(theme.REGULARIZED, label="Main runs"), main, 0.13, 6.0)]
    laws = [parts.law_text("Main runs", "N", main.fit)]
    numbers = parts.numbers(main.points)
    ends = [] if isinstance(main.fit, NotIdentifiable) else [main.fit.law.asymptote]
    for number, variant in enumerate(variants):
        look = theme.step(2 * number + 1, parts.named(variant.change))
        law = parts.curve(variant.fit, 0.13, 6.0)
        points = parts.size_points(variant.points)
        series.append(Series(look, points, law, joined=law is None))
        laws.append(parts.law_text(parts.named(variant.change), "N", variant.fit))
        numbers += parts.numbers(variant.points)
        if not isinstance(variant.fit, NotIdentifiable):
            ends.append(variant.fit.law.asymptote)
    caption = "Other seeds give almost the same law"
    if len(ends) > 1:
        caption += f": the asymptotes lie between {min(ends):.3f} and {max(ends):.3f}"
    origin, source = parts.source_line(numbers)
    panel = Panel(parts.size_axis((0.13, 6.0)), parts.loss_axis(), tuple(series))
    return Drawing(Plot((panel,)), caption + ".", origin, source, tuple(laws))


def sensitivity_ensembling(results: Results) -> Drawing:
    """The law over members from all eight, and from the first four of them."""
    shown = need(results.sensitivity.ensembling)
    looks = (theme.size("300m4k"), theme.step(1, ""))
    ends = [
        f"{one.fit.law.asymptote:.3f} from {one.name}"
        for one in shown
        if not isinstance(one.fit, NotIdentifiable)
    ]
    caption = "How few members tell where more of them end: asymptote " + ", ".join(ends)
    named = tuple(
        replace(looks[number % len(looks)], label=one.name) for number, one in enumerate(shown)
    )
    drawing = _members(shown, named, caption + ".", high=8)
    return replace(drawing, plot=Plot(tuple(map(_once, drawing.plot.panels))))


def _once(panel: Panel | HeatMap) -> Panel | HeatMap:
    """The panel with each point shown once: some ensembles belong to two series."""
    if not isinstance(panel, Panel):
        return panel
    first, *others = panel.series
    known = {(point.x, point.y) for point in first.points}
    return replace(
        panel,
        series=(
            first,
            *(replace(o, marked=any((p.x, p.y) not in known for p in o.points)) for o in others),
        ),
    )


def seed_science(results: Results) -> Drawing:
    """Ensembles whose members differ in initialisation, in the order of data, or in both."""
    table = need(results.seed_science)
    looks = tuple(theme.step(number, one.name) for number, one in enumerate(table.series))
    gains = {one.name: one.points[0].loss.value - one.points[-1].loss.value for one in table.series}
    most = max(gains.values())
    kept = ", ".join(f"{name} {gain / most:.0%}" for name, gain in gains.items())
    caption = (
        f"What {table.series[0].points[-1].members} members gain over one, as a share of the most:"
        f" {kept}."
    )
    drawing = _members(table.series, looks, caption, high=5, logarithmic=False)
    drawing = _with_one_model(drawing, table.series[0].points[0].loss.value)
    spreads = tuple(
        f"Standard deviation over {len(one.losses)} runs, {one.name}: {one.deviation:.4f}"
        f" (mean {one.mean:.4f})"
        for one in table.spreads
    )
    return replace(drawing, laws=drawing.laws + spreads)


def _with_one_model(drawing: Drawing, loss: float) -> Drawing:
    """The level of one model: what ensembles come to whose members do not differ."""
    (panel,) = drawing.plot.panels
    if not isinstance(panel, Panel):
        return drawing
    level = Level(loss, "No seed varied", "other")
    return replace(drawing, plot=Plot((replace(panel, levels=(level,)),)))


def _members(
    shown: tuple[MemberSeries, ...],
    looks: tuple[theme.Look, ...],
    caption: str,
    high: int,
    *,
    logarithmic: bool = True,
) -> Drawing:
    series = []
    for one, look in zip(shown, looks, strict=True):
        law = parts.curve(one.fit, 1, high * 1.08, logarithmic=logarithmic)
        points = tuple(parts.member_points(one.points))
        named = replace(look, label=parts.named(look.label))
        series.append(Series(named, points, law, joined=law is None))
    numbers = [number for one in shown for number in parts.numbers(one.points)]
    origin, source = parts.source_line(numbers)
    axis = parts.member_axis(high, logarithmic=logarithmic)
    panel = Panel(axis, parts.loss_axis(), tuple(series))
    laws = tuple(parts.law_text(one.name, "K", one.fit) for one in shown)
    return Drawing(Plot((panel,)), caption, origin, source, laws)
