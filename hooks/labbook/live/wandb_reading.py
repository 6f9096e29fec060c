"""What a worker process says of W&B, line by line, until it is done or no more."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any

from labbook.live import wandb_process
from labbook.live.answers import Deadline
from labbook.urls import mask

# So much of a key's begin is taken for the key.
_TELLING = 8
Take = Callable[[Mapping[str, Any]], None]


class Reading:
    """One worker's work. What every worker says is understood here, `take` gets all other lines.

    `problems` are sentences for people, each once, free of credentials; `requests` are those that
    W&B got. `again` is what a person can do about lines that did not come.
    """

    def __init__(self, key: str | None, take: Take, again: str = "") -> None:
        self.problems: list[str] = []
        self.requests = 0
        self._key, wrong = wandb_process.usable(key)
        self._take = take
        self._again = f"; {again}" if again else ""
        self._ready = self._done = False
        if wrong:
            self._problem(wrong)

    def run(self, module: str, request: Mapping[str, Any], deadline: Deadline) -> None:
        """Let `module` work on `request`; never raises for what the network or the worker does."""
        try:
            late = wandb_process.run(
                module, request, key=self._key, deadline=deadline, read=self._read
            )
        except OSError as error:
            self._problem(f"W&B: its worker process cannot be started ({error.strerror})")
        else:
            self._end(late=late)

    def _read(self, lines: Iterable[bytes]) -> None:
        """Take every whole line; of a worker that is ended the last one may be torn."""
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:
                return
            match found:
                case {"ready": True}:
                    self._ready = True
                case {"done": True}:
                    self._done = True
                    return
                case {"asked": count}:
                    self.requests += count
                case {"problem": sentence}:
                    self._problem(sentence)
                case _:
                    self._take(found)

    def _problem(self, sentence: str) -> None:
        masked = mask(_without(sentence, self._key) if self._key else sentence)
        if masked not in self.problems:
            self.problems.append(masked)

    def _end(self, *, late: bool) -> None:
        """Say so if the worker was not done."""
        if late:
            self._problem(f"W&B did not answer everything in time{self._again}")
        elif not self._ready:
            self._problem(
                "W&B: its package cannot be loaded; install the packages of requirements.txt"
            )
        elif not self._done:
            self._problem(f"W&B: its worker process ended early{self._again}")


def _without(sentence: str, key: str) -> str:
    """The sentence without the key, as it is and as it is sent; a cut one may be at its end."""
    sent = base64.b64encode(f"api:{key}".encode()).decode().rstrip("=")
    for secret in (key, sent):
        while (at := sentence.find(secret[:_TELLING])) >= 0:
            pairs = zip(sentence[at:], secret, strict=False)
            length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            sentence = f"{sentence[:at]}…{sentence[at + length :]}"
    return sentence
