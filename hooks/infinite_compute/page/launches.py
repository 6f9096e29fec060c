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
    "Schedule",
    "Batch",
    "Teacher",
    "Steps",
    "Runs",
)
_SCHEDULES = {"cos": "cosine", "wsd": "linear"}


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
    columns, rows, alike = _table(sweep.runs)
    view = TableView(f"Runs of {sweep.title}", columns, rows)
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
            common=[
                *([f"All runs: {alike}"] if alike else []),
                *(f"All runs: {text}" for text in sweep.usual),
                *(f"{name}: {text}" for name, text in sweep.texts.items()),
                *sweep_texts.places(sweep),
            ],
            sources=sweep.notes,
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


def _table(
    runs: Iterable[SweepRun],
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]], str]:
    """A row a setting; what all of several rows have alike is told apart, in words."""
    rows: dict[tuple[Cell, ...], int] = {}
    for run in runs:
        if run.centre and not run.name.kind.is_evaluation:
            cells = _cells(run)
            rows[cells] = rows.get(cells, 0) + 1
    whole = [(*cells, count) for cells, count in rows.items()]
    last = len(_COLUMNS) - 1
    alike = [i for i in range(last) if len({row[i] for row in whole}) == 1 and len(whole) > 1]
    kept = [
        i for i in range(last + 1) if i not in alike and any(row[i] is not None for row in whole)
    ]
    return (
        tuple(_COLUMNS[i] for i in kept),
        [tuple(row[i] for i in kept) for row in whole],
        ", ".join(f"{_COLUMNS[i].lower()} {whole[0][i]}" for i in alike if whole[0][i] is not None),
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
        run.weight_decay,
        _SCHEDULES.get(run.schedule or "", run.schedule),
        run.batch,
        teacher,
        run.steps,
    )


def _path(sweep: Sweep, kind: str) -> str:
    return f"{_FOLDER}/{sweep.key}.{kind}"
