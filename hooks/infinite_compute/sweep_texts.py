"""Sweeps as texts for people and programs: a table, YAML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

from infinite_compute import run_id
from infinite_compute.coverage import Coverage
from infinite_compute.sweeps import Sweep, SweepRun

# `seeds` are those of initialisation and data order, `teacher` has the share of its text behind it,
# `seen` are the tokens of all steps.
_COLUMNS = (
    "model",
    "tokens",
    "epochs",
    "lr",
    "wd",
    "schedule",
    "batch",
    "seeds",
    "teacher",
    "steps",
    "seen",
)


def facts(sweep: Sweep, coverage: Coverage | None = None) -> dict[str, Any]:
    """All of a sweep as plain data, with the state of its runs where there is a run table."""
    return {
        "family": sweep.key,
        "title": sweep.title,
        "about": sweep.about,
        "all_runs": list(sweep.usual),
        "texts": dict(sweep.texts),
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
    """The sweep for a terminal: what all runs share, one run a line, and what sources say."""
    head = ["run", *_COLUMNS, *(["state"] if coverage else [])]
    rows = [[run.text, *_cells(run), *_state(run, coverage)] for run in sweep.runs]
    shared = [i for i in range(1, 1 + len(_COLUMNS)) if len({row[i] for row in rows}) == 1]
    kept = [i for i in range(len(head)) if i not in shared]
    widths = {i: max(len(row[i]) for row in (head, *rows)) for i in kept}
    counted = f"{len(sweep.runs):,} runs{f': {coverage}' if coverage else ''}"
    lines = [f"{sweep.title}: {sweep.about}", counted, ""]
    alike = ", ".join(f"{head[i]} {rows[0][i]}" for i in shared if rows[0][i])
    lines += [f"all runs: {alike}"] if alike else []
    lines += [f"all runs: {text}" for text in sweep.usual]
    lines += [f"text {name}: {text}" for name, text in sweep.texts.items()]
    lines += ["", *places(sweep), ""]
    lines += ["  ".join(row[i].ljust(widths[i]) for i in kept).rstrip() for row in (head, *rows)]
    lines += ["", "sources:", *(f"  {note}" for note in sweep.notes)]
    for one in sweep.disagreements:
        values = (f"  {value} in {source}" for source, value in one.values.items())
        lines += [f"sources disagree on {one.what}:", *values]
    return "\n".join(lines) + "\n"


def places(sweep: Sweep) -> Iterator[str]:
    """Where the runs are on W&B, with the tags that all runs of a place carry."""
    places: dict[tuple[str, tuple[str, ...]], int] = {}
    for run in sweep.runs:
        # What a tag says of one run alone stands in its line.
        place = run.project, tuple(tag for tag in run.tags if "=" not in tag)
        places[place] = places.get(place, 0) + 1
    for (project, tags), count in places.items():
        tagged = f"tagged {', '.join(tags)}" if tags else "without a tag"
        yield f"W&B: {project}, {tagged}: {count:,} runs"


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
        "weight_decay": run.weight_decay,
        "schedule": run.schedule,
        "batch": run.batch,
        "steps": run.steps,
        "tokens_seen": run.seen,
        "train_seed": run.seeds[0] if run.seeds else None,
        "data_seed": run.seeds[1] if run.seeds else None,
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
    members = f"{name.members} member{'s'[: name.members - 1]}" if name.members else ""
    return [
        name.model or f"{name.hidden} x {name.layers}",
        run_id.tokens_label(run.tokens),
        _text(name.epochs),
        f"{name.lr:.5f}".rstrip("0") if name.lr else "",
        _text(run.weight_decay),
        _text(run.schedule),
        str(run.batch),
        members or ("/".join(map(str, run.seeds)) if run.seeds else ""),
        f"{name.teacher} ({name.weight})" if name.teacher else "",
        f"{run.steps:,}" if run.steps else "",
        run_id.tokens_label(run.seen) if run.seen else "",
    ]


def _state(run: SweepRun, coverage: Coverage | None) -> Sequence[str]:
    return [coverage.states[run]] if coverage else []


def _text(value: object) -> str:
    return "" if value is None else str(value)
