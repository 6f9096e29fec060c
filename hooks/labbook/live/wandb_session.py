"""What every process that talks to W&B does: ask within its time, in pages, and say what fails."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from labbook.live import wandb_queries
from labbook.live.answers import Deadline
from labbook.live.wandb_client import (
    Ask,
    NotFoundError,
    QueryError,
    TimedOutError,
    WandbError,
    WrongAnswerError,
    connect,
)
from labbook.live.wandb_process import LONGEST

_PAGE = 100
_LEAST = 0.2  # seconds below which no answer is waited for
_LAST = 2  # seconds after its time within which the parent ends this process
_GIVE_UP = 3  # single items that fail before the rest is left alone

Send = Callable[[Mapping[str, Any]], None]


class Session:
    """One process's way to W&B; `send` gives a line to the parent."""

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        self.api = str(request["api"]).rstrip("/")
        self.key = os.environ.get("WANDB_API_KEY") or None
        self.deadline = Deadline(request["until"] - time.time())
        self.send = send
        self._ask: Ask | None = None

    def connect(self) -> bool:
        """Whether the package takes bulk queries."""
        self._ask = connect(self.api, self.key)
        return self._ask is not None

    def pages(
        self, query: str, variables: Callable[[str | None], Mapping[str, Any]]
    ) -> Iterator[tuple[list[Any], bool]]:
        """The nodes of the runs of a project, page by page, and whether that page is the last."""
        seen: set[str | None] = set()
        cursor: str | None = None
        while cursor not in seen:
            seen.add(cursor)
            project = self.query(query, variables(cursor)).get("project")
            if project is None:
                hint = "" if self.key else "; if it is private, set WANDB_API_KEY"
                raise NotFoundError(f"no such project is shown{hint}")
            try:
                found, cursor = wandb_queries.page(project["runs"])
            except (KeyError, TypeError) as error:
                raise WrongAnswerError("the answer has another shape") from error
            yield found, cursor is None
            if cursor is None:
                return

    def side_by_side(self, items: Sequence[str], ask: Callable[[Sequence[str]], None]) -> None:
        """Ask for the first page alone, which shows whether the key is taken; then two at a time.

        While W&B works on a page, the last one is read. More at once gain little, and its limits
        count the time that it works.
        """
        top = self.halving(items[:_PAGE], _PAGE, ask)
        rest = items[_PAGE:]
        middle = -(-len(rest) // (2 * _PAGE)) * _PAGE
        with ThreadPoolExecutor(2) as pool:
            halves = (rest[:middle], rest[middle:])
            asked = [pool.submit(self.halving, half, top, ask) for half in halves]
        for half in asked:
            half.result()

    def halving(self, items: Sequence[str], top: int, ask: Callable[[Sequence[str]], None]) -> int:
        """Ask page by page; a page that fails is asked for in halves, to lose one item at most.

        The answer is the size of page that did not take too long.
        """
        rest, size, failed = list(items), top, 0
        while rest:
            page = rest[:size]
            try:
                ask(page)
            except (TimedOutError, QueryError, WrongAnswerError) as error:
                if self.deadline.left < _LEAST:
                    raise
                if len(page) > 1:
                    size = (len(page) + 1) // 2
                    top = size if isinstance(error, TimedOutError) else top
                    continue
                failed += 1
                if failed >= min(_GIVE_UP, len(items)):
                    raise
                self.say(error, page[0])
                rest = rest[1:]
            else:
                rest = rest[len(page) :]
                size = min(size * 2, top)
        return top

    def query(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Send one query, once more if its answer was broken, or without a key that is refused."""
        try:
            return self._once(query, variables)
        except WrongAnswerError:
            return self._once(query, variables)
        except WandbError as error:
            if error.status != 401 or not self.key:
                raise
            self.say(error)
            self.key = None
            self._ask = connect(self.api, None)
            return self._once(query, variables)

    def say(self, error: WandbError, what: str = "") -> None:
        """Tell what failed, in words."""
        subject = f"W&B: {what}" if what else "W&B"
        if error.status in {401, 403} and not self.key:
            self.problem(f"{subject}: it wants a key (HTTP {error.status}); set WANDB_API_KEY")
        elif error.status == 401:
            self.problem(f"{subject}: it refuses the key in WANDB_API_KEY (HTTP 401)")
        elif error.status:
            why = f" ({error})" if str(error) else ""
            self.problem(f"{subject}: HTTP {error.status}{why}")
        else:
            self.problem(f"{subject}: {error}")

    def problem(self, sentence: str) -> None:
        """Tell a problem."""
        self.send({"problem": sentence})

    def _once(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        left = self.deadline.left
        if left < _LEAST or self._ask is None:
            raise TimedOutError("no answer in time")
        self.send({"asked": 1})
        return self._ask(query, variables, min(LONGEST, max(left / 2, min(left, 1.0))))


def serve(work: Callable[[Mapping[str, Any], Send], None]) -> None:
    """Read the request, send the answers, and leave without the package's own way to end.

    That one was seen to wait for ever, and a thread may still wait for a short link.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # The package's own process would hold the parent's pipe open.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    lock = threading.Lock()

    def send(line: Mapping[str, Any]) -> None:
        with lock:
            answers.write(json.dumps(line, allow_nan=False) + "\n")
            answers.flush()

    request = json.loads(sys.stdin.buffer.read())
    limit = request["until"] + _LAST
    watch = threading.Thread(
        target=_watch, args=(os.getppid(), limit, request["scratch"]), daemon=True
    )
    watch.start()
    send({"ready": True})
    work(request, send)
    send({"done": True})
    os._exit(0)


def _watch(parent: int, until: float, scratch: str) -> None:
    """End this process when its parent is no more or its time is up; then nobody else would."""
    while os.getppid() == parent and time.time() < until:
        time.sleep(0.2)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)
