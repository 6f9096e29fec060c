"""`build.json`: which build a site is, and what it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labbook.errors import LabbookError
from labbook.exports import addresses


class StampError(LabbookError):
    """A build.json cannot be had or read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Of which commit a site was built and when, and the addresses of its pages.

    `modified` says that files differed from the commit's. What is None is not known.
    """

    commit: str | None
    modified: bool | None
    generated_at: str | None
    experiments: int
    pages: frozenset[str]

    def __str__(self) -> str:
        """The build, in words."""
        return f"the build of {(self.commit or 'an unknown commit')[:12]} at {self.generated_at}"


def decode(text: str | bytes, name: str) -> Stamp:
    """Read a build.json, shown as `name`."""
    try:
        data: Mapping[str, Any] = json.loads(text)
        return Stamp(
            _text(data["commit"]),
            data["modified"],
            _text(data["generated_at"]),
            int(data["counts"]["experiments"]),
            frozenset(map(_address, data["pages"])),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StampError(
            f"{name}: not the build.json of such a site ({error!s:.80}); see what is there"
        ) from error


def load(site: Path) -> Stamp:
    """Read that of the site that was built into the folder."""
    path = site / addresses.BUILD
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StampError(
            f"{path}: cannot be read ({error.strerror}); name a folder that holds a built site"
        ) from error
    return decode(text, str(path))


def _address(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r:.40} is no address")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{value!r:.40} is no text")
