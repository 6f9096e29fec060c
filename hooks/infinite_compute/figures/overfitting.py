"""What goes wrong without regularization, and what tuning repairs: 300M and its neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from infinite_compute.figures import downstream, parts, theme
from infinite_compute.figures.figure import Drawing, need
from infinite_compute.figures.plot import Axis, Panel, Plot, Point, Series, Unit
from infinite_compute.figures.theme import Look
from infinite_compute.results import Benchmark, Missing, Number, Results, Trajectory
from infinite_compute.results import Point as LossPoint
from infinite_compute.results import Series as Losses
from infinite_compute.table import span

_SEEN = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_EPOCHS = (1, 2, 4, 8, 16, 32, 64, 128)
_TRAIN = "Training loss, last batch"
_WEIGHT_DECAYS = {0.1: ("standard", "square"), 1.6: ("regularized", "circle")}


def epochs_axis() -> Axis:
    """The axis of how often the data are seen."""
    return Axis("Epochs", Unit.COUNT, logarithmic=True, ticks=_EPOCHS)


def tuned_epochs(results: Results) -> Drawing:
    """Loss over epochs, the learning rate the best of each."""
    return _epochs(need(results.ablations.epochs), train=False)


def tuned_epochs_with_training(results: Results) -> Drawing:
    """The same with the training loss beside it."""
    return _epochs(need(results.ablations.epochs), train=True)


def epoch_overfitting(results: Results) -> Drawing:
    """Loss over epochs of the runs that were launched for it, at one learning rate."""
    return _epochs(need(results.ablations.epoch_overfitting), train=False)


def parameter_count(results: Results) -> Drawing:
    """Loss over model size at a weight decay of 0.1."""
    tuned, *_ = _over_size(results)
    series = _losses(tuned, theme.STANDARD)
    worst, best = _ends(tuned)
    caption = (
        f"With the usual weight decay, nine times the parameters gain no more than"
        f" {worst - best:.2f} nats per token."
    )
    return _drawing((series,), parts.size_axis(), caption, [tuned])


def _over_size(results: Results) -> tuple[Losses, ...]:
    """The losses over model size at a weight decay of 0.1; the published ones are tuned only."""
    if not isinstance(results.ablations.sizes, Missing):
        return results.ablations.sizes
    standard = need(results.standard.at())
    points = tuple(
        LossPoint(p.parameters_b, p.loss, p.train_loss, p.setting)
        for p in standard.points
        if p.fitted
    )
    return (Losses("tuned epochs", points),)


def parameter_count_with_training(results: Results) -> Drawing:
    """Validation and training loss over model size, epochs tuned and fixed at four."""
    shown = _over_size(results)
    looks = (theme.STANDARD, theme.step(0, ""))
    series = []
    for number, one in enumerate(shown):
        look = replace(looks[number % len(looks)], label=parts.named(one.name))
        series.append(_losses(one, look))
        series += _training(one, look)
    gaps = [p.loss.value - p.train_loss.value for p in shown[0].points if p.train_loss]
    caption = "Validation and training loss grow apart where models overfit."
    if len(gaps) > 1:
        more = "Larger models overfit more" if gaps[-1] > gaps[0] else "Models of all sizes overfit"
        caption = (
            f"{more}: with tuned epochs the validation loss exceeds the training loss by"
            f" {gaps[0]:.2f} at the smallest size and by {gaps[-1]:.2f} at the largest."
        )
    return _drawing(tuple(series), parts.size_axis(), caption, shown)


def no_convex_tuning(results: Results) -> Drawing:
    """Loss over model size when fewer choices are tuned."""
    shown = need(results.ablations.tuning)
    looks = (theme.STANDARD, theme.REGULARIZED, theme.step(2, ""), theme.step(3, ""))
    series = tuple(
        _losses(one, replace(looks[number % len(looks)], label=parts.named(one.name)))
        for number, one in enumerate(shown)
    )
    tuned, *_ = sorted(shown, key=_last)
    others = ", ".join(f"{_last(one):.2f} with {one.name}" for one in shown if one is not tuned)
    caption = (
        f"The loss of the largest model is {_last(tuned):.2f} where everything is tuned together"
        f" ({tuned.name}), against {others}."
    )
    return _drawing(series, parts.size_axis(), caption, shown)


def weight_decay_overfitting(results: Results) -> Drawing:
    """Loss over epochs at the usual and at a strong weight decay."""
    shown = need(results.ablations.epochs_by_weight_decay)
    looks = (theme.STANDARD, theme.REGULARIZED)
    series = tuple(
        _losses(one, replace(looks[number % len(looks)], label=parts.named(one.name)))
        for number, one in enumerate(shown)
    )
    least = [min(one.points, key=lambda p: p.loss.value) for one in shown]
    turns = ", ".join(f"{one.name}: {p.x:g} epochs" for one, p in zip(shown, least, strict=True))
    caption = f"A strong weight decay moves the point where repetition begins to hurt ({turns})."
    return _drawing(series, epochs_axis(), caption, shown)


def weight_decay_overfitting_benchmark(results: Results) -> Drawing:
    """Mean benchmark error over epochs at the usual and at a strong weight decay."""
    models = [m for m in results.benchmarks.models if m.group == "weight decay" and m.setting]
    series = []
    turns = []
    twice: list[Benchmark] = []
    for decay, (role, shape) in _WEIGHT_DECAYS.items():
        chosen = [m for m in models if m.setting and m.setting.weight_decay == decay]
        if chosen:
            other = downstream.again(results.benchmarks, chosen)
            twice += other
            points = downstream.error_points(chosen, _times)
            look = Look(f"Weight decay {decay:g}", role, shape)
            said = downstream.error_points(other, _times, hollow=True)
            series.append(Series(look, (*points, *said), joined=True))
            best = min(points, key=lambda point: point.y)
            turns.append(f"{best.x:g} epochs at weight decay {decay:g}")
    origin, source = parts.source_line(m.error for m in (*models, *twice))
    caption = (
        f"Benchmarks overfit later than the loss: the least error is at {_and(turns)}."
        f" Intervals are one standard error.{downstream.repeated_text(twice)}"
    )
    panel = Panel(epochs_axis(), downstream.ERROR, tuple(series))
    return Drawing(Plot((panel,)), caption, origin, source)


def trajectories(results: Results) -> Drawing:
    """Validation and training loss while two runs learned."""
    runs = need(results.trajectories)
    looks = (theme.STANDARD, theme.REGULARIZED)
    panels = []
    least = min(loss for run in runs for point in run.points for loss in point[1:] if loss)
    # The first steps fall so far that nothing could be told apart below them.
    window = (least - 0.06, least + 1.2)
    seen = [point[0] for run in runs for point in run.points if (point[1] or math.inf) < window[1]]
    span = (min(seen) / 1.3, max(seen) * 1.1)
    for title, column in (("Validation", 1), ("Training", 2)):
        series = []
        for number, run in enumerate(runs):
            look = replace(looks[number % len(looks)], label=f"{parts.named(run.name)} recipe")
            series.append(Series(look, _course(run, column), joined=True, marked=False))
        ticks = tuple(tick for tick in _SEEN if span[0] <= tick <= span[1])
        axis = Axis("Tokens seen", Unit.BILLIONS, logarithmic=True, ticks=ticks, domain=span)
        loss = Axis(parts.SHORT_LOSS, Unit.LOSS, domain=window)
        panels.append(Panel(axis, loss, tuple(series), title=title))
    ends = ", ".join(f"{run.name} {run.points[-1][1]:.2f}" for run in runs)
    caption = f"The regularized run learns more slowly and ends lower on validation ({ends})."
    numbers = [Number(0.0, results.origin, (run.run,), as_of=run.as_of) for run in runs]
    origin, source = parts.source_line(numbers)
    return Drawing(Plot(tuple(panels)), caption, origin, source)


def _epochs(losses: Losses, *, train: bool) -> Drawing:
    series = [_losses(losses, replace(theme.STANDARD, label="Validation loss"))]
    if train:
        series += _training(losses, replace(theme.STANDARD, label="Validation loss"))
    best = min(losses.points, key=lambda p: p.loss.value)
    caption = (
        f"Seeing the data more often helps up to {best.x:g} epochs (loss {best.loss.value:.3f});"
        " after that, the model overfits."
    )
    return _drawing(tuple(series), epochs_axis(), caption, [losses])


def _losses(losses: Losses, look: Look) -> Series:
    points = tuple(parts.point(p.x, p.loss, parts.setting_text(p.setting)) for p in losses.points)
    return Series(look, points, joined=True)


def _training(losses: Losses, look: Look) -> list[Series]:
    """The training losses, if there are any, as thin lines of the same colour."""
    points = tuple(
        parts.point(p.x, p.train_loss, parts.setting_text(p.setting))
        for p in losses.points
        if p.train_loss is not None
    )
    label = _TRAIN if look.label == "Validation loss" else f"{look.label}: training loss"
    own = Look(label, look.role, "triangle-up" if look.shape == "square" else "triangle-down")
    return [Series(own, points, joined=True, muted=True)] if points else []


def _drawing(
    series: tuple[Series, ...], axis: Axis, caption: str, tables: Iterable[Losses]
) -> Drawing:
    numbers = [
        number
        for table in tables
        for p in table.points
        for number in (p.loss, p.train_loss)
        if number is not None
    ]
    origin, source = parts.source_line(numbers)
    # Training losses are muted.
    title = parts.SHORT_LOSS if any(one.muted for one in series) else parts.LOSS
    panel = Panel(axis, Axis(title, Unit.LOSS), series)
    return Drawing(Plot((panel,)), caption, origin, source)


def _ends(losses: Losses) -> tuple[float, float]:
    values = [p.loss.value for p in losses.points]
    return max(values), min(values)


def _last(losses: Losses) -> float:
    return max(losses.points, key=lambda p: p.x).loss.value


def _times(model: Benchmark) -> float:
    return float(model.setting.epochs) if model.setting else 0.0


def _course(run: Trajectory, column: int) -> tuple[Point, ...]:
    values = [(point[0], point[column]) for point in run.points]
    return tuple(
        Point(tokens, loss, source=run.run, as_of=span(run.as_of))
        for tokens, loss in values
        if loss is not None and tokens
    )


def _and(texts: list[str]) -> str:
    return " and ".join(texts)
