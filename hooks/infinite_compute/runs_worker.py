"""The process that lists the runs of W&B projects and reads those that are new or changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from infinite_compute import run_facts, table
from infinite_compute.run_name import RunName
from infinite_compute.sources import Listing
from infinite_compute.table import Record
from labbook.live import wandb_queries
from labbook.live.wandb_client import NotFoundError, QueryError, TimedOutError, WandbError
from labbook.live.wandb_session import Send, Session, serve

_LIST_PAGES = (1000, 200, 50)
Known = Mapping[str, Sequence[str | None]]


class Worker:
    """One request's work; `send` gives a line to the parent."""

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        self._session = Session(request, send)
        self._listings = [Listing(**listing) for listing in request["listings"]]
        self._known: Mapping[str, Known] = request["known"]
        self._send = send
        self._broken: set[str] = set()  # the projects whose lists hold what is no run

    def work(self) -> None:
        """List all projects first, so that the parent knows how much there is to read."""
        asked: list[tuple[Listing, dict[str, RunName]]] = []
        try:
            if not self._session.connect():
                self._session.problem("W&B: its package takes no bulk queries; install wandb==0.31")
                return
            for listing in self._listings:
                try:
                    asked.append((listing, self._list(listing)))
                except (NotFoundError, QueryError) as error:
                    self._session.say(error, f"the runs of {listing.project}")
            self._send({"wanted": sum(len(names) for _, names in asked)})
            for listing, names in asked:
                self._read(listing, names)
        except WandbError as error:
            self._session.say(error)

    def _list(self, listing: Listing) -> dict[str, RunName]:
        """Send the heading of each run; the answer is the names of those to read, by id."""
        for size in _LIST_PAGES:
            try:
                headings = self._headings(listing, size)
            except TimedOutError:
                if size == _LIST_PAGES[-1]:
                    raise
            else:
                break
        self._send({"listed": listing.project, "runs": list(headings.values())})
        known = self._known.get(listing.project, {})
        wanted = {}
        for id_, heading in headings.items():
            name = run_facts.named(heading)
            metric = name and listing.metric(name)
            fingerprint = [heading["state"], heading["heartbeat"], metric]
            if name and heading["state"] == table.FINISHED and known.get(id_) != fingerprint:
                wanted[id_] = name
        return wanted

    def _headings(self, listing: Listing, size: int) -> dict[str, Record]:
        found: dict[str, Record] = {}
        variables = _variables(listing, listing.filters, size)
        for nodes, _ in self._session.pages(
            wandb_queries.LIGHT, lambda cursor: {**variables, "cursor": cursor}
        ):
            for node in nodes:
                try:
                    heading = run_facts.heading(node or {}, listing.project)
                except ValueError as error:
                    self._session.problem(f"W&B: a run of {listing.project}: {error}")
                    self._broken.add(listing.project)
                    continue
                # While pages are read runs may move from one to the next: each counts once.
                found[heading["id"]] = heading
        return found

    def _read(self, listing: Listing, names: Mapping[str, RunName]) -> None:
        """Read runs, those together that are asked the same of their history."""
        sent: set[str] = set()
        groups: dict[tuple[bool, str], list[str]] = defaultdict(list)
        for id_, name in names.items():
            groups[name.kind.is_evaluation, listing.metric(name)].append(id_)
        for (_, metric), ids in groups.items():
            keys = run_facts.keys(names[ids[0]], metric)
            self._session.side_by_side(
                ids,
                lambda page: sent.update(self._page(listing, page, metric, keys)),  # noqa: B023
            )
        if sent >= names.keys() and listing.project not in self._broken:
            self._send({"whole": listing.project})

    def _page(
        self, listing: Listing, ids: Sequence[str], metric: str, keys: Sequence[Sequence[str]]
    ) -> set[str]:
        """Send some runs; the answer is the ids of those that W&B told."""
        sent: set[str] = set()
        parts = [{"name": {"$in": list(ids)}}, {"state": table.FINISHED}]
        variables = _variables(listing, {"$and": parts}, len(ids))
        variables["specs"] = [
            json.dumps({"keys": list(names), "samples": run_facts.SAMPLES}) for names in keys
        ]
        for nodes, _ in self._session.pages(
            wandb_queries.FULL_WITH_CURVE, lambda cursor: {**variables, "cursor": cursor}
        ):
            for node in nodes:
                try:
                    record = run_facts.whole(node or {}, listing.project, metric)
                except ValueError as error:
                    self._session.problem(f"W&B: a run of {listing.project}: {error}")
                else:
                    self._send({"run": record})
                    sent.add(record["id"])
        return sent


def _variables(listing: Listing, filters: Mapping[str, Any], size: int) -> dict[str, Any]:
    entity, _, project = listing.project.partition("/")
    return {
        "entity": entity,
        "project": project,
        "filters": json.dumps(filters),
        "perPage": size,
    }


if __name__ == "__main__":
    serve(lambda request, send: Worker(request, send).work())
