"""What is set by hand, and that each has its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout import ROOT
from infinite_compute import overrides
from infinite_compute.errors import InfiniteComputeError
from made_runs import ensemble, single


def loaded(folder: Path, text: str) -> overrides.Overrides:
    path = folder / overrides.FILE
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return overrides.load(folder)


def test_the_committed_ones_fit_the_runs_they_mean() -> None:
    known = overrides.load(ROOT)
    assert "off-grid" in known.excluded(single(3.5, (13, 3e-3, 1.17)))
    assert known.excluded(single(3.5, (16, 3e-3, 1.6))) == ""
    wide, narrow = (ensemble(2, 3.4, (16, lr, 1.6), "600m4k-209M") for lr in (3e-3, 1e-3))
    assert "600M" in known.excluded(wide)
    assert known.excluded(narrow) == ""
    (inserted,) = known.insert
    assert (inserted.members, inserted.loss) == (2, 3.45994)


def test_nothing_is_set_by_an_empty_file(tmp_path: Path) -> None:
    assert loaded(tmp_path, "# nothing\n") == overrides.Overrides()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leave: []", "unknown key leave"),
        ("exclude: [{where: {epochs: 13}}]", "reason"),
        ("exclude: [{where: {epochs: 13}, reason: ''}]", "an exclusion without a reason"),
        ("exclude: [{where: {epoch: 13}, reason: x}]", "conditions may name run, kind"),
        ("exclude: [{where: {}, reason: x}]", "would leave out every run"),
        ("insert: [{model: a, tokens: b, members: 2, loss: 3.4}]", "reason"),
        ("insert: [{model: a, tokens: b, members: 2, loss: x, reason: y}]", "needs a loss"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InfiniteComputeError, match=said):
        loaded(tmp_path, text)
