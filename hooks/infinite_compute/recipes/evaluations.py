"""Distillation, benchmarks and continued pre-training: tables that are mostly published."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from infinite_compute import run_id
from infinite_compute.published import Published, Value
from infinite_compute.recipes import selection
from infinite_compute.recipes.ensembling import Cells
from infinite_compute.recipes.origins import at, derived, of_run, of_value
from infinite_compute.recipes.selection import Selected
from infinite_compute.recipes.single import number_of, size
from infinite_compute.results import (
    SMALLEST,
    Benchmark,
    Benchmarks,
    ContinuedPretraining,
    ContinuedRow,
    Distillation,
    Distilled,
    EnsembleCell,
    Number,
    Origin,
    Recipe,
    Setting,
)
from infinite_compute.run_id import Kind, RunName

STUDENT = "300m4k"
TEACHERS = 8

_STUDENTS = (
    ("ensemble", "ensemble of 8", "ens8"),
    ("self", "one model of the same size", "sd"),
)
_CONTINUED = (
    ("default_4B", "default, 4B tokens", "4B"),
    ("small_batch_4B", "smaller batch, 4B tokens", "4B"),
    ("epoching_4B", "epochs, 4B tokens", "4B"),
    ("ensemble_4B", "ensemble of 8, 4B tokens", "4B"),
    ("default_73B", "default, 73B tokens", "73B"),
)


def distillation(
    selected: Selected, published: Published, regularized: Recipe, cells: Cells
) -> Distillation:
    """Students of 300M, their teacher, and the best model of that size without one."""
    students = tuple(_student(selected, published, *about) for about in _STUDENTS)
    # A gain is a difference: all three losses must be of one origin, else of the published one.
    teacher, without = _teacher(cells), number_of(regularized.at(), STUDENT)
    loss = students[0].loss
    if teacher is None or without is None or without.origin is not loss.origin:
        teacher, without = (at(published, f"distillation/{key}") for key in ("teacher", "without"))
        loss = at(published, "distillation/ensemble")
    share = (without.value - loss.value) / (without.value - teacher.value)
    ablation = published.below("distillation/self_ablation")
    return Distillation(
        students,
        teacher,
        without,
        derived(share, [without, loss, teacher]),
        at(published, "distillation/retained_percent"),
        tuple((name, of_value(value)) for name, value in ablation.items()),
    )


def _student(
    selected: Selected, published: Published, name: str, teacher: str, prefix: str
) -> Distilled:
    value = published.value(f"distillation/{name}")
    also = published.get(f"distillation/{name}_other")
    others = tuple(of_value(other) for other in (*value.others, *([also] if also else [])))
    best = selection.best(
        row
        for row in selected.of(Kind.DISTILLED)
        if row.model == STUDENT
        and selection.token_count(row) == SMALLEST
        and row.name.data == selection.DATA
        and (row.name.teacher or "").startswith(prefix)
        and row.name.tag is None
    )
    if best is None:
        return Distilled(name, teacher, of_value(value), value.note, others)
    return Distilled(name, teacher, of_run(best), best.id, (of_value(value), *others))


def _teacher(cells: Cells) -> Number | None:
    """The ensemble of so many members with the least loss."""
    cell = cells[STUDENT, SMALLEST]
    if not isinstance(cell, EnsembleCell) or cell.origin is not Origin.RUNS:
        return None
    points = [point for group in cell.groups for point in group.points]
    losses = [point.loss for point in points if point.members == TEACHERS]
    return min(losses, key=lambda loss: loss.value, default=None)


def benchmarks(published: Published) -> Benchmarks:
    """The mean error of each evaluated model over its tasks, all tasks counting alike."""
    models = (
        *_evaluated(published, "models", lambda members: "ensemble" if members else "regularized"),
        *_evaluated(published, "weight_decay", lambda _: "weight decay"),
        *_students(published),
    )
    accuracy = published.below("downstream/standard_accuracy")
    standard = tuple(
        (model, size(model), derived(1 - value.value, [of_value(value)]))
        for model, value in accuracy.items()
    )
    quoted = published.below("downstream/averages_percent")
    notes = tuple(
        f"{model}: {other.value:g} ({other.source}) instead of {value.value:g}; {other.note}"
        for model, value in accuracy.items()
        for other in value.others
    )
    averages = tuple((key, of_value(value)) for key, value in quoted.items())
    return Benchmarks(models, standard, averages, (*notes, *_repeated(models)))


def _repeated(models: Iterable[Benchmark]) -> Iterator[str]:
    """What is to be known of models that two files hold."""
    errors: dict[tuple[str, int], list[float]] = defaultdict(list)
    for model in models:
        errors[model.name, model.members].append(model.error.value)
    for (name, _), found in errors.items():
        if len(found) > 1:
            means = " and ".join(f"{error:.4f}" for error in sorted(found))
            yield f"{name} was evaluated more than once: mean errors {means}"


def _evaluated(
    published: Published, group: str, kind: Callable[[bool], str]
) -> tuple[Benchmark, ...]:
    """The models of a file; `kind` says of one whether it was evaluated as an ensemble too."""
    by_name: dict[str, dict[int, dict[str, Value]]] = defaultdict(lambda: defaultdict(dict))
    for key, value in published.below(f"benchmarks/{group}").items():
        name, members, task = key.split("/")
        by_name[name][int(members)][task] = value
    return tuple(
        _benchmark(name, run_id.parse(name), kind(len(counts) > 1), members, tasks)
        for name, counts in by_name.items()
        for members, tasks in counts.items()
    )


def _students(published: Published) -> tuple[Benchmark, ...]:
    found = []
    for key, student in (("distill-8ens", "ensemble"), ("self-distill", "self")):
        tasks = published.below(f"benchmarks/students/{key}/1")
        name = run_id.parse(published.value(f"distillation/{student}").note)
        found.append(_benchmark(key, name, "distilled", 1, tasks))
    return tuple(found)


def _benchmark(
    label: str, name: RunName, group: str, members: int, tasks: Mapping[str, Value]
) -> Benchmark:
    if name.model is None or name.epochs is None or name.lr is None:
        raise ValueError(f"{label} is no model's name")
    inputs = list(tasks.values())
    error = 1 - sum(value.value for value in inputs) / len(inputs)
    stderr = math.sqrt(sum((value.error or 0.0) ** 2 for value in inputs)) / len(inputs)
    return Benchmark(
        label,
        group,
        members,
        name.model,
        size(name.model) * members,
        {task: (value.value, value.error or 0.0) for task, value in tasks.items()},
        derived(error, [of_value(value) for value in inputs]),
        stderr,
        Setting(name.epochs, name.lr, name.weight_decay or 0.0),
    )


def continued(published: Published) -> ContinuedPretraining:
    """The table of continued pre-training."""
    rows = []
    for key, name, tokens in _CONTINUED:
        known = published.below(f"continued/{key}")
        tasks = {
            rest.removeprefix("tasks/"): of_value(value)
            for rest, value in known.items()
            if rest.startswith("tasks/")
        }
        rows.append(ContinuedRow(name, tokens, of_value(known["average"]), tasks))
    return ContinuedPretraining(tuple(rows), at(published, "continued/efficiency"))
