"""The laws that the synthetic runs follow: what an analysis of them has to find again.

Sizes N are nominal billions of parameters, D billions of tokens, losses nats a token.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SIZES = {"150m4k": 0.15, "300m4k": 0.3, "600m4k": 0.6, "1_4b4k": 1.4}
LARGER = {"1_5b4k": 1.5, "3_2b4k": 3.2}
TOKENS = {"209M": 800, "419M": 1600, "838M": 3200, "1.7B": 6400}
BATCH_TOKENS = 64 * 4096
NOISE = 0.001  # the standard deviation of a loss


@dataclass(frozen=True)
class Law:
    """A/x^B + C."""

    a: float
    b: float
    c: float

    def __call__(self, x: float) -> float:
        return self.a * math.exp(-self.b * math.log(x)) + self.c


@dataclass(frozen=True)
class Setting:
    """Hyper-parameters of a run."""

    epochs: int
    lr: float
    weight_decay: float

    def steps_away(self, other: Setting) -> tuple[float, float, float]:
        """How far on the grids' scales: doublings, threefold steps, doublings."""
        decays = [math.log2(max(s.weight_decay, 0.05)) for s in (self, other)]
        return (
            math.log2(self.epochs / other.epochs),
            math.log(self.lr / other.lr, 3),
            decays[0] - decays[1],
        )


STANDARD = Law(1.2815, 0.235, 1.90)  # over D: the best size at weight decay 0.1
REGULARIZED = Law(1.039, 0.235, 1.93)  # over D: the limit of many parameters
JOINT = Law(0.838, 0.235, 1.96)  # over D: the limit of many parameters and members
MEMBERS_EXPONENT = 1.0
CHINCHILLA = (0.45, 0.34, 0.75, 0.35, 1.8)  # A, a, B, b, E; N and D in billions

# What tuning finds at each size and number of tokens, at weight decay 0.1 and in all.
_BEST_STANDARD = {
    "209M": ((8, 0.003), (8, 0.001), (4, 0.001), (4, 0.0003)),
    "419M": ((16, 0.01), (8, 0.003), (4, 0.001), (4, 0.0003)),
    "838M": ((32, 0.01), (16, 0.003), (8, 0.003), (4, 0.001)),
    "1.7B": ((64, 0.003), (32, 0.003), (16, 0.003), (4, 0.001)),
}
_BEST = {
    "209M": ((16, 0.003, 0.8), (16, 0.003, 1.6), (8, 0.001, 3.2), (8, 0.001, 3.2)),
    "419M": ((32, 0.003, 0.8), (16, 0.003, 0.8), (8, 0.001, 1.6), (8, 0.001, 3.2)),
    "838M": ((32, 0.003, 0.4), (16, 0.003, 0.4), (16, 0.003, 0.4), (8, 0.001, 1.6)),
    "1.7B": ((32, 0.003, 0.4), (32, 0.001, 0.4), (16, 0.001, 0.8), (8, 0.001, 0.8)),
}
_STANDARD_BY_SIZE = {"150m4k": 0.088, "300m4k": 0.036, "600m4k": 0.0, "1_4b4k": 0.015}
_STANDARD_BY_SIZE |= {"1_5b4k": 0.02, "3_2b4k": 0.03}
_PENALTIES = (0.03, 0.05, 0.02)  # a step away from the best epochs, lr and weight decay
_LIMIT_PENALTIES = (0.035, 0.05, 0.035)  # the same for the limit of many members


def billions(tokens: str) -> float:
    """Billions of tokens of one epoch."""
    return TOKENS[tokens] * BATCH_TOKENS / 1e9


def best_standard(model: str, tokens: str) -> Setting:
    """The best setting with a weight decay of 0.1."""
    return Setting(*_BEST_STANDARD[tokens][_column(model)], 0.1)


def best(model: str, tokens: str) -> Setting:
    """The best setting of a single model."""
    return Setting(*_BEST[tokens][_column(model)])


def best_member(model: str, tokens: str) -> Setting:
    """The best setting for many members: twice the epochs, half the weight decay."""
    single = best(model, tokens)
    return Setting(single.epochs * 2, single.lr, single.weight_decay / 2)


def standard(model: str, tokens: str) -> float:
    """The best loss with a weight decay of 0.1."""
    return STANDARD(billions(tokens)) + _STANDARD_BY_SIZE[model]


def regularized(tokens: str) -> Law:
    """The law over N of the best single models."""
    d = billions(tokens)
    return Law(0.05 * math.sqrt(billions("209M") / d), 1.02, REGULARIZED(d))


def limits(tokens: str) -> Law:
    """The law over N of the limits of many members."""
    d = billions(tokens)
    return Law(0.03 * math.sqrt(billions("209M") / d), 1.0, JOINT(d))


def members(model: str, tokens: str, setting: Setting) -> Law:
    """The law over the number of members of an ensemble of such models."""
    limit = limits(tokens)(size(model)) + _penalty(
        setting, best_member(model, tokens), _LIMIT_PENALTIES
    )
    return Law(single(model, tokens, setting) - limit, MEMBERS_EXPONENT, limit)


def single(model: str, tokens: str, setting: Setting) -> float:
    """The loss of one model."""
    if setting.weight_decay == 0.1:
        centre = best_standard(model, tokens)
        return standard(model, tokens) + _penalty(setting, centre, _PENALTIES)
    centre = best(model, tokens)
    return regularized(tokens)(size(model)) + _penalty(setting, centre, _PENALTIES)


def chinchilla(parameters: float, tokens: float) -> float:
    """The loss of a run of the isoFLOP family; both in billions."""
    a, alpha, b, beta, e = CHINCHILLA
    return Law(a, alpha, e)(parameters) + Law(b, beta, 0)(tokens)


def size(model: str) -> float:
    """Nominal billions of parameters."""
    return (SIZES | LARGER)[model]


def _column(model: str) -> int:
    # What is larger than the largest is tuned as that one.
    return list(SIZES).index(model) if model in SIZES else len(SIZES) - 1


def _penalty(setting: Setting, centre: Setting, weights: tuple[float, float, float]) -> float:
    away = setting.steps_away(centre)
    return sum(weight * step**2 for weight, step in zip(weights, away, strict=True))
