"""The tree of the curated file -> Catalog."""

from __future__ import annotations

import difflib

from markdown.extensions.toc import slugify

from labbook import fields, references, values
from labbook.fields import Item
from labbook.model import Catalog, Category, Experiment, Link, See
from labbook.problems import Problems, quoted
from labbook.yaml_nodes import BrokenNode, ListNode, MappingNode, Node, ScalarNode

# Headings end at level 6, and those of top-level categories are of level 2.
_DEEPEST_CATEGORY = 5


class Reader:
    """Reads the tree; where something is wrong it is noted, and reading goes on.

    After a syntax error (not `complete`) a part of the file is unseen, so nothing is said
    of what seems to be missing.
    """

    def __init__(self, problems: Problems, repository: str, *, complete: bool) -> None:
        self.problems = problems
        self.repository = repository
        self.complete = complete
        self._defined: dict[str, Node] = {}
        self._anchors: dict[str, Node] = {}
        self._category_ids: dict[str, Node] = {}
        self._references: list[tuple[str, Node, str]] = []

    def catalog(self, root: Node | None) -> Catalog:
        """Read the whole file."""
        if root is None or (isinstance(root, ScalarNode) and root.nothing):
            if self.complete:
                remedy = "write one that begins with `categories:`"
                self.problems.add(1, 1, "", "the file is empty", remedy)
            return Catalog(fields.DEFAULT_TITLE)
        found = self._mapping(root, fields.CATALOG)
        catalog = Catalog(
            title=values.text(found.get("title"), self.problems) or fields.DEFAULT_TITLE,
            introduction=values.text(found.get("introduction"), self.problems, lines=True) or "",
            categories=self._categories(found.get("categories"), level=1),
            uncategorized=self._uncategorized(found.get("uncategorized")),
        )
        self._resolve()
        return catalog

    def _mapping(self, node: Node, item: Item) -> dict[str, Node]:
        """The values of a mapping by known keys; unknown and missing keys are noted."""
        if isinstance(node, BrokenNode):
            return {}
        if not isinstance(node, MappingNode):
            example = next(field.name for field in item.fields if field.required)
            remedy = f"write {item.name} as `{example}: ...`"
            if node.where:
                remedy += ", its other keys below with the same indentation"
            self.problems.at(node, f"{values.kind(node)} where {item.name} belongs", remedy)
            return {}
        known = [field.name for field in item.fields]
        for name, key in node.keys.items():
            if name not in known:
                self._unknown_key(key, node.where, item, known)
        for field in item.fields:
            # A list may be empty, a text may not.
            given = node.values.get(field.name)
            missing = given is None or (field.name != "categories" and values.is_nothing(given))
            if field.required and missing and self.complete:
                remedy = f"add `{field.name}: ...`"
                if given is not None:
                    remedy = "write it behind the colon, in quotes if it begins with `#`"
                self.problems.at(given or node, f"{item.name} has no `{field.name}`", remedy)
        return node.values

    def _unknown_key(self, key: ScalarNode, where: str, item: Item, known: list[str]) -> None:
        if self.problems.full:
            return
        word = key.text.lower().strip()
        close = difflib.get_close_matches(word[: fields.LONGEST_ID], known, n=1)
        if close:
            remedy = f"did you mean `{close[0]}`?"
        else:
            remedy = f"{item.name} has {', '.join(f'`{name}`' for name in known)}"
        message = f"unknown key {quoted(key.text)}"
        self.problems.add(key.line, key.column, where, message, remedy)

    def _categories(self, node: Node | None, level: int) -> tuple[Category, ...]:
        items = values.items(node, self.problems)
        if level > _DEEPEST_CATEGORY and items:
            message = f"categories are nested more than {_DEEPEST_CATEGORY} levels deep"
            self.problems.at(items[0], message, "move these up: headings go no deeper")
            return ()
        return tuple(self._category(item, level) for item in items)

    def _category(self, node: Node, level: int) -> Category:
        found = self._mapping(node, fields.CATEGORY)
        title = values.text(found.get("title"), self.problems) or ""
        entries, below = found.get("experiments"), found.get("categories")
        if found and self.complete and _is_empty(entries) and _is_empty(below):
            self.problems.at(
                node, "the category is empty", "add `experiments` to it, or delete the category"
            )
        return Category(
            title=title,
            id=self._category_id(node, found, title),
            formerly=self._formerly(found.get("formerly")),
            experiments=self._entries(entries),
            categories=self._categories(below, level + 1),
            place=values.place(node),
        )

    def _category_id(self, node: Node, found: dict[str, Node], title: str) -> str:
        given = found.get("id")
        if given is not None and not values.is_nothing(given):
            own_id = values.category_id(given, self.problems) or ""
        elif title:
            own_id = slugify(title, "-")
            if why := values.category_id_problem(own_id):
                message = f"its title makes no id: {why}"
                self.problems.at(node, message, "give the category an `id`")
                own_id = ""
        else:
            own_id = ""
        self._claim(own_id, given or node)
        return own_id

    def _formerly(self, node: Node | None) -> tuple[str, ...]:
        found = []
        for item in values.items(node, self.problems):
            if values.is_nothing(item):
                self.problems.at(item, "an empty item", "write the old id, or delete the line")
            elif old_id := values.category_id(item, self.problems):
                self._claim(old_id, item)
                found.append(old_id)
        return tuple(found)

    def _claim(self, category_id: str, node: Node) -> None:
        """Note an id, which stands for one category only."""
        if not category_id:
            return
        first = self._category_ids.setdefault(category_id, node)
        if first is not node:
            message = f"the id `{category_id}` is taken (line {first.line})"
            self.problems.at(node, message, "give the category another `id`")

    def _entries(self, node: Node | None) -> tuple[Experiment | See, ...]:
        listed: dict[str, Node] = {}
        entries: list[Experiment | See] = []
        for item in values.items(node, self.problems):
            entry: Experiment | See | None
            if isinstance(item, MappingNode) and "see" in item.values:
                entry = self._see(item)
            else:
                entry = self._experiment(item)
            if entry is None or not entry.key:
                continue
            first = listed.setdefault(entry.key, item)
            if first is item:
                entries.append(entry)
            # An experiment that is defined twice is noted where that is noticed.
            elif isinstance(entry, See) or "see" in getattr(first, "values", {}):
                name = references.as_written(entry.key)
                message = f"the experiment {name} is listed here twice (first in line {first.line})"
                self.problems.at(item, message, "delete one of the two")
        return tuple(entries)

    def _uncategorized(self, node: Node | None) -> tuple[Experiment, ...]:
        for item in values.items(node, Problems(self.problems.path)):
            if isinstance(item, MappingNode) and "see" in item.values:
                message = "an experiment that is listed elsewhere is not uncategorized"
                self.problems.at(item, message, "delete this entry")
        return tuple(item for item in self._entries(node) if isinstance(item, Experiment))

    def _see(self, node: MappingNode) -> See | None:
        for name, key in node.keys.items():
            if name != "see":
                message = f"an entry with `see` has the key {quoted(name)} too"
                remedy = "delete it here: the experiment is defined elsewhere"
                self.problems.add(key.line, key.column, node.where, message, remedy)
        found = values.reference(node.values["see"], self.problems, self.repository)
        if found is None:
            return None
        self._references.append((found, node.values["see"], ""))
        return See(found, values.place(node))

    def _experiment(self, node: Node) -> Experiment:
        found = self._mapping(node, fields.EXPERIMENT)
        key, issue = "", found.get("issue")
        ref = None
        own_id = found.get("id")
        if issue is not None and not values.is_nothing(issue):
            ref = values.issue(issue, self.problems, self.repository)
            key = references.issue_key(ref, self.repository) if ref else ""
            if own_id is not None and not values.is_nothing(own_id):
                message = "an experiment has `issue` or `id`, not both"
                self.problems.at(own_id, message, "delete the `id`: the issue names it")
        elif own_id is not None and not values.is_nothing(own_id):
            key = values.experiment_id(own_id, self.problems) or ""
        elif found and self.complete:
            remedy = "add `issue: NUMBER`, or an `id` if there is no issue"
            self.problems.at(node, "the experiment has neither `issue` nor `id`", remedy)
        self._define(key, node)
        return Experiment(
            key=key,
            title=values.text(found.get("title"), self.problems) or "",
            issue=ref,
            links=self._links(found.get("links")),
            conclusion=values.text(found.get("conclusion"), self.problems, lines=True),
            notes=values.texts(found.get("notes"), self.problems),
            related=self._related(found.get("related"), key),
            place=values.place(node),
        )

    def _define(self, key: str, node: Node) -> None:
        if not key:
            return
        name = references.as_written(key)
        first = self._defined.setdefault(key, node)
        if first is not node:
            message = f"the experiment {name} is defined a second time (first in line {first.line})"
            self.problems.at(node, message, f"write `- see: {name}` to list it here too")
            return
        anchor = self._anchors.setdefault(key.replace("/", "-"), node)
        if anchor is not node:
            message = f"{name} would have the same anchor as the experiment in line {anchor.line}"
            self.problems.at(node, message, "give one of the two another `id`")

    def _links(self, node: Node | None) -> tuple[Link, ...]:
        found = []
        for item in values.items(node, self.problems):
            label = None
            if isinstance(item, MappingNode):
                parts = self._mapping(item, fields.LINK)
                address = values.url(parts.get("url"), self.problems)
                label = values.text(parts.get("label"), self.problems)
            elif isinstance(item, ListNode):
                self.problems.at(item, "a list where a link belongs", "write one URL an item")
                continue
            elif values.is_nothing(item):
                self.problems.at(item, "an empty item", "paste a URL, or delete the line")
                continue
            else:
                address = values.url(item, self.problems)
            found.append(Link(address, label, values.place(item)))
        return tuple(found)

    def _related(self, node: Node | None, own: str) -> tuple[str, ...]:
        found: list[str] = []
        for item in values.items(node, self.problems):
            key = values.reference(item, self.problems, self.repository)
            if key is None:
                continue
            if key in found:
                self.problems.at(item, "the same experiment twice", "delete one of the two")
                continue
            self._references.append((key, item, own))
            found.append(key)
        return tuple(found)

    def _resolve(self) -> None:
        """Note references that lead nowhere, or back to where they stand."""
        for key, node, own in self._references:
            name = references.as_written(key)
            if key == own:
                self.problems.at(node, "an experiment is not related to itself", "delete it")
            elif key not in self._defined and self.complete:
                message = f"no experiment {name} is defined in this file"
                self.problems.at(node, message, "define it, or name one of this file")


def _is_empty(node: Node | None) -> bool:
    return values.is_nothing(node) or (isinstance(node, ListNode) and not node.items)
