"""A mkdocs.yml for pages that lie on disk: the same settings, without what made them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

OVERRIDES = "overrides"

_HEAD = "# Written by `labbook stage`: edit the project's mkdocs.yml instead.\n"
# What runs this project's code, what a server watches, and where the project has its folders.
_DROPPED = {"hooks", "watch", "docs_dir", "site_dir", "exclude_docs"}
_GENERATORS = {"gen-files"}
_NOTHING: Mapping[str, Any] = {}

Navigation = list[Any] | None
_Item = tuple[yaml.Node, yaml.Node]


@dataclass(frozen=True, slots=True)
class Plain:
    """The text of the new mkdocs.yml, and what the old one says of files.

    `templates` is the folder of the project's own templates, now called `OVERRIDES`; `excluded`
    are the patterns of what is no part of the site.
    """

    text: str
    templates: str | None
    excluded: tuple[str, ...]


def plain(
    text: str, navigation: Callable[[Navigation], Navigation], extra: Mapping[str, Any] = _NOTHING
) -> Plain:
    """A mkdocs.yml for staged pages; `navigation` adds those that are generated.

    Templates find `extra` beside what the project itself puts there.
    Tags such as `!ENV` stay as they are: whoever builds the pages reads them.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - the settings were read out of it
    items = {key.value: (key, value) for key, value in root.value}
    theme = items["theme"][1] if "theme" in items else None
    excluded = items["exclude_docs"][1].value if "exclude_docs" in items else ""
    templates = None
    if isinstance(theme, yaml.MappingNode):
        templates = next((v.value for k, v in theme.value if k.value == "custom_dir"), None)
        theme.value = list(_themed(theme.value))
    if "nav" in items:
        key, value = items["nav"]
        items["nav"] = key, _node(navigation(_value(value)))
    if "plugins" in items:
        plugins = items["plugins"][1]
        plugins.value = [item for item in plugins.value if _plugin(item) not in _GENERATORS]
    if extra:
        key, value = items.setdefault("extra", (_node("extra"), _node({})))
        value.value += [(_node(name), _node(item)) for name, item in extra.items()]
    root.value = [item for name, item in items.items() if name not in _DROPPED]
    written = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=100)
    return Plain(f"{_HEAD}{written}", templates, tuple(excluded.splitlines()))


def _themed(settings: Iterable[_Item]) -> Iterator[_Item]:
    """The settings of the theme for the staged folders."""
    for key, value in settings:
        if key.value == "custom_dir":
            yield key, _node(OVERRIDES)
        elif key.value != "variant":
            yield key, value
    # Zensical has a design of its own besides the one that the project's styles are written for.
    yield _node("variant"), _node("classic")


def _plugin(item: yaml.Node | _Item) -> str:
    """The name of a plugin, which stands alone, before its settings, or in one mapping of all."""
    if isinstance(item, tuple):
        return str(item[0].value)
    return str(item.value[0][0].value if isinstance(item, yaml.MappingNode) else item.value)


def _value(node: yaml.Node) -> Any:
    return yaml.safe_load(yaml.serialize(node, Dumper=yaml.SafeDumper))


def _node(value: Any) -> yaml.Node:
    return yaml.SafeDumper(io.StringIO()).represent_data(value)
