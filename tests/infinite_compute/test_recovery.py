"""From about 1,500 made-up runs with all their dirt, the laws behind them are found again."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

import pytest

from checkout import ROOT
from infinite_compute import overrides, published, sources
from infinite_compute.laws import Fit, Interval, JointLaw, NotIdentifiable, PowerLaw
from infinite_compute.recipes import derive
from infinite_compute.recipes.selection import SIZES
from infinite_compute.results import (
    SMALLEST,
    TOKEN_COUNTS,
    EnsembleCell,
    Missing,
    Number,
    Origin,
    Recipe,
    Results,
    SizeScaling,
    TokenCount,
    TokenScaling,
)
from made_runs import synthetic
from standins import known_laws as laws


@pytest.fixture(scope="module")
def results() -> Results:
    return derive(synthetic(), published.load(ROOT), overrides.load(ROOT), sources.load(ROOT))


def scalings(recipe: Recipe) -> Iterator[tuple[TokenCount, SizeScaling]]:
    for tokens in TOKEN_COUNTS:
        found = recipe.at(tokens)
        assert isinstance(found, SizeScaling)
        assert found.origin is Origin.RUNS
        yield tokens, found


def power(fit: object) -> Fit[PowerLaw]:
    assert isinstance(fit, Fit)
    return fit


def holds(interval: Interval | NotIdentifiable, value: float) -> bool:
    return isinstance(interval, NotIdentifiable) or interval.low <= value <= interval.high


def test_standard_losses(results: Results) -> None:
    for tokens, found in scalings(results.standard):
        for point in found.points:
            if point.fitted:
                expected = laws.standard(point.model, tokens.run_label)
                assert point.loss.value == pytest.approx(expected, abs=4 * laws.NOISE)
                assert point.setting
                best = laws.best_standard(point.model, tokens.run_label)
                assert dataclasses.astuple(point.setting) == dataclasses.astuple(best)


def test_regularized_laws(results: Results) -> None:
    held = []
    for tokens, found in scalings(results.regularized):
        law = laws.regularized(tokens.run_label)
        fit = power(found.fit)
        assert fit.law.asymptote == pytest.approx(law.c, abs=0.01)
        held += [
            holds(fit.intervals[name], value)
            for name, value in zip(
                ("scale", "exponent", "asymptote"), (law.a, law.b, law.c), strict=True
            )
        ]
        for point in found.points:
            assert point.certificate
            if point.fitted:
                assert point.certificate.certified, point
    assert sum(held) >= 10  # of 12; each interval holds nine times in ten


def test_ensembles(results: Results) -> None:
    held = []
    for (model, tokens), found in results.ensembles.items():
        assert isinstance(found, EnsembleCell)
        assert found.origin is Origin.RUNS
        label = tokens.run_label
        assert found.best_single
        assert found.best_asymptote
        member = laws.best_member(model, label)
        assert dataclasses.astuple(found.best_single.setting) == dataclasses.astuple(
            laws.best(model, label)
        )
        assert dataclasses.astuple(found.best_asymptote.setting) == dataclasses.astuple(member)
        assert found.shift
        assert found.shift.follows
        law = laws.members(model, label, member)
        fit = power(found.best_asymptote.fit)
        assert fit.law.asymptote == pytest.approx(law.c, abs=0.01)
        held.append(holds(fit.asymptote, law.c))
    assert len(held) == 16
    assert sum(held) >= 12


def test_joint_laws(results: Results) -> None:
    for tokens, found in scalings(results.joint):
        law = laws.limits(tokens.run_label)
        fit = power(found.fit)
        assert fit.law.asymptote == pytest.approx(law.c, abs=0.02)
        assert holds(fit.asymptote, law.c)
        assert all(point.loss.error and point.loss.error < 0.02 for point in found.points)


@pytest.mark.parametrize(
    ("name", "law"),
    [("standard", laws.STANDARD), ("regularized", laws.REGULARIZED), ("joint", laws.JOINT)],
)
def test_laws_over_data(results: Results, name: str, law: laws.Law) -> None:
    recipe: Recipe = getattr(results, name)
    found = recipe.over_tokens
    assert isinstance(found, TokenScaling)
    fit = power(found.fit)
    for point in found.points:
        assert point.loss.value == pytest.approx(law(point.tokens.billions), abs=0.02)
    for parameter, value in zip(
        ("scale", "exponent", "asymptote"), (law.a, law.b, law.c), strict=True
    ):
        assert holds(fit.intervals[parameter], value), parameter


def test_efficiencies_by_both_denominators(results: Results) -> None:
    def true(loss: float, tokens: TokenCount) -> float:
        needed: float = (laws.STANDARD.a / (loss - laws.STANDARD.c)) ** (1 / laws.STANDARD.b)
        return needed / tokens.billions

    compared, held = 0, 0
    for found in results.efficiencies:
        label = found.tokens.run_label
        expected = {
            "standard": laws.standard("600m4k", label),
            "single_1_4b4k": laws.regularized(label)(1.4),
            "regularized_asymptote": laws.regularized(label).c,
            "joint_asymptote": laws.limits(label).c,
        }.get(found.name)
        if expected is None:
            continue
        compared += 1
        assert isinstance(found.over_law, Number)
        assert isinstance(found.over_tokens, Number)
        truth = true(expected, found.tokens)
        assert found.over_tokens.value == pytest.approx(truth, rel=0.1)
        assert isinstance(found.over_tokens.interval, Interval)
        held += found.over_tokens.interval.low <= truth <= found.over_tokens.interval.high
        assert found.over_law.value == pytest.approx(found.over_tokens.value, rel=0.01)
        assert found.over_law.note != found.over_tokens.note
        assert found.over_law.origin is Origin.RUNS
    assert compared == 16
    assert held >= 13  # of 16 intervals at 90 %
    quoted = {e.name: e.quoted[0].value for e in results.efficiencies if e.quoted}
    assert quoted["joint_asymptote"] == 5.17


def test_isoflop_laws(results: Results) -> None:
    assert len(results.isoflop) == 2
    held = 0
    for sweep in results.isoflop.values():
        assert not isinstance(sweep, Missing)
        assert isinstance(sweep.fit, Fit)
        held += sum(
            holds(sweep.fit.intervals[name], value)
            for name, value in zip(JointLaw.names(), laws.CHINCHILLA, strict=True)
        )
        for limit in sweep.limits:
            expected = laws.chinchilla(math.inf, limit.tokens.billions)
            assert limit.loss.value == pytest.approx(expected, abs=0.01)
    assert held >= 8  # of 10


def test_seeds(results: Results) -> None:
    found = results.seed_science
    assert not isinstance(found, Missing)
    assert [len(series.points) for series in found.series] == [5, 5, 5]
    singles = {series.points[0].loss.value for series in found.series}
    assert len(singles) == 1
    assert [len(spread.losses) for spread in found.spreads] == [5, 5, 5]
    for spread in found.spreads:
        assert spread.deviation < 3 * laws.NOISE
    regularized = results.sensitivity.regularized
    assert not isinstance(regularized, Missing)
    assert len(regularized) == 2
    ensembling = results.sensitivity.ensembling
    assert not isinstance(ensembling, Missing)
    assert [len(series.points) for series in ensembling] == [8, 4]


def test_every_table_comes_from_the_runs(results: Results) -> None:
    assert results.origin is Origin.RUNS
    for field in dataclasses.fields(results.ablations):
        assert not isinstance(getattr(results.ablations, field.name), Missing), field.name
    assert not isinstance(results.comparison.one_epoch, Missing)
    assert not isinstance(results.trajectories, Missing)
    assert [t.name for t in results.trajectories] == ["standard", "regularized"]
    assert results.distillation.retained.origin is Origin.RUNS
    for student in results.distillation.students:
        assert student.loss.origin is Origin.RUNS
        assert student.others[0].origin is Origin.PUBLISHED


def test_the_same_runs_in_any_order_derive_the_same(results: Results) -> None:
    table = synthetic()
    turned = dataclasses.replace(table, rows=table.rows[::-1])
    again = derive(turned, published.load(ROOT), overrides.load(ROOT), sources.load(ROOT))
    assert again == results


def test_curves_run_over_the_tokens_seen(results: Results) -> None:
    assert not isinstance(results.trajectories, Missing)
    last = results.trajectories[1].points[-1]
    epochs = laws.best("300m4k", "209M").epochs
    assert last[0] == pytest.approx(epochs * SMALLEST.billions, rel=1e-3)
    assert set(SIZES) == set(laws.SIZES)
