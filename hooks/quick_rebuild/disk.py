"""The files of the site, left alone where they would be written as they are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from mkdocs import utils

_Stamp = tuple[int, int, int]


class Files:
    """Stands in for two functions of MkDocs while a build runs.

    At its beginning MkDocs empties the site's folder; here its files are noted instead. At its
    end, those that nothing has written or would have written as they are, are removed.
    """

    def __init__(self) -> None:
        self._noted: dict[str, _Stamp] = {}
        self._left: set[str] = set()
        self._written: dict[str, tuple[bytes, _Stamp]] = {}
        self._originals: tuple[Callable[[str], None], Callable[[bytes, str], None]] | None = None

    def begin(self) -> None:
        """Take the place of MkDocs' own functions."""
        if self._originals is None:
            self._originals = utils.clean_directory, utils.write_file
            _put(self._clean, self._write)

    def release(self) -> None:
        """Give the two functions their place back."""
        if self._originals:
            _put(*self._originals)
            self._originals = None

    def end(self, site: str) -> None:
        """Remove what this build has not made."""
        self.release()
        for path in self._noted.keys() - self._left:
            if _stamp(path) == self._noted[path]:
                _remove(Path(path), Path(site))
        self._written = {path: w for path, w in self._written.items() if _stamp(path) == w[1]}

    def _clean(self, directory: str) -> None:
        # As MkDocs does, hidden files are left out of it.
        self._noted = {path: stamp for path in _walk(directory) if (stamp := _stamp(path))}
        self._left = set()

    def _write(self, content: bytes, output_path: str) -> None:
        digest = hashlib.blake2b(content, digest_size=20).digest()
        stamp = _stamp(output_path)
        as_noted = stamp is not None and stamp == self._noted.get(output_path)
        if as_noted and self._written.get(output_path) == (digest, stamp):
            self._left.add(output_path)
            return
        assert self._originals  # noqa: S101 - only called in their place
        self._originals[1](content, output_path)
        if written := _stamp(output_path):
            self._written[output_path] = (digest, written)


def _put(clean: Callable[[str], None], write: Callable[[bytes, str], None]) -> None:
    utils.clean_directory = clean  # type: ignore[assignment]
    utils.write_file = write  # type: ignore[assignment]


def _stamp(path: str) -> _Stamp | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - by the thousand
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _walk(directory: str) -> Iterator[str]:
    for at, folders, names in os.walk(directory):
        if at == directory:
            folders[:] = [name for name in folders if not name.startswith(".")]
            names = [name for name in names if not name.startswith(".")]  # noqa: PLW2901
        for name in names:
            yield f"{at}{os.sep}{name}"


def _remove(path: Path, site: Path) -> None:
    path.unlink(missing_ok=True)
    parent = path.parent
    # A folder that holds more stays, and so do those above it.
    with suppress(OSError):
        while parent != site:
            parent.rmdir()
            parent = parent.parent
