"""Where a bare URL in a text ends, and whether it was cut short or stands for others."""

from __future__ import annotations

import re

_START = re.compile(r"(?:https?|gs)://|", re.IGNORECASE)
# What ends a URL wherever it stands: spaces of any kind, quotation marks, markup, wide
# punctuation, and the next URL of a list without spaces (but not the one in an archive's URL).
_CHUNK = re.compile(
    r"(?:[^hH~\s<>\"'`|\\\[\]{}^«»“”‘’„\u2039\u203a\x00-\x20\x7f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
    r"\u3000-\u303f\uff00-\uff65]|[hH](?!ttps?://)|(?<=[/=:?&%#])[hH]|~(?!~)|\\[-_*~.#&+!=%/?:@])*"
)
_REPORT = re.compile(r"[^?#]*?/reports/[^?#/]*?--+Vmlldzo[A-Za-z0-9]+=*")
# Ids have no parentheses; what follows one is a remark.
_ID = re.compile(r"[^()]*/(?:runs|sweeps|links)/[^/()]*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TAIL = re.compile(r"(?:/edit)?/?(?:[?#][!-~]*)?")
_TRAILING = frozenset("?!.,:;*_~'(")
_ENTITY = re.compile(r"&[A-Za-z][A-Za-z0-9]{0,30}\Z")
_DOTS_WITHIN = re.compile(r"\.\.\.+[^.\s)*_,;:!?]")
_HTML_TAG = re.compile(
    r"</|<!--|<(?:a|b|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|img|ins|kbd|li|ol|p|pre|q|s|"
    r"small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul)\b|<(?:https?:|\s|\Z)",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"\[(?:…|\.\.\.)\]")


def bare_url(text: str, start: int) -> tuple[str, int, bool]:
    """The URL that begins at `start`, where to read on, and whether it is not the whole of one.

    A URL is not whole where it was shortened for display (`…`), is a pattern for several
    (`*`, `{a,b}`) or ends in a placeholder (`<run>`).
    """
    end = _chunk_end(text, start)
    if _goes_on(text, end):
        while shortened := _SHORTENED.match(text, end):
            end = _chunk_end(text, shortened.end())
        return text[start:end], end, True
    written = text[start:end]
    chunk = _ascii(_balanced(written))
    dropped = written[len(chunk) :]
    shortened_at_end = dropped[:1] == "…" and (
        dropped[1:2].isalnum() or not (chunk[-1:].isalnum() or chunk[-1:] == "=")
    )
    if shortened_at_end or _DOTS_WITHIN.search(chunk):
        return chunk, end, True
    url = _trimmed(chunk)
    return url, start + len(url), _is_pattern(text[start - 1 : start], url, chunk)


def _chunk_end(text: str, start: int) -> int:
    scheme = _START.match(text, start)
    found = _CHUNK.match(text, scheme.end() if scheme else start)
    return found.end() if found else start


def _goes_on(text: str, end: int) -> bool:
    """Whether what ended the URL belongs to it: a placeholder, a brace, a mark of omission."""
    following = text[end : end + 1]
    if following == "<":
        return _HTML_TAG.match(text, end) is None
    return following == "{" or _SHORTENED.match(text, end) is not None


def _balanced(chunk: str) -> str:
    """The chunk up to its first parenthesis without a partner."""
    if (short := _ID.match(chunk)) and chunk[short.end() : short.end() + 1] == "(":
        return short[0]
    opened: list[int] = []
    for found in re.finditer(r"[()]", chunk):
        if found[0] == "(":
            opened.append(found.start())
        elif opened:
            opened.pop()
        else:
            return chunk[: found.start()]
    return chunk[: opened[0]] if opened else chunk


def _ascii(chunk: str) -> str:
    """The chunk without what follows in another script; a report's title may hold anything."""
    if not (foreign := _NOT_ASCII.search(chunk)):
        return chunk
    report = _REPORT.match(chunk)
    if report and report.end() > foreign.start():
        tail = _TAIL.match(chunk, report.end())
        return chunk[: tail.end() if tail else report.end()]
    return chunk[: foreign.start()]


def _trimmed(chunk: str) -> str:
    """The chunk without the punctuation of the sentence that it stands in."""
    end = len(chunk)
    while end and chunk[end - 1] in _TRAILING:
        entity = _ENTITY.search(chunk, max(end - 33, 0), end - 1) if chunk[end - 1] == ";" else None
        end = entity.start() if entity else end - 1
    return chunk[:end]


def _is_pattern(before: str, url: str, chunk: str) -> bool:
    """Whether a star in the URL is a wildcard rather than the end of emphasis."""
    star = chunk.find("*")
    if star < 0:
        return False
    return star < len(url) or (chunk[star - 1] in "-_./" and before not in {"*", "_", "("})
