"""Writing files so that a reader sees the old text or the new one, never a part."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_atomic(path: Path, content: str | bytes, *, durable: bool = True) -> None:
    """Write a file whole: texts as UTF-8, line ends as they are; folders are made as needed.

    `durable` waits for the disk, so that even a power cut leaves one of the two texts.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the file, since a rename is atomic within one file system only.
    temporary = path.with_name(f"{_temporary(path)}{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(path: Path) -> None:
    """Remove what writers of this file left that were killed; none may be at work now."""
    name = _temporary(path)
    for found in path.parent.iterdir():
        if found.name.startswith(name) and found.name.endswith(".tmp"):
            found.unlink(missing_ok=True)


def _temporary(path: Path) -> str:
    """How the names of the file's temporary ones begin."""
    return f".{path.name[:100]}."
