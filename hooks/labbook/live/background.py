"""Renewing while a preview runs, in a thread that keeps nothing and nobody waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from labbook.errors import LabbookError
from labbook.files import write_atomic


def start(
    has_news: Callable[[], bool], seconds: float, file: Path, say: Callable[[str], None]
) -> None:
    """Ask now, and again each time so many seconds have passed; touch `file` when there is news."""

    def work() -> None:
        while True:
            try:
                if has_news():
                    write_atomic(file, f"{time.time_ns()}\n", durable=False)
            except (LabbookError, OSError) as error:
                say(f"nothing was renewed: {error}")
            time.sleep(seconds)

    # A daemon: it must not keep the server from ending.
    threading.Thread(target=work, name="labbook-live", daemon=True).start()
