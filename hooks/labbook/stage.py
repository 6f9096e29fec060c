"""Files in a folder of their own: what is there already is known, and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from labbook.errors import LabbookError
from labbook.files import write_atomic

MANIFEST = ".labbook-stage.json"


class StageError(LabbookError):
    """The folder cannot be staged into; the message says why and what to do."""


def stage(files: Mapping[str, str | bytes], folder: Path) -> None:
    """Write the files below `folder`, and remove those of an earlier staging that are no more.

    Refuses a folder that holds anything and was not staged before, so nothing of others is lost.
    """
    earlier = _earlier(folder)
    try:
        # First the union: what an interrupted run leaves is known to the next one.
        _note(folder, earlier | files.keys())
        for name in sorted(earlier - files.keys()):
            _remove(folder, name)
        for name, content in files.items():
            target = folder / name
            data = content.encode("utf-8") if isinstance(content, str) else content
            if not _holds(target, data):
                write_atomic(target, data, durable=False)
        _note(folder, set(files))
    except OSError as error:
        message = f"{error.filename or folder}: cannot be written ({error.strerror})"
        raise StageError(f"{message}; name a folder that you may write to") from error


def _earlier(folder: Path) -> set[str]:
    """The files that an earlier staging wrote."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise StageError(f"{folder}: not a folder; name a new or empty one")
    manifest = folder / MANIFEST
    if not manifest.exists():
        if any(folder.iterdir()):
            raise StageError(
                f"{folder}: holds files that `labbook stage` did not write; "
                "name a new or empty folder"
            )
        return set()
    try:
        names = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        return {name for name in names if _is_inside(name)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StageError(f"{manifest}: cannot be read; delete the folder and stage anew") from error


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _remove(folder: Path, name: str) -> None:
    target = folder / name
    target.unlink(missing_ok=True)
    parent = target.parent
    while parent != folder and parent.is_dir() and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent


def _holds(target: Path, data: bytes) -> bool:
    """Whether the file has this very content: then its time of change stays too."""
    return target.is_file() and target.read_bytes() == data


def _note(folder: Path, names: set[str]) -> None:
    write_atomic(folder / MANIFEST, json.dumps({"files": sorted(names)}, indent=1) + "\n")
