"""What W&B's answers mean: nodes of its API to the fields of RunFacts and ReportFacts."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

POINTS = 60
FINAL_STATES = frozenset({"finished", "crashed", "failed", "killed"})
_TEXT_LENGTH = 2000
_TAGS = 100


@dataclass(frozen=True, slots=True)
class RunFields:
    """What the site shows of a run beside its own fields.

    `metrics` are fnmatch patterns over the summary's keys, `curve` is the history's key of the
    small curve (none if empty), `parameters` and `tokens` are keys of the summary or the
    configuration that are looked up in order.
    """

    metrics: Sequence[str] = ()
    curve: str = ""
    parameters: Sequence[str] = ()
    tokens: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """Equal for equal settings, in any order of the metrics."""
        asked = [sorted(self.metrics), self.curve, list(self.parameters), list(self.tokens)]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:8]


def run(node: Mapping[str, Any], fields: RunFields) -> dict[str, Any]:
    """The fields of RunFacts that `node` holds; raise ValueError where it is no run."""
    summary = mapping(node.get("summaryMetrics"))
    config = configuration(node.get("config"))
    runtime = number(summary.get("_runtime"))
    if runtime is None:
        runtime = number(mapping(summary.get("_wandb")).get("runtime"))
    return {
        **heading(node),
        "state": _text(node.get("state")),
        "created": time(node.get("createdAt")),
        "heartbeat": time(node.get("heartbeatAt")),
        "duration": runtime if runtime is None or runtime >= 0 else None,
        "user": person(node.get("user")),
        "metrics": _metrics(summary, fields.metrics),
        "parameters": count((summary, config), fields.parameters),
        "tokens": count((summary, config), fields.tokens),
        "curve": _curve(node, fields.curve),
    }


def heading(node: Mapping[str, Any]) -> dict[str, Any]:
    """What may change of a run that has ended: its display name and tags."""
    tags = node.get("tags")
    texts = tags if isinstance(tags, list) else []
    return {
        "name": _text(node.get("displayName")) or run_id(node),
        "tags": [tag for tag in map(_text, texts[:_TAGS]) if tag],
    }


def run_id(node: Mapping[str, Any]) -> str:
    """The run's id in its URL; raise ValueError where the node has none."""
    name = node.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError("the answer has no name")
    return name


def report(node: Any, id_: str) -> dict[str, Any]:
    """The fields of ReportFacts that `node` holds; raise ValueError where it is another thing."""
    if not isinstance(node, Mapping) or str(node.get("id")).rstrip("=") != id_:
        raise ValueError("the answer is another than was asked for")
    title = _text(node.get("displayName"))
    if not title:
        raise ValueError("the answer has no title")
    return {
        "title": title,
        "author": person(node.get("user")),
        "updated": time(node.get("updatedAt")),
    }


def person(value: Any) -> str | None:
    """A user's name, else user name, else None (accounts get deleted)."""
    user = value if isinstance(value, Mapping) else {}
    return _text(user.get("name")) or _text(user.get("username"))


def time(value: Any) -> str | None:
    """An ISO 8601 time to the second in UTC; W&B leaves the zone out at times."""
    try:
        when = datetime.fromisoformat(value)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError):
        return None


def number(value: Any) -> float | None:
    """A finite number to six significant digits; W&B also sends NaN, Infinity and "NaN"."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(f"{value:.6g}") if math.isfinite(value) else None
    except OverflowError:
        return None


def points(rows: Iterable[Any], key: str) -> list[tuple[float, float]]:
    """The (step, value) of sampled rows: finite, steps ascending, at most POINTS of them."""
    found: dict[float, float] = {}
    for row in rows:
        step: Any = row.get("_step") if isinstance(row, Mapping) else None
        value = number(row.get(key)) if isinstance(row, Mapping) else None
        if value is not None and number(step) is not None:
            found[step] = value
    steps = sorted(found)
    if len(steps) > POINTS:
        last = len(steps) - 1
        steps = [steps[round(index * last / (POINTS - 1))] for index in range(POINTS)]
    return [(step, found[step]) for step in steps]


def _curve(node: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    if not key:
        return None
    history = node.get("sampledHistory")
    if not isinstance(history, list) or not all(isinstance(rows, list) for rows in history):
        # Kept as it was: a run taken without its curve would never be asked for it again.
        raise ValueError("the answer lacks the history that was asked for")
    found = points((row for rows in history for row in rows), key)
    return {"metric": key, "points": found} if found else None


def _metrics(summary: Mapping[str, Any], patterns: Sequence[str]) -> list[tuple[str, float]]:
    return [
        (key, value)
        for key in sorted(summary)
        if any(fnmatchcase(key, pattern) for pattern in patterns)
        and (value := number(summary[key])) is not None
    ]


def count(sources: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> int | None:
    """The first whole number under one of the keys; `a.b` also looks for b inside of a."""
    held = tuple(sources)
    for key in keys:
        for source in held:
            value = source.get(key)
            if value is None:
                value = _inside(source, key)
            if number(value) is not None and value >= 0:
                return int(value)
    return None


def _inside(source: Any, key: str) -> Any:
    for part in key.split("."):
        source = source.get(part) if isinstance(source, Mapping) else None
    return source


def configuration(value: Any) -> dict[str, Any]:
    """The configuration's plain values: each is sent as `{"value": it}`."""
    return {
        key: item["value"] if isinstance(item, Mapping) and "value" in item else item
        for key, item in mapping(value).items()
    }


def mapping(value: Any) -> dict[str, Any]:
    """An object, or the text of one; anything else is empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value[:_TEXT_LENGTH] if isinstance(value, str) and value.strip() else None
