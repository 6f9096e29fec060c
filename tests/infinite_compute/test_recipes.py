"""Selections and laws from made rows: what earlier scripts got wrong cannot happen here."""

from __future__ import annotations

import pytest

from checkout import ROOT
from infinite_compute import published, sources
from infinite_compute.figures import registry
from infinite_compute.laws import Fit, NotIdentifiable
from infinite_compute.overrides import Exclude, Insert, Overrides
from infinite_compute.recipes import derive
from infinite_compute.recipes.ensembling import ensembles
from infinite_compute.recipes.selection import SIZES, select
from infinite_compute.results import (
    SMALLEST,
    EnsembleCell,
    Missing,
    Origin,
    Results,
    Series,
    Setting,
    SizeScaling,
)
from infinite_compute.table import Row
from made_runs import Hyper, ensemble, row, single, table_of

PUBLISHED = published.load(ROOT)
SOURCES = sources.load(ROOT)


def derived(*rows: Row, overrides: Overrides | None = None) -> Results:
    return derive(table_of(*rows), PUBLISHED, overrides, SOURCES)


def sizes(loss: float, hyper: Hyper, **facts: str) -> list[Row]:
    """A run of each size that laws need."""
    return [
        single(loss - 0.05 * index, hyper, f"{model}-209M", **facts)
        for index, model in enumerate(SIZES)
    ]


def settings_of(found: SizeScaling | Missing) -> set[Setting | None]:
    assert isinstance(found, SizeScaling)
    assert found.origin is Origin.RUNS
    return {point.setting for point in found.points}


def group(hyper: Hyper, limit: float, scale: float, counts: range = range(1, 6)) -> list[Row]:
    """Ensembles of one setting; a little noise, the same each time."""
    return [ensemble(k, limit + scale / k + 0.0003 * (-1) ** k, hyper) for k in counts]


def cell(*rows: Row, overrides: Overrides | None = None) -> EnsembleCell:
    selected = select(table_of(*rows), overrides or Overrides())
    found = ensembles(selected, PUBLISHED, overrides or Overrides())["300m4k", SMALLEST]
    assert isinstance(found, EnsembleCell)
    return found


def test_the_standard_recipe_is_weight_decay_a_tenth_only() -> None:
    found = derived(*sizes(3.6, (16, 3e-3, 1.6)), *sizes(3.9, (8, 1e-2, 0.1)))
    assert settings_of(found.standard.at()) == {Setting(8, 1e-2, 0.1)}
    assert settings_of(found.regularized.at()) == {Setting(16, 3e-3, 1.6)}


def test_the_regularized_recipe_bounds_epochs_and_learning_rate() -> None:
    bounded, fast, long = (16, 3e-3, 1.6), (16, 1e-2, 1.6), (128, 3e-3, 1.6)
    found = derived(*sizes(3.6, bounded), *sizes(3.5, fast), *sizes(3.4, long))
    assert settings_of(found.regularized.at()) == {Setting(*bounded)}


@pytest.mark.parametrize(
    "other",
    [
        single(3.0, (16, 3e-3, 1.6), batch=128),
        single(3.0, (16, 3e-3, 1.6), data="dclm_200m"),
        single(3.0, (16, 3e-3, 1.6), end="-seed1"),
        single(3.0, (16, 3e-3, 1.6), end="-ts0-ds1"),
        single(3.0, (16, 3e-3, 1.6), end="-suTEST1-bs64"),
        single(3.0, (16, 3e-3, 1.6), data="dclm+sd0805^0.75"),
        ensemble(1, 3.0),
        single(None, (32, 3e-3, 1.6)),
    ],
    ids=lambda row: str(row.id),
)
def test_only_plain_runs_are_single_models(other: Row) -> None:
    found = derived(*sizes(3.6, (16, 3e-3, 1.6)), other).regularized.at()
    assert isinstance(found, SizeScaling)
    point = found.of("300m4k")
    assert point
    assert point.loss.value == pytest.approx(3.55)


