"""W&B's own package as the transport: one query at a time, each with its time limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import wandb

_STATUS_FIRST = re.compile(r"^(?:HTTP|returned error) [1-5]\d\d:?\s*(?:\{\"data\":null\})?")
_STATUS = re.compile(r"\bHTTP ([1-5]\d\d)\b")


class WandbError(Exception):
    """W&B did not give what was asked for; `status` is HTTP's, or 0."""

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class TimedOutError(WandbError):
    """No answer within the time limit."""


class QueryError(WandbError):
    """W&B took the query for wrong, or a part of it."""


class WrongAnswerError(WandbError):
    """The answer is no JSON, or of another shape."""


class NotFoundError(WandbError):
    """W&B shows no such project."""


Ask = Callable[[str, Mapping[str, Any], float], dict[str, Any]]


def connect(api: str, key: str | None) -> Ask | None:
    """The call that sends one query, with `key` or anonymously; None where the package lacks it.

    This is the one place that uses what the package does not promise: its public methods ask
    for one history a request, always ask who the viewer is, and never go without a key.
    """
    try:
        # Either may be gone one day.
        from wandb.apis.public.service_api import ServiceApi  # noqa: PLC0415
        from wandb.sdk.lib.service.service_connection import WandbApiFailedError  # noqa: PLC0415
    except ImportError:
        return None
    if not hasattr(ServiceApi, "execute_graphql"):
        return None
    settings = wandb.setup().settings.model_copy()
    try:
        settings.base_url = api
    except ValueError as error:
        raise WandbError("the address in `wandb_api` is none that its package takes") from error
    settings.api_key = key
    # As the public methods say of themselves; W&B answers some fields to these only.
    settings.x_extra_http_headers = {"User-Agent": f"W&B Public Client {wandb.__version__}"}
    service = ServiceApi(settings=settings)

    def ask(query: str, variables: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        try:
            data: Any = service.execute_graphql(query, variables, timeout=timeout)
        except WandbApiFailedError as error:
            raise _named(str(error), error.response) from error
        except (ValueError, RecursionError) as error:
            raise WrongAnswerError("the answer is not JSON") from error
        if not isinstance(data, dict):
            raise WrongAnswerError("the answer has another shape")
        return data

    return ask


def _named(message: str, response: Any) -> WandbError:
    """Tell the package's errors apart; it has one class for all, and the status only for some."""
    if response is None:
        return TimedOutError("no answer in time")
    status = int(getattr(response, "http_status", 0) or 0)
    if status:
        return WandbError(_cause(message), status)
    if "giving up after" in message:
        found = _STATUS.search(message)
        return WandbError(_cause(message), int(found[1]) if found else 0)
    if message.startswith("input:"):
        return QueryError(_cause(message.removeprefix("input:")))
    return WrongAnswerError(f"the answer cannot be read ({_cause(message)})")


def _cause(message: str) -> str:
    """The end of the package's own account of its retries, on one line and without a status."""
    last = re.split(r"while retrying: |attempt\(s\): ", message)[-1]
    return " ".join(_STATUS_FIRST.sub("", last).split())[:160]


@contextmanager
def _public_errors() -> Iterator[None]:
    """What the public methods raise, in our terms."""
    try:
        yield
    except (wandb.Error, ValueError, TypeError, AttributeError) as error:
        raise QueryError(_cause(str(error))) from error


class PublicApi:
    """The slow way round, by the package's public methods: a history is a request of its own."""

    def __init__(self, api: str, key: str | None, timeout: float) -> None:
        if key is None:
            raise WandbError("this version of its package goes nowhere without a key", 401)
        with _public_errors():
            self._api = wandb.Api(
                overrides={"base_url": api}, api_key=key, timeout=max(1, round(timeout))
            )

    def runs(self, scope: str, names: Iterable[str], curve: str) -> Iterator[dict[str, Any]]:
        """The wanted runs of a project that it shows, as the bulk query's nodes."""
        with _public_errors():
            filters = {"name": {"$in": list(names)}}
            for run in self._api.runs(scope, filters=filters, per_page=100, lazy=False):
                keys = ["_step", curve]
                yield {
                    "name": run.id,
                    "displayName": run.name,
                    "state": run.state,
                    "tags": run.tags,
                    "createdAt": run.created_at,
                    "heartbeatAt": getattr(run, "heartbeat_at", None),
                    "config": run.config,
                    "summaryMetrics": run.summary_metrics,
                    "user": {"name": run.user.name, "username": run.user.username},
                    "sampledHistory": [run.history(samples=100, keys=keys, pandas=False)]
                    if curve
                    else [],
                }

    def reports(self, scope: str) -> Iterator[dict[str, Any]]:
        """The reports of a project, as the nodes of `view`."""
        with _public_errors():
            for report in self._api.reports(scope):
                yield {
                    "id": report.id,
                    "displayName": report.display_name,
                    "updatedAt": report.updated_at,
                    "user": report.user,
                }
