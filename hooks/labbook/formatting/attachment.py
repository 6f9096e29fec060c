"""Which comment belongs to what: it stays there when keys move and indentation changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from labbook.formatting.comments import Comment
from labbook.formatting.units import Container, Position, Unit, in_order


def attach(top: Container, comments: list[Comment]) -> list[Comment]:
    """Give each comment to a unit or container; the answer are those above all of them."""
    units = in_order(top)
    starts = [unit.start for unit in units]
    head: list[Comment] = []
    for comment in comments:
        here = (comment.line, comment.column)
        index = bisect_right(starts, here)
        if not index:
            head.append(comment)
            continue
        following = units[index] if index < len(units) else None
        _slot(comment, units[index - 1], following, top).append(comment)
    return head


def _slot(comment: Comment, last: Unit, following: Unit | None, top: Container) -> list[Comment]:
    """Where it belongs, between the unit that began last and the one that follows."""
    here = (comment.line, comment.column)
    if not comment.alone:
        ended = _outermost_ended(last, here)
        if ended is None:
            return top.tail
        if ended.touches(comment.line):
            return ended.behind
    around = next((c for c in _containers(last) if c.flow and c.start < here < c.end), None)
    if around:
        return following.before if following and following.start < around.end else around.tail
    if following and (
        not comment.alone
        # Above the first of its list or mapping, or not further in than what follows.
        or following.parent.unit is last
        or comment.column <= following.column
    ):
        return following.before
    inside = [c for c in _containers(last) if not c.flow and c.node.column <= comment.column]
    deepest = inside[0] if inside else top
    return following.before if following and following.parent is deepest else deepest.tail


def _outermost_ended(unit: Unit, here: Position) -> Unit | None:
    """The unit of the outermost brackets that are closed since it; None for those of the file."""
    while unit.parent.flow and unit.parent.end <= here:
        if unit.parent.unit is None:
            return None
        unit = unit.parent.unit
    return unit


def _containers(unit: Unit) -> Iterator[Container]:
    """The lists and mappings around the unit and its own, the innermost first."""
    if unit.inner:
        yield unit.inner
    container: Container | None = unit.parent
    while container:
        yield container
        container = container.unit.parent if container.unit else None
