"""Distilled models, benchmarks and continued pre-training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from infinite_compute.results.values import Number, Setting


@dataclass(frozen=True, slots=True)
class Distilled:
    """A student of 300M parameters; `teacher` says who taught it."""

    name: str
    teacher: str
    loss: Number
    run: str = ""
    others: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Distillation:
    """Students beside the teacher and the best model of their size trained without one."""

    students: tuple[Distilled, ...]
    teacher: Number
    without: Number
    retained: Number  # share of the teacher's gain that the ensemble's student keeps
    published_retained: Number
    ablation: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One evaluated model: accuracy and its standard error by task, and the mean error."""

    name: str
    group: str  # regularized, ensemble, distilled, weight decay
    members: int
    model: str
    parameters_b: float  # of all members together
    tasks: Mapping[str, tuple[float, float]]
    error: Number
    stderr: float
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """All evaluated models; the standard recipe is published as mean accuracy by size only."""

    models: tuple[Benchmark, ...]
    standard: tuple[tuple[str, float, Number], ...]  # model, parameters in billions, mean error
    quoted: tuple[tuple[str, Number], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContinuedRow:
    """One recipe of continued pre-training: accuracies in percent, by task and on average."""

    name: str
    tokens: str
    average: Number
    tasks: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContinuedPretraining:
    """The table of continued pre-training on mathematics, and the data efficiency it claims."""

    rows: tuple[ContinuedRow, ...]
    efficiency: Number
