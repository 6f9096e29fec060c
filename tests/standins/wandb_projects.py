"""A stand-in for W&B's server with several projects, and the filters that a fetch may set."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from standins.wandb import Json, Standin


@dataclass(slots=True)
class Lab(Standin):
    """A server of several projects, with the filters that a fetch may set.

    Of the runs in `untold` it gives no more than their line in a list.
    """

    projects: dict[str, dict[str, Json]] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)

    def answer(self, query: str, variables: Json) -> Json:
        """The `data` of a query's answer."""
        if "view(" in query:
            return super(Lab, self).answer(query, variables)
        if re.search(r"\bviewer\b", query):
            return {"viewer": {"id": "VXNlcjox", "entity": "a", "username": "a", "flags": ""}}
        held = self.projects.get(f"{variables.get('entity')}/{variables.get('project')}")
        if held is None:
            return {"project": None}
        if not re.search(r"\bruns\(", query):
            run = held.get(str(variables.get("name") or variables.get("run")))
            return {"project": {"run": run and answered(run, query, variables)}}
        wanted = json.loads(variables.get("filters") or "{}")
        rows = [row for row in held.values() if _fits(row, wanted)]
        if "sampledHistory(" in query:
            rows = [row for row in rows if row["name"] not in self.untold]
        start = int(variables.get("cursor") or 0)
        end = start + min(self.cap, variables.get("perPage") or 50)
        edges = [
            {"cursor": str(start + index), "node": answered(row, query, variables)}
            for index, row in enumerate(rows[start:end], start=1)
        ]
        info = {"endCursor": str(end), "hasNextPage": end < len(rows)}
        return {"project": {"runCount": len(rows), "runs": {"edges": edges, "pageInfo": info}}}


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "$in": lambda held, wanted: bool({*_several(held)} & {*wanted}),
    "$nin": lambda held, wanted: not {*_several(held)} & {*wanted},
    "$regex": lambda held, wanted: bool(re.search(wanted, held)),
}


def _fits(row: Json, wanted: Json) -> bool:
    """Whether a run passes a filter; an unknown operator is an error of the test."""
    for key, test in wanted.items():
        if key == "$and":
            good = all(_fits(row, part) for part in test)
        elif isinstance(test, dict):
            good = all(_TESTS[operator](row[key], value) for operator, value in test.items())
        else:
            good = row[key] == test
        if not good:
            return False
    return True


def _several(held: Any) -> Iterable[Any]:
    return held if isinstance(held, list) else [held]


def answered(held: Json, query: str, variables: Json) -> Json:
    """The fields of a run that the query names; a history's rows have all keys of their spec."""
    names = set(re.findall(r"\w+", query))
    node = {key: value for key, value in held.items() if key in names - {"history"}}
    if "sampledHistory(" in query:
        node["sampledHistory"] = [
            sampled(held["history"], **json.loads(spec)) for spec in variables["specs"]
        ]
    return node


def sampled(rows: Sequence[Json], keys: Sequence[str], samples: int) -> list[Json]:
    """The rows that have all keys of a spec, at most so many."""
    whole = [{key: row[key] for key in keys} for row in rows if all(key in row for key in keys)]
    return whole[:: max(1, -(-len(whole) // samples))]
