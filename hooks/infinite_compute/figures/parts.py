"""Derived tables -> what plots are made of: points with their sources, laws with their bands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from infinite_compute.figures.plot import Axis, Curve, Level, Point, Series, Unit, spaced
from infinite_compute.figures.theme import Look
from infinite_compute.laws import (
    Band,
    Interval,
    InverseFit,
    InverseLaw,
    JointFit,
    JointLaw,
    NotIdentifiable,
    PowerFit,
    PowerLaw,
)
from infinite_compute.results import (
    MemberPoint,
    Number,
    Origin,
    QuotedLaw,
    Setting,
    SizePoint,
    SizeScaling,
    TokenScaling,
)
from infinite_compute.table import span

LOSS = "DCLM validation loss (nats per token)"
# Beside the low frames of several panels the whole of it has no room.
SHORT_LOSS = "Loss (nats per token)"
SIZES = (0.15, 0.3, 0.6, 1.4)
TOTAL = (0.15, 0.3, 0.6, 1.4, 3.0, 6.0, 12.0)
TOKENS = (0.2, 0.4, 0.8, 1.6)
MEMBERS = (1, 2, 3, 4, 5, 6, 8)

_POINTS = 48
# Few runs can be named one by one.
_NAMED = 3


def loss_axis(*, short: bool = False, logarithmic: bool = False) -> Axis:
    """The axis of losses, its name short for one of several panels."""
    return Axis(SHORT_LOSS if short else LOSS, Unit.LOSS, logarithmic=logarithmic)


def size_axis(domain: tuple[float, float] | None = None) -> Axis:
    """The axis of model sizes."""
    ticks = tuple(tick for tick in TOTAL if tick <= domain[1]) if domain else SIZES
    return Axis(
        "Parameters of one model", Unit.BILLIONS, logarithmic=True, ticks=ticks, domain=domain
    )


def total_axis(high: float = 14.0) -> Axis:
    """The axis of the parameters of all members together."""
    ticks = tuple(tick for tick in TOTAL if tick <= high)
    return Axis(
        "Parameters of all members",
        Unit.BILLIONS,
        logarithmic=True,
        ticks=ticks,
        domain=(0.13, high),
    )


def token_axis(domain: tuple[float, float] | None = None) -> Axis:
    """The axis of the tokens of one epoch."""
    return Axis("Tokens of one epoch", Unit.BILLIONS, logarithmic=True, ticks=TOKENS, domain=domain)


def member_axis(high: int = 5, *, logarithmic: bool = True) -> Axis:
    """The axis of the number of members."""
    ticks = tuple(float(tick) for tick in MEMBERS if tick <= high)
    ends = (0.93, high * 1.1) if logarithmic else (0.8, high + 0.4)
    return Axis("Members of the ensemble", Unit.COUNT, logarithmic, ticks, ends)


def setting_text(setting: Setting | None) -> str:
    """Hyper-parameters in words."""
    if setting is None:
        return ""
    epochs = "1 epoch" if setting.epochs == 1 else f"{setting.epochs} epochs"
    return f"{epochs}, lr {setting.lr:g}, weight decay {setting.weight_decay:g}"


def named(text: str) -> str:
    """A name of the tables as the beginning of a line."""
    return text[:1].upper() + text[1:]


def source_text(number: Number) -> str:
    """Where a number comes from, in a cell of a table."""
    sources = number.sources
    if number.origin is Origin.RUNS and len(sources) > _NAMED:
        return f"{len(sources)} runs"
    return "; ".join(sources)


def source_line(numbers: Iterable[Number]) -> tuple[Origin, str]:
    """What carries a figure, and the line that says it."""
    runs: set[str] = set()
    days: set[str] = set()
    published: dict[str, None] = {}
    for number in numbers:
        if number.origin is Origin.RUNS:
            runs.update(number.sources)
            days.update(number.as_of)
        else:
            published.update(dict.fromkeys(number.sources))
    said = []
    if runs:
        asked = f" of {span(days)}" if days else ""
        said.append(f"Run data{asked}: {len(runs)} W&B run{'s' if len(runs) != 1 else ''}")
    if published:
        said.append("Published values: " + "; ".join(published))
    return (Origin.RUNS if runs else Origin.PUBLISHED), ". ".join(said) + "."


def point(x: float, number: Number, note: str = "", *, hollow: bool = False) -> Point:
    """A point of a number, its note joined with the number's own."""
    notes = "; ".join(part for part in (note, number.note) if part)
    day, source = span(number.as_of), source_text(number)
    return Point(x, number.value, note=notes, source=source, hollow=hollow, as_of=day)


def size_points(points: Sequence[SizePoint]) -> tuple[Point, ...]:
    """Losses over model size."""
    return tuple(
        point(p.parameters_b, p.loss, setting_text(p.setting), hollow=not p.fitted) for p in points
    )


def member_points(points: Sequence[MemberPoint], parameters_b: float | None = None) -> list[Point]:
    """Losses over the number of members, or over the parameters of all members."""
    return [
        point(p.members * (parameters_b or 1.0), p.loss, p.patch or f"{p.members} members")
        for p in points
    ]


