"""The process that talks to W&B: a request on its input, one answer a line on its output.

It is ended from outside when it takes too long, so every line is sent as soon as it is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import quote

from labbook.live import short_links, wandb_facts, wandb_queries
from labbook.live.wandb_client import NotFoundError, PublicApi, QueryError, WandbError
from labbook.live.wandb_facts import RunFields
from labbook.live.wandb_session import Send, Session, serve

_LIGHT_PAGE = 1000
_REPORTS = 50


class Worker:
    """One request's work; `send` gives a line to the parent."""

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        self._session = Session(request, send)
        self._fields = RunFields(**request["fields"])
        self._settled: Mapping[str, Sequence[str | None]] = request["settled"]
        self._runs: Sequence[str] = request["runs"]
        self._reports: list[str] = list(request["reports"])
        self._short_links: Sequence[str] = request["short_links"]
        self._bulk: bool = request["bulk"]
        self._send = send
        self._unanswered: dict[str, list[str]] = defaultdict(list)

    def work(self) -> None:
        """Ask for everything; what fails becomes a problem, one sentence a cause."""
        pool = ThreadPoolExecutor(4)
        links = {pool.submit(self._short_link, key): key for key in self._short_links}
        try:
            if not (self._bulk and self._session.connect()):
                self._slowly()
            else:
                for scope, names in _by_project(self._runs).items():
                    self._project(scope, names)
                wait(links, self._session.deadline.left)
                self._session.halving(list(dict.fromkeys(self._reports)), _REPORTS, self._views)
        except WandbError as error:
            self._session.say(error)
        for link in wait(links, self._session.deadline.left).not_done:
            self._unanswered["no answer in time"].append(links[link])
        for why, keys in list(self._unanswered.items()):
            what = f"the short link {keys[0]}" if len(keys) == 1 else f"{len(keys)} short links"
            self._session.problem(f"W&B: {what}: {why}")

    def _project(self, scope: str, names: Sequence[str]) -> None:
        """The runs of one project: a light look at those that are known, all of the others."""
        changed: list[str] = []
        settled = [name for name in names if f"{scope}/{name}" in self._settled]

        def look(page: Sequence[str]) -> None:
            changed.extend(self._light_page(scope, page))

        try:
            self._session.halving(settled, _LIGHT_PAGE, look)
            others = [name for name in names if f"{scope}/{name}" not in self._settled]
            self._session.side_by_side(changed + others, lambda page: self._page(scope, page))
        except (NotFoundError, QueryError) as error:
            self._session.say(error, f"the runs of {scope}")

    def _light_page(self, scope: str, names: Sequence[str]) -> list[str]:
        """Send what is as it was; the answer is the names of the runs that are not."""
        changed = []
        for name, node in self._nodes(scope, names, wandb_queries.LIGHT).items():
            key = f"{scope}/{name}"
            if [node.get("state"), wandb_facts.time(node.get("heartbeatAt"))] == list(
                self._settled[key]
            ):
                self._send({"same": key, "facts": wandb_facts.heading(node)})
            else:
                changed.append(name)
        return changed

    def _page(self, scope: str, names: Sequence[str]) -> None:
        curve = self._fields.curve
        query = wandb_queries.FULL_WITH_CURVE if curve else wandb_queries.FULL
        for name, node in self._nodes(scope, names, query, curve).items():
            self._send_run(f"{scope}/{name}", node)

    def _nodes(
        self, scope: str, names: Sequence[str], query: str, curve: str = ""
    ) -> dict[str, Mapping[str, Any]]:
        """The nodes of the named runs by name; says which are gone if all of them were shown."""
        nodes: dict[str, Mapping[str, Any]] = {}
        whole, complete = True, False
        asked = self._session.pages(
            query, lambda cursor: wandb_queries.runs(scope, names, cursor, curve)
        )
        for found, last in asked:
            complete = last
            for node in found:
                name = node.get("name") if isinstance(node, Mapping) else None
                if isinstance(name, str) and name in names:
                    nodes[name] = node
                else:
                    whole = False
        for name in set(names) - set(nodes) if whole and complete else ():
            self._send({"run": f"{scope}/{name}", "facts": None})
        if not whole:
            self._session.problem(f"W&B: an answer about the runs of {scope} has another shape")
        return nodes

    def _views(self, ids: Sequence[str]) -> None:
        query, variables = wandb_queries.views(ids)
        data = self._session.query(query, variables)
        for index, id_ in enumerate(ids):
            alias = f"r{index}"
            node = data.get(alias)
            if alias in data and node is None:
                # Without a key, a private report looks the same as one that was deleted.
                if self._session.key:
                    self._send({"report": id_, "facts": None})
                else:
                    self._session.problem(
                        f"W&B: the report {id_} is not shown; if it is private, set WANDB_API_KEY"
                    )
            else:
                self._send_report(id_, node)

    def _slowly(self) -> None:
        """By the package's public methods: runs one by one, reports by the runs' projects."""
        self._session.problem("W&B: its package takes no bulk queries; asked for one run at a time")
        public = PublicApi(self._session.api, self._session.key, self._session.deadline.left / 2)
        for scope, names in _by_project(self._runs).items():
            for node in public.runs(scope, names, self._fields.curve):
                self._send({"asked": 1})
                self._send_run(f"{scope}/{node['name']}", node)
            for node in public.reports(scope) if self._reports else ():
                id_ = str(node["id"]).rstrip("=")
                if id_ in self._reports:
                    self._send_report(id_, node)

    def _short_link(self, key: str) -> None:
        url = f"{self._session.api}/links/{quote(key)}"
        try:
            target = short_links.resolve(
                url, lambda: self._session.deadline.left, lambda: self._send({"asked": 1})
            )
        except short_links.ShortLinkError as error:
            if error.gone:
                self._send({"link": key, "facts": None})
            else:
                self._unanswered[str(error)].append(key)
            return
        if target:
            self._reports.append(target)
        self._send({"link": key, "facts": {"target": target}})

    def _send_run(self, key: str, node: Mapping[str, Any]) -> None:
        try:
            self._send({"run": key, "facts": wandb_facts.run(node, self._fields)})
        except ValueError as error:
            self._session.problem(f"W&B: {key}: {error}")

    def _send_report(self, id_: str, node: Any) -> None:
        try:
            self._send({"report": id_, "facts": wandb_facts.report(node, id_)})
        except ValueError as error:
            self._session.problem(f"W&B: the report {id_}: {error}")


def _by_project(runs: Iterable[str]) -> dict[str, list[str]]:
    """The runs' ids by `entity/project`."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in runs:
        entity, project, name = key.split("/", 2)
        found[f"{entity}/{project}"].append(name)
    return found


if __name__ == "__main__":
    serve(lambda request, send: Worker(request, send).work())
