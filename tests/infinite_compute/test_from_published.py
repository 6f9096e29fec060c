"""What comes out of the published values alone, each beside the published number."""

from __future__ import annotations

import pytest

from checkout import ROOT
from infinite_compute import overrides, published, sources
from infinite_compute.laws import Fit, Interval, NotIdentifiable, PowerLaw
from infinite_compute.published import Published
from infinite_compute.recipes import derive
from infinite_compute.results import (
    SMALLEST,
    TOKEN_COUNTS,
    EnsembleCell,
    Missing,
    Origin,
    Results,
    SizeScaling,
)


@pytest.fixture(scope="module")
def known() -> Published:
    return published.load(ROOT)


@pytest.fixture(scope="module")
def results(known: Published) -> Results:
    return derive(None, known, overrides.load(ROOT), sources.load(ROOT))


def scaling_of(found: SizeScaling | Missing) -> tuple[SizeScaling, Fit[PowerLaw]]:
    assert isinstance(found, SizeScaling)
    assert isinstance(found.fit, Fit)
    return found, found.fit


def test_regularized_asymptote(results: Results) -> None:
    """Published: 3.43, paper, section 3. Inputs: four losses of older plotting.py."""
    scaling, fit = scaling_of(results.regularized.at())
    assert fit.law.asymptote == pytest.approx(3.43, abs=0.01)
    assert scaling.asymptotes[0].value == 3.43
    assert "paper, section 3" in scaling.asymptotes[0].sources[0]
    assert [p.loss.value for p in scaling.points if p.fitted] == [3.75, 3.587, 3.51, 3.462]
    assert {source for p in scaling.points for source in p.loss.sources} == {
        "older plotting.py, model_y_values",
        "simple_plotting.py and later plotting.py, plot_chinchilla_comparison_200M",
    }


def test_the_published_law_is_quoted_beside_ours(results: Results) -> None:
    """Published: 0.05/N^1.02 + 3.43, paper, section 3 and figure 3."""
    scaling, fit = scaling_of(results.regularized.at())
    (quoted,) = scaling.quoted
    assert quoted.law == PowerLaw(0.05, 1.02, 3.43)
    assert quoted.source == "paper, section 3 and figure 3"
    assert fit.law.exponent == pytest.approx(1.01, abs=0.005)


def test_the_disputed_loss_of_300m_is_shown(results: Results) -> None:
    """3.57 of the paper's figure 8 instead of 3.587 moves the exponent, hardly the asymptote."""
    scaling, fit = scaling_of(results.regularized.at())
    (variant,) = scaling.variants
    assert "300m4k: 3.57 (paper, figure 8" in variant.change
    assert isinstance(variant.fit, Fit)
    assert variant.fit.law.exponent == pytest.approx(1.24, abs=0.005)
    assert variant.fit.law.asymptote == pytest.approx(3.447, abs=0.001)
    assert max(map(abs, variant.fit.residuals)) > 4 * max(map(abs, fit.residuals))


def test_the_law_foretells_the_larger_models(results: Results) -> None:
    """Published: within 0.01 of 3.46567 and 3.45199, figure 21 by summary 3."""
    scaling, fit = scaling_of(results.regularized.at())
    later = [point for point in scaling.points if not point.fitted]
    assert [point.loss.value for point in later] == [3.46567, 3.45199]
    for point in later:
        assert fit.law.evaluate(point.parameters_b) == pytest.approx(point.loss.value, abs=0.01)


def test_joint_asymptote(results: Results) -> None:
    """Published: 3.17, paper, section 4.3. Inputs: four asymptotes of plotting.py."""
    scaling, fit = scaling_of(results.joint.at())
    assert fit.law.asymptote == pytest.approx(3.17, abs=0.01)
    assert scaling.asymptotes[0].value == 3.17
    assert "July 2025" in scaling.note
    assert isinstance(fit.asymptote, Interval)
    assert fit.asymptote.low < 3.17 < fit.asymptote.high
    same = scaling.variants[0]
    assert "best single model" in same.change
    assert isinstance(same.fit, Fit)
    assert same.fit.law.asymptote == pytest.approx(3.32, abs=0.005)


def test_what_four_points_do_not_tell_is_said(results: Results) -> None:
    _, fit = scaling_of(results.joint.at(TOKEN_COUNTS[2]))
    assert isinstance(fit.asymptote, NotIdentifiable)


def test_another_source_for_an_asymptote_is_shown(results: Results) -> None:
    scaling, _ = scaling_of(results.joint.at(TOKEN_COUNTS[3]))
    assert any("3.079 (" in variant.change for variant in scaling.variants)