def test_larger_models_are_shown_and_not_fitted() -> None:
    rows = sizes(3.6, (16, 3e-3, 1.6))
    alone = derived(*rows).regularized.at()
    found = derived(*rows, single(3.0, (8, 1e-3, 3.2), "1_5b4k-209M")).regularized.at()
    assert isinstance(found, SizeScaling)
    assert isinstance(alone, SizeScaling)
    assert found.fit == alone.fit
    assert [point.model for point in found.points if not point.fitted] == ["1_5b4k"]


def test_with_a_size_missing_the_published_losses_are_shown() -> None:
    found = derived(*sizes(3.6, (16, 3e-3, 1.6))[:3]).regularized.at()
    assert isinstance(found, SizeScaling)
    assert found.origin is Origin.PUBLISHED


def test_runs_are_left_out_by_name_with_the_reason() -> None:
    rule = Exclude({"epochs": 13}, {}, "off the grid")
    odd = sizes(3.4, (13, 3e-3, 1.17))
    found = derived(*odd, *sizes(3.6, (16, 3e-3, 1.6)), overrides=Overrides((rule,)))
    assert settings_of(found.regularized.at()) == {Setting(16, 3e-3, 1.6)}
    assert found.excluded == tuple(sorted((row.id, "off the grid") for row in odd))


def test_a_group_is_fitted_to_all_its_points() -> None:
    found = cell(*group((16, 3e-3, 1.6), 3.3, 0.25, range(1, 9)))
    (only,) = found.groups
    assert isinstance(only.fit, Fit)
    assert [at[0] for at in only.fit.at] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(only.points) == 8
    assert isinstance(only.inverse_fit, Fit)
    assert only.inverse_fit.law.asymptote == pytest.approx(3.3, abs=0.001)


def test_best_single_and_best_asymptote_and_the_shift_between_them() -> None:
    single_best, members_best = (16, 3e-3, 1.6), (32, 3e-3, 0.8)
    found = cell(*group(single_best, 3.34, 0.25), *group(members_best, 3.27, 0.38))
    assert found.best_single
    assert found.best_asymptote
    assert found.best_single.setting == Setting(*single_best)
    assert found.best_asymptote.setting == Setting(*members_best)
    assert found.asymptote_of_best
    assert found.asymptote_of_best.value == pytest.approx(3.27, abs=0.005)
    assert found.asymptote_of_best.origin is Origin.RUNS
    assert len(found.asymptote_of_best.sources) == 5
    assert found.shift
    assert found.shift.follows


@pytest.mark.parametrize(
    ("single_best", "members_best"),
    [
        ((16, 3e-3, 1.0), (32, 3e-3, 0.25)),
        ((16, 3e-3, 1.6), (128, 3e-3, 0.8)),
        ((16, 3e-3, 1.6), (32, 3e-3, 0.1)),
        ((16, 3e-3, 1.6), (32, 1e-3, 0.8)),
        ((16, 3e-3, 0.0), (32, 3e-3, 0.0)),
    ],
    ids=["weight decay 1", "128 epochs", "weight decay 0.1", "another rate", "no weight decay"],
)
def test_no_setting_is_exempt_from_the_check_of_the_shift(
    single_best: Hyper, members_best: Hyper
) -> None:
    found = cell(*group(single_best, 3.34, 0.25), *group(members_best, 3.27, 0.38))
    assert found.shift
    assert not found.shift.follows


def test_an_asymptote_that_nobody_knows_is_never_the_best() -> None:
    """Three points fix the law without telling its noise, four may go down to nothing."""
    known, few, straight = (16, 3e-3, 1.6), (32, 3e-3, 0.8), (64, 3e-3, 0.8)
    losses = {1: 3.5, 2: 3.3, 4: 3.1, 5: 3.06}
    found = cell(
        *group(known, 3.34, 0.25),
        *group(few, 2.0, 1.8, range(1, 4)),
        *(ensemble(k, loss, straight) for k, loss in losses.items()),
    )
    assert len(found.groups) == 3
    assert found.best_asymptote
    assert found.best_asymptote.setting == Setting(*known)


