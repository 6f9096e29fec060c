"""The recipes as JSON: all losses, laws, asymptotes and data efficiencies, each with its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from infinite_compute.laws import Interval, NotIdentifiable, PowerFit
from infinite_compute.results import (
    Certificate,
    Efficiency,
    Missing,
    Number,
    Recipe,
    Results,
    Setting,
    SizePoint,
    SizeScaling,
    TokenScaling,
)

# What the file's numbers are; its keys never change their meaning.
_UNITS = {
    "loss": "nats per token, validation set of DCLM",
    "parameters": "billions, as in the names of the models; laws over size are over these",
    "tokens": "of one epoch; laws over data are over billions of them",
    "law": "scale / x^exponent + asymptote",
    "efficiency": "how many times less data the recipe needs for its loss than the standard one",
    "over_law": "divided by the data at which the standard law reaches the standard recipe's loss",
    "over_tokens": "divided by the tokens used",
}


def as_json(results: Results) -> str:
    """All recipes as one document."""
    return json.dumps(facts(results), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def facts(results: Results) -> dict[str, Any]:
    """All recipes as plain data; what is missing says what it needs."""
    recipes = (results.standard, results.regularized, results.joint)
    return {
        "units": _UNITS,
        "recipes": {recipe.name: _recipe(recipe) for recipe in recipes},
        "efficiencies": [_efficiency(one) for one in results.efficiencies],
        "left_out": [{"run": run, "reason": reason} for run, reason in results.excluded],
    }


def _recipe(recipe: Recipe) -> dict[str, Any]:
    by_size = {tokens.label: _by_size(scaling) for tokens, scaling in recipe.by_tokens.items()}
    return {"over_size": by_size, "over_tokens": _by_tokens(recipe.over_tokens)}


def _by_size(scaling: SizeScaling | Missing) -> dict[str, Any]:
    if isinstance(scaling, Missing):
        return _missing(scaling)
    found: dict[str, Any] = {
        "tokens": scaling.tokens.tokens,
        "origin": str(scaling.origin),
        "points": [_point(point) for point in scaling.points],
        "law": _law(scaling.fit),
        "published_laws": [
            {**asdict(one.law), "source": one.source, "note": one.note} for one in scaling.quoted
        ],
        "published_asymptotes": [_number(one) for one in scaling.asymptotes],
        "with_other_inputs": [
            {"change": one.change, "law": _law(one.fit)} for one in scaling.variants
        ],
        "note": scaling.note,
    }
    return _kept(found)


def _by_tokens(scaling: TokenScaling | Missing) -> dict[str, Any]:
    if isinstance(scaling, Missing):
        return _missing(scaling)
    points = [{"tokens": one.tokens.tokens, "loss": _number(one.loss)} for one in scaling.points]
    found = {"origin": str(scaling.origin), "points": points, "law": _law(scaling.fit)}
    return _kept({**found, "note": scaling.note})


def _point(point: SizePoint) -> dict[str, Any]:
    found = {
        "model": point.model,
        "parameters": point.parameters_b,
        "loss": _number(point.loss),
        "train_loss": _number(point.train_loss) if point.train_loss else None,
        "setting": _setting(point.setting),
        "certificate": _certificate(point.certificate) if point.certificate else None,
        "fitted": point.fitted,
    }
    return _kept(found)


def _certificate(certificate: Certificate) -> dict[str, Any]:
    neighbours = [
        _kept(
            {
                "axis": one.axis,
                "step": one.step,
                "state": str(one.state),
                "setting": _setting(one.setting),
                "loss": one.loss,
                "runs": list(one.runs),
            }
        )
        for one in certificate.neighbours
    ]
    return {"certified": certificate.certified, "neighbours": neighbours}


def _efficiency(one: Efficiency) -> dict[str, Any]:
    found = {
        "name": one.name,
        "tokens": one.tokens.tokens,
        "loss": _number(one.loss) if one.loss else None,
        "over_law": _known(one.over_law),
        "over_tokens": _known(one.over_tokens),
        "published": [_number(quoted) for quoted in one.quoted],
    }
    return _kept(found)


def _known(value: Number | NotIdentifiable | Missing) -> dict[str, Any]:
    if isinstance(value, Number):
        return _number(value)
    return _missing(value) if isinstance(value, Missing) else _interval(value)


def _number(number: Number) -> dict[str, Any]:
    found = {
        "value": number.value,
        "interval": _interval(number.interval) if number.interval else None,
        "origin": str(number.origin),
        "sources": list(number.sources),
        "as_of": list(number.as_of),
        "note": number.note,
    }
    return _kept(found)


def _law(fit: PowerFit | NotIdentifiable) -> dict[str, Any]:
    if isinstance(fit, NotIdentifiable):
        return _interval(fit)
    intervals = {name: _interval(interval) for name, interval in fit.intervals.items()}
    return {
        **asdict(fit.law),
        "intervals": intervals,
        "r2": fit.r2,
        "residuals": list(fit.residuals),
    }


def _interval(interval: Interval | NotIdentifiable) -> dict[str, Any]:
    if isinstance(interval, NotIdentifiable):
        return {"not_identifiable": interval.reason}
    return asdict(interval)


def _missing(missing: Missing) -> dict[str, Any]:
    return {"needs": missing.needs, "command": missing.command}


def _setting(setting: Setting | None) -> dict[str, Any] | None:
    return asdict(setting) if setting else None


def _kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in found.items() if value not in (None, "", [], {})}
