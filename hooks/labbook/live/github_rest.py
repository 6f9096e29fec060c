"""Issues by GitHub's REST API: lists of a hundred, and the few that no list holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labbook.live import github_facts as facts
from labbook.live.answers import Answers
from labbook.live.github_client import Client, NoAnswerError
from labbook.live.github_plan import Plan
from labbook.model import IssueRef

PAGE = 100
# Without a token GitHub allows 60 requests an hour, to everyone behind the same address.
MOST_REQUESTS = 20
_FEW = 4
_LAST = re.compile(r"<([^<>]*)>\s*;\s*rel=\"last\"")


def ask(client: Client, asked: Plan, refs: Sequence[IssueRef]) -> Iterator[Answers]:
    """Ask for issues in few requests, an answer for each."""
    end = client.requests + MOST_REQUESTS
    repositories = [
        _Repository(client, asked, [ref for ref in refs if ref.repository == name], end)
        for name in dict.fromkeys(ref.repository for ref in refs)
    ]
    for repository in repositories:
        yield from repository.changes()
        for label in asked.labels:
            yield from repository.labelled(label)
    for repository in repositories:
        yield from repository.stragglers()
    if left := sum(len(repository.missing) for repository in repositories):
        yield Answers(problems=[f"GitHub: {left} issues are left to a later refresh"])


class _Repository:
    """The issues of one repository that are still `missing`, by number."""

    def __init__(self, client: Client, asked: Plan, refs: Sequence[IssueRef], end: int) -> None:
        self.missing = {ref.number: ref for ref in refs}
        self._client = client
        self._asked = asked
        self._name = refs[0].repository
        self._end = end
        self._home: str | None = None

    def changes(self) -> Iterator[Answers]:
        """Ask for everything that changed lately; what is not in that list is as it was."""
        sure = [ref for ref in self.missing.values() if ref in self._asked.sure]
        if not sure or self._asked.since is None:
            return
        most = (len(self.missing) - 1) // PAGE + 1
        whole = False
        for answers, last in self._pages({"since": self._asked.since, "sort": "updated"}, most):
            yield answers
            whole = last
        if whole:
            rest = [ref for ref in sure if ref.number in self.missing]
            yield Answers(unchanged={str(self.missing.pop(ref.number)) for ref in rest})

    def labelled(self, label: str) -> Iterator[Answers]:
        """Ask for the issues with a label, as long as that is cheaper than asking one by one."""
        if len(self.missing) > _FEW:
            for answers, _ in self._pages({"labels": label, "sort": "created"}, None):
                yield answers

    def stragglers(self) -> Iterator[Answers]:
        """Ask for what is missing one by one: what was never seen first, then the oldest facts."""
        failures = 0
        for ref in sorted(self.missing.values(), key=self._age):
            if self._client.requests >= self._end:
                return
            try:
                yield self._one(ref)
            except NoAnswerError as error:
                failures += 1
                if error.stop or failures == 2:
                    raise
                yield Answers(problems=[f"GitHub: {ref}: {error}"])

    def _age(self, ref: IssueRef) -> str:
        known = self._asked.known.get(str(ref))
        return known.as_of.when if known else ""

    def _one(self, ref: IssueRef) -> Answers:
        reply = self._client.get(f"/repos/{ref.repository}/issues/{ref.number}")
        del self.missing[ref.number]
        if reply.status >= 300:
            if not isinstance(reply.value, dict) or "message" not in reply.value:
                raise NoAnswerError(f"the answer was {reply.status}")
            known = self._asked.known.get(str(ref))
            return Answers(issues={str(ref): facts.gone(known, self._asked.now)})
        answers = Answers()
        self._add(reply.value, ref, answers)
        return answers

    def _pages(
        self, parameters: Mapping[str, str | int], most: int | None
    ) -> Iterator[tuple[Answers, bool]]:
        """Each page of a list, and whether it was the last one and read without a doubt."""
        page = last = 1
        sure = True
        while page <= last and self._client.requests < self._end:
            reply = self._client.get(
                f"/repos/{self._name}/issues",
                {**parameters, "state": "all", "direction": "asc", "per_page": PAGE, "page": page},
            )
            if reply.status >= 300:
                self.missing.clear()
                problem = f"GitHub shows no repository {self._name}; its issues are kept"
                yield Answers(problems=[problem]), False
                return
            answers = self._page(reply.value)
            sure = sure and not answers.problems
            last = last_page(reply.headers)
            if last - page > (len(self.missing) if most is None else most - page):
                # Asking one by one, or for all, is cheaper than reading on.
                yield answers, False
                return
            yield answers, sure and page >= last
            if most is None and not self.missing:
                return
            page += 1

    def _page(self, value: Any) -> Answers:
        if not isinstance(value, list):
            raise NoAnswerError("the answer has another shape than is documented")
        answers = Answers()
        for item in value:
            try:
                ref = self.missing.get(facts.number(item))
            except facts.ShapeError as error:
                answers.problems.append(facts.odd(self._name, error))
                continue
            if ref is not None:
                del self.missing[ref.number]
                self._home = self._home or facts.home(item)
                self._add(item, ref, answers)
        return answers

    def _add(self, item: Any, ref: IssueRef, answers: Answers) -> None:
        try:
            answers.issues[str(ref)] = facts.from_rest(item, ref, self._home, self._asked.now)
        except facts.ShapeError as error:
            answers.problems.append(facts.odd(ref, error))


def last_page(headers: Mapping[str, str]) -> int:
    """The number of the list's last page, by its `Link` header."""
    found = _LAST.search(headers.get("link", ""))
    try:
        page = parse_qs(urlsplit(found[1]).query).get("page", [""])[0] if found else ""
    except ValueError:
        # What stands there is no address.
        page = ""
    return int(page) if page.isdecimal() and len(page) < 7 else 1
