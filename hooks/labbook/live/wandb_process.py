"""Running a module that talks to W&B as a process of its own, with a hard deadline."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import labbook
from labbook.live.answers import Deadline

Read = Callable[[Iterable[bytes]], None]

_KEY = re.compile(r"[A-Za-z0-9_-]{40,200}")
_SECRETS = ("WANDB_", "GITHUB_TOKEN", "GH_TOKEN")
LONGEST = 60.0  # seconds that a single answer is waited for
_MARGIN = 0.3  # seconds between the worker's own end and the one that is made


def usable(key: str | None) -> tuple[str | None, str | None]:
    """The key as it can be sent, or None and what is wrong with it."""
    key = key.strip() if key else None
    if key and not _KEY.fullmatch(key):
        return None, (
            "W&B: what WANDB_API_KEY holds is no key (40 or more letters and digits); "
            "asked without it"
        )
    return key, None


def run(
    module: str, request: Mapping[str, Any], *, key: str | None, deadline: Deadline, read: Read
) -> bool:
    """Give `request` to `module` and its lines to `read`; the answer is whether it was too late.

    The request gets `until`, the worker's own deadline, and `scratch`, a folder to work in.
    Raise OSError where the process cannot be started.
    """
    scratch = Path(tempfile.mkdtemp(prefix="lb-"))
    until = time.time() + deadline.left - min(_MARGIN, deadline.left / 10)
    questions = scratch / "request.json"
    try:
        whole = {**request, "scratch": str(scratch), "until": until}
        questions.write_text(json.dumps(whole), encoding="utf-8")
        with (
            questions.open("rb") as source,
            subprocess.Popen(
                # Without -P a folder of the name `wandb` where it starts would pass for the
                # package.
                [sys.executable, "-P", "-m", module],
                cwd=scratch,
                env=_environment(scratch, key, deadline.left),
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            ) as worker,
        ):
            thread = threading.Thread(target=read, args=(worker.stdout or (),), daemon=True)
            try:
                thread.start()
                thread.join(deadline.left)
                late = thread.is_alive()
            finally:
                _kill(worker)
                thread.join(1)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return late


def _environment(scratch: Path, key: str | None, seconds: float) -> dict[str, str]:
    """The worker's environment: no credential but the key, and no place to leave files in."""
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(_SECRETS)
    }
    package = str(Path(labbook.__file__).resolve().parent.parent)
    places = ("WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_DATA_DIR", "TMPDIR")
    return {
        **kept,
        **dict.fromkeys(places, str(scratch)),
        "NETRC": str(scratch / "netrc"),
        "PYTHONPATH": os.pathsep.join(filter(None, (package, kept.get("PYTHONPATH")))),
        "WANDB_ERROR_REPORTING": "false",
        "WANDB_SILENT": "true",
        # With these its own retries end before its caller stops to wait for them.
        "WANDB__GRAPHQL_RETRY_MAX": _retries(seconds),
        "WANDB__GRAPHQL_RETRY_WAIT_MIN_SECONDS": "1",
        "WANDB__GRAPHQL_TIMEOUT_SECONDS": str(max(1, int(min(LONGEST, seconds / 2)))),
        **({"WANDB_API_KEY": key} if key else {}),
    }


def _retries(seconds: float) -> str:
    if seconds < 10:
        return "1"
    return "2" if seconds < 300 else "5"


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker; the package's own process watches it, and ends with it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(worker.pid, signal.SIGKILL)
        else:
            worker.kill()
