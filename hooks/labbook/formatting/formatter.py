"""The bytes of the curated file -> the same data in canonical form, or no change at all."""

from __future__ import annotations

from labbook import catalog
from labbook.errors import DataError, LabbookError
from labbook.formatting.attachment import attach
from labbook.formatting.comments import Comment, comments
from labbook.formatting.layout import Layout
from labbook.formatting.units import outline
from labbook.problems import Problems
from labbook.source_text import decode
from labbook.yaml_nodes import MappingNode
from labbook.yaml_tree import compose


class FormatError(LabbookError):
    """The file cannot be formatted without changing what it says; it stays as it is."""


def formatted(data: bytes, name: str, repository: str) -> bytes:
    """The file in canonical form; `name` is how messages call it.

    Raise DataError where the file is wrong, FormatError where its data or a comment would not
    come through: nothing is formatted by guess.
    """
    before = catalog.parse(data, name, repository)
    text, old = _read(data, name)
    lines = text.split("\n")
    root = compose(text, Problems(name)).root
    if not isinstance(root, MappingNode):
        raise FormatError(_trouble(name))
    top = outline(root)
    head = attach(top, old)
    written = "\n".join([*Layout(lines).file(top, head), ""])
    end = b"\r\n" if data.partition(b"\n")[0].endswith(b"\r") else b"\n"
    result = written.encode("utf-8").replace(b"\n", end)
    try:
        same = catalog.parse(result, name, repository) == before
    except DataError as error:
        raise FormatError(f"{_trouble(name)} ({error.findings[0].message})") from error
    if not same or _texts(_read(result, name)[1]) != _texts(old):
        raise FormatError(_trouble(name))
    return result


def _read(data: bytes, name: str) -> tuple[str, list[Comment]]:
    text = decode(data, Problems(name))
    root = compose(text, Problems(name)).root
    return text, comments(root, text.split("\n")) if root else []


def _texts(found: list[Comment]) -> list[str]:
    return sorted(comment.text for comment in found)


def _trouble(name: str) -> str:
    return (
        f"{name}: cannot be formatted without changing what it says, so it stays as it is; "
        "write its lists and texts on lines of their own"
    )
