"""One run of those that were launched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infinite_compute import run_id
from infinite_compute.run_id import RunName

OPEN_HASH = "<hash>"  # stands for what only the launch itself decides

_NO_HASH = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRun:
    """One run to launch; `steps` are all of it, `tokens` those of one epoch of real data.

    An evaluation has no steps. `seeds` are those of initialisation and of data order, where the
    launch files say them. `weight_decay` and `schedule` may be said by the launch file alone.
    """

    name: RunName
    project: str
    tags: tuple[str, ...]
    source: str
    steps: int | None
    tokens: int
    batch: int
    sequence: int
    seeds: tuple[int, int] | None = None
    weight_decay: float | None = None
    schedule: str | None = None
    note: str | None = None
    centre: bool = True

    @property
    def seen(self) -> int | None:
        """The tokens that it is trained on in all: every epoch, its teacher's too."""
        return self.steps * self.batch * self.sequence if self.steps else None

    @property
    def text(self) -> str:
        """The name, with an open end where an evaluation's hash is not known."""
        if not self.name.kind.is_evaluation:
            return run_id.write(self.name)
        whole = run_id.write(replace(self.name, hash=_NO_HASH))
        return f"{whole.removesuffix(_NO_HASH)}{OPEN_HASH}"
