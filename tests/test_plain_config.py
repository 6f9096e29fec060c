"""The mkdocs.yml of staged pages keeps every setting but those that made the pages."""

from __future__ import annotations

from typing import Any

import yaml

from labbook.plain_config import plain

CONFIG = """\
site_name: Lab  # a comment
site_url: !ENV [SITE_URL, ""]
docs_dir: docs
theme: {name: material, custom_dir: docs/overrides, icon: {repo: x}}
hooks: [hooks/build.py]
plugins:
  - search
  - gen-files:
      scripts: [hooks/generate_pages.py]
  - tags: {}
watch: [data]
exclude_docs: |
  /overrides/
  *.bak
nav: [Home: index.md]
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
"""
EXPECTED = """\
# Written by `labbook stage`: edit the project's mkdocs.yml instead.
site_name: Lab
site_url: !ENV [SITE_URL, ""]
theme: {name: material, custom_dir: overrides, icon: {repo: x}, variant: classic}
plugins:
- search
- tags: {}
nav:
- Home: index.md
- More: é.md
markdown_extensions:
- pymdownx.emoji:
    emoji_index: !!python/name:material.extensions.emoji.twemoji ''
"""


def more(nav: list[Any] | None) -> list[Any]:
    return [*(nav or []), {"More": "é.md"}]


def test_settings_stay_and_what_makes_pages_goes() -> None:
    found = plain(CONFIG, more)
    assert found.text == EXPECTED
    assert found.templates == "docs/overrides"
    assert found.excluded == ("/overrides/", "*.bak")


def test_templates_find_more_beside_what_the_project_puts_there() -> None:
    built = {"built": {"at": "2026-11-22T06:00:00Z"}}
    for text, wanted in ((CONFIG, built), (f"{CONFIG}extra: {{a: 1}}\n", {"a": 1, **built})):
        lines = plain(text, more, built).text.partition("\nextra:")[2]
        assert yaml.safe_load(f"extra:{lines}")["extra"] == wanted


def test_a_small_file_stays_small() -> None:
    found = plain("site_name: Lab\ntheme: material\nplugins: {gen-files: {}, search: {}}\n", more)
    assert found.text.splitlines()[1:] == [
        "site_name: Lab",
        "theme: material",
        "plugins: {search: {}}",
    ]
    assert (found.templates, found.excluded) == (None, ())