def curve(
    fit: PowerFit | InverseFit | NotIdentifiable,
    low: float,
    high: float,
    *,
    factor: float = 1.0,
    logarithmic: bool = True,
) -> Curve | None:
    """A fitted law from `low` to `high`, drawn at `factor` times its x."""
    if isinstance(fit, NotIdentifiable):
        return None
    xs, measured = places(fit, low / factor, high / factor, logarithmic=logarithmic)
    values = tuple(fit.law.evaluate(x) for x in xs)
    return banded(xs, values, measured, fit.band(xs), factor)


def places(
    fit: PowerFit | InverseFit, low: float, high: float, *, logarithmic: bool = True
) -> tuple[tuple[float, ...], tuple[float, float]]:
    """Where a fitted law is drawn from `low` to `high`, and the ends of what was measured."""
    fitted = [at[0] for at in fit.at]
    measured = min(fitted), max(fitted)
    found = {*spaced(low, high, logarithmic=logarithmic, count=_POINTS)}
    # The ends of what was measured are where the line changes.
    found |= {x for x in measured if low <= x <= high}
    return tuple(sorted(found)), measured


def banded(
    xs: tuple[float, ...],
    values: tuple[float, ...],
    measured: tuple[float, float],
    band: Sequence[Band] | NotIdentifiable,
    factor: float = 1.0,
) -> Curve:
    """A curve with its band, or with the reason why it has none, drawn at `factor` times its x."""
    curve = Curve(
        tuple(x * factor for x in xs), values, (measured[0] * factor, measured[1] * factor)
    )
    if isinstance(band, NotIdentifiable):
        return replace(curve, bandless=band.reason)
    lows, highs = tuple(part.low for part in band), tuple(part.high for part in band)
    return replace(curve, lows=lows, highs=highs)


def sizes(look: Look, scaling: SizeScaling, low: float, high: float) -> Series:
    """Losses over model size with their law from `low` to `high`, else joined."""
    law = curve(scaling.fit, low, high)
    return Series(look, size_points(scaling.points), law, joined=law is None)


def data(look: Look, scaling: TokenScaling, low: float, high: float) -> Series:
    """Losses over tokens with their law from `low` to `high`."""
    points = tuple(point(p.tokens.billions, p.loss) for p in scaling.points)
    law = curve(scaling.fit, low, high)
    return Series(look, points, law, joined=law is None)


def asymptote(name: str, role: str, fit: PowerFit | NotIdentifiable) -> tuple[Level, ...]:
    """The level that a law falls to, if it is known."""
    if isinstance(fit, NotIdentifiable):
        return ()
    value = fit.law.asymptote
    interval = fit.asymptote
    if isinstance(interval, Interval):
        return (Level(value, f"{name} {value:.2f}", role, interval.low, interval.high),)
    return (Level(value, f"{name} {value:.2f}", role),)


def ends(interval: Interval, digits: int) -> tuple[str, str]:
    """Both ends of an interval; what has no upper end says so."""
    high = "∞" if math.isinf(interval.high) else f"{interval.high:.{digits}f}"
    return f"{interval.low:.{digits}f}", high


def numbers(points: Iterable[SizePoint | MemberPoint]) -> list[Number]:
    """The losses of points, for the source line."""
    return [p.loss for p in points]


def law_text(name: str, variable: str, fit: PowerFit | JointFit | NotIdentifiable) -> str:
    """A fitted law in one line, with the interval of its asymptote and how well it fits."""
    if isinstance(fit, NotIdentifiable):
        return f"{name}: not identifiable, {fit.reason}"
    law = fit.law
    if isinstance(law, JointLaw):
        form = (
            f"{law.model_scale:.3g} / N^{law.model_exponent:.3g}"
            f" + {law.data_scale:.3g} / D^{law.data_exponent:.3g} + {law.asymptote:.3f}"
        )
    else:
        form = formula(law, variable)
    interval = fit.asymptote
    if isinstance(interval, Interval):
        known = (
            f"asymptote {interval.low:.3f} to {interval.high:.3f}"
            f" ({interval.level:.0%} confidence, {interval.method})"
        )
    else:
        known = f"asymptote not identifiable: {interval.reason}"
    return f"{name}: {form}; {known}; R² {fit.r2:.4f}"


def formula(law: PowerLaw | InverseLaw, variable: str) -> str:
    """A law as people write it."""
    if isinstance(law, InverseLaw):
        return f"{law.scale:.3g} / {variable} + {law.asymptote:.3f}"
    return f"{law.scale:.3g} / {variable}^{law.exponent:.3g} + {law.asymptote:.3f}"


def quoted_text(name: str, variable: str, quoted: QuotedLaw) -> str:
    """A published law in one line."""
    note = f" ({quoted.note})" if quoted.note else ""
    return f"{name}, as published: {formula(quoted.law, variable)}; {quoted.source}{note}"
