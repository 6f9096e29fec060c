"""A stand-in for W&B's server that the real `wandb` package talks to, with faults to set.

As a program it serves until it is ended: `python tests/standins/wandb.py --runs 2000`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

SCOPE = "ent/proj"
PERSON = {"name": "Ann Bee", "username": "annb"}
KEY = "k" * 40

Json = dict[str, Any]
Fault = Callable[["Request"], None]


def run(index: int, steps: int = 1000) -> Json:
    """A run as the server holds it: `history` is its rows, texts of JSON are texts."""
    name = f"run-{index:05d}"
    rows = [
        {"_step": step, "train/loss": 2 + (index % 7) / 10 + 8 / (step + 1)}
        for step in range(0, steps, max(1, steps // 500))
    ]
    summary = {
        "_runtime": 3600.5 + index,
        "_step": steps - 1,
        "train/loss": rows[-1]["train/loss"],
        "eval/c4/loss": 3.25 + index / 100,
        "throughput/total_tokens": 4_000_000 * steps,
    }
    config = {"parameter_count": {"value": 1_400_000_000, "desc": None}, "_wandb": {"value": {}}}
    return {
        "id": base64.b64encode(f"Run:v1:{name}".encode()).decode(),
        "projectId": "42",
        "name": name,
        "displayName": f"Run {index}",
        "state": "running" if index % 10 == 9 else "finished",
        "tags": ["keep"] if index % 2 else [],
        "createdAt": "2025-01-01T00:00:00Z",
        "heartbeatAt": "2025-01-02T00:00:00Z",
        "config": json.dumps(config),
        "summaryMetrics": json.dumps(summary),
        "systemMetrics": "{}",
        "historyLineCount": steps,
        "user": dict(PERSON),
        "history": rows,
    }


def report(index: int) -> Json:
    """A report as the server holds it; its id is padded."""
    id_ = base64.b64encode(f"View:{887400 + index}".encode()).decode()
    return {
        "id": id_,
        "name": f"report{index}",
        "displayName": f"Report {index}",
        "description": "",
        "user": {**PERSON, "photoUrl": None, "email": None},
        "spec": json.dumps({"blocks": []}),
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": "2025-02-01T12:00:00Z",
    }


@dataclass(slots=True)
class Standin:
    """The server and what it holds; `log` is what it was asked, in order.

    `runs` are by name, of the one project SCOPE; `reports` by padded id; `links` are the status,
    headers and body of short links by `entity/slug`. With `key`, all else is answered with 401.
    `cap` is the most runs that it gives on a page. `fault` answers in its stead: all requests,
    or as many as `faults_left` says.
    """

    runs: dict[str, Json] = field(default_factory=dict)
    reports: dict[str, Json] = field(default_factory=dict)
    links: Mapping[str, tuple[int, Mapping[str, str], str]] = field(default_factory=dict)
    key: str | None = None
    cap: int = 1_000_000
    latency: float = 0.0
    fault: Fault | None = None
    faults_left: int | None = None
    log: list[Json] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        """Serve on a free port of localhost."""
        handler = type("Handler", (Request,), {"here": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop to serve, and let go of those who are kept waiting."""
        self.ended.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    @property
    def queries(self) -> list[Json]:
        """The log's GraphQL requests."""
        return [entry for entry in self.log if entry["path"] == "/graphql"]

    def take(self, entry: Json) -> Fault | None:
        """Note a request; the answer is the fault that is to befall it."""
        with self._lock:
            self.log.append(entry)
            if self.fault is None or self.faults_left == 0:
                return None
            if self.faults_left is not None:
                self.faults_left -= 1
            return self.fault

    def answer(self, query: str, variables: Json) -> Json:
        """The `data` of a query's answer."""
        if views := re.findall(r"(\w+): view\(id: \$(\w+)\)", query):
            return {
                alias: _chosen(self.reports.get(variables[name]), query) for alias, name in views
            }
        if re.search(r"\bviewer\b", query):
            return {"viewer": {"id": "VXNlcjox", "entity": "annb", "username": "annb", "flags": ""}}
        scope = f"{variables.get('entity')}/{variables.get('project')}"
        if scope != SCOPE:
            return {"project": None}
        project: Json = {"internalId": "42", "readOnly": True, "runCount": len(self.runs)}
        if re.search(r"\bruns\(", query):
            project |= self._runs(query, variables)
        elif "allViews" in query:
            project["allViews"] = _page(list(self.reports.values()), 0, len(self.reports))
        else:
            held = self.runs.get(str(variables.get("name") or variables.get("run")))
            project["run"] = held and _node(held, query, variables)
        return {"project": project}

    def _runs(self, query: str, variables: Json) -> Json:
        wanted = json.loads(variables.get("filters") or "{}").get("name", {}).get("$in")
        rows = [row for row in self.runs.values() if wanted is None or row["name"] in wanted]
        start = int(variables.get("cursor") or 0)
        size = min(self.cap, variables.get("perPage") or 50)
        nodes = [_node(row, query, variables) for row in rows[start : start + size]]
        return {"runCount": len(rows), "runs": _page(nodes, start, len(rows))}


