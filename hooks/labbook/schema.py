"""The JSON Schema of the curated file, for editors: generated from the table of its fields."""

from __future__ import annotations

import json
from typing import Any

from labbook import fields
from labbook.fields import Item, Shape

_ISSUE = f"^(?:{fields.REPOSITORY}#)?{fields.ISSUE_NUMBER}$"
# YAML reads some texts as another type (`title: 2025`); the field makes them texts again.
_TEXT_TYPES = ["string", "number", "boolean"]


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_LINE = {"type": _TEXT_TYPES, "minLength": 1, "maxLength": fields.LONGEST_LINE}
_TEXT = {"type": _TEXT_TYPES, "maxLength": fields.LONGEST_TEXT}
_CATEGORY_ID = {
    "type": ["string", "integer"],
    "maxLength": fields.LONGEST_ID,
    "pattern": f"^(?!(?:index|uncategorized)$|experiment-){fields.CATEGORY_ID}$",
}
_NAMED = {
    "type": ["integer", "string"],
    "minimum": 1,
    "pattern": f"{_ISSUE}|^{fields.EXPERIMENT_ID}$",
}
_SHAPES: dict[Shape, dict[str, Any]] = {
    Shape.LINE: _LINE,
    Shape.TEXT: _TEXT,
    Shape.TEXTS: _list({**_TEXT, "minLength": 1}),
    Shape.URL: {
        "type": "string",
        "maxLength": fields.LONGEST_URL,
        "pattern": r"^\s*(?:[Hh][Tt][Tt][Pp][Ss]?://|[Gg][Ss]://|/(?!/))\S+\s*$",
    },
    Shape.LINKS: _list({"$ref": "#/definitions/urlOrLink"}),
    Shape.ISSUE: {"type": ["integer", "string"], "minimum": 1, "pattern": _ISSUE},
    Shape.EXPERIMENT_ID: {
        "type": "string",
        "maxLength": fields.LONGEST_ID,
        # At least one letter: digits alone are issue numbers.
        "pattern": f"^(?!index$)(?=.*[a-z]){fields.EXPERIMENT_ID}$",
    },
    Shape.CATEGORY_ID: _CATEGORY_ID,
    Shape.CATEGORY_IDS: _list(_CATEGORY_ID),
    Shape.REFERENCE: _NAMED,
    Shape.REFERENCES: _list(_NAMED),
    Shape.EXPERIMENTS: _list({"$ref": "#/definitions/experiment"}),
    Shape.ENTRIES: _list({"$ref": "#/definitions/entry"}),
    Shape.CATEGORIES: _list({"$ref": "#/definitions/category"}),
}


def schema() -> dict[str, Any]:
    """The schema, in draft 7: the one that YAML editors support best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Experiment catalog",
        **_mapping(fields.CATALOG),
        "definitions": {
            "category": {
                **_mapping(fields.CATEGORY),
                "anyOf": [
                    {"required": [name], "properties": {name: {"minItems": 1, "type": "array"}}}
                    for name in ("experiments", "categories")
                ],
            },
            "experiment": {
                **_mapping(fields.EXPERIMENT),
                "oneOf": [{"required": ["issue"]}, {"required": ["id"]}],
            },
            "see": _mapping(fields.SEE),
            "entry": {
                "type": "object",
                "if": {"required": ["see"]},
                "then": {"$ref": "#/definitions/see"},
                "else": {"$ref": "#/definitions/experiment"},
            },
            "link": _mapping(fields.LINK),
            "urlOrLink": {"anyOf": [_SHAPES[Shape.URL], {"$ref": "#/definitions/link"}]},
        },
    }


def ignored_schema() -> dict[str, Any]:
    """The schema of the refused issues, in draft 7 too."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Refused issues",
        "type": ["array", "null"],
        "items": _mapping(fields.IGNORED),
    }


def text(content: dict[str, Any] | None = None) -> str:
    """A schema, by default that of the catalog, as the text of its file."""
    return json.dumps(content or schema(), indent=2, ensure_ascii=False) + "\n"


def _mapping(item: Item) -> dict[str, Any]:
    return {
        "description": item.about,
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in item.fields if field.required],
        "properties": {
            field.name: {"description": field.about, **_field(field)} for field in item.fields
        },
    }


def _field(field: fields.Field) -> dict[str, Any]:
    """What the field may hold; one that is not required may also stand there empty."""
    shape = _SHAPES[field.shape]
    if field.required or "type" not in shape:
        return shape
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    return {**shape, "type": [*types, "null"]}
