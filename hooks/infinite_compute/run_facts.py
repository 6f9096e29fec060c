"""W&B's nodes -> the lines of the run table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infinite_compute import table
from infinite_compute.run_id import RunName, RunNameError
from infinite_compute.table import Record
from labbook.live import wandb_facts
from labbook.live.wandb_facts import configuration, count, mapping, number

TRAINING_METRIC = "train/loss"
SAMPLES = 200  # more than the evaluations of any run

_POINTS = 60
_SIZES = {
    "steps": "trainer.num_train_steps",
    "batch": "trainer.train_batch_size",
    "sequence": "model.seq_len",
}


def keys(name: RunName, metric: str) -> list[list[str]]:
    """What is asked of a run's history, by the rows that hold all of it.

    Evaluations of ensembles log nothing else than their loss; asking them for more would give
    no row at all. Of others the second kind of row adds the training loss where it is known.
    """
    evaluation = ["_step", metric]
    return [evaluation] if name.kind.is_evaluation else [evaluation, [*evaluation, TRAINING_METRIC]]


def heading(node: Mapping[str, Any], project: str) -> Record:
    """What the list of a project's runs says of one; raise ValueError where it is none."""
    found: Record = {"project": project, "id": wandb_facts.run_id(node)}
    head = wandb_facts.heading(node)
    if head["name"] != found["id"]:
        found["name"] = head["name"]
    state = node.get("state")
    return found | {
        "state": state if isinstance(state, str) and state else "unknown",
        "tags": sorted(head["tags"]),
        "heartbeat": wandb_facts.time(node.get("heartbeatAt")),
    }


def named(record: Record) -> RunName | None:
    """The run's name, None where it fits no form."""
    try:
        return table.named(record)
    except RunNameError:
        return None


def whole(node: Mapping[str, Any], project: str, metric: str) -> Record:
    """All that the table holds of a finished run; raise ValueError where an answer is another."""
    history = node.get("sampledHistory")
    if not isinstance(history, list) or not all(isinstance(rows, list) for rows in history):
        # Kept as it was: a run taken without its history would never be asked for it again.
        raise ValueError("the answer lacks the history that was asked for")
    summary = mapping(node.get("summaryMetrics"))
    config = configuration(node.get("config"))
    curve = _curve(history, metric)
    sizes = {key: count((config,), (path,)) for key, path in _SIZES.items()}
    return {
        **heading(node, project),
        **{key: value for key, value in sizes.items() if value is not None},
        "loss": _last(summary, metric, [loss for _, loss, _ in curve]),
        "train_loss": _last(
            summary, TRAINING_METRIC, [train for _, _, train in curve if train is not None]
        ),
        "curve": [list(point) for point in curve] if len(curve) > 1 else None,
        "metric": metric,
    }


def _last(summary: Mapping[str, Any], key: str, logged: Sequence[float]) -> float | None:
    """The last value logged: the summary's, even if that is none; else the history's last."""
    if key in summary:
        return number(summary[key])
    return logged[-1] if logged else None


def _curve(history: Iterable[Iterable[Any]], metric: str) -> list[table.Point]:
    """Step, evaluation loss and training loss where evaluated, at most _POINTS of them."""
    found: dict[int, table.Point] = {}
    for rows in history:
        for row in rows:
            if not isinstance(row, Mapping):
                continue
            step, loss = row.get("_step"), number(row.get(metric))
            if not isinstance(step, int) or loss is None:
                continue
            train = number(row.get(TRAINING_METRIC))
            if train is None and step in found:
                train = found[step][2]
            found[step] = (step, loss, train)
    steps = sorted(found)
    if len(steps) > _POINTS:
        last = len(steps) - 1
        steps = [steps[round(index * last / (_POINTS - 1))] for index in range(_POINTS)]
    return [found[step] for step in steps]