def test_two_member_counts_make_no_group() -> None:
    found = cell(*group((16, 3e-3, 1.6), 3.34, 0.25), *group((8, 3e-3, 1.6), 3.0, 0.2, range(1, 3)))
    assert [g.setting for g in found.groups] == [Setting(16, 3e-3, 1.6)]


def test_an_ensemble_evaluated_twice_is_one_point_and_the_other_is_told() -> None:
    rows = group((16, 3e-3, 1.6), 3.34, 0.25)
    found = cell(*rows, ensemble(2, 3.6))
    second = found.groups[0].points[1]
    assert second.loss.value == rows[1].loss
    assert "also 3.60000" in second.loss.note
    assert len(found.groups[0].points) == 5


def test_only_ensembles_from_seed_zero_on_are_of_a_group() -> None:
    rows = group((16, 3e-3, 1.6), 3.34, 0.25)
    assert cell(*rows, ensemble(3, 3.0, seed=10)) == cell(*rows)


RULE = Insert("300m4k", "209M", 2, 3.45994, "its name was lost")


def test_a_loss_set_by_hand_goes_to_the_one_group_that_lacks_it() -> None:
    lacking = [r for r in group((16, 3e-3, 1.6), 3.34, 0.25) if r.members != 2]
    whole = group((32, 3e-3, 0.8), 3.27, 0.38)
    found = cell(*lacking, *whole, overrides=Overrides(insert=(RULE,)))
    patched, other = found.groups
    assert [point.patch for point in patched.points] == ["", "its name was lost", "", "", ""]
    assert patched.points[1].loss.value == 3.45994
    assert patched.points[1].loss.origin is Origin.PUBLISHED
    assert not any(point.patch for point in other.points)
    assert found.notes == ()


@pytest.mark.parametrize("lacking", [0, 2])
def test_a_loss_set_by_hand_for_no_group_or_several_is_not_used(lacking: int) -> None:
    rows = [*group((16, 3e-3, 1.6), 3.34, 0.25), *group((32, 3e-3, 0.8), 3.27, 0.38)]
    kept = rows if not lacking else [r for r in rows if r.members != 2]
    found = cell(*kept, overrides=Overrides(insert=(RULE,)))
    assert found.notes == (
        f"the loss 3.45994 set by hand is not used: {lacking} groups lack an ensemble of 2",
    )
    assert not any(point.patch for g in found.groups for point in g.points)


def test_seed_one_is_not_seed_ten_nor_of_another_setting() -> None:
    usual: Hyper = (16, 3e-3, 1.6)
    rows = [
        *sizes(3.6, usual),
        *sizes(3.61, usual, end="-seed1"),
        *sizes(3.0, usual, end="-seed10"),
    ]
    rows += sizes(3.0, (32, 3e-3, 1.6), end="-seed1")
    found = derived(*rows, *sizes(3.62, usual, end="-seed2")).sensitivity.regularized
    assert not isinstance(found, Missing)
    assert [variant.change for variant in found] == ["seed 1", "seed 2"]
    for variant, loss in zip(found, (3.61, 3.62), strict=True):
        # Measured losses, not the values of a law.
        assert [p.loss.value for p in variant.points] == pytest.approx(
            [loss - 0.05 * index for index in range(4)]
        )


