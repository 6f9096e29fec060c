"""Catalog -> the text of experiments.yaml, in one canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from markdown.extensions.toc import slugify

from labbook import fields
from labbook.model import Catalog, Category, Experiment, Link, See
from labbook.references import as_written

SCHEMA_COMMENT = "# yaml-language-server: $schema=experiments.schema.json"

# Numbers and booleans of YAML 1.2, and `y` and `n` of YAML 1.1, that PyYAML reads as texts.
_OTHER_TYPES = re.compile(r"[-+]?[0-9][0-9_.]*(?:[eE][-+]?[0-9]+)?|0o[0-7]+|[yYnN]")
# What ends a plain text between brackets.
_FLOW_MARKS = re.compile(r"[,\[\]{}]")
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers


def dump(catalog: Catalog) -> str:
    """Write the catalog as YAML that reads back as the same catalog."""
    content = {
        "title": catalog.title,
        "introduction": catalog.introduction,
        "categories": [_category(category) for category in catalog.categories],
        "uncategorized": [_experiment(item) for item in catalog.uncategorized],
    }
    kept = {name: value for name, value in content.items() if value or isinstance(value, list)}
    return "\n".join([SCHEMA_COMMENT, *_mapping(kept, 0)]) + "\n"


def block_item(item: Experiment | Link, indent: int) -> list[str]:
    """The lines of an item of a list, its dash that far from the left."""
    content = _experiment(item) if isinstance(item, Experiment) else _link(item)
    return "\n".join(_list([content], indent)).split("\n")


def flow_item(item: Experiment | Link) -> str:
    """An item of a list in brackets."""
    return _flow(_experiment(item) if isinstance(item, Experiment) else _link(item))


def _category(category: Category) -> dict[str, Any]:
    own_id = category.id if category.id != slugify(category.title, "-") else None
    content = {
        "title": category.title,
        "id": own_id,
        "formerly": list(category.formerly),
        "experiments": [
            {"see": _reference(item.key)} if isinstance(item, See) else _experiment(item)
            for item in category.experiments
        ],
        "categories": [_category(child) for child in category.categories],
    }
    return _ordered(content, fields.CATEGORY)


def _experiment(item: Experiment) -> dict[str, Any]:
    issue = item.issue
    own = issue is not None and item.key.isdigit()
    content = {
        "title": item.title,
        "issue": (issue.number if own else str(issue)) if issue else None,
        "id": None if issue else item.key,
        "links": [_link(link) for link in item.links],
        "conclusion": item.conclusion,
        "notes": list(item.notes),
        "related": [_reference(key) for key in item.related],
    }
    return _ordered(content, fields.EXPERIMENT)


def _link(link: Link) -> str | dict[str, str]:
    return link.url if link.label is None else {"url": link.url, "label": link.label}


def _reference(key: str) -> int | str:
    return int(key) if key.isdigit() else as_written(key)


def _ordered(content: Mapping[str, Any], item: fields.Item) -> dict[str, Any]:
    """What there is of the content, in the order of the fields."""
    return {field.name: content[field.name] for field in item.fields if content[field.name]}


def _mapping(content: Mapping[str, Any], indent: int) -> Iterator[str]:
    for key, value in content.items():
        lead = " " * indent + key + ":"
        if isinstance(value, list):
            yield lead + ("" if value else " []")
            yield from _list(value, indent + 2)
        else:
            yield f"{lead} {_scalar(value, indent + 2)}"


def _list(items: Sequence[Any], indent: int) -> Iterator[str]:
    for item in items:
        dash = " " * indent + "- "
        if isinstance(item, dict):
            first, *rest = _mapping(item, indent + 2)
            yield dash + first[indent + 2 :]
            yield from rest
        else:
            yield dash + _scalar(item, indent + 2)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, int) or (_reads_plainly(value) and not _FLOW_MARKS.search(value)):
        return str(value)
    return _in_quotes(value)


def _scalar(value: int | str, indent: int) -> str:
    if isinstance(value, int):
        return str(value)
    if "\n" in value and all(ch.isprintable() or ch == "\n" for ch in value):
        margin = " " * indent
        lines = value.split("\n")
        return "\n".join(["|-", *(margin + line if line else "" for line in lines)])
    return value if _reads_plainly(value) else _in_quotes(value)


def _reads_plainly(text: str) -> bool:
    """Whether every YAML reader takes the text without quotes for this very text."""
    if not (text[0].isalnum() or text[0] in "(/_") or not text.isprintable():
        return False
    if ": " in text or " #" in text or text.endswith((":", " ")) or _OTHER_TYPES.fullmatch(text):
        return False
    resolvers = _RESOLVERS.get(text[0], [])
    return not any(pattern.match(text) for _, pattern in resolvers)


def _in_quotes(text: str) -> str:
    if text.isprintable() and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    # A JSON string is a double-quoted YAML text; what is invisible is written as an escape.
    escaped = (ch if ch.isprintable() or ch in "\n\t" else _escape(ch) for ch in _json_body(text))
    return '"' + "".join(escaped) + '"'


def _json_body(text: str) -> str:
    """The text as it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
