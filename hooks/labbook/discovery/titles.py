"""Issue titles as they are curated: a list of experiments need not say "Experiment"."""

from __future__ import annotations

import re

_TAG = re.compile(r"\[(?P<words>[^\[\]]*)\]\s*")
_TAG_PART = re.compile(r"[^,;/|]+")
_ONLY_WORD = re.compile(r"\s*(?:experiments?|exp)\s*", re.IGNORECASE)
_LABELS = (
    # The word with a colon or dash, or in parentheses.
    re.compile(
        r"(?:\*\*|__)?(?:experiments?|exp)(?:\*\*|__)?\s*(?::(?:\*\*|__)?|\s[-–—](?=\s)|[–—])"
        r"|\(experiments?\)\s*:?",
        re.IGNORECASE,
    ),
    # The word alone, unless it is part of what is said: with something, design, number 3.
    re.compile(
        r"experiment\s+(?!(?:with|on|to|for|in|of|about|and|or|using|as|at|by|is|that|which|where|"
        r"from|without|over|around|between|into|design|tracking|tracker|template|config\w*|log\w*|"
        r"infra\w*|names?|naming|page|plan\w*|list|suite|setup|results?|reports?|runner|framework|"
        r"metadata|ideas?|issues?|json|browser|management|steps?|code|scripts?|ids?|runs?)\b"
        r"|#?\d+(?:\s|[:.,]|$))(?=\S)",
        re.IGNORECASE,
    ),
)
_AFTER_WORDS = re.compile(r"(?P<before>[^:]{1,40}?)\s+experiments?\s*:(?=\s*\S)", re.IGNORECASE)
# At the end, unless it is the noun that the title needs.
_END = re.compile(
    r"(?P<before>\S+\s+\S.*?(?<!\ba)(?<!\ban)(?<!\bthe)(?<!\bthis)(?<!\bnew)(?<!\bnext)"
    r"(?<!\bfirst)(?<!\blast)(?<!\bour)(?<!\bof)(?<!\bin)(?<!\bfor)(?<!\band)(?<!\bthought))"
    r"\s+experiment",
    re.IGNORECASE,
)


def clean(title: str) -> str:
    """The title without "Experiment:" and its relatives, other tags kept; never empty."""
    title = title.strip()
    while (shorter := _shortened(title)) != title:
        title = shorter
    return title or "Untitled"


def _shortened(title: str) -> str:
    """The title with one such word less; as it is where nothing else would be left."""
    tags, rest = [], title
    while found := _TAG.match(rest):
        tags.append(_without_word(found))
        rest = rest[found.end() :]
    head = "".join(tags)
    # Where a tag goes, the colon after it goes too.
    if head != title[: len(title) - len(rest)]:
        rest = rest.removeprefix(":").lstrip()
    if not re.search(r"\w", rest):
        return title
    shorter = _without_label(rest)
    return (head + (shorter if re.search(r"\w", shorter) else rest)).strip()


def _without_word(tag: re.Match[str]) -> str:
    """The tag without the word, or nothing where it held only that."""
    parts = _TAG_PART.findall(tag["words"])
    if not any(map(_ONLY_WORD.fullmatch, parts)):
        return tag[0]
    kept = ",".join(part for part in parts if not _ONLY_WORD.fullmatch(part)).strip()
    return f"[{kept}]{tag[0].rpartition(']')[2] or ' '}" if kept else ""


def _without_label(text: str) -> str:
    for label in _LABELS:
        if found := label.match(text):
            return text[found.end() :].strip()
    if found := _AFTER_WORDS.match(text):
        return f"{found['before']}:{text[found.end() :]}"
    if found := _END.fullmatch(text):
        return found["before"]
    return text
