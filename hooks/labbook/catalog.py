"""experiments.yaml <-> Catalog; every problem of the file at once, each with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labbook.catalog_reader import Reader
from labbook.catalog_writer import dump
from labbook.model import Catalog
from labbook.problems import Problems
from labbook.source_text import decode
from labbook.yaml_tree import PARSER, Tree, compose

__all__ = ["dump", "load", "parse", "read"]

LARGEST = 16 * 1024 * 1024


def load(path: Path, repository: str, path_name: str | None = None) -> Catalog:
    """Read the curated file; raise DataError with every problem in it.

    `repository` is the lab's own on GitHub; `path_name` is how messages call the file (by
    default its name and that of its folder).
    """
    name = path_name or "/".join(path.parts[-2:])
    return parse(read(path, name), name, repository)


def read(path: Path, path_name: str) -> bytes:
    """The bytes of a curated file; raise DataError where there are none to read."""
    problems = Problems(path_name)
    data = b""
    try:
        if path.exists() and not path.is_file():
            problems.add(1, 1, "", "this is not a file", "put the catalog there")
        else:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
    except FileNotFoundError:
        remedy = "restore it, or write one that begins with `categories:`"
        problems.add(1, 1, "", "the file is missing", remedy)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        problems.add(1, 1, "", f"the file cannot be read ({reason})", "allow reading it")
    problems.raise_any()
    return data


def parse(data: bytes, path_name: str, repository: str, parser: Any = PARSER) -> Catalog:
    """Read the bytes of a curated file; raise DataError with every problem in them."""
    problems = Problems(path_name)
    if len(data) > LARGEST:
        size = f"more than {LARGEST // 1024 // 1024} MiB"
        problems.add(1, 1, "", f"the file has {size}", "move large texts out of the catalog")
        problems.raise_any()
    text = decode(data, problems)
    tree = (
        compose(text, problems, parser)
        if text or not problems.findings
        else Tree(None, complete=False)
    )
    catalog = Reader(problems, repository, complete=tree.complete).catalog(tree.root)
    problems.raise_any()
    return catalog
