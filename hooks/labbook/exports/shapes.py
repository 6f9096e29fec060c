"""How the records of the API are described: fields, their types, and the schemas of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """What a value is, in words and as JSON Schema; `record` is what it holds, if any."""

    name: str
    schema: Mapping[str, Any]
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record; one that may be null is so where its value is not known."""

    name: str
    type: Type
    about: str
    null: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A JSON object: all of its fields are always there."""

    name: str
    about: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in their order."""
        return tuple(field.name for field in self.fields)

    def held(self) -> Iterator[Record]:
        """The records that its fields hold, and those that these hold."""
        for field in self.fields:
            if field.type.record:
                yield field.type.record
                yield from field.type.record.held()


def one(record: Record) -> Type:
    """A record."""
    return Type(record.name, {"$ref": f"#/$defs/{record.name}"}, record)


def many(type_: Type) -> Type:
    """A list."""
    return Type(f"list of {type_.name}", {"type": "array", "items": type_.schema}, type_.record)


def choice(*values: str) -> Type:
    """One of some words."""
    return Type("text", {"enum": list(values)})


_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?Z"

TEXT = Type("text", {"type": "string"})
NUMBER = Type("number", {"type": "number"})
COUNT = Type("whole number", {"type": "integer", "minimum": 0})
FLAG = Type("true or false", {"type": "boolean"})
URL = Type("URL", {"type": "string", "pattern": "^https?://"})
# Not the root itself: a path that begins with a slash would be one of the host.
PATH = Type("path", {"type": "string", "pattern": "^(?!/)"})
# Where nobody knows the address of the site, its own addresses are paths below its root.
ADDRESS = Type("address", {"type": "string", "minLength": 1})
DAY = Type("day", {"type": "string", "pattern": f"^{_DAY}$"})
TIME = Type("time", {"type": "string", "pattern": f"^{_DAY}{_TIME}$"})
STAMP = Type(
    "month, day or time",
    {
        "type": "string",
        "pattern": rf"^\d{{4}}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:{_TIME})?)?$",
    },
)
METRICS = Type("numbers by name", {"type": "object", "additionalProperties": {"type": "number"}})


def schema(record: Record, title: str, id_: str | None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document that is such a record.

    Further fields are allowed: later versions of the API may have them.
    """
    definitions = {held.name: _object(held) for held in record.held()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **({"$id": id_} if id_ else {}),
        "title": title,
        **_object(record),
        **({"$defs": dict(sorted(definitions.items()))} if definitions else {}),
    }


def _object(record: Record) -> dict[str, Any]:
    return {
        "description": record.about,
        "type": "object",
        "required": list(record.names),
        "properties": {field.name: _property(field) for field in record.fields},
    }


def _property(field: Field) -> dict[str, Any]:
    schema = dict(field.type.schema)
    if field.null and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    elif field.null:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": field.about, **schema}
