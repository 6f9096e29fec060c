"""The expressions of a workflow, as far as ours use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_PATH = re.compile(r"[a-zA-Z_][\w-]*(\.[\w-]+)+")


def fill(text: str, context: Mapping[str, Any]) -> str:
    """The text with the value of each of its expressions."""
    return _HOLE.sub(lambda match: _text(value(match[1], context)), text)


def holds(step: Mapping[str, Any], context: Mapping[str, Any]) -> bool:
    """Whether a step runs, where all before it went well."""
    condition = str(step.get("if", "always()")).strip()
    return bool(value(condition.removeprefix("${{").removesuffix("}}"), context))


def value(text: str, context: Mapping[str, Any]) -> Any:
    """The value of one expression; what is not known is an empty text."""
    text = text.strip()
    for operator in ("||", "&&"):
        left, found, right = text.partition(operator)
        if found:
            first = value(left, context)
            takes_first = bool(first) is (operator == "||")
            return first if takes_first else value(right, context)
    if comparison := re.fullmatch(r"(.+?)\s*(==|!=)\s*(.+)", text):
        same = value(comparison[1], context) == value(comparison[3], context)
        return same is (comparison[2] == "==")
    if text in {"!cancelled()", "always()"}:
        return True
    if quoted := re.fullmatch(r"'([^']*)'", text):
        return quoted[1]
    if not _PATH.fullmatch(text):
        raise ValueError(f"`{text}`: no expression that is known here")
    found_there: Any = context
    for name in text.split("."):
        found_there = found_there.get(name, "") if isinstance(found_there, Mapping) else ""
    return found_there


def _text(found: Any) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)
