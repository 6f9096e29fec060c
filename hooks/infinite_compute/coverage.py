"""What became of a sweep's runs: the run table beside what was to be launched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from infinite_compute.run_id import RunName
from infinite_compute.sweeps import Sweep, SweepRun
from infinite_compute.table import FINISHED, RunTable, span

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The state of each run of a sweep: `finished`, what W&B calls it else, or `missing`.

    `as_of` is the day on which W&B said so, empty where none is known.
    """

    states: Mapping[SweepRun, str]
    as_of: str = ""

    def __str__(self) -> str:
        """The counts in words, the finished ones first."""
        counts = Counter(self.states.values())
        launched = sum(counts.values()) - counts[MISSING]
        others = [
            f"{count:,} {state}"
            for state, count in sorted(counts.items())
            if state not in {FINISHED, MISSING}
        ]
        parts = [f"{launched:,} launched", f"{counts[FINISHED]:,} finished", *others]
        as_of = f" (as of {self.as_of})" if self.as_of else ""
        return ", ".join([*parts, f"{counts[MISSING]:,} missing"]) + as_of


def coverage(sweep: Sweep, table: RunTable) -> Coverage:
    """Find the sweep's runs in the table by name; hashes and who launched it are left open."""
    found: dict[tuple[str, RunName], str] = {}
    for other in table.others:
        if other.name is not None:
            found[other.project, _open(other.name)] = other.state
    # A run that ended counts, whatever became of other attempts at it.
    found |= {(row.project, _open(row.name)): row.state for row in table.rows}
    states = {run: found.get((run.project, _open(run.name)), MISSING) for run in sweep.runs}
    projects = {run.project for run in sweep.runs}
    return Coverage(states, span(table.as_of.get(project, "") for project in projects))


def _open(name: RunName) -> RunName:
    return replace(name, hash=None)
