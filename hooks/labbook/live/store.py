"""Snapshots on disk: whole or not at all, and one writer at a time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labbook.errors import LabbookError
from labbook.files import remove_leftovers, write_atomic
from labbook.live import codec
from labbook.live.codec import Fault
from labbook.live.snapshot import AsOf, Snapshot, SnapshotError

_WAIT = 0.05
# Ten thousand runs with their curves take some 30 MB, and no git host takes a file of this size.
LARGEST = 128 * 1024 * 1024


class StoreError(LabbookError):
    """A file cannot be written; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds, and a sentence for each part of it that cannot be read."""

    snapshot: Snapshot
    problems: tuple[str, ...] = ()


def load(path: Path, name: str | None = None) -> Loaded:
    """Read the snapshot at `path`, shown as `name`; no file is an empty snapshot.

    A damaged file gives all items on intact lines. Raise SnapshotError where nothing may be made
    of it: it cannot be opened, or its format is that of another version.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        # No item is from later than the file: a stamp for those that lost their own.
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return Loaded(Snapshot())
    except OSError as error:
        raise SnapshotError(f"{name}: cannot be read ({error.strerror})") from error
    if len(data) > LARGEST:
        size = f"more than {LARGEST // 1024 // 1024} MiB"
        raise SnapshotError(f"{name}: the file has {size}; restore it from the last commit")
    text, faults = _text(data)
    try:
        decoded = codec.decode(text, AsOf(f"{written:%Y-%m-%d}", archive=True))
    except SnapshotError as error:
        remedy = "update the project, or restore the file from the last commit"
        raise SnapshotError(f"{name}:{error}; {remedy}") from error
    faults += decoded.faults
    remedy = "all that stands on intact lines is used; `labbook refresh` writes the file anew"
    return Loaded(
        decoded.snapshot,
        tuple(f"{name}:{f.line}:{f.column}: {f.message}; {remedy}" for f in faults),
    )


def save(path: Path, snapshot: Snapshot) -> bool:
    """Write the snapshot, if its text is another than the file's; say whether it was."""
    text = codec.encode(snapshot)
    if _holds(path, text):
        return False
    try:
        write_atomic(path, text)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); what was there is as it was"
        ) from error
    remove_leftovers(path)
    return True


@contextmanager
def lock(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock file at `path`; it ends with its process, however that ends.

    Raise StoreError if another holds it for `seconds`, or if there can be none.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        end = time.monotonic() + seconds
        while not _try_lock(file):
            if time.monotonic() > end:
                raise StoreError(f"{path}: held by another refresh; try again when it has ended")
            time.sleep(_WAIT)
        yield
    finally:
        # Closing the file gives the lock back.
        os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _text(data: bytes) -> tuple[str, list[Fault]]:
    """The bytes as text, without the lines that are none."""
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        fault = Fault(line, column, "not UTF-8")
    lines = []
    for raw in data.split(b"\n"):
        try:
            lines.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return "\n".join(lines), [fault]


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False
