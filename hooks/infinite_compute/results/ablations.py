"""What single choices do, runs of fixed budgets, and losses during training."""

from __future__ import annotations

from dataclasses import dataclass

from infinite_compute.laws import JointFit, NotIdentifiable
from infinite_compute.results.scaling import SizeScaling, TokenPoint
from infinite_compute.results.values import Missing, Number, Setting


@dataclass(frozen=True, slots=True)
class Point:
    """A loss over whatever the table is about (batch size, weight decay, epochs, billions)."""

    x: float
    loss: Number
    train_loss: Number | None = None
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, in the order of x."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Ablations:
    """What single choices do, at the smallest amount of data."""

    batch_size: Series | Missing
    weight_decay: tuple[Series, ...] | Missing  # one a setting of model and epochs
    epochs: Series | Missing  # 300M, weight decay 0.1, the best learning rate of each
    epoch_overfitting: Series | Missing  # the runs launched for it, one learning rate
    epochs_by_weight_decay: tuple[Series, ...] | Missing
    sizes: tuple[Series, ...] | Missing  # weight decay 0.1: tuned epochs, 4 epochs
    tuning: tuple[Series, ...] | Missing  # over sizes: what tuning fewer choices costs


@dataclass(frozen=True, slots=True)
class IsoFlopPoint:
    """The best run of one size and amount of data."""

    flops: float
    parameters_b: float
    tokens_b: float
    loss: Number


@dataclass(frozen=True, slots=True)
class IsoFlopSweep:
    """Runs of fixed budgets, their law A/N^a + B/D^b + E, and its limit for ever larger models."""

    tag: str
    points: tuple[IsoFlopPoint, ...]
    fit: JointFit | NotIdentifiable
    limits: tuple[TokenPoint, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The standard recipe, one epoch with a compute-optimal setting, and the regularized one."""

    standard: SizeScaling | Missing
    regularized: SizeScaling | Missing
    one_epoch: Series | Missing


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A run's losses while it learned; tokens seen are in billions."""

    name: str
    run: str
    points: tuple[tuple[float, float, float | None], ...]  # tokens, loss, training loss
    as_of: tuple[str, ...] = ()
