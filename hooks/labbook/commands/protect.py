"""`labbook protect`: the security policy for pages that another builder than MkDocs wrote."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from labbook import policy
from labbook.commands.frame import Commands, command, count
from labbook.errors import LabbookError
from labbook.files import write_atomic

# The texts of a page, as MkDocs' theme and Zensical both write them: up to the last end, since
# whoever writes a text could write an end in it.
_CONTENT = re.compile(r"<article[\s>].*</article>", re.DOTALL)
_HASH = re.compile(r"sha256-[A-Za-z0-9+/]{43}=")


def add(commands: Commands) -> None:
    """Add the command."""
    about = "give each page of a built site its security policy, where no hook of MkDocs did"
    parser = command(commands, "protect", about, run)
    parser.add_argument(
        "--style",
        dest="styles",
        type=_hash,
        action="append",
        default=[],
        metavar="HASH",
        help="allow a style that a script of the theme writes: its hash, as the browser names it",
    )
    parser.add_argument("site", type=Path, metavar="SITE", help="the folder of the built site")


def run(options: argparse.Namespace) -> int:
    """Write the pages; those that have a policy stay."""
    pages = sorted(options.site.rglob("*.html"))
    if not pages:
        raise LabbookError(f"{options.site}: holds no page; name the folder of a built site")
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    bare = {path: text for path, text in texts.items() if not policy.has_policy(text)}
    for path, text in bare.items():
        try:
            protected = policy.protect(text, _content(text), options.styles)
        except policy.PolicyError as error:
            raise LabbookError(f"{path}: {error}") from error
        write_atomic(path, policy.noopener(protected))
    others = count(len(pages) - len(bare), "other")
    print(f"{count(len(bare), 'page')} protected, {others} had a policy")
    return 0


def _content(text: str) -> str:
    """The part of the page whose scripts are not the site's own."""
    found = _CONTENT.search(text)
    if not found:
        raise policy.PolicyError("its content has no `<article>`, so no script can be told from it")
    return found[0]


def _hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no hash; one begins with `sha256-`")
    return text
