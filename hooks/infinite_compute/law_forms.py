"""The forms of scaling laws: what a loss depends on, evaluated and taken apart for fitting.

Losses are in nats per token. N is in billions of nominal parameters, D in billions of tokens,
K counts the members of an ensemble; which of them a law runs over is its caller's to say.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields

import numpy as np

from infinite_compute.separable import Array


@dataclass(frozen=True, slots=True)
class Form:
    """A law's parameters, all >= 0; the last one is the asymptote."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of the parameters, in their order."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def exponents(cls) -> tuple[int, ...]:
        """The places of those parameters that are exponents."""
        return tuple(i for i, name in enumerate(cls.names()) if name.endswith("exponent"))

    @property
    def parameters(self) -> tuple[float, ...]:
        """The values of the parameters, in their order."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class PowerLaw(Form):
    """scale / x^exponent + asymptote."""

    scale: float
    exponent: float
    asymptote: float

    def evaluate(self, x: float) -> float:
        """The loss at x > 0."""
        return float(self.scale * x**-self.exponent + self.asymptote)

    def inverse(self, loss: float) -> float:
        """The x that reaches a loss; infinite at the asymptote or below."""
        if loss <= self.asymptote or self.exponent == 0:
            return math.inf
        return float((self.scale / (loss - self.asymptote)) ** (1 / self.exponent))

    def marginal_return(self, x: float) -> float:
        """Relative fall of the loss per relative growth of x: -d log(loss) / d log(x)."""
        falling = self.scale * x**-self.exponent
        return float(self.exponent * falling / (falling + self.asymptote))

    @staticmethod
    def columns(exponents: Array, at: Array) -> Array:
        """x^-exponent and 1 (grid, points, columns) for exponents (grid, 1) and points (n, 1)."""
        powers = at[None, :, 0] ** -exponents[:, :1]
        return np.stack([powers, np.ones_like(powers)], axis=2)


@dataclass(frozen=True, slots=True)
class InverseLaw(Form):
    """scale / x + asymptote."""

    scale: float
    asymptote: float

    def evaluate(self, x: float) -> float:
        """The loss at x > 0."""
        return float(self.scale / x + self.asymptote)

    @staticmethod
    def columns(exponents: Array, at: Array) -> Array:
        """1/x and 1 (grid, points, columns) for points (n, 1); there is no exponent."""
        inverse = np.repeat(1 / at[None, :, 0], len(exponents), axis=0)
        return np.stack([inverse, np.ones_like(inverse)], axis=2)


@dataclass(frozen=True, slots=True)
class JointLaw(Form):
    """model_scale / N^model_exponent + data_scale / D^data_exponent + asymptote."""

    model_scale: float
    model_exponent: float
    data_scale: float
    data_exponent: float
    asymptote: float

    def evaluate(self, parameters: float, tokens: float) -> float:
        """The loss of so many billion parameters trained on so many billion tokens."""
        return float(self.model_scale * parameters**-self.model_exponent + self.limit(tokens))

    def limit(self, tokens: float) -> float:
        """The loss that ever larger models approach on so many billion tokens."""
        return float(self.data_scale * tokens**-self.data_exponent + self.asymptote)

    @staticmethod
    def columns(exponents: Array, at: Array) -> Array:
        """N^-exponent, D^-exponent and 1 for exponents (grid, 2) and points (n, 2)."""
        model = at[None, :, 0] ** -exponents[:, :1]
        data = at[None, :, 1] ** -exponents[:, 1:]
        return np.stack([model, data, np.ones_like(model)], axis=2)
