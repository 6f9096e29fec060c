"""How much hangs on seeds and on the number of members: sensitivity and seed science."""

from __future__ import annotations

from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Panel, Plot, Series
from infinite_compute.laws import NotIdentifiable
from infinite_compute.results import MemberSeries, Results


def sensitivity_regularized(results: Results) -> Drawing:
    """The regularized law with the runs of other seeds."""
    main = need(results.regularized.at())
    variants = need(results.sensitivity.regularized)
    series = [parts.sizes(replace(theme.REGULARIZED, label="As published"), main, 0.13, 6.0)]
    laws = [parts.law_text("Main runs", "N", main.fit)]
    numbers = parts.numbers(main.points)
    ends = [] if isinstance(main.fit, NotIdentifiable) else [main.fit.law.asymptote]
    for number, variant in enumerate(variants):
        look = theme.step(2 * number + 1, variant.change)
        law = parts.curve(variant.fit, 0.13, 6.0)
        points = parts.size_points(variant.points)
        series.append(Series(look, points, law, joined=law is None))
        laws.append(parts.law_text(variant.change, "N", variant.fit))
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
    caption = "The law from few members already tells where more of them end"
    ends = [one.fit.law.asymptote for one in shown if not isinstance(one.fit, NotIdentifiable)]
    if len(ends) > 1:
        caption += f": asymptotes {' and '.join(f'{end:.3f}' for end in ends)}"
    named = tuple(
        replace(looks[number % len(looks)], label=one.name) for number, one in enumerate(shown)
    )
    return _members(shown, named, caption + ".", high=8)


def seed_science(results: Results) -> Drawing:
    """Ensembles whose members differ in initialisation, in the order of data, or in both."""
    table = need(results.seed_science)
    looks = tuple(theme.step(number, one.name) for number, one in enumerate(table.series))
    ends = {
        one.name: one.fit.law.asymptote
        for one in table.series
        if not isinstance(one.fit, NotIdentifiable)
    }
    caption = "Either seed alone keeps most of what an ensemble gains"
    if ends:
        caption += f"; asymptotes: {', '.join(f'{name} {end:.3f}' for name, end in ends.items())}"
    drawing = _members(table.series, looks, caption + ".", high=5)
    spreads = tuple(
        f"Standard deviation over {len(one.losses)} runs, {one.name}: {one.deviation:.4f}"
        f" (mean {one.mean:.4f})"
        for one in table.spreads
    )
    return replace(drawing, laws=drawing.laws + spreads)


def _members(
    shown: tuple[MemberSeries, ...], looks: tuple[theme.Look, ...], caption: str, high: int
) -> Drawing:
    series = []
    for one, look in zip(shown, looks, strict=True):
        law = parts.curve(one.fit, 1, high * 1.08)
        points = tuple(parts.member_points(one.points))
        series.append(Series(look, points, law, joined=law is None))
    numbers = [number for one in shown for number in parts.numbers(one.points)]
    origin, source = parts.source_line(numbers)
    panel = Panel(parts.member_axis(high), parts.loss_axis(), tuple(series))
    laws = tuple(parts.law_text(one.name, "K", one.fit) for one in shown)
    return Drawing(Plot((panel,)), caption, origin, source, laws)
