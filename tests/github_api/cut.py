"""Cut the parts of GitHub's published API descriptions that the project touches.

By hand, when GitHub's API moves on:

    npm pack @octokit/openapi @octokit/graphql-schema     # in an empty folder; unpack both there
    .venv/bin/python tests/github_api/cut.py OPENAPI_PACKAGE GRAPHQL_PACKAGE

The result stands beside this file: rest.json, schema.graphql, LICENSE.txt.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import graphql

HERE = Path(__file__).parent
ISSUES = "/repos/{owner}/{repo}/issues"
PATHS = (ISSUES, f"{ISSUES}/{{issue_number}}", f"{ISSUES}/{{issue_number}}/comments")
# What only describes; and the repository of an issue, a large schema of which nothing is read.
DROPPED = {"description", "example", "examples", "externalDocs", "x-github", "title"}
ACTOR = {"login"}
ITEM = {
    "assignees",
    "author",
    "closedAt",
    "createdAt",
    "labels",
    "number",
    "repository",
    "state",
    "title",
}
# The fields that are kept of each GraphQL type, with whatever types their arguments need.
FIELDS = {
    "Query": {"repository"},
    "Repository": {"issue", "issueOrPullRequest", "issues", "nameWithOwner"},
    "Issue": ITEM | {"body", "comments", "stateReason"},
    "PullRequest": ITEM,
    "IssueConnection": {"nodes", "pageInfo", "totalCount"},
    "IssueCommentConnection": {"nodes", "pageInfo", "totalCount"},
    "IssueComment": {"author", "body", "createdAt"},
    "PageInfo": {"endCursor", "hasNextPage"},
    "LabelConnection": {"nodes"},
    "Label": {"name"},
    "UserConnection": {"nodes"},
    "Actor": ACTOR,
    "Bot": ACTOR,
    "EnterpriseUserAccount": ACTOR,
    "Mannequin": ACTOR,
    "Organization": ACTOR,
    "User": ACTOR,
}


def main(openapi: Path, schema: Path) -> None:
    """Write the cut descriptions of two unpacked packages."""
    versions = [json.loads((folder / "package.json").read_text()) for folder in (openapi, schema)]
    names = [f"{package['name']} {package['version']}" for package in versions]
    rest = _rest(json.loads((openapi / "generated" / "api.github.com.json").read_text()))
    rest = {"$comment": f"Cut from {names[0]} by cut.py; licence: LICENSE.txt", **rest}
    (HERE / "rest.json").write_text(json.dumps(rest, indent=1, sort_keys=True) + "\n")
    text = _graphql((schema / "schema.graphql").read_text())
    head = f"# Cut from {names[1]} by cut.py; licence: LICENSE.txt\n\n"
    (HERE / "schema.graphql").write_text(head + text + "\n")
    licences = zip(names, (openapi / "LICENSE", schema / "LICENSE.md"), strict=True)
    parts = [f"{name}\n\n{file.read_text().strip()}\n" for name, file in licences]
    (HERE / "LICENSE.txt").write_text("\n\n".join(parts))


def _rest(document: dict[str, Any]) -> dict[str, Any]:
    """The operations, and all that they refer to, as JSON Schema proper."""
    paths = {path: {"get": document["paths"][path]["get"]} for path in PATHS}
    document["components"]["schemas"]["issue"]["properties"].pop("repository")
    components: dict[str, dict[str, Any]] = {}
    waiting = _references(paths)
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            waiting |= _references(_bare(components[kind][name]))
    return {"paths": _bare(paths), "components": _bare(components)}


def _references(value: Any) -> set[str]:
    value = _bare(value)
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*map(_references, value.values()))


def _bare(value: Any, *, named: bool = False) -> Any:
    """The value without words for people; OpenAPI's `nullable` becomes a type."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _bare(item, named=key == "properties")
        for key, item in value.items()
        # Below `properties` these are names of fields, such as an issue's `title`.
        if named or not (key in DROPPED or key.startswith("x-github"))
    }
    if not named and kept.pop("nullable", False) is True:
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
        if "type" in kept:
            kept["type"] = [kept["type"], "null"]
        else:
            kept = {"anyOf": [kept, {"type": "null"}]}
    return kept


def _graphql(text: str) -> str:
    """The kept types with the kept fields, and the types of their arguments."""
    document = graphql.parse(text, no_location=True)
    types = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, graphql.TypeDefinitionNode)
    }
    kept: dict[str, graphql.Node] = {}
    waiting = ["Query"]
    while waiting:
        name = waiting.pop()
        if name in kept or name not in types:
            continue
        cut = _Cut()
        kept[name] = graphql.visit(types[name], cut)
        waiting += [*cut.names, *(FIELDS if name == "Actor" else ())]
    return "\n\n".join(graphql.print_ast(kept[name]) for name in sorted(kept))


class _Cut(graphql.Visitor):
    """Keeps the wanted fields of a type, without words; collects the types that they name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter(self, node: Any, *_: Any) -> Any:
        if isinstance(node, graphql.DirectiveNode):
            return graphql.REMOVE
        if isinstance(node, graphql.NamedTypeNode):
            self.names.append(node.name.value)
        if isinstance(node, graphql.ObjectTypeDefinitionNode | graphql.InterfaceTypeDefinitionNode):
            node = self._reduced(node)
        return dataclasses.replace(node, description=None) if hasattr(node, "description") else node

    def _reduced(self, node: Any) -> Any:
        wanted = FIELDS[node.name.value]
        fields = tuple(field for field in node.fields if field.name.value in wanted)
        if missing := wanted - {field.name.value for field in fields}:
            raise SystemExit(f"{node.name.value} has no {', '.join(sorted(missing))} any more")
        interfaces = tuple(item for item in node.interfaces or () if item.name.value in FIELDS)
        return dataclasses.replace(node, fields=fields, interfaces=interfaces)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
