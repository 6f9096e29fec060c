"""Reads the report page that the catalog grew out of, independently of the package."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"(#+) (.+)")
_ITEM = re.compile(r"( *)- (.+)")
_BADGE = re.compile(r" ?\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass
class SeedEntry:
    """An experiment as the page lists it; `links` holds text and address, the issue first."""

    title: str
    links: list[tuple[str, str]] = field(default_factory=list)
    conclusion: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class SeedSection:
    """A heading of the page with what stands directly below it."""

    level: int
    title: str
    text: str = ""
    entries: list[SeedEntry] = field(default_factory=list)


def seed_outline(text: str) -> list[SeedSection]:
    """Every section in reading order; the first is the page itself with its introduction."""
    sections: list[SeedSection] = []
    for line in text.splitlines():
        if heading := _HEADING.fullmatch(line):
            sections.append(SeedSection(len(heading[1]), _plain(heading[2])))
        elif item := _ITEM.fullmatch(line):
            entries = sections[-1].entries
            if item[1]:
                _add_detail(entries[-1], _BADGE.sub("", item[2]))
            else:
                entries.append(SeedEntry(_plain(item[2])))
        else:
            sections[-1].text += line + "\n"
    for section in sections:
        section.text = section.text.strip()
    return sections


def _add_detail(entry: SeedEntry, detail: str) -> None:
    if link := _LINK.fullmatch(detail):
        entry.links.append((link[1], link[2]))
    elif detail.startswith("Conclusion: "):
        entry.conclusion = detail.removeprefix("Conclusion: ")
    elif detail.startswith("NOTE: "):
        entry.notes.append(detail.removeprefix("NOTE: "))
    else:
        message = f"neither a link nor a conclusion nor a note: {detail}"
        raise ValueError(message)


def _plain(markdown: str) -> str:
    return re.sub(r"\\([\[\]])", r"\1", markdown)