def test_asymptotes_of_300m_ensembles(results: Results) -> None:
    """Published: 3.34 (paper, section 4.1) and 3.27 (arXiv v1, figure 5)."""
    cell = results.ensemble("300m4k")
    assert isinstance(cell, EnsembleCell)
    assert cell.origin is Origin.PUBLISHED
    assert cell.groups == ()
    assert cell.asymptote_of_single
    assert cell.asymptote_of_best
    assert cell.asymptote_of_single.value == 3.34
    assert cell.asymptote_of_best.value == pytest.approx(3.27, abs=0.005)
    assert [(p.members, p.loss.value) for p in cell.published_points] == [(2, 3.45994), (8, 3.32)]


def test_no_efficiency_is_made_up(results: Results) -> None:
    """The standard law over data was never published: all efficiencies are quoted."""
    assert isinstance(results.standard.over_tokens, Missing)
    for efficiency in results.efficiencies:
        assert isinstance(efficiency.over_law, Missing)
        assert efficiency.over_law.needs == "the run table"
        assert "--mode infinite-model-scaling --build-cache" in efficiency.over_law.command
        assert efficiency.over_tokens == efficiency.over_law
    quoted = {e.name: e.quoted[0].value for e in results.efficiencies if e.quoted}
    assert quoted == {
        "standard": 1,  # paper, section 5.1
        "single_1_4b4k": 2.09,  # paper, section 5.1
        "regularized_asymptote": 2.29,  # paper, section 5.1
        "ensemble_300m4k_of_best_single": 3.03,  # figure 1 by summary 5
        "ensemble_300m4k_of_best": 3.5,  # summary 2
        "five_1_4b4k": 3.75,  # paper, section 5.2
        "joint_asymptote": 5.17,  # paper, section 5.2
    }
    assert {e.tokens for e in results.efficiencies if e.quoted} == {SMALLEST}


# Mean errors over ARC-Easy, PIQA and SciQ, each the mean of three published accuracies.
ERRORS = """
150m4k-209Mx16-dclm-cos-lr0.0030-wd0.80 1 0.448793
300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60 1 0.416059
600m4k-209Mx8-dclm-cos-lr0.0010-wd3.20 1 0.400488
1_4b4k-209Mx8-dclm-cos-lr0.0010-wd3.20 1 0.392719
150m4k-209Mx32-dclm-cos-lr0.0030-wd0.40 1 0.437912
150m4k-209Mx32-dclm-cos-lr0.0030-wd0.40 2 0.425211
150m4k-209Mx32-dclm-cos-lr0.0030-wd0.40 3 0.415714
150m4k-209Mx32-dclm-cos-lr0.0030-wd0.40 4 0.409265
150m4k-209Mx32-dclm-cos-lr0.0030-wd0.40 5 0.406025
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80 1 0.415303
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80 2 0.395697
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80 3 0.381955
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80 4 0.375515
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80 5 0.370014
600m4k-209Mx16-dclm-cos-lr0.0010-wd1.60 1 0.409141
600m4k-209Mx16-dclm-cos-lr0.0010-wd1.60 2 0.388680
600m4k-209Mx16-dclm-cos-lr0.0010-wd1.60 3 0.380009
600m4k-209Mx16-dclm-cos-lr0.0010-wd1.60 4 0.374898
600m4k-209Mx16-dclm-cos-lr0.0010-wd1.60 5 0.365215
1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60 1 0.411464
1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60 2 0.374369
1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60 3 0.362587
1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60 4 0.356533
1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60 5 0.356060
distill-8ens 1 0.378057
self-distill 1 0.394582
300m4k-209Mx1-dclm-cos-lr0.0030-wd0.10 1 0.653260
300m4k-209Mx2-dclm-cos-lr0.0030-wd0.10 1 0.614498
300m4k-209Mx4-dclm-cos-lr0.0030-wd0.10 1 0.516718
300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10 1 0.461284
300m4k-209Mx16-dclm-cos-lr0.0030-wd0.10 1 0.445607
300m4k-209Mx32-dclm-cos-lr0.0030-wd0.10 1 0.459449
300m4k-209Mx64-dclm-cos-lr0.0030-wd0.10 1 0.466518
300m4k-209Mx128-dclm-cos-lr0.0030-wd0.10 1 0.466312
300m4k-209Mx1-dclm-cos-lr0.0030-wd1.60 1 0.622697
300m4k-209Mx2-dclm-cos-lr0.0030-wd1.60 1 0.521076
300m4k-209Mx4-dclm-cos-lr0.0030-wd1.60 1 0.455512
300m4k-209Mx8-dclm-cos-lr0.0030-wd1.60 1 0.431461
300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60 1 0.421911
300m4k-209Mx32-dclm-cos-lr0.0030-wd1.60 1 0.413481
300m4k-209Mx64-dclm-cos-lr0.0030-wd1.60 1 0.427940
300m4k-209Mx128-dclm-cos-lr0.0030-wd1.60 1 0.433211
"""


