"""`python -m fuzz.run` (from tests/): feed every way in with so many inputs, and count.

Fails with the smallest input found that ends in anything but acceptance or the package's own error,
or that takes too long or too much memory.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz import mutations
from fuzz.target import Target
from fuzz.targets import targets

INPUTS = 100_000
BLOCK = 32
# So many blocks at a time: what Hypothesis remembers of them is let go of, and the next differ.
CHUNK = 100
SECONDS = 5.0
MEMORY = 1_500_000_000
NOTE = "with the input "
COLUMNS = {
    "": 20, "inputs": 9, "distinct": 10, "accepted": 10, "slowest": 10, "seconds": 9, "a second": 10
}  # fmt: skip


class TooLongError(Exception):
    """An input was not read in time."""


@dataclass(slots=True)
class Tally:
    """What was fed; times are in seconds."""

    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0
    distinct: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        """The counts, as a line of the table ends."""
        accepted = f"{100 * self.accepted / max(1, self.inputs):.0f} %"
        slowest = f"{1000 * self.slowest:.0f} ms"
        return f"{self.inputs:>9,}{len(self.distinct):>10,}{accepted:>10}{slowest:>10}"


def fuzz(target: Target, inputs: int, seed: int = 0, seconds: float = SECONDS) -> Tally:
    """Feed the target; raise what it must not raise, with the smallest such input as a note.

    One input may take so many `seconds`.
    """
    tally = Tally()
    while tally.inputs < inputs:
        blocks = min(CHUNK, -(-(inputs - tally.inputs) // BLOCK))
        _chunk(target, blocks, seed, tally, seconds)
        seed += 1
    return tally


def _chunk(target: Target, blocks: int, seed: int, tally: Tally, seconds: float) -> None:
    # Many inputs of each drawn block: Hypothesis takes longer to draw than most readers to read.
    # When one fails, it makes the bytes smaller, down to zeros, which are harmless.
    size = BLOCK * mutations.RECORD

    @hypothesis.seed(seed)
    @settings(
        max_examples=blocks,
        database=None,
        deadline=None,
        # Of several findings the first is told whole, and the others after it is mended.
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary(min_size=size, max_size=size))
    def feed(block: bytes) -> None:
        for at in range(0, size, mutations.RECORD):
            _read(target, mutations.recipe(block[at : at + mutations.RECORD]), tally, seconds)

    feed()


def _read(target: Target, recipe: mutations.Recipe, tally: Tally, seconds: float) -> None:
    value = target.make(recipe)
    start = time.perf_counter()
    try:
        with _limited(seconds):
            accepted = target.read(value)
    except Exception as error:
        error.add_note(f"{NOTE}{value!r}"[:3_000])
        raise
    tally.slowest = max(tally.slowest, time.perf_counter() - start)
    tally.inputs += 1
    tally.accepted += accepted
    tally.distinct.add(hash(value) if isinstance(value, str | bytes) else hash(recipe))


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise TooLongError in what takes longer than it may."""

    def late(*_: object) -> None:
        raise TooLongError(f"more than {seconds:g} s for one input")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main() -> int:
    """Print a line for each target."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS, help="so many for each target")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other inputs")
    parser.add_argument("--only", default="", help="the targets whose name holds this")
    options = parser.parse_args()
    # What asks for more memory than this fails, rather than take the machine's.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(
        f"Hypothesis {hypothesis.__version__}, Python {sys.version.split()[0]}, seed {options.seed}"
    )
    print("".join(f"{name:>{width}}" for name, width in COLUMNS.items()))
    status = 0
    for target in targets():
        if options.only not in target.name:
            continue
        start = time.perf_counter()
        try:
            tally = fuzz(target, options.inputs, options.seed)
        except Exception as error:  # noqa: BLE001  whatever came out is the finding
            print(f"{target.name}: {type(error).__name__}: {error}"[:500])
            print("".join(traceback.format_tb(error.__traceback__)[-4:]), end="")
            print("\n".join(note for note in error.__notes__ if note.startswith(NOTE)))
            status = 1
            continue
        seconds = time.perf_counter() - start
        rate = tally.inputs / seconds
        print(f"{target.name:<20}{tally}{seconds:>9.0f}{rate:>10,.0f}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"largest resident memory: {peak / 1000:.0f} MB")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
