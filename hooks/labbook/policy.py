"""The content security policy of a page: nothing from elsewhere, no script but the page's own.

The policy stands in the page itself, since a static host sends no headers of ours; it names each
inline script by its hash. Links that lead elsewhere give the page they open no handle on this one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from labbook.errors import LabbookError

_RULES = (
    # The theme's styles hold small images of their own.
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)

# As browsers read a tag: a sign of equality begins a value, and only there quotes count. What has
# no end goes on to the end of the page.
_ATTRIBUTES = (
    r"[^>=]*+(?:=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+[^>=]*+)*+(?:>|\Z)"
)
_RAW = "iframe|noembed|noframes|script|style|textarea|title|xmp"
# Comments and elements whose text is no markup are stepped over whole, and so are the attributes
# of every other tag: what looks like a script in them is none.
_PARTS = re.compile(
    r"<(?:!--.*?(?:-->|\Z)"
    rf"|(?P<raw>{_RAW})(?=[\s/>])(?P<attributes>{_ATTRIBUTES})(?P<text>.*?)"
    r"(?:</(?P=raw)(?=[\s/>])|\Z)"
    rf"|[a-z]{_ATTRIBUTES})",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'>/=]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+)))?"
)
# Every other type is data: the browser never runs it.
_RUNS = {
    "",
    "application/ecmascript",
    "application/javascript",
    "importmap",
    "module",
    "speculationrules",
    "text/ecmascript",
    "text/javascript",
}
_CHARSET = re.compile(r"<meta\s+charset=[\"']?utf-8[\"']?\s*/?>", re.IGNORECASE)
_META = '<meta http-equiv="Content-Security-Policy"'
_ANCHOR = re.compile(rf"<a(?=\s){_ATTRIBUTES}", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)


class PolicyError(LabbookError):
    """A page has no place for its policy; the message says what would be one."""


def has_policy(html: str) -> bool:
    """Whether the page is protected already."""
    charset = _CHARSET.search(html)
    return charset is not None and html.startswith(_META, charset.end())


def protect(html: str, content: str = "", styles: Sequence[str] = ()) -> str:
    """The page with its policy before all that it rules.

    `content` is the part of it that is made of texts: an inline script in there never runs, for
    whoever could put one there could put any. Only those of the frame around it are the site's.
    `styles` are the hashes of styles that a script of the frame writes.
    """
    charset = _CHARSET.search(html)
    if not charset:
        raise PolicyError(
            "a page cannot be given its content security policy: it has no `<meta charset>`; "
            'write `<meta charset="utf-8">` first in its head'
        )
    frame = html.replace(content, "", 1) if content else html
    meta = f'{_META} content="{policy(frame, styles)}">'
    return html[: charset.end()] + meta + html[charset.end() :]


def policy(frame: str, styles: Sequence[str] = ()) -> str:
    """What a page may load and run: files of its own host, and the inline scripts of its frame."""
    allowed = {
        "script-src": sorted(set(map(_hash, scripts(frame)))),
        "style-src": [f"'{style}'" for style in styles],
    }
    named = [" ".join([kind, "'self'", *hashes]) for kind, hashes in allowed.items()]
    return "; ".join(["default-src 'none'", *named, *_RULES])


def scripts(html: str) -> Iterator[str]:
    """The text of each inline script that a browser runs."""
    for part in _PARTS.finditer(html):
        if (part["raw"] or "").lower() != "script":
            continue
        attributes = _attributes(part["attributes"])
        if "src" not in attributes and attributes.get("type", "").strip().lower() in _RUNS:
            yield part["text"]


def noopener(html: str) -> str:
    """The page with `rel="noopener"` on every link that leads to another host."""
    return _ANCHOR.sub(_without_opener, html)


def _without_opener(anchor: re.Match[str]) -> str:
    tag = anchor[0]
    if "//" not in tag or not tag.endswith(">"):
        return tag
    found = {name: (value, part.span()) for name, value, part in _walk(tag[2:-1])}
    if not _ELSEWHERE.match(found.get("href", ("",))[0]):
        return tag
    rel, (start, end) = found.get("rel", ("", (len(tag) - 3, len(tag) - 3)))
    words = rel.split()
    if "noopener" in words:
        return tag
    # Where it had none, it gets one at its end.
    written = f'rel="{" ".join([*words, "noopener"])}"'
    space = "" if "rel" in found else " "
    return f"{tag[: 2 + start]}{space}{written}{tag[2 + end :]}"


def _attributes(text: str) -> dict[str, str]:
    return {name: value for name, value, _ in _walk(text)}


def _walk(text: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """Name, value and place of each attribute of a tag; of one that is there twice, the first."""
    seen = set[str]()
    for match in _ATTRIBUTE.finditer(text):
        name = match["name"].lower()
        if name not in seen:
            seen.add(name)
            yield name, match["double"] or match["single"] or match["bare"] or "", match


@lru_cache(maxsize=256)
def _hash(script: str) -> str:
    """The hash of the script as a browser reads it: its line ends are those of Unix."""
    text = script.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
