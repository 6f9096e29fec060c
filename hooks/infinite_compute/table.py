"""The run table: one run a line in a file, sorted, each with what its name and W&B say of it.

The file's first line says of when the runs of each project are, so that asking again for runs
that stayed as they were changes that line alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infinite_compute import models, run_id
from infinite_compute.errors import InfiniteComputeError
from infinite_compute.run_id import Kind, RunName, RunNameError
from labbook.files import write_atomic

FILE = "data/infinite-compute/runs.jsonl"
BATCH = 64  # of the members of every ensemble; their evaluations do not name it
IGNORED = "ignore"  # the tag of runs that their authors leave out
FINISHED = "finished"

_DEFAULT_SEEDS = (0, 42)
_AS_OF = "as_of"  # the key of the first line
Record = dict[str, Any]
Point = tuple[float, float, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finished run; an evaluation's fields are those of its first member.

    `base_tokens` are those of one epoch of real data, `parameters_b` is the authors' axis in
    billions (nominal; the true count for chinchilla runs), `seeds` are those of initialisation
    and data order. `loss` and `train_loss` are the last logged ones in nats per token, None where
    none or no finite one was logged. `curve` holds (step, evaluation loss, training loss).
    `as_of` is the day on which W&B last told all runs of the project, empty where none is known.
    """

    id: str
    project: str
    name: RunName
    steps: int
    batch: int
    sequence: int
    base_tokens: float
    state: str = FINISHED
    tags: tuple[str, ...] = ()
    loss: float | None = None
    train_loss: float | None = None
    curve: tuple[Point, ...] | None = None
    as_of: str = ""

    @property
    def model(self) -> str | None:
        """The model's key such as `300m4k`; chinchilla runs have none."""
        return self.name.model

    @property
    def parameters_b(self) -> float | None:
        """Billions of parameters on the authors' axis."""
        return models.billions(self.name)

    @property
    def epochs(self) -> int:
        """How often the data was seen; chinchilla runs see theirs once."""
        return self.name.epochs or 1

    @property
    def lr(self) -> float:
        """The highest learning rate, as the name has it."""
        return self.name.lr or 0.0

    @property
    def weight_decay(self) -> float | None:
        """The weight decay; the names of chinchilla runs have none."""
        return self.name.weight_decay

    @property
    def members(self) -> int:
        """How many models were evaluated together."""
        return self.name.members or 1

    @property
    def seeds(self) -> tuple[int, int] | None:
        """The seeds of initialisation and data order; the names of chinchilla runs have none."""
        name = self.name
        if name.kind is Kind.CHINCHILLA:
            return None
        if name.train_seed is not None and name.data_seed is not None:
            return name.train_seed, name.data_seed
        return _DEFAULT_SEEDS if name.seed is None else (name.seed, name.seed)

    @property
    def url(self) -> str:
        """Where the run is shown."""
        return f"https://wandb.ai/{self.project}/runs/{self.id}"


@dataclass(frozen=True, slots=True)
class Other:
    """A run that is no row; `name` is None where it fits no form."""

    id: str
    project: str
    state: str
    reason: str
    name: RunName | None = None


@dataclass(frozen=True, slots=True)
class RunTable:
    """All runs that were fetched: the finished ones as rows, all others with the reason.

    `as_of` has the day on which W&B last told all runs of a project, by project.
    """

    rows: tuple[Row, ...] = ()
    others: tuple[Other, ...] = ()
    as_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def rejected(self) -> tuple[tuple[str, str], ...]:
        """The finished runs that are no rows: id and reason."""
        return tuple((run.id, run.reason) for run in self.others if run.state == FINISHED)


def read(path: Path) -> RunTable:
    """The run table at `path`; raise InfiniteComputeError for a line that is no run."""
    return table(records(path), as_of(path))


def table(found: Iterable[Record], days: Mapping[str, str] | None = None) -> RunTable:
    """The run table of records, in their order; `days` are as of when, by project."""
    days = days or {}
    rows: list[Row] = []
    others: list[Other] = []
    for record in found:
        run = _run(record, days.get(record["project"], ""))
        if isinstance(run, Row):
            rows.append(run)
        else:
            others.append(run)
    return RunTable(tuple(rows), tuple(others), days)


