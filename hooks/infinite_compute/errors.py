"""The errors of the package; they share the lab book's base, so that one caller reports both."""

from __future__ import annotations

from labbook.errors import LabbookError


class InfiniteComputeError(LabbookError):
    """Base of every error that this package raises on purpose; its text is for people."""
