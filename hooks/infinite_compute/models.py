"""The sizes of models: what their names say, and the facts of models.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from infinite_compute.errors import InfiniteComputeError
from infinite_compute.run_name import RunName

FILE = "data/infinite-compute/models.yaml"
VOCABULARY = 128_256  # that of all models but those of debugging
SEQUENCE = 4096

_NOMINAL = re.compile(r"l?(\d+(?:_\d+)?)([mb])(?:4k\w*|cda)?")
_BILLIONS = {"m": 1e-3, "b": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model; `nominal` is in billions, None for mixtures of experts, whose names say none."""

    key: str
    label: str
    source: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    intermediate: int
    nominal: float | None = None
    sequence: int = SEQUENCE
    tied: bool = False
    parameters: int | None = None
    experts: int | None = None
    experts_per_token: int | None = None
    note: str | None = None

    @property
    def count(self) -> int | None:
        """The parameters as a source has them, else by the formula; None for experts."""
        if self.parameters or self.experts:
            return self.parameters
        attention = 2 * self.hidden**2 + 2 * self.hidden * self.kv_heads * (
            self.hidden // self.heads
        )
        layer = attention + 3 * self.hidden * self.intermediate + 2 * self.hidden
        embeddings = (1 if self.tied else 2) * VOCABULARY * self.hidden
        return self.layers * layer + embeddings + self.hidden


def nominal(key: str) -> float | None:
    """The size in a model's name in billions: 0.3 of `300m4k`, 1.4 of `1_4b4k`."""
    found = _NOMINAL.fullmatch(key)
    if not found:
        return None
    return round(float(found[1].replace("_", ".")) * _BILLIONS[found[2]], 6)


def isoflop_parameters(hidden: int, layers: int) -> int:
    """The parameters of a model of the isoFLOP family: heads of 128, inner width 4 x hidden."""
    heads = max(1, hidden // 128)
    layer = 4 * hidden * heads * (hidden // heads) + 3 * hidden * 4 * hidden + 2 * hidden
    return layers * layer + 2 * VOCABULARY * hidden


def isoflop_operations(hidden: int, layers: int) -> int:
    """The operations of such a model's forward pass for one token, as budgets count them.

    A product and a sum are two; attention counts over the whole sequence; the backward pass does
    not count.
    """
    heads = max(1, hidden // 128)
    weights = 4 * hidden**2 + 3 * hidden * 4 * hidden
    attention = 4 * SEQUENCE * hidden + 3 * SEQUENCE * heads
    return layers * (2 * weights + attention) + 2 * hidden * VOCABULARY


def billions(name: RunName) -> float | None:
    """The size on the authors' axis: nominal, for chinchilla runs the true count."""
    if name.hidden and name.layers:
        return isoflop_parameters(name.hidden, name.layers) / 1e9
    return nominal(name.model) if name.model else None


def load(root: Path) -> Mapping[str, Model]:
    """The models of models.yaml below `root` by key, in its order."""
    read = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    try:
        return {key: Model(key=key, **facts) for key, facts in read["models"].items()}
    except TypeError as error:
        raise InfiniteComputeError(f"{FILE}: {error}") from error
