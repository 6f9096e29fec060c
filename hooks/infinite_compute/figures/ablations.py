"""What single choices do: batch size and weight decay."""

from __future__ import annotations

from dataclasses import replace

from infinite_compute.figures import parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Axis, Panel, Plot, Series, Unit
from infinite_compute.figures.theme import Look
from infinite_compute.results import Results
from infinite_compute.results import Series as Losses

_BATCHES = (64, 128, 256, 512)
_DECAYS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)


def batch_size(results: Results) -> Drawing:
    """Loss over batch size at one epoch."""
    losses = need(results.ablations.batch_size)
    best = min(losses.points, key=lambda p: p.loss.value)
    caption = f"Smaller batches learn more from the same data: {best.x:g} sequences are best."
    axis = Axis("Sequences of a batch", Unit.COUNT, logarithmic=True, ticks=_BATCHES)
    return _drawing(
        (losses,), (replace(theme.STANDARD, label=parts.named(losses.name)),), axis, caption
    )


def weight_decay(results: Results) -> Drawing:
    """Loss over weight decay for several models and numbers of epochs."""
    shown = need(results.ablations.weight_decay)
    looks = tuple(theme.step(number, one.name) for number, one in enumerate(shown))
    bests = [(one.name, min(one.points, key=lambda p: p.loss.value)) for one in shown]
    said = ", ".join(f"{best.x:g} for {name}" for name, best in bests)
    caption = f"The best weight decay lies far above the usual 0.1: {said}."
    axis = Axis("Weight decay", logarithmic=True, ticks=_DECAYS)
    return _drawing(shown, looks, axis, caption)


def _drawing(
    shown: tuple[Losses, ...], looks: tuple[Look, ...], axis: Axis, caption: str
) -> Drawing:
    series = tuple(
        Series(
            look,
            tuple(
                parts.point(p.x, p.loss, parts.setting_text(p.setting))
                for p in one.points
                if p.x > 0
            ),
            joined=True,
        )
        for one, look in zip(shown, looks, strict=True)
    )
    origin, source = parts.source_line(p.loss for one in shown for p in one.points)
    panel = Panel(axis, parts.loss_axis(), series)
    # Nothing has no place on a logarithmic axis.
    notes = tuple(
        f"{parts.named(one.name)}, {axis.title.lower()} 0: loss {p.loss.value:.4f}"
        for one in shown
        for p in one.points
        if p.x <= 0
    )
    return Drawing(Plot((panel,)), caption, origin, source, notes)
