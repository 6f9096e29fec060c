"""What a YAML syntax error means to the person who wrote the line, and reading on after it."""

from __future__ import annotations

import re

import yaml

from labbook.problems import visible

_KEY_ALONE = re.compile(r"\s*(?:-\s+)*[\w-]+\s*")
_DASH = re.compile(r"(\s*)-(?:\s|$)")
_NOT_CONTENT = re.compile(r"\s*(?:#|$)")
_INDENT = "give it the same indentation as the other lines of its item"

# (parts of the parser's text, message, remedy, whether the next item can still be read)
_MEANINGS: tuple[tuple[tuple[str, ...], str, str, bool], ...] = (
    (
        ("found unexpected end of stream", "found unexpected document indicator"),
        "a quotation mark is opened here and never closed",
        "close it",
        False,
    ),
    (
        ("unknown escape", "escape code", "hexdecimal", "escape sequence", "chr() arg"),
        "a backslash in double quotes begins an escape, and this is none",
        "write `\\\\` for a backslash, or put the text in single quotes",
        True,
    ),
    (
        ("entries are not allowed",),
        "a list cannot begin behind its key",
        "begin it on the next line",
        True,
    ),
    (
        ("keys are not allowed",),
        "a text cannot begin with `? `",
        "put the text in quotes",
        True,
    ),
    (
        ("could not find expected ':'",),
        "a line that is neither `key: text` nor the end of the text above",
        "write it as `key: text`, or indent it below the text it continues",
        False,
    ),
    (
        ("expected ',' or ']'", "expected ',' or '}'"),
        "a bracket is opened here and not closed",
        "close it, or put a text that begins with a bracket in quotes",
        False,
    ),
    (
        ("alphabetic or numeric character", "found undefined tag handle", "a tag", "the tag"),
        "a text cannot begin with `*`, `&` or `!`",
        "put the text in quotes",
        True,
    ),
    (
        (
            "comment or line break",
            "comment or a line break",
            "chomping or indentation",
            "indentation indicator",
        ),
        "a text cannot begin with `|` or `>`",
        "put the text in quotes, or begin a text of several lines below the `|`",
        True,
    ),
    (
        ("directive", "incompatible YAML"),
        "a line that begins with `%` is not supported",
        "delete it",
        False,
    ),
    (
        ("<document start>", "document indicator"),
        "the file's one mapping ends before this line",
        "give the line the same indentation as the first key of the file",
        False,
    ),
    (
        ("node content",),
        "a text is wanted here",
        "put a text that begins with this character in quotes",
        True,
    ),
    (
        ("did not find expected", "<block end>", "invalid indentation"),
        "the line does not fit what stands above it",
        f"{_INDENT}; a text after a closed quotation mark belongs inside the quotes",
        True,
    ),
)


class SyntaxProblem:
    """A syntax error, placed and in words; `local` where the next item can still be read."""

    def __init__(self, error: Exception, lines: list[str], reached: int) -> None:
        mark = getattr(error, "problem_mark", None)
        start = getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or error).split("\n", 1)[0]
        context = str(getattr(error, "context", None) or "")
        unclosed = "quoted scalar" in context and "found unexpected" in problem
        if start and (unclosed or "flow" in context or "simple key" in context):
            mark = start
        line, column = _clamped(mark, lines, reached)
        self.line, self.column = line + 1, column + 1
        meaning = _meaning(f"{context}: {problem}", lines[line], column)
        self.message, self.remedy, self.local = meaning


def _clamped(mark: yaml.Mark | None, lines: list[str], reached: int) -> tuple[int, int]:
    if mark is None:
        return min(reached, len(lines) - 1), 0
    line = min(mark.line, len(lines) - 1)
    return line, min(mark.column, len(lines[line]))


def _meaning(problem: str, line: str, column: int) -> tuple[str, str, bool]:
    if "values are not allowed" in problem:
        if _KEY_ALONE.fullmatch(line[:column]):
            return "the line does not fit what stands above it", _INDENT, True
        return "a text without quotes holds a colon", "put the whole text in quotes", True
    if "cannot start any token" in problem or "tab character" in problem:
        found = line[column : column + 1]
        if found == "\t":
            return "a tab stands where spaces belong", "write spaces", True
        return f"a text cannot begin with `{visible(found)}`", "put the text in quotes", True
    for parts, message, remedy, local in _MEANINGS:
        if any(part in problem for part in parts):
            return message, remedy, local
    return f"not YAML ({visible(problem.strip(': '))[:100]})", "put the text in quotes", False


def without_item(lines: list[str], line: int) -> list[str] | None:
    """The lines with the list item around `line` (from 1) emptied; None where there is none."""
    start = line - 1
    while start >= 0 and not (dash := _DASH.match(lines[start])):
        start -= 1
    if start < 0 or not dash:
        return None
    indent = len(dash[1])
    end = start + 1
    while end < len(lines) and (
        _NOT_CONTENT.match(lines[end]) or len(lines[end]) - len(lines[end].lstrip()) > indent
    ):
        end += 1
    if end < line:
        return None
    return lines[:start] + [""] * (end - start) + lines[end:]
