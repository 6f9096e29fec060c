"""The names inside MkDocs that this room leans on, and the setups for which it was made."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any, cast

from mkdocs.config.defaults import MkDocsConfig

# What each of these does is not promised by MkDocs; without one, every page is made anew.
NAMES = (
    ("mkdocs.utils", "clean_directory"),
    ("mkdocs.utils", "write_file"),
    ("mkdocs.commands.build", "utils.clean_directory"),
    ("mkdocs.commands.build", "utils.write_file"),
    ("mkdocs.config.base", "Config.user_configs"),
    ("mkdocs.structure.files", "Files.get_file_from_path"),
    ("mkdocs.structure.files", "File.inclusion"),
    ("mkdocs.structure.pages", "Page.render"),
    ("mkdocs.structure.pages", "Page.links_to_anchors"),
    ("mkdocs.utils.templates", "TemplateContext.__annotations__"),
)

# Their events were read: what they do to a page is done again, or depends on what is compared.
PLUGINS = frozenset({"material/search", "search", "gen-files"})

# Their output depends on the page's text and their settings alone.
PURE_EXTENSIONS = frozenset(
    {
        "abbr",
        "admonition",
        "attr_list",
        "def_list",
        "fenced_code",
        "footnotes",
        "md_in_html",
        "pymdownx.details",
        "pymdownx.emoji",
        "pymdownx.highlight",
        "pymdownx.inlinehilite",
        "pymdownx.keys",
        "pymdownx.mark",
        "pymdownx.smartsymbols",
        # A page that includes another file is told by its text.
        "pymdownx.snippets",
        "pymdownx.superfences",
        "pymdownx.tabbed",
        "pymdownx.tasklist",
        "tables",
        "toc",
    }
)
# These settings make pages of further files.
_READ_FILES = (("pymdownx.snippets", "auto_append"), ("pymdownx.emoji", "options"))


def missing(names: Iterable[tuple[str, str]] = NAMES) -> list[str]:
    """Those of the names that this release of MkDocs does not have."""
    return [f"{module}.{path}" for module, path in names if not _has(module, path)]


def unknown(config: MkDocsConfig) -> list[str]:
    """What in the configuration may make pages of more than is compared."""
    hooks = [str(name) for name in config.hooks]
    found = [f"the plugin {name}" for name in config.plugins if name not in PLUGINS.union(hooks)]
    found += [f"the hook {name}" for name in hooks[1:]]
    found += [
        f"the Markdown extension {name}"
        for name in config.markdown_extensions
        if name not in PURE_EXTENSIONS
    ]
    found += [
        f"{option} of {extension}"
        for extension, option in _READ_FILES
        if (config.mdx_configs.get(extension) or {}).get(option)
    ]
    return found


def _has(module: str, path: str) -> bool:
    try:
        found = cast("Any", importlib.import_module(module))
        for name in path.split("."):
            # An annotated attribute of a class has no value yet.
            if name in vars(found).get("__annotations__", {}):
                return True
            found = getattr(found, name)
    except (ImportError, AttributeError):
        return False
    return True
