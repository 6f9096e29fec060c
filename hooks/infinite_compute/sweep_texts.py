"""Sweeps as texts for people and programs: a table, YAML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import yaml

from infinite_compute import run_id
from infinite_compute.coverage import Coverage
from infinite_compute.sweeps import Sweep, SweepRun

_COLUMNS = ("model", "tokens", "epochs", "lr", "wd", "batch", "seeds", "teacher", "steps")


def facts(sweep: Sweep, coverage: Coverage | None = None) -> dict[str, Any]:
    """All of a sweep as plain data, with the state of its runs where there is a run table."""
    return {
        "family": sweep.key,
        "title": sweep.title,
        "about": sweep.about,
        **({"as_of": coverage.as_of} if coverage and coverage.as_of else {}),
        "runs": [_run(run, coverage) for run in sweep.runs],
        "disagreements": [
            {"what": one.what, "values": dict(one.values)} for one in sweep.disagreements
        ],
    }


def as_json(sweep: Sweep, coverage: Coverage | None = None) -> str:
    """The sweep as JSON."""
    return json.dumps(facts(sweep, coverage), ensure_ascii=False, indent=2) + "\n"


def as_yaml(sweep: Sweep, coverage: Coverage | None = None) -> str:
    """The sweep as YAML."""
    text: str = yaml.safe_dump(
        facts(sweep, coverage), allow_unicode=True, sort_keys=False, width=100
    )
    return text


def as_table(sweep: Sweep, coverage: Coverage | None = None) -> str:
    """The sweep for a terminal: one run a line, then what sources disagree on."""
    head = ["run", *_COLUMNS, *(["state"] if coverage else [])]
    rows = [head, *([run.text, *_cells(run), *_state(run, coverage)] for run in sweep.runs)]
    kept = [index for index in range(len(head)) if any(row[index] for row in rows[1:])]
    widths = {index: max(len(row[index]) for row in rows) for index in kept}
    lines = [f"{sweep.title}: {sweep.about}", ""]
    lines += ["  ".join(row[i].ljust(widths[i]) for i in kept).rstrip() for row in rows]
    lines += ["", f"{len(sweep.runs):,} runs{f': {coverage}' if coverage else ''}"]
    lines += ["sources:", *(f"  {source}" for source in sweep.sources)]
    for one in sweep.disagreements:
        values = (f"  {value} in {source}" for source, value in one.values.items())
        lines += [f"sources disagree on {one.what}:", *values]
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Sweep, Coverage | None], str]] = {
    "table": as_table,
    "yaml": as_yaml,
    "json": as_json,
}


def _run(run: SweepRun, coverage: Coverage | None) -> dict[str, Any]:
    name = run.name
    whole = {
        "name": run.text,
        "form": str(name.kind),
        "project": run.project,
        "tags": list(run.tags),
        "model": name.model,
        "tokens": run.tokens,
        "epochs": name.epochs,
        "lr": name.lr,
        "weight_decay": name.weight_decay,
        "schedule": name.schedule,
        "batch": run.batch,
        "steps": run.steps,
        "seed": name.seed,
        "train_seed": name.train_seed,
        "data_seed": name.data_seed,
        "teacher": name.teacher,
        "teacher_weight": name.weight,
        "members": name.members,
        "flops": name.flops,
        "hidden": name.hidden,
        "layers": name.layers,
        "neighbour": None if run.centre else True,
        "source": run.source,
        "note": run.note,
        "state": coverage.states[run] if coverage else None,
    }
    return {key: value for key, value in whole.items() if value is not None}


def _cells(run: SweepRun) -> list[str]:
    name = run.name
    teacher = f"{name.teacher} ({name.weight})" if name.teacher else ""
    seeds = _text(name.seed if name.train_seed is None else f"{name.train_seed}, {name.data_seed}")
    return [
        name.model or f"{name.hidden} x {name.layers}",
        run_id.tokens_label(run.tokens) if run.tokens else "",
        _text(name.epochs),
        f"{name.lr:.5f}".rstrip("0") if name.lr else "",
        _text(name.weight_decay),
        str(run.batch),
        seeds if name.members is None else f"{name.members} member{'s'[: name.members - 1]}",
        teacher,
        f"{run.steps:,}" if run.steps else "",
    ]


def _state(run: SweepRun, coverage: Coverage | None) -> Sequence[str]:
    return [coverage.states[run]] if coverage else []


def _text(value: object) -> str:
    return "" if value is None else str(value)
