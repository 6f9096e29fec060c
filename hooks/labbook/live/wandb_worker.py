"""The process that talks to W&B: a request on its input, one answer a line on its output.

It is ended from outside when it takes too long, so every line is sent as soon as it is known.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import quote

from labbook.live import short_links, wandb_facts, wandb_queries
from labbook.live.answers import Deadline
from labbook.live.wandb_client import (
    Ask,
    NotFoundError,
    PublicApi,
    QueryError,
    TimedOutError,
    WandbError,
    WrongAnswerError,
    connect,
)
from labbook.live.wandb_facts import RunFields

_LIGHT_PAGE = 1000
_PAGE = 100
_REPORTS = 50
_LEAST = 0.2  # seconds below which no answer is waited for
_LAST = 2  # seconds after its time within which the parent ends this process
_GIVE_UP = 3  # single items that fail before the rest is left alone

Send = Callable[[Mapping[str, Any]], None]


class Worker:
    """One request's work; `send` gives a line to the parent."""

    def __init__(self, request: Mapping[str, Any], send: Send) -> None:
        self._api = str(request["api"]).rstrip("/")
        self._key = os.environ.get("WANDB_API_KEY") or None
        self._fields = RunFields(**request["fields"])
        self._settled: Mapping[str, Sequence[str | None]] = request["settled"]
        self._runs: Sequence[str] = request["runs"]
        self._reports: list[str] = list(request["reports"])
        self._short_links: Sequence[str] = request["short_links"]
        self._bulk: bool = request["bulk"]
        self._deadline = Deadline(request["until"] - time.time())
        self._send = send
        self._ask: Ask | None = None
        self._unanswered: dict[str, list[str]] = defaultdict(list)

    def work(self) -> None:
        """Ask for everything; what fails becomes a problem, one sentence a cause."""
        pool = ThreadPoolExecutor(4)
        links = {pool.submit(self._short_link, key): key for key in self._short_links}
        try:
            if self._runs or self._reports or self._short_links:
                self._ask = connect(self._api, self._key) if self._bulk else None
            if self._ask is None:
                self._slowly()
            else:
                for scope, names in _by_project(self._runs).items():
                    self._project(scope, names)
                wait(links, self._deadline.left)
                self._halving(list(dict.fromkeys(self._reports)), _REPORTS, self._views)
        except WandbError as error:
            self._say(error)
        for link in wait(links, self._deadline.left).not_done:
            self._unanswered["no answer in time"].append(links[link])
        for why, keys in list(self._unanswered.items()):
            what = f"the short link {keys[0]}" if len(keys) == 1 else f"{len(keys)} short links"
            self._problem(f"W&B: {what}: {why}")

    def _project(self, scope: str, names: Sequence[str]) -> None:
        """The runs of one project: a light look at those that are known, all of the others."""
        changed: list[str] = []
        settled = [name for name in names if f"{scope}/{name}" in self._settled]

        def look(page: Sequence[str]) -> None:
            changed.extend(self._light_page(scope, page))

        try:
            self._halving(settled, _LIGHT_PAGE, look)
            others = [name for name in names if f"{scope}/{name}" not in self._settled]
            self._side_by_side(changed + others, lambda page: self._page(scope, page))
        except (NotFoundError, QueryError) as error:
            self._say(error, f"the runs of {scope}")

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
        seen: set[str | None] = set()
        cursor: str | None = None
        whole = True
        while cursor not in seen:
            seen.add(cursor)
            data = self._query(query, wandb_queries.runs(scope, names, cursor, curve))
            project = data.get("project")
            if project is None:
                hint = "" if self._key else "; if it is private, set WANDB_API_KEY"
                raise NotFoundError(f"no such project is shown{hint}")
            try:
                found, cursor = wandb_queries.page(project["runs"])
            except (KeyError, TypeError) as error:
                raise WrongAnswerError("the answer has another shape") from error
            for node in found:
                name = node.get("name") if isinstance(node, Mapping) else None
                if isinstance(name, str) and name in names:
                    nodes[name] = node
                else:
                    whole = False
            if cursor is None:
                break
        for name in set(names) - set(nodes) if whole and cursor is None else ():
            self._send({"run": f"{scope}/{name}", "facts": None})
        if not whole:
            self._problem(f"W&B: an answer about the runs of {scope} has another shape")
        return nodes

    def _views(self, ids: Sequence[str]) -> None:
        query, variables = wandb_queries.views(ids)
        data = self._query(query, variables)
        for index, id_ in enumerate(ids):
            alias = f"r{index}"
            node = data.get(alias)
            if alias in data and node is None:
                # Without a key, a private report looks the same as one that was deleted.
                if self._key:
                    self._send({"report": id_, "facts": None})
                else:
                    self._problem(
                        f"W&B: the report {id_} is not shown; if it is private, set WANDB_API_KEY"
                    )
            else:
                self._send_report(id_, node)

    def _slowly(self) -> None:
        """By the package's public methods: runs one by one, reports by the runs' projects."""
        self._problem("W&B: its package takes no bulk queries; asked for one run at a time")
        public = PublicApi(self._api, self._key, self._deadline.left / 2)
        for scope, names in _by_project(self._runs).items():
            for node in public.runs(scope, names, self._fields.curve):
                self._send({"asked": 1})
                self._send_run(f"{scope}/{node['name']}", node)
            for node in public.reports(scope) if self._reports else ():
                id_ = str(node["id"]).rstrip("=")
                if id_ in self._reports:
                    self._send_report(id_, node)

    def _short_link(self, key: str) -> None:
        url = f"{self._api}/links/{quote(key)}"
        try:
            target = short_links.resolve(
                url, lambda: self._deadline.left, lambda: self._send({"asked": 1})
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

    def _side_by_side(self, items: Sequence[str], ask: Callable[[Sequence[str]], None]) -> None:
        """Ask for the first page alone, which shows whether the key is taken; then two at a time.

        While W&B works on a page, the last one is read. More at once gain little, and its limits
        count the time that it works.
        """
        top = self._halving(items[:_PAGE], _PAGE, ask)
        rest = items[_PAGE:]
        middle = -(-len(rest) // (2 * _PAGE)) * _PAGE
        with ThreadPoolExecutor(2) as pool:
            halves = (rest[:middle], rest[middle:])
            asked = [pool.submit(self._halving, half, top, ask) for half in halves]
        for half in asked:
            half.result()

    def _halving(self, items: Sequence[str], top: int, ask: Callable[[Sequence[str]], None]) -> int:
        """Ask page by page; a page that fails is asked for in halves, to lose one item at most.

        The answer is the size of page that did not take too long.
        """
        rest, size, failed = list(items), top, 0
        while rest:
            page = rest[:size]
            try:
                ask(page)
            except (TimedOutError, QueryError, WrongAnswerError) as error:
                if self._deadline.left < _LEAST:
                    raise
                if len(page) > 1:
                    size = (len(page) + 1) // 2
                    top = size if isinstance(error, TimedOutError) else top
                    continue
                failed += 1
                if failed >= min(_GIVE_UP, len(items)):
                    raise
                self._say(error, page[0])
                rest = rest[1:]
            else:
                rest = rest[len(page) :]
                size = min(size * 2, top)
        return top

    def _query(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Send one query, once more if its answer was broken, or without a key that is refused."""
        try:
            return self._once(query, variables)
        except WrongAnswerError:
            return self._once(query, variables)
        except WandbError as error:
            if error.status != 401 or not self._key:
                raise
            self._say(error)
            self._key = None
            self._ask = connect(self._api, None)
            return self._once(query, variables)

    def _once(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        left = self._deadline.left
        if left < _LEAST or self._ask is None:
            raise TimedOutError("no answer in time")
        self._send({"asked": 1})
        return self._ask(query, variables, max(left / 2, min(left, 1.0)))

    def _send_run(self, key: str, node: Mapping[str, Any]) -> None:
        try:
            self._send({"run": key, "facts": wandb_facts.run(node, self._fields)})
        except ValueError as error:
            self._problem(f"W&B: {key}: {error}")

    def _send_report(self, id_: str, node: Any) -> None:
        try:
            self._send({"report": id_, "facts": wandb_facts.report(node, id_)})
        except ValueError as error:
            self._problem(f"W&B: the report {id_}: {error}")

    def _say(self, error: WandbError, what: str = "") -> None:
        subject = f"W&B: {what}" if what else "W&B"
        if error.status in {401, 403} and not self._key:
            self._problem(f"{subject}: it wants a key (HTTP {error.status}); set WANDB_API_KEY")
        elif error.status == 401:
            self._problem(f"{subject}: it refuses the key in WANDB_API_KEY (HTTP 401)")
        elif error.status:
            why = f" ({error})" if str(error) else ""
            self._problem(f"{subject}: HTTP {error.status}{why}")
        else:
            self._problem(f"{subject}: {error}")

    def _problem(self, sentence: str) -> None:
        self._send({"problem": sentence})


def _by_project(runs: Iterable[str]) -> dict[str, list[str]]:
    """The runs' ids by `entity/project`."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in runs:
        entity, project, name = key.split("/", 2)
        found[f"{entity}/{project}"].append(name)
    return found


def _watch(parent: int, until: float, scratch: str) -> None:
    """End this process when its parent is no more or its time is up; then nobody else would."""
    while os.getppid() == parent and time.time() < until:
        time.sleep(0.2)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Read the request, send the answers, and leave without the package's own way to end.

    That one was seen to wait for ever, and a thread may still wait for a short link.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # The package's own process would hold the parent's pipe open.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    lock = threading.Lock()

    def send(line: Mapping[str, Any]) -> None:
        with lock:
            answers.write(json.dumps(line, allow_nan=False) + "\n")
            answers.flush()

    request = json.loads(sys.stdin.buffer.read())
    limit = request["until"] + _LAST
    watch = threading.Thread(
        target=_watch, args=(os.getppid(), limit, request["scratch"]), daemon=True
    )
    watch.start()
    send({"ready": True})
    Worker(request, send).work()
    send({"done": True})
    os._exit(0)


if __name__ == "__main__":
    main()