def test_mean_benchmark_errors_of_all_evaluated_models(results: Results) -> None:
    """Inputs: the three JSON files of accuracies that the authors committed."""
    expected = sorted(tuple(line.split()) for line in ERRORS.split("\n") if line)
    found = sorted(
        (model.name, str(model.members), f"{model.error.value:.6f}")
        for model in results.benchmarks.models
    )
    assert len(found) == 42
    assert found == expected
    for model in results.benchmarks.models:
        assert model.stderr == pytest.approx(0.007, abs=0.001)
        assert "at commit" in model.error.sources[0]
        assert set(model.tasks) == {"arc_easy", "piqa", "sciq"}


def test_a_model_evaluated_twice_is_told(results: Results) -> None:
    twice = [note for note in results.benchmarks.notes if "evaluated more than once" in note]
    (note,) = twice
    assert note.startswith("300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60 was evaluated")
    assert note.endswith("mean errors 0.4161 and 0.4219")


@pytest.mark.parametrize(
    ("quoted", "name", "members"),
    [
        ("best_regularized_1_4b4k", "1_4b4k-209Mx8-dclm-cos-lr0.0010-wd3.20", 1),
        ("five_300m4k", "300m4k-209Mx32-dclm-cos-lr0.0030-wd0.80", 5),
        ("five_1_4b4k", "1_4b4k-209Mx16-dclm-cos-lr0.0010-wd1.60", 5),
        ("ensemble_student_300m4k", "distill-8ens", 1),
        ("self_student_300m4k", "self-distill", 1),
    ],
)
def test_published_averages_are_those_of_the_models(
    results: Results, quoted: str, name: str, members: int
) -> None:
    """Published: arXiv v1, table 5, by summary 1."""
    average = dict(results.benchmarks.quoted)[quoted].value
    (model,) = [m for m in results.benchmarks.models if (m.name, m.members) == (name, members)]
    assert 100 * (1 - model.error.value) == pytest.approx(average, abs=0.005)


def test_benchmark_models_know_what_they_are(results: Results) -> None:
    groups = [model.group for model in results.benchmarks.models]
    counts = {group: groups.count(group) for group in groups}
    assert counts == {"regularized": 4, "ensemble": 20, "weight decay": 16, "distilled": 2}
    largest = max(results.benchmarks.models, key=lambda model: model.parameters_b)
    assert (largest.model, largest.members, largest.parameters_b) == ("1_4b4k", 5, 7.0)
    standard = {model: error.value for model, _, error in results.benchmarks.standard}
    assert standard["300m4k"] == pytest.approx(1 - 0.5534)
    assert any("mislabelled" in note for note in results.benchmarks.notes)


def test_distillation_keeps_the_published_share_of_the_gain(results: Results) -> None:
    """Published: 83 percent, abstract."""
    found = results.distillation
    assert found.published_retained.value == 83
    assert 100 * found.retained.value == pytest.approx(83, abs=0.5)
    assert found.retained.origin is Origin.PUBLISHED
    assert [student.loss.value for student in found.students] == [3.3635, 3.43243]
    assert [other.value for other in found.students[0].others] == [3.36, 3.3612]
    assert found.students[0].run.startswith("300m4k-209Mx16-dclm+ens8x0730^0.9-")


def test_continued_pretraining(results: Results) -> None:
    averages = [row.average.value for row in results.continued.rows]
    assert averages == [30.59, 34.48, 35.82, 40.58, 39.23]
    assert results.continued.rows[3].tasks["gsm8k"].value == 52.99
    assert results.continued.efficiency.value == 17.5


def test_what_only_runs_tell_is_missing_with_the_command_that_gets_it(results: Results) -> None:
    ablations = results.ablations
    lacking = {
        "standard-batch-size": ablations.batch_size,
        "standard-weight-decay": ablations.weight_decay,
        "standard-epoch-overfitting": ablations.epoch_overfitting,
        "seed-science": results.seed_science,
        "dclm-chinchilla": results.isoflop["dclm-chinchilla"],
        "dclm-chinchilla-lr-tune": results.isoflop["dclm-chinchilla-lr-tune"],
        "chinchilla-comparison": results.comparison.one_epoch,
        "infinite-model-scaling": results.trajectories,
    }
    for mode, table in lacking.items():
        assert isinstance(table, Missing)
        assert table.command == f"python hooks/plotting.py --mode {mode} --build-cache"
    for recipe in (results.standard, results.regularized):
        assert [isinstance(recipe.at(t), Missing) for t in TOKEN_COUNTS] == [False, *[True] * 3]


def test_every_number_says_that_it_was_published(results: Results) -> None:
    assert results.origin is Origin.PUBLISHED
    for recipe in (results.standard, results.regularized, results.joint):
        for scaling in recipe.by_tokens.values():
            if isinstance(scaling, SizeScaling):
                assert scaling.origin is Origin.PUBLISHED
                assert all(point.loss.sources for point in scaling.points)
                assert {point.loss.origin for point in scaling.points} == {Origin.PUBLISHED}
