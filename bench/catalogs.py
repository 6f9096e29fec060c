"""Made-up catalogs of any size, in the shape of a real one and the same each time."""

from __future__ import annotations

import base64
import random
from pathlib import Path

from labbook.live import codec
from labbook.live.snapshot import AsOf, Curve, IssueFacts, RunFacts, Snapshot, Source
from labbook.live.wandb_facts import POINTS

VOCABULARY = (
    "cooldown batch size ablation tokenizer mixture quality filter learning rate schedule loss "
    "spike sweep long context distillation z-loss embedding scaling law checkpoint data recipe"
)
WORDS = VOCABULARY.split()
SECTIONS = 10
A_SECTION_HOLDS = 25
# How the runs of `write_runs` are called.
RUN = "run-{:05d}"
RUNS = (0, 0, 0, 0, 1, 1, 2, 4)
ARCHIVE = AsOf("2026-09", archive=True)


def write(root: Path, count: int, repository: str) -> None:
    """Write a catalog of `count` experiments, and what GitHub says of them, into `root`/data."""
    chance = random.Random(count)  # noqa: S311 - the same numbers each time are what is wanted
    numbers = range(1000, 1000 + count)
    data = root / "data"
    (data / "experiments.yaml").write_text(_catalog(numbers, chance), encoding="utf-8")
    known = snapshot(numbers, repository, chance)
    (data / "live.json").write_text(codec.encode(known), encoding="utf-8")


def snapshot(numbers: range, repository: str, chance: random.Random) -> Snapshot:
    """What GitHub and W&B say of these experiments; as many runs as there are of them."""
    return Snapshot(
        {f"{repository}#{number}": _issue(number, chance) for number in numbers},
        {f"lab/project/{name}": _run(name, chance) for n in numbers for name in _runs(n)},
        sources=dict.fromkeys(Source, ARCHIVE),
    )


def write_runs(path: Path, issues: int, runs: int, project: str) -> None:
    """Write a catalog of so many issues from 1 on, that name all runs of a W&B project."""
    lines = ["title: Experiment reports", "categories:", "  - title: All", "    experiments:"]
    share = runs // issues
    for number in range(1, issues + 1):
        lines += [f"      - title: Experiment {number}", f"        issue: {number}"]
        lines += ["        links:"]
        own = range((number - 1) * share, number * share)
        lines += [f"          - https://wandb.ai/{project}/runs/{RUN.format(i)}" for i in own]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _catalog(numbers: range, chance: random.Random) -> str:
    share = -(-len(numbers) // SECTIONS)
    lines = ["title: Experiment reports", "introduction: A made-up catalog.", "categories:"]
    for section in range(SECTIONS):
        own = numbers[section * share : (section + 1) * share]
        if not own:
            break
        lines += [f"  - title: Section {section}", "    categories:"]
        for start in range(0, len(own), A_SECTION_HOLDS):
            lines += [f"      - title: Topic {section}.{start}", "        experiments:"]
            for number in own[start : start + A_SECTION_HOLDS]:
                lines += _experiment(number, chance)
    return "\n".join(lines) + "\n"


def _experiment(number: int, chance: random.Random) -> list[str]:
    report = base64.b64encode(f"View:{number}".encode()).decode().rstrip("=")
    links = [
        f"https://wandb.ai/lab/project/reports/{number}-report--{report}",
        f"https://example.org/data_browser/experiment/?path=gs%3A//bucket/exp{number}.json",
        *(f"https://wandb.ai/lab/project/runs/{name}" for name in _runs(number)),
    ]
    lines = [f"          - title: {_text(chance, 6)} {number}", f"            issue: {number}"]
    lines += ["            links:", *(f"              - {link}" for link in links)]
    if chance.random() < 0.5:
        lines.append(f"            conclusion: {_text(chance, 25)}, see `run-{number}`.")
    if chance.random() < 0.1:
        lines += ["            notes:", f"              - {_text(chance, 15)}."]
    return lines


def _runs(number: int) -> list[str]:
    """The runs that an entry names: mostly none, at times a comparison; one on the average."""
    return [f"run-{number}-{index}" for index in range(RUNS[number % len(RUNS)])]


def _issue(number: int, chance: random.Random) -> IssueFacts:
    return IssueFacts(
        f"Experiment: {_text(chance, 8)}",
        ARCHIVE,
        chance.choice(["open", "closed"]),
        labels=("experiment",),
        author=f"author-{number % 12}",
        created=f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
    )


def _run(name: str, chance: random.Random) -> RunFacts:
    """A run with a curve of as many points as are ever kept."""
    losses = [round(2 + 8 / (step + 1) + chance.random() / 10, 4) for step in range(POINTS)]
    return RunFacts(
        name,
        ARCHIVE,
        "finished",
        created="2025-06-01T00:00:00Z",
        heartbeat="2025-06-02T00:00:00Z",
        duration=86400.0,
        user="Ann Bee",
        metrics=(("eval/loss", losses[-1]), ("train/loss", losses[-1])),
        parameters=1_400_000_000,
        tokens=40_000_000_000,
        curve=Curve("train/loss", tuple((100.0 * step, loss) for step, loss in enumerate(losses))),
    )


def _text(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count)).capitalize()