class Request(BaseHTTPRequestHandler):
    """One request to the stand-in that the subclass names."""

    here: Standin
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a short link."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a query."""
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is for its findings."""

    def send(
        self, status: int, body: bytes | str, headers: Mapping[str, str] | None = None
    ) -> None:
        """A whole answer."""
        raw = body.encode() if isinstance(body, str) else body
        self.begin(status, len(raw), headers)
        self.wfile.write(raw)

    def begin(self, status: int, length: int, headers: Mapping[str, str] | None = None) -> None:
        """The head of an answer of so many bytes."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        asked = json.loads(raw) if raw and self.path == "/graphql" else {}
        query, variables = asked.get("query", ""), asked.get("variables") or {}
        authorization = self.headers.get("Authorization")
        fault = self.here.take(
            {
                "path": self.path,
                "query": query,
                "variables": variables,
                "authorization": authorization,
            }
        )
        time.sleep(self.here.latency)
        try:
            if fault:
                fault(self)
            elif self.path.startswith("/links/"):
                status, headers, body = self.here.links.get(self.path[7:], (404, {}, "not found"))
                self.send(status, body, {"Content-Type": "text/html", **headers})
            elif self.path != "/graphql":
                self.send(404, "{}")
            elif self.here.key and authorization != _basic(self.here.key):
                errors = [{"message": "user is not logged in"}]
                self.send(401, json.dumps({"errors": errors, "data": None}))
            else:
                self.send(200, json.dumps({"data": self.here.answer(query, variables)}))
        except OSError:
            # The client is gone, as it may.
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _node(held: Json, query: str, variables: Json) -> Json:
    """The fields of a run that the query names."""
    node = _chosen(held, query) or {}
    if "sampledHistory(" in query:
        specs = variables.get("specs") or [variables.get("spec")]
        node["sampledHistory"] = [_sampled(held["history"], **json.loads(spec)) for spec in specs]
    return node


def _sampled(rows: Sequence[Json], keys: Sequence[str], samples: int, **_: Any) -> list[Json]:
    step = max(1, -(-len(rows) // samples))
    return [{key: row[key] for key in keys if key in row} for row in rows[::step]]


def _chosen(held: Json | None, query: str) -> Json | None:
    if held is None:
        return None
    names = set(re.findall(r"\w+", query)) - {"history"}
    return {name: value for name, value in held.items() if name in names}


def _page(nodes: Sequence[Json], start: int, total: int) -> Json:
    end = start + len(nodes)
    edges = [{"node": node, "cursor": str(start + 1 + i)} for i, node in enumerate(nodes)]
    return {"edges": edges, "pageInfo": {"endCursor": str(end), "hasNextPage": end < total}}


def _basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"api:{key}".encode()).decode()


def status(code: int, body: str = '{"error": "no"}', **headers: str) -> Fault:
    """A fault that answers with one status; `_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send(code, body, named)


def silent(request: Request) -> None:
    """Never answer."""
    request.here.ended.wait()
    request.close_connection = True


def drip(request: Request) -> None:
    """Begin an answer and send a byte now and then."""
    request.begin(200, 1_000_000)
    while not request.here.ended.wait(0.1):
        request.wfile.write(b" ")
    request.close_connection = True


def truncated(request: Request) -> None:
    """Half an answer that says it is whole."""
    request.send(200, '{"data": {"project": {"runs": {"edges": [{"no')


def cut_off(request: Request) -> None:
    """Half an answer, then the end of the connection."""
    request.begin(200, 1000)
    request.wfile.write(b'{"data": {"project"')
    request.close_connection = True


def loop(request: Request) -> None:
    """A redirect to the same address."""
    request.send(307, "", {"Location": request.path})


def main() -> None:
    """Serve so many runs until the program is ended; the first line printed is the address."""
    parser = argparse.ArgumentParser(description="a stand-in for W&B's server")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to a request")
    options = parser.parse_args()
    held = {row["name"]: row for row in map(run, range(options.runs))}
    with Standin(runs=held, latency=options.latency) as standin:
        print(standin.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
