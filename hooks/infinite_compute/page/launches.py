"""The families of runs -> their tables on the page, and files with every run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infinite_compute import sweep_texts
from infinite_compute.coverage import coverage
from infinite_compute.sweeps import Sweep, SweepRun
from infinite_compute.table import RunTable
from labbook.pages import blocks
from labbook.pages.blocks import Cell, TableView
from labbook.pages.environment import render

_FOLDER = "sweeps"
_KINDS = ("json", "yaml")
_COLUMNS = (
    "Model",
    "Tokens",
    "Epochs",
    "Learning rate",
    "Weight decay",
    "Batch",
    "Teacher",
    "Steps",
    "Runs",
)


def all_blocks(sweeps: Mapping[str, Sweep], runs: RunTable | None) -> dict[str, str]:
    """The block of each family by its name."""
    return {key: _block(sweep, runs) for key, sweep in sweeps.items()}


def all_files(sweeps: Mapping[str, Sweep], runs: RunTable | None) -> dict[str, bytes]:
    """Every run of each family, for programs."""
    return {
        _path(sweep, kind): sweep_texts.FORMATS[kind](
            sweep, coverage(sweep, runs) if runs else None
        ).encode("utf-8")
        for sweep in sweeps.values()
        for kind in _KINDS
    }


def _block(sweep: Sweep, runs: RunTable | None) -> str:
    view = TableView(f"Runs of {sweep.title}", *_table(sweep.runs))
    return str(
        render(
            "project_runs.html",
            about=sweep.about,
            summary=_summary(sweep, runs),
            table=blocks.table(view),
            remarks=[
                f"{one.what}: " + "; ".join(f"{value} ({at})" for at, value in one.values.items())
                for one in sweep.disagreements
            ],
            sources=sweep.sources,
            files=[(kind.upper(), _path(sweep, kind)) for kind in _KINDS],
        )
    )


def _summary(sweep: Sweep, runs: RunTable | None) -> str:
    text = f"{sweep.title}: {len(sweep.runs):,} runs"
    evaluations = sum(run.name.kind.is_evaluation for run in sweep.runs)
    if evaluations:
        text += f", {evaluations:,} of them evaluations of ensembles"
    beside = sum(not run.centre for run in sweep.runs)
    if beside:
        text += f", {beside:,} neighbours that certify a setting"
    if runs is None:
        return f"{text}; which of them finished needs the run table"
    return f"{text}; {coverage(sweep, runs)}"


def _table(runs: Iterable[SweepRun]) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """A row a setting; columns in which nothing stands are left out."""
    rows: dict[tuple[Cell, ...], int] = {}
    for run in runs:
        if run.centre and not run.name.kind.is_evaluation:
            cells = _cells(run)
            rows[cells] = rows.get(cells, 0) + 1
    whole = [(*cells, count) for cells, count in rows.items()]
    kept = [place for place in range(len(_COLUMNS)) if any(row[place] is not None for row in whole)]
    return (
        tuple(_COLUMNS[place] for place in kept),
        [tuple(row[place] for place in kept) for row in whole],
    )


def _cells(run: SweepRun) -> tuple[Cell, ...]:
    name = run.name
    teacher = f"{name.teacher} ({name.weight:g})" if name.teacher and name.weight else None
    model = name.model or (name.hidden and f"width {name.hidden}, {name.layers} layers")
    return (
        model,
        name.tokens_label or (name.flops and f"{name.flops:.0e} FLOP"),
        name.epochs,
        name.lr,
        name.weight_decay,
        run.batch,
        teacher,
        run.steps,
    )


def _path(sweep: Sweep, kind: str) -> str:
    return f"{_FOLDER}/{sweep.key}.{kind}"
