"""What W&B says of runs, reports and short links, asked by a process with a hard deadline."""

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
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import labbook
from labbook.live.answers import Answers, Deadline
from labbook.live.snapshot import AsOf, Curve, ReportFacts, RunFacts, ShortLinkFacts, Snapshot
from labbook.live.wandb_facts import FINAL_STATES, RunFields
from labbook.live.wanted import Wanted
from labbook.urls import mask

__all__ = ["RunFields", "fetch"]

_KEY = re.compile(r"[A-Za-z0-9_-]{40,200}")
_SECRETS = ("WANDB_", "GITHUB_TOKEN", "GH_TOKEN")
_MARGIN = 0.3  # seconds between the worker's own end and the one that is made


def fetch(  # noqa: PLR0913  what the rim gets is all that it may know
    wanted: Wanted,
    *,
    api: str,
    key: str | None,
    fields: RunFields,
    known: Snapshot,
    deadline: Deadline,
    now: str,
    bulk: bool = True,
) -> Answers:
    """Ask W&B at `api` for what is wanted of it; never raises for what the network does.

    A run of the same state and heartbeat as the last time keeps what is `known` of it. Without
    `bulk`, only the public methods of W&B's package are used, which are slow.
    """
    answers = Answers()
    if not (wanted.runs or wanted.reports or wanted.short_links):
        return answers
    key = key.strip() if key else None
    if key and not _KEY.fullmatch(key):
        answers.problems.append(
            "W&B: what WANDB_API_KEY holds is no key (40 or more letters and digits); "
            "asked without it"
        )
        key = None
    request = {
        "api": api,
        "bulk": bulk,
        "fields": asdict(fields),
        "reports": wanted.reports,
        "runs": [run for run in wanted.runs if run.count("/") == 2],
        "settled": _settled(wanted, known, fields),
        "short_links": wanted.short_links,
        "until": time.time() + deadline.left - min(_MARGIN, deadline.left / 10),
    }
    reading = _Reading(answers, known, AsOf(now), key, fields.digest)
    scratch = Path(tempfile.mkdtemp(prefix="lb-"))
    request["scratch"] = str(scratch)
    try:
        _run(request, _environment(scratch, key, deadline.left), scratch, reading, deadline)
    except OSError as error:
        reading.problem(f"W&B: its worker process cannot be started ({error.strerror})")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return answers


class _Reading:
    """Makes answers out of the worker's lines."""

    def __init__(
        self, answers: Answers, known: Snapshot, stamp: AsOf, key: str | None, asked: str
    ) -> None:
        self.done = False
        self._ready = False
        self._answers = answers
        self._known = known
        self._stamp = stamp
        self._key = key
        self._asked = asked

    def read(self, lines: Iterable[bytes]) -> None:
        """Take every whole line until the worker is done or no more."""
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                return
            self._take(found)
            if self.done:
                return

    def problem(self, sentence: str) -> None:
        """Say what went wrong, once, without the key or a token."""
        masked = mask(sentence.replace(self._key, "…") if self._key else sentence)
        if masked not in self._answers.problems:
            self._answers.problems.append(masked)

    def end(self, *, late: bool) -> None:
        """Say so if the worker was not done."""
        if late:
            self.problem("W&B did not answer everything in time")
        elif not self._ready:
            self.problem(
                "W&B: its package cannot be loaded; install the packages of requirements.txt"
            )
        elif not self.done:
            self.problem("W&B: its worker process ended early")

    def _take(self, line: Mapping[str, Any]) -> None:
        match line:
            case {"ready": True}:
                self._ready = True
            case {"done": True}:
                self.done = True
            case {"asked": count}:
                self._answers.requests += count
            case {"problem": sentence}:
                self.problem(sentence)
            case {"same": key, "facts": facts}:
                self._answers.runs[key] = replace(
                    self._known.runs[key],
                    name=facts["name"],
                    tags=tuple(facts["tags"]),
                    as_of=self._stamp,
                )
            case {"run": key, "facts": facts}:
                self._answers.runs[key] = self._run(key, facts)
            case {"report": key, "facts": facts}:
                self._answers.reports[key] = self._report(key, facts)
            case {"link": key, "facts": facts}:
                self._answers.short_links[key] = self._short_link(key, facts)

    def _run(self, key: str, facts: Mapping[str, Any] | None) -> RunFacts:
        if facts is None:
            last = self._known.runs.get(key) or RunFacts(key.rpartition("/")[2], self._stamp)
            return replace(last, as_of=self._stamp, gone=True)
        curve = facts["curve"]
        pairs = {
            "tags": tuple(facts["tags"]),
            "metrics": tuple((name, value) for name, value in facts["metrics"]),
            "curve": curve and Curve(curve["metric"], tuple((x, y) for x, y in curve["points"])),
        }
        return RunFacts(**{**facts, **pairs, "as_of": self._stamp, "asked": self._asked})

    def _report(self, key: str, facts: Mapping[str, Any] | None) -> ReportFacts:
        if facts is None:
            last = self._known.reports.get(key) or ReportFacts(key, self._stamp)
            return replace(last, as_of=self._stamp, gone=True)
        return ReportFacts(**facts, as_of=self._stamp)

    def _short_link(self, key: str, facts: Mapping[str, Any] | None) -> ShortLinkFacts:
        last = self._known.short_links.get(key) or ShortLinkFacts(self._stamp)
        if facts is None:
            return replace(last, as_of=self._stamp, gone=True)
        # A page that names no report may be any page; a link's target does not change.
        return ShortLinkFacts(self._stamp, facts["target"] or last.target)


def _settled(
    wanted: Wanted, known: Snapshot, fields: RunFields
) -> dict[str, tuple[str | None, str | None]]:
    """State and heartbeat of the wanted runs that need no more than a look whether these are new.

    A run that was read under other settings, or is known from an archive, is asked for anew.
    """
    runs = ((key, known.runs[key]) for key in wanted.runs if key in known.runs)
    return {
        key: (run.state, run.heartbeat)
        for key, run in runs
        if run.asked == fields.digest
        and (run.state in FINAL_STATES or run.heartbeat)
        and not run.gone
        and not run.as_of.archive
    }


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
        "WANDB__GRAPHQL_RETRY_MAX": "2" if seconds >= 10 else "1",
        "WANDB__GRAPHQL_RETRY_WAIT_MIN_SECONDS": "1",
        "WANDB__GRAPHQL_TIMEOUT_SECONDS": str(max(1, int(seconds / 2))),
        **({"WANDB_API_KEY": key} if key else {}),
    }


def _run(
    request: Mapping[str, Any],
    environment: Mapping[str, str],
    scratch: Path,
    reading: _Reading,
    deadline: Deadline,
) -> None:
    """Run the worker until it is done, or to the deadline and not longer."""
    questions = scratch / "request.json"
    questions.write_text(json.dumps(request), encoding="utf-8")
    with (
        questions.open("rb") as source,
        subprocess.Popen(
            # Without -P a folder of the name `wandb` where it starts would pass for the package.
            [sys.executable, "-P", "-m", "labbook.live.wandb_worker"],
            cwd=scratch,
            env=environment,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as worker,
    ):
        thread = threading.Thread(target=reading.read, args=(worker.stdout or (),), daemon=True)
        try:
            thread.start()
            thread.join(deadline.left)
            late = thread.is_alive()
        finally:
            _kill(worker)
            thread.join(1)
    reading.end(late=late)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker; the package's own process watches it, and ends with it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(worker.pid, signal.SIGKILL)
        else:
            worker.kill()
