"""Runs, groups and projects that a text names without a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labbook.discovery.inline import Code

_SERVICE = re.compile(r"w\s?&\s?b\b|\bwandb\b(?!\.ai)|weights\s+(?:&|and)\s+biases", re.IGNORECASE)
_RUN_LABEL = re.compile(r"\W{0,12}runs?\b\W{0,6}$", re.IGNORECASE)
_NAME = re.compile(r"[\w.+-][\w.+{},*-]*(?:/[\w.+{},*-]+){0,2}")
_PATH = re.compile(
    r"(?:\bruns?|\btarget|:|\bis)\s{1,9}(?P<path>[\w.-]+/[\w.-]+/[\w.+-]+)(?![\w/`-])"
)
_WORD = re.compile(
    r"(?<![/\w])(?:(?P<project>projects?)|(?P<group>groups?)|(?P<sweep>sweeps?)|(?P<run>runs?|target)"
    r"|(?P<other>regex|pattern|tags?|entity|branch|commit|config|checkpoints?|dataset|logbook|job"
    r"|metrics?|keys?|state|code|files?|paths?|scripts?|modules?|search))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name at its position in the text; `kind` is `project`, `group`, `sweep` or `run`."""

    position: int
    kind: str
    text: str


def names_without_url(text: str, codes: Sequence[Code]) -> Iterator[Name]:
    """What follows the name of the service on its line: code spans, and `entity/project/run`."""
    pending = list(reversed(codes))
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        service = _SERVICE.search(line)
        while pending and pending[-1].position < end:
            code = pending.pop()
            distance = code.position - start - service.end() if service else -1
            before = text[max(code.position - 60, start) : code.position]
            if distance >= 0 or _RUN_LABEL.fullmatch(before):
                yield from _named(code, before, is_near=distance < 8)
        if service:
            for path in _PATH.finditer(line, service.end(), service.end() + 120):
                yield Name(start + path.start(), "run", path["path"].rstrip("."))
        start = end + 1


def _named(code: Code, before: str, *, is_near: bool) -> Iterator[Name]:
    if not _NAME.fullmatch(code.text):
        return
    words = list(_WORD.finditer(before))
    kind = words[-1].lastgroup if words else None
    slashes = code.text.count("/")
    if kind is None and not is_near:
        # Metrics and files have slashes too.
        return
    if slashes == 2 and kind != "other":
        yield Name(code.position, "run", code.text)
    elif kind == "project" or (kind is None and slashes == 1):
        yield Name(code.position, "project", code.text)
    elif kind in {"group", "sweep", "run"} and slashes == 0:
        yield Name(code.position, kind, code.text)
