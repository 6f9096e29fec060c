"""The sizes of models."""

from __future__ import annotations

import pytest

from checkout import ROOT
from infinite_compute import models
from infinite_compute.run_id import parse

MODELS = models.load(ROOT)


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.key)
def test_a_name_says_the_nominal_size(model: models.Model) -> None:
    assert models.nominal(model.key) == model.nominal
    assert models.nominal(f"{model.key}cda") == model.nominal


@pytest.mark.parametrize("key", ["150m4k", "300m4k", "600m4k", "1_5b4k"])
def test_the_formula_gives_the_counts_of_the_sources(key: str) -> None:
    model = MODELS[key]
    facts = {name: getattr(model, name) for name in model.__slots__}
    assert models.Model(**{**facts, "parameters": None}).count == model.parameters == model.count


def test_counts_that_no_source_has_come_from_the_formula() -> None:
    assert MODELS["1_4b4k"].count == 1_431_373_824
    assert MODELS["3_2b4k"].count == 3_243_444_224
    assert MODELS["300moe"].count is None


def test_the_size_on_the_axis_of_the_fits() -> None:
    assert models.billions(parse("600m4k-209Mx8-dclm-cos-lr0.0010-wd3.20-bs64")) == 0.6
    isoflop = parse("isoflop-3e+19-d1024-L11-B64-lr0.0010-dclm-64")
    counted = 11 * (4 * 1024**2 + 3 * 1024 * 4096 + 2 * 1024) + 2 * 128_256 * 1024
    assert models.billions(isoflop) == counted / 1e9
