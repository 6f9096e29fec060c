"""The configurations that were launched, of sweeps.yaml, expanded to runs with names and steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infinite_compute.errors import InfiniteComputeError
from infinite_compute.run_id import RunNameError
from infinite_compute.sweep_groups import Group
from infinite_compute.sweep_run import OPEN_HASH, SweepRun

__all__ = ["FILE", "OPEN_HASH", "Disagreement", "Sweep", "SweepRun", "load", "parse"]

FILE = "data/infinite-compute/sweeps.yaml"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What sources say differently: each value by its source."""

    what: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A family or an ablation: its runs, each once, in the order of the file.

    `usual` is what all runs have in common beyond their settings; `texts` says what the data sets
    and teachers are that its runs name.
    """

    key: str
    title: str
    about: str
    ablation: bool
    runs: tuple[SweepRun, ...]
    disagreements: tuple[Disagreement, ...]
    usual: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that its runs are from."""
        return tuple(dict.fromkeys(run.source for run in self.runs))

    @property
    def notes(self) -> tuple[str, ...]:
        """The files that its runs are from, each with what is to be known of these runs."""
        both = dict.fromkeys((run.source, run.note) for run in self.runs)
        return tuple(f"{source}: {note}" if note else source for source, note in both)


def load(root: Path) -> Mapping[str, Sweep]:
    """The sweeps of sweeps.yaml below `root`, families before ablations."""
    return parse((root / FILE).read_text(encoding="utf-8"))


def parse(text: str) -> Mapping[str, Sweep]:
    """The sweeps of a text; raise InfiniteComputeError with the group that is wrong."""
    read = yaml.safe_load(text)
    shared = read["shared"]
    found = {}
    for key, sweep in read["sweeps"].items():
        runs: dict[str, SweepRun] = {}
        for number, facts in enumerate(sweep["groups"]):
            try:
                for run in Group(facts, shared).runs():
                    # What several groups launch counts once, with the source that stands first.
                    runs.setdefault(f"{run.project}/{run.text}", run)
            except (KeyError, TypeError, ValueError, RunNameError) as error:
                where = f"{FILE}: sweeps.{key}.groups[{number}]"
                raise InfiniteComputeError(f"{where}: {_reason(error)}") from error
        disagreements = [Disagreement(**one) for one in sweep.get("disagreements", ())]
        about = (sweep["title"], sweep["about"], sweep.get("ablation", False))
        usual = tuple(shared["facts"]) if sweep.get("usual", True) else ()
        texts = {name: shared["texts"][name] for name in _named(runs.values(), shared["texts"])}
        both = (tuple(runs.values()), tuple(disagreements))
        found[key] = Sweep(key, *about, *both, usual, texts)
    return found


def _named(runs: Iterable[SweepRun], texts: Mapping[str, str]) -> Iterator[str]:
    """The texts that runs name, in the order of the file."""
    named = {text for run in runs for text in (run.name.data, run.name.teacher)}
    return (text for text in texts if text in named)


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
