"""CITATION.cff is of its format, and credits what mkdocs.yml does."""

from __future__ import annotations

from typing import Any

import yaml

import checkout
from labbook import settings

# The keys of Citation File Format 1.2.0.
KEYS = {
    "abstract",
    "authors",
    "cff-version",
    "commit",
    "contact",
    "date-released",
    "doi",
    "identifiers",
    "keywords",
    "license",
    "license-url",
    "message",
    "preferred-citation",
    "references",
    "repository",
    "repository-artifact",
    "repository-code",
    "title",
    "type",
    "url",
    "version",
}


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((checkout.ROOT / "CITATION.cff").read_text("utf-8"))
    return found


def test_it_is_of_its_format() -> None:
    found = read()
    assert set(found) <= KEYS
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in {"dataset", "software"}
    assert found["message"]
    assert len(set(found["keywords"])) == len(found["keywords"]) > 0


def test_it_says_what_the_site_says() -> None:
    found, lab = read(), settings.load(checkout.ROOT / "mkdocs.yml")
    assert found["title"] == lab.site_name
    assert found["abstract"] == lab.description
    assert found["authors"] == [{"name": lab.author}]
    assert found["repository-code"] == lab.repo_url
    assert lab.licence is not None
    assert found["license"] == lab.licence.id
