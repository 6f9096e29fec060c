"""Rows of a run table as tests make them, from names and losses."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from infinite_compute import table
from infinite_compute.run_id import write
from infinite_compute.table import Row, RunTable
from standins import infinite_compute as lab

Hyper = tuple[int, float, float]  # epochs, learning rate, weight decay
USUAL: Hyper = (16, 3e-3, 1.6)
PROJECT = "lab/runs"
WHERE = "300m4k-209M"
BASE_STEPS = {"209M": 800, "419M": 1600, "838M": 3200, "1.7B": 6400}


def single(loss: float | None, hyper: Hyper = USUAL, where: str = WHERE, **facts: Any) -> Row:
    """A run of one model; `end` is what its name ends with instead of the batch size."""
    batch, data = facts.pop("batch", 64), facts.pop("data", "dclm")
    tail = facts.pop("end", f"-bs{batch}")
    name = f"{_start(hyper, where, data)}{tail}"
    steps = BASE_STEPS[where.split("-")[1]] * 64 // batch * hyper[0]
    return row(name, loss=loss, steps=steps, batch=batch, sequence=4096, **facts)


def ensemble(
    members: int, loss: float, hyper: Hyper = USUAL, where: str = WHERE, **facts: Any
) -> Row:
    """An evaluation of an ensemble; `seed` is that of its first member."""
    member = f"{_start(hyper, where, 'dclm')}-seed{facts.pop('seed', 0)}"
    last = BASE_STEPS[where.split("-")[1]] * hyper[0] - 1
    start = f"ppl-eval-ensemble-{members}x-{member}-{last}"
    digest = hashlib.md5(f"{start}{loss}".encode(), usedforsecurity=False).hexdigest()[:6]
    return row(f"{start}-{digest}", loss=loss, **facts)


def _start(hyper: Hyper, where: str, data: str) -> str:
    epochs, lr, weight_decay = hyper
    return f"{where}x{epochs}-{data}-cos-lr{lr:.4f}-wd{weight_decay:.2f}"


def row(name: str, **facts: Any) -> Row:
    """A finished run of any name."""
    record = {"project": PROJECT, "id": name, "state": "finished", **facts}
    found = table.table([record])
    assert found.others == (), found.others
    return found.rows[0]


def table_of(*rows: Row) -> RunTable:
    """A table of these runs."""
    return RunTable(tuple(rows))


@cache
def synthetic() -> RunTable:
    """The stand-in's made-up runs, as a fetch without any trouble would keep them."""
    return table.table([_record(run) for run in lab.runs()])


def _record(run: lab.Run) -> dict[str, Any]:
    record: dict[str, Any] = {
        "project": run.project,
        "id": run.id,
        "name": write(run.name),
        "state": run.state,
        "tags": sorted(run.tags),
        "loss": None if run.dirt in {"nan", "silent"} else run.noisy,
        "curve": [[0, run.noisy + 4, None], [run.steps - 1, run.noisy, run.noisy - 0.1]],
    }
    if not run.name.kind.is_evaluation:
        record |= {"steps": run.steps, "batch": run.batch, "train_loss": run.noisy - 0.1}
    return record if run.dirt == "bare" else {**record, "sequence": 4096}