def records(path: Path) -> list[Record]:
    """The runs in the file at `path` as they stand there."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        record = _parsed(line)
        if number == 1 and _AS_OF in record:
            continue
        if not all(isinstance(record.get(key), str) for key in ("id", "project")):
            message = f"{path}:{number}: not a run; remove the line and fetch again"
            raise InfiniteComputeError(message)
        found.append(record)
    return found


def as_of(path: Path) -> dict[str, str]:
    """The day on which W&B last told all runs of a project, by project, of the first line."""
    with path.open(encoding="utf-8") as lines:
        days = _parsed(next(lines, "")).get(_AS_OF, {})
    if isinstance(days, dict) and all(isinstance(day, str) for day in days.values()):
        return days
    message = f"{path}:1: not the days of the projects; remove the line and fetch again"
    raise InfiniteComputeError(message)


def span(days: Iterable[str]) -> str:
    """The days of some runs for people: one day, or the first and the last; empty for none."""
    known = sorted({day for day in days if day})
    return known[0] if len(known) == 1 else f"{known[0]} to {known[-1]}" if known else ""


def write(path: Path, found: Iterable[Record], days: Mapping[str, str] | None = None) -> None:
    """Write records, one run a line, sorted by project and id, behind the days of the projects."""
    lines = sorted(found, key=lambda record: (record["project"], record["id"]))
    head = [{_AS_OF: dict(sorted(days.items()))}] if days else []
    text = "".join(f"{_line(record)}\n" for record in [*head, *lines])
    if not path.exists() or path.read_bytes() != text.encode():
        write_atomic(path, text)


def record(row: Row) -> Record:
    """The row as a line of the file holds it."""
    whole: Record = {
        "project": row.project,
        "id": row.id,
        "state": row.state,
        "tags": list(row.tags),
        "loss": row.loss,
        "train_loss": row.train_loss,
        "curve": row.curve and [list(point) for point in row.curve],
    }
    if (name := run_id.write(row.name)) != row.id:
        whole["name"] = name
    if not row.name.kind.is_evaluation:
        whole |= {"steps": row.steps, "batch": row.batch, "sequence": row.sequence}
    return whole


def _parsed(line: str) -> Record:
    """The object of a line, an empty one where it holds none."""
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _line(record: Record) -> str:
    kept = {key: value for key, value in record.items() if value not in (None, [], "")}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _run(record: Record, day: str) -> Row | Other:
    id_, project, state = record["id"], record["project"], str(record.get("state") or "unknown")
    try:
        name = named(record)
    except RunNameError as error:
        return Other(id_, project, state, f"no name of a run: {error.reason}")
    tags = tuple(record.get("tags") or ())
    if state != FINISHED:
        return Other(id_, project, state, f"its state is {state}", name)
    if IGNORED in tags:
        return Other(id_, project, state, f"it is tagged `{IGNORED}`", name)
    sizes = _sizes(record, name)
    if isinstance(sizes, str):
        return Other(id_, project, state, sizes, name)
    steps, batch, sequence = sizes
    curve = record.get("curve")
    return Row(
        id=id_,
        project=project,
        name=name,
        state=state,
        tags=tags,
        steps=steps,
        batch=batch,
        sequence=sequence,
        base_tokens=_base_tokens(name, steps, batch * sequence),
        loss=record.get("loss"),
        train_loss=record.get("train_loss"),
        curve=tuple((step, loss, train) for step, loss, train in curve) if curve else None,
        as_of=day,
    )


def named(record: Mapping[str, Any]) -> RunName:
    """What the run's id says, else its display name: W&B cuts the ids of long names."""
    try:
        return run_id.parse(record["id"])
    except RunNameError:
        if not record.get("name"):
            raise
        return run_id.parse(record["name"])


def _sizes(record: Record, name: RunName) -> tuple[int, int, int] | str:
    """Steps, batch and sequence; else what is missing."""
    if name.kind.is_evaluation:
        # Its own configuration says nothing of how its members were trained.
        return (name.last_step or 0) + 1, name.batch or BATCH, models.SEQUENCE
    found = []
    for key in ("steps", "batch", "sequence"):
        value = record.get(key)
        if not isinstance(value, int) or value < 1:
            return f"its configuration does not say its {key}"
        found.append(value)
    steps, batch, sequence = found
    return steps, batch, sequence


def _base_tokens(name: RunName, steps: int, tokens: int) -> float:
    """The tokens of one epoch of real data, of `tokens` a step."""
    epochs = name.epochs or 1
    if name.weight is None:
        return steps * tokens / epochs
    # Batches of the teacher's data come on top, and the number of all steps was rounded down.
    return float(round(steps * (1 - name.weight) / epochs) * tokens)
