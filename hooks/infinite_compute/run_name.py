"""What a run's name says: its form and its fields."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from infinite_compute.errors import InfiniteComputeError

_SCALES = {"K": 10**3, "M": 10**6, "B": 10**9}


class Kind(StrEnum):
    """The forms of a name."""

    TRAINING = "training"
    SEED = "seed"
    SEED_SCIENCE = "seed science"
    DISTILLED = "distilled"
    CPT = "CPT"
    ENSEMBLE_EVALUATION = "ensemble evaluation"
    SEED_SCIENCE_EVALUATION = "seed-science evaluation"
    CHINCHILLA = "chinchilla"

    @property
    def is_evaluation(self) -> bool:
        """Whether it evaluates members that other runs trained, and logs no training."""
        return self in {Kind.ENSEMBLE_EVALUATION, Kind.SEED_SCIENCE_EVALUATION}


class RunNameError(InfiniteComputeError):
    """A name that fits no form; `reason` says where it leaves them."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"`{name[:120]}`: {reason}")


@dataclass(frozen=True, slots=True)
class RunName:
    """What a name says; fields that its form does not have are None.

    `tokens_label` is one epoch's tokens as written. `seed` is that of both initialisation and
    data order; `train_seed` and `data_seed` are them apart. In an evaluation of an ensemble of
    `members` all other fields are those of its first member. `tag` is the rest: `iter2`, `0d`.
    """

    kind: Kind
    model: str | None = None
    tokens_label: str | None = None
    epochs: int | None = None
    data: str | None = None
    teacher: str | None = None
    weight: float | None = None
    schedule: str | None = None
    lr: float | None = None
    weight_decay: float | None = None
    batch: int | None = None
    seed: int | None = None
    train_seed: int | None = None
    data_seed: int | None = None
    tag: str | None = None
    members: int | None = None
    last_step: int | None = None
    hash: str | None = None
    flops: float | None = None
    hidden: int | None = None
    layers: int | None = None
    experiment: str | None = None

    @property
    def tokens(self) -> int | None:
        """The tokens of one epoch to the digits of the name: 209_000_000 of `209M`."""
        label = self.tokens_label
        return int(Decimal(label[:-1]) * _SCALES[label[-1]]) if label else None


def tokens_label(tokens: int) -> str:
    """How names write one epoch's tokens: whole millions are cut off, all else has one decimal."""
    if tokens >= 10**9:
        return f"{tokens / 10**9:.1f}B"
    if tokens >= 10**7:
        return f"{tokens // 10**6}M"
    if tokens >= 10**6:
        return f"{tokens / 10**6:.1f}M"
    return f"{tokens / 10**3:.1f}K"