def test_points_of_two_series_are_never_paired_by_position() -> None:
    rows = [single(4.0 - e / 100, (e, 3e-3, 0.1), train_loss=3.0 - e / 100) for e in (1, 2, 8)]
    rows += [single(3.9 - e / 100, (e, 3e-3, 1.6)) for e in (2, 4, 8, 16)]
    rows += [single(3.7, (2, 1e-3, 0.1), train_loss=2.5), single(3.95, (8, 3e-3, 0.1), end="")]
    found = derived(*rows).ablations
    assert isinstance(found.epochs_by_weight_decay, tuple)
    weak, strong = found.epochs_by_weight_decay
    assert [point.x for point in weak.points] == [1, 2, 8]
    assert [point.x for point in strong.points] == [2, 4, 8, 16]
    assert isinstance(found.epochs, Series)
    assert [point.x for point in found.epochs.points] == [1, 2, 8]
    tuned = found.epochs.points[1]
    assert tuned.setting == Setting(2, 1e-3, 0.1)
    assert tuned.train_loss
    assert (tuned.loss.value, tuned.train_loss.value) == (3.7, 2.5)
    assert isinstance(found.epoch_overfitting, Series)
    assert [p.loss.value for p in found.epoch_overfitting.points] == pytest.approx(
        [3.99, 3.98, 3.92]
    )


def test_batch_sizes_are_at_one_amount_of_data() -> None:
    rows = [single(4 + b / 1000, (1, 3e-3, 0.1), batch=b) for b in (512, 64, 128, 256)]
    found = derived(*rows, single(3.0, (1, 3e-3, 0.1), "300m4k-419M", batch=128)).ablations
    assert isinstance(found.batch_size, Series)
    losses = {point.x: point.loss.value for point in found.batch_size.points}
    assert list(losses) == [64, 128, 256, 512]
    assert losses == pytest.approx({64: 4.064, 128: 4.128, 256: 4.256, 512: 4.512})


def isoflop(tag: str, hidden: int, loss: float, flops: str = "3e+19") -> Row:
    name = f"isoflop-{flops}-d{hidden}-L{hidden // 64}-B64-lr0.0010-dclm-64"
    return row(name, loss=loss, steps=8000 + hidden, batch=64, sequence=4096, tags=[tag])


def test_the_two_sweeps_share_nothing() -> None:
    one = [isoflop("dclm-default-sweep", h, 3 + h / 1e4) for h in (512, 768)]
    other = [isoflop("suhas-dclm-chinchilla-lr-tune", h, 2 + h / 1e4) for h in (512, 1024)]
    outside = [isoflop("dclm-default-sweep", 512, 1.0, "1e+18"), isoflop("none", 512, 1.0)]
    found = derived(*one, *other, *outside, isoflop("dclm-default-sweep", 4096, 1.0)).isoflop
    losses = {}
    for mode, sweep in found.items():
        assert not isinstance(sweep, Missing)
        assert isinstance(sweep.fit, NotIdentifiable)
        losses[mode] = [point.loss.value for point in sweep.points]
    assert losses == {
        "dclm-chinchilla": pytest.approx([3.0512, 3.0768]),
        "dclm-chinchilla-lr-tune": pytest.approx([2.0512, 2.1024]),
    }


def test_a_fresh_checkout_derives_everything_from_an_empty_table() -> None:
    assert derived() == derive(None, PUBLISHED)


def test_what_only_a_tag_tells_is_missing_where_nobody_says_the_tags() -> None:
    rows = [isoflop("dclm-default-sweep", h, 3 + h / 1e4) for h in (512, 768)]
    one_epoch = [single(3.9, (1, 0.33, 0.1), batch=8, tags=["chinchilla-single-runs"])]
    known = derived(*rows, *one_epoch)
    assert not isinstance(known.isoflop["dclm-chinchilla"], Missing)
    assert not isinstance(known.comparison.one_epoch, Missing)
    without = derive(table_of(*rows, *one_epoch), PUBLISHED)
    assert isinstance(without.isoflop["dclm-chinchilla"], Missing)
    assert isinstance(without.comparison.one_epoch, Missing)


def test_figures_are_named_by_the_tags_of_their_sources() -> None:
    for mode in ("dclm-chinchilla", "dclm-chinchilla-lr-tune"):
        known = registry.mode(mode)
        assert known
        assert [entry.name for entry in known.entries] == [
            f"chinchilla_scaling_law_{SOURCES[mode].tag}"
        ]
