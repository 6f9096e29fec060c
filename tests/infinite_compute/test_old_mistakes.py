"""What earlier scripts of the project got wrong, and what keeps it from happening here.

Each line names the tests that hold it (their module without `test_`), or where it cannot be
written at all. `test_every_mistake_has_its_test` reads this list.

Data
- Modes read caches that other modes wrote, in a circle, so that a clean checkout ran none: `derive`
  runs all stages in one order and caches nothing:
  recipes.test_a_fresh_checkout_derives_everything_from_an_empty_table
- Two modes did nothing:
  figures_registry.test_every_figure_of_every_mode_is_there
- Both modes of budget runs overwrote one file:
  recipes.test_the_two_sweeps_share_nothing
- The comparison took only sizes from its runs, and in a later script the data of other work:
  old_mistakes.test_one_epoch_is_compared_by_its_own_losses
- Ensemble evaluations were asked for a training loss that they never log:
  runs.test_ensembles_are_asked_for_the_one_metric_that_they_log
- Runs whose configuration lacks the sequence length were dropped silently, or ended the script:
  table.test_what_is_no_row_says_why
- Evaluations without a key carry no tag:
  old_mistakes.test_ensembles_are_asked_for_without_a_tag
- Two ensembles of the same first member differ in a hash alone:
  recipes.test_an_ensemble_evaluated_twice_is_one_point_and_the_other_is_told
- Names were taken apart by their dashes and an `x`:
  run_id.test_what_is_written_is_read
  run_id.test_a_name_of_no_form_is_refused_with_the_reason
- Names that W&B cut off were lost:
  table.test_a_name_that_the_id_cuts_off_is_read_from_the_display_name
- Students were dropped by their names, so that their losses stood in code:
  old_mistakes.test_students_come_from_their_runs
- The tokens of students counted what teachers wrote:
  table.test_the_tokens_of_a_student_leave_out_its_teachers

Selections
- The standard recipe lost its weight decay of 0.1 and became the best of all:
  recipes.test_the_standard_recipe_is_weight_decay_a_tenth_only
- Runs marked as tests in their names counted as plain ones:
  recipes.test_only_plain_runs_are_single_models
- Six sizes stood beside four losses: a point holds both:
  recipes.test_larger_models_are_shown_and_not_fitted
- `seed1` also found seed 10, at any setting:
  recipes.test_seed_one_is_not_seed_ten_nor_of_another_setting
- Fitted values were drawn as data in the sensitivity figure:
  recipes.test_seed_one_is_not_seed_ten_nor_of_another_setting
- Neighbours of a certificate were looked up after the bounds of the recipe:
  certificates.test_neighbours_outside_the_recipe_are_found
- At the end of a grid the centre was its own neighbour:
  certificates.test_the_end_of_the_grid_is_no_neighbour
- Values beyond the grid ended the script:
  certificates.test_a_run_beyond_the_grid_has_neighbours_too
- Two runs of one neighbour ended the script:
  certificates.test_two_runs_of_one_neighbour_are_both_named
- The check of the shift always passed for some settings:
  recipes.test_no_setting_is_exempt_from_the_check_of_the_shift
- Points set by hand stood in code and went to every group:
  recipes.test_a_loss_set_by_hand_goes_to_the_one_group_that_lacks_it
  recipes.test_a_loss_set_by_hand_for_no_group_or_several_is_not_used

Laws
- Laws over members had no bounds, and asymptotes out of range were passed over by a threshold:
  recipes.test_an_asymptote_that_nobody_knows_is_never_the_best
- Asymptotes of few points were numbers without a doubt:
  from_published.test_what_four_points_do_not_tell_is_said
  efficiencies.test_what_is_not_identifiable_stays_so
- A law was fitted to all points and shown with five:
  recipes.test_a_group_is_fitted_to_all_its_points
  old_mistakes.test_every_member_that_a_law_is_fitted_to_is_drawn

Figures
- Missing cells of heat maps were zeros:
  old_mistakes.test_a_missing_cell_of_a_heat_map_is_empty
- Two lists were paired by position:
  recipes.test_points_of_two_series_are_never_paired_by_position
- An axis began where an earlier loop had ended: a figure is a function of the tables alone:
  figures_draw.test_images_are_the_same_in_every_process_whatever_was_drawn_before
- Labels of one amount of data differed:
  old_mistakes.test_an_amount_of_data_has_one_label

Launches
- 3.2B was launched with 2 or 4 epochs, ensembles of 1.4B with weight decay 1.6 or 3.2:
  old_mistakes.test_what_launch_files_disagree_on_is_kept
- Names of single runs say a cosine and a learning rate that the optimizer does not have:
  sweeps.test_a_table_says_once_what_all_runs_share
- A launch file passes a number of steps that nothing reads:
  sweeps.test_the_steps_and_tokens_of_a_run
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from checkout import ROOT
from infinite_compute import published, sources, sweep_texts, sweeps
from infinite_compute.figures.figure import Figure
from infinite_compute.figures.plot import HeatMap, Panel, Size
from infinite_compute.figures.registry import entries
from infinite_compute.recipes import derive
from infinite_compute.results import TOKEN_COUNTS, Missing, Origin, Results
from infinite_compute.run_id import tokens_label
from infinite_compute.table import Row
from made_runs import Hyper, ensemble, row, single, table_of

HERE = Path(__file__).parent


def derived(*rows: Row) -> Results:
    return derive(table_of(*rows), published.load(ROOT), None, sources.load(ROOT))


def drawn(name: str, results: Results) -> Figure:
    (entry,) = [entry for entry in entries() if entry.name == name]
    figure = entry.figure(results)
    assert isinstance(figure, Figure)
    return figure


def group(hyper: Hyper, limit: float, most: int) -> list[Row]:
    return [ensemble(k, limit + 0.25 / k + 0.0003 * (-1) ** k, hyper) for k in range(1, most + 1)]


def test_every_mistake_has_its_test() -> None:
    named = re.findall(r"\b([a-z_]+)\.(test_\w+)", __doc__ or "")
    assert len(named) > 30
    for module, test in named:
        tree = ast.parse((HERE / f"test_{module}.py").read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


def test_one_epoch_is_compared_by_its_own_losses() -> None:
    hyper, facts = (1, 0.33, 0.1), {"batch": 8, "tags": ["chinchilla-single-runs"]}
    rows = [
        single(4.1, hyper, "150m4k-209M", **facts),
        single(3.9, hyper, "300m4k-209M", **facts),
        single(1.0, hyper, "600m4k-209M", data="dclm_200m", **facts),
        single(1.0, hyper, "600m4k-419M", **facts),
        single(1.0, hyper, "600m4k-209M", batch=8),
    ]
    found = derived(*rows).comparison.one_epoch
    assert not isinstance(found, Missing)
    assert [(point.x, point.loss.value) for point in found.points] == [(0.15, 4.1), (0.3, 3.9)]


def test_students_come_from_their_runs() -> None:
    rows = [
        row(
            f"300m4k-209Mx16-dclm+{teacher}-cos-lr0.0030-wd0.10-bs64",
            loss=loss,
            steps=steps,
            batch=64,
            sequence=4096,
        )
        for loss, teacher, steps in (
            (3.2, "ens8x0730^0.9", 128_000),
            (3.3, "ens8x0730^0.75", 51_200),
            (3.4, "sd0805^0.75", 51_200),
        )
    ]
    found = derived(*rows).distillation.students
    assert [student.loss.value for student in found] == [3.2, 3.4]
    assert {student.loss.origin for student in found} == {Origin.RUNS}
    assert [student.run for student in found] == [rows[0].id, rows[2].id]


def test_ensembles_are_asked_for_without_a_tag() -> None:
    known = sources.load(ROOT)["varying-hparams-experiment"]
    assert known.tag is None
    (listing,) = sources.listings([known])
    assert "$in" not in listing.text


def test_every_member_that_a_law_is_fitted_to_is_drawn() -> None:
    name = "ensemble_hparams/ensemble_scaling_fits_209M_300m4k"
    rows = [*group((16, 3e-3, 1.6), 3.34, 8), *group((32, 3e-3, 0.8), 3.4, 5)]
    figure = drawn(name, derived(*rows))
    (panel,) = figure.drawing.plot.panels
    assert isinstance(panel, Panel)
    counts = [[point.x for point in series.points] for series in panel.series]
    assert sorted(counts, key=len) == [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7, 8]]
    assert panel.x.domain
    assert panel.x.domain[1] > 8


def test_a_missing_cell_of_a_heat_map_is_empty() -> None:
    # No ensembles of (32, 1.6) and (16, 0.8); those of (64, 0.8) do not fix their asymptote.
    rows = [
        *group((16, 3e-3, 1.6), 3.34, 5),
        *group((32, 3e-3, 0.8), 3.27, 5),
        *group((64, 3e-3, 0.8), 3.2, 3),
    ]
    figure = drawn("ensemble_hparams/ensemble_scaling_heatmaps_209M_300m4k", derived(*rows))
    one, limit = figure.drawing.plot.panels
    assert isinstance(one, HeatMap)
    assert isinstance(limit, HeatMap)
    for panel, known in (
        (one, {("1.6", "16"), ("0.8", "32"), ("0.8", "64")}),
        (limit, {("1.6", "16"), ("0.8", "32")}),
    ):
        assert len(panel.cells) == 6
        values = {(cell.column, cell.row): cell.value for cell in panel.cells}
        assert {place for place, value in values.items() if value is not None} == known
        assert min(value for value in values.values() if value is not None) > 3
    boxed = [(cell.column, cell.row) for cell in limit.cells if cell.boxed]
    assert boxed == [("0.8", "32")]
    assert "0.000" not in figure.svg(Size.WIDE)


def test_an_amount_of_data_has_one_label() -> None:
    assert [(known.label, known.run_label) for known in TOKEN_COUNTS] == [
        ("200M", "209M"),
        ("400M", "419M"),
        ("800M", "838M"),
        ("1.6B", "1.7B"),
    ]
    assert all(known.run_label == tokens_label(known.tokens) for known in TOKEN_COUNTS)


def test_what_launch_files_disagree_on_is_kept() -> None:
    known = sweeps.load(ROOT)
    shown = sweep_texts.as_table(known["parameter-scaling"])
    assert "  2 in extrapolate.py at commit 5dee1b6d\n  4 in eval_200m_models.py" in shown
    assert "3_2b4k-209Mx2-dclm" in shown
    assert "3_2b4k-209Mx4-dclm" in sweep_texts.as_table(known["benchmark-models"])
    shown = sweep_texts.as_table(known["ensembling"])
    for decay in ("3.20", "1.60"):
        assert f"1_4b4k-209Mx16-dclm-cos-lr0.0010-wd{decay}-seed0 " in shown
