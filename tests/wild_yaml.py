"""The same catalog as people might write it: any order, indentation, style, comments anywhere."""

from __future__ import annotations

import json
import random
from typing import Any

import yaml

from labbook import catalog
from labbook.model import Catalog

_COMMENTS = ("#", "# remark", "#!x", "# - title: y", "# a: [b", "#  'q", "# #", "# ends: |")


class Writer:
    """Writes with the choices that the seed makes; `comments` are those it wrote."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # nothing is secret here
        self.comments: list[str] = []
        # Below a text of several lines, what is as far in as the text would be more of it.
        self._furthest = 99

    def text(self, content: Catalog) -> str:
        """The whole file."""
        data = yaml.safe_load(catalog.dump(content))
        start = "---\n" if self._maybe(0.2) else ""
        if self._maybe(0.1):
            return f"{start}{self._between(0)}{self._flow(data, 1)}\n{self._between(0)}"
        return f"{start}{self._mapping(data, 0, '')}{self._between(0)}"

    def _maybe(self, share: float = 0.3) -> bool:
        return self._chance.random() < share

    def _comment(self) -> str:
        comment = f"{self._chance.choice(_COMMENTS)} {len(self.comments)}"
        self.comments.append(comment)
        return comment

    def _between(self, indent: int) -> str:
        """Empty lines and comments, mostly as far in as what follows."""
        lines = []
        while self._maybe():
            margin = indent if self._maybe(0.6) else self._chance.randrange(indent + 6)
            margin = min(margin, self._furthest)
            lines.append("" if self._maybe(0.4) else " " * margin + self._comment())
        self._furthest = 99
        return "".join(f"{line}\n" for line in lines)

    def _behind(self) -> str:
        return f"{' ' * self._chance.randint(1, 3)}{self._comment()}" if self._maybe(0.2) else ""

    def _mapping(self, data: dict[str, Any], indent: int, lead: str) -> str:
        """Block lines; `lead` is the dash before the first key."""
        keys = list(data)
        self._chance.shuffle(keys)
        parts = []
        for index, key in enumerate(keys):
            if index or not lead:
                parts.append(self._between(indent) + " " * indent)
            parts.append(f"{key}:{self._value(data[key], indent)}")
        return lead + "".join(parts)

    def _value(self, value: Any, indent: int) -> str:
        if isinstance(value, list):
            if not value or self._maybe(0.2):
                return f" {self._flow(value, indent + 1)}{self._behind()}\n"
            return f"{self._behind()}\n{self._list(value, indent + self._chance.randrange(4))}"
        return self._scalar(value, indent)

    def _list(self, items: list[Any], indent: int) -> str:
        parts = []
        for item in items:
            parts.append(self._between(indent))
            dash = " " * indent + "-"
            if not isinstance(item, dict):
                parts.append(f"{dash}{self._scalar(item, indent)}")
            elif self._maybe(0.2):
                parts.append(f"{dash} {self._flow(item, indent + 1)}{self._behind()}\n")
            elif self._maybe(0.2):
                inner = indent + self._chance.randint(1, 4)
                head = f"{dash}{self._behind()}\n{self._between(inner)}"
                parts.append(self._mapping(item, inner, head + " " * inner))
            else:
                space = self._chance.randint(1, 3)
                parts.append(self._mapping(item, indent + 1 + space, dash + " " * space))
        return "".join(parts)

    def _scalar(self, value: Any, indent: int) -> str:
        """A text of one of all styles, and what ends its line."""
        if isinstance(value, str) and self._maybe(0.3):
            step = self._chance.randint(1, 4)
            margin = " " * (indent + step)
            lines = [margin + line if line else "" for line in value.split("\n")]
            body = "\n".join(lines) + "\n" * self._chance.randint(1, 2)
            keep = self._chance.choice(["-", "", "+"])
            self._furthest = indent + step - 1
            return f" |{step}{keep}{self._behind()}\n{body}"
        margin = " " * (indent + self._chance.randint(1, 4))
        begin = f"{self._behind()}\n{margin}" if self._maybe(0.1) else " "
        return f"{begin}{self._line(value, margin)}{self._behind()}\n"

    def _line(self, value: Any, margin: str) -> str:
        if isinstance(value, int):
            return str(value)
        if value.isalpha() and value.isascii() and len(value) > 3 and value.lower() != "null":
            return str(value)
        if "\n" in value or "  " in value or self._maybe(0.7):
            written = json.dumps(value, ensure_ascii=False)
        else:
            written = "'" + value.replace("'", "''") + "'"
        before, space, after = written.partition(" ")
        alone = before[-1:] not in {" ", "\t", "\\"} and after[:1] not in {" ", "\t"}
        if space and alone and len(before) > 1 and len(after) > 1 and self._maybe():
            return f"{before}\n{margin}{after}"
        return written

    def _flow(self, value: Any, indent: int) -> str:
        if isinstance(value, list):
            return f"[{self._parts([self._flow(item, indent) for item in value], indent)}]"
        if isinstance(value, dict):
            keys = list(value)
            self._chance.shuffle(keys)
            pairs = [f"{key}: {self._flow(value[key], indent)}" for key in keys]
            return "{" + self._parts(pairs, indent) + "}"
        return json.dumps(value, ensure_ascii=False)

    def _parts(self, parts: list[str], indent: int) -> str:
        return self._gap(indent) + "".join(
            f"{part}{',' if index < len(parts) - 1 or self._maybe(0.1) else ''}{self._gap(indent)}"
            for index, part in enumerate(parts)
        )

    def _gap(self, indent: int) -> str:
        """Between the parts of a list in brackets: maybe a new line, maybe after a comment."""
        if not self._maybe(0.2):
            return " "
        return f"{self._behind()}\n{self._between(indent)}{' ' * indent}"
