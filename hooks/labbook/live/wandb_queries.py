"""The GraphQL documents that W&B is asked, and the way into their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_SAMPLES = 100

_RUNS = """
query LabbookRuns($entity: String!, $project: String!, $filters: JSONString, $cursor: String,
                  $perPage: Int!%(specs)s) {
  project(name: $project, entityName: $entity) {
    runs(filters: $filters, order: "+created_at", after: $cursor, first: $perPage) {
      edges { cursor node { name displayName state tags heartbeatAt%(more)s } }
      pageInfo { endCursor hasNextPage }
    }
  }
}
"""
_MORE = " createdAt config summaryMetrics user { name username }"
LIGHT = _RUNS % {"specs": "", "more": ""}
FULL = _RUNS % {"specs": "", "more": _MORE}
FULL_WITH_CURVE = _RUNS % {
    "specs": ", $specs: [JSONString!]!",
    "more": f"{_MORE} sampledHistory(specs: $specs)",
}


def runs(scope: str, names: Sequence[str], cursor: str | None, curve: str = "") -> dict[str, Any]:
    """The variables that ask for the named runs of `entity/project`."""
    entity, _, project = scope.partition("/")
    variables: dict[str, Any] = {
        "entity": entity,
        "project": project,
        "filters": json.dumps({"name": {"$in": list(names)}}),
        "cursor": cursor,
        "perPage": len(names),
    }
    if curve:
        variables["specs"] = [json.dumps({"keys": ["_step", curve], "samples": _SAMPLES})]
    return variables


def views(ids: Sequence[str]) -> tuple[str, dict[str, str]]:
    """One query for many reports: document and variables; `r0` is the first of them."""
    names = [f"r{index}" for index in range(len(ids))]
    declared = ", ".join(f"${name}: ID!" for name in names)
    asked = " ".join(
        f"{name}: view(id: ${name}) {{ id displayName updatedAt user {{ name username }} }}"
        for name in names
    )
    # The ids stand in URLs without the padding that the API wants.
    padded = {name: id_ + "=" * (-len(id_) % 4) for name, id_ in zip(names, ids, strict=True)}
    return f"query LabbookReports({declared}) {{ {asked} }}", padded


def page(connection: Any) -> tuple[list[Any], str | None]:
    """The nodes of one page and the cursor of the next, if any; TypeError for another shape."""
    if not isinstance(connection, Mapping) or not isinstance(connection.get("edges"), list):
        raise TypeError("no page of runs")
    edges = connection["edges"]
    nodes = [edge.get("node") if isinstance(edge, Mapping) else None for edge in edges]
    info = connection.get("pageInfo")
    if not isinstance(info, Mapping) or not info.get("hasNextPage"):
        return nodes, None
    # As W&B's own client does: the last edge knows best.
    last = edges[-1] if edges and isinstance(edges[-1], Mapping) else {}
    cursor = last.get("cursor") or info.get("endCursor")
    if not isinstance(cursor, str):
        raise TypeError("a page without the way to the next")
    return nodes, cursor
