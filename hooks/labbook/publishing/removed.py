"""`data/removed.yaml`: pages that the site had and is to have no more, each with the reason."""

from __future__ import annotations

import re
from pathlib import Path

from labbook import fields, values
from labbook.problems import Problems, quoted
from labbook.source_text import decode
from labbook.yaml_nodes import BrokenNode, MappingNode, Node
from labbook.yaml_tree import compose

_KEYS = ("page", "reason")
# As pages are served: below the site's root, with a slash at the end.
_ADDRESS = re.compile(r"(?:[^\s/?#]+/)+")


def load(path: Path, path_name: str) -> frozenset[str]:
    """The addresses of the pages; none where the file is missing.

    Raise DataError with every problem in it.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return frozenset()
    return parse(data, path_name)


def parse(data: bytes, path_name: str) -> frozenset[str]:
    """Read the bytes of the file; raise DataError with every problem in them."""
    problems = Problems(path_name)
    root = compose(decode(data, problems), problems).root
    found = {_page(node, problems) for node in values.items(root, problems)}
    problems.raise_any()
    return frozenset(filter(None, found))


def _page(node: Node, problems: Problems) -> str | None:
    if isinstance(node, BrokenNode):
        return None
    if not isinstance(node, MappingNode):
        remedy = "write `- page: experiments/1234/`, and `reason: ...` below it"
        problems.at(node, f"{values.kind(node)} where a removed page belongs", remedy)
        return None
    for name, key in node.keys.items():
        if name not in _KEYS:
            message = f"unknown key {quoted(name)}"
            remedy = "a removed page has `page` and `reason`"
            problems.add(key.line, key.column, node.where, message, remedy)
    for name in _KEYS:
        if values.is_nothing(node.values.get(name)):
            problems.at(node, f"the removed page has no `{name}`", f"add `{name}: ...`")
    values.text(node.values.get("reason"), problems, lines=True)
    page = node.values.get("page")
    address = values.word(page, problems, fields.LONGEST_URL)
    if page is None or address is None:
        return None
    if not _ADDRESS.fullmatch(address):
        remedy = "write what stands behind the site's own address, such as `experiments/1234/`"
        problems.at(page, f"{quoted(address)} is no address of a page", remedy)
    return address
