"""Every mode and every figure: from published values alone, and from runs."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

import jsonschema
import pytest
from altair.vegalite.v6.schema.core import load_schema
from jsonschema.exceptions import best_match

from checkout import ROOT
from infinite_compute import overrides, published, sources
from infinite_compute.figures import parts, registry
from infinite_compute.figures.figure import Figure
from infinite_compute.figures.plot import HeatMap, Panel, Size
from infinite_compute.figures.registry import Entry
from infinite_compute.laws import Interval
from infinite_compute.recipes import derive
from infinite_compute.results import SMALLEST, Missing, Number, Origin, Results
from standins.infinite_compute import run_table

# Every file that the authors' script wrote or writes, by mode.
CELLS = {
    f"ensemble_hparams/ensemble_scaling_{kind}_{tokens}_{model}"
    for kind in ("fits", "heatmaps")
    for tokens in ("209M", "419M", "838M", "1.7B")
    for model in ("150m4k", "300m4k", "600m4k", "1_4b4k")
}
FILES = {
    "data-scaling-laws-6-10": set(),
    "varying-hparams-experiment": CELLS
    | {
        "ensemble_hparams/example_200M_varying_hparams",
        "200M_sample",
        "200M_ensemble_vs_parameter_scaling",
        "figure_1_8_22",
        "200M_sample_AB_A_Ce_Bx",
    },
    "infinite-model-scaling": {
        "no_convex_tuning_ablation_epochs_weight_decay",
        "sensitivity_analysis_regularized",
        "sensitivity_analysis_ensembling",
        "ablation_lr_tuned_epoch",
        "train_loss_ablation_epoch_overfitting",
        "parameter_count_vs_loss",
        "train_loss_parameter_count_vs_loss",
        "weight_decay_loss_trajectories",
        "model_scaling",
        "standard_seed_scaling_model_size",
        "baseline_seed_scaling",
        "standard_seed_scaling_token_count",
        "ensemble_seed_scaling_member_count",
        "ensemble_seed_scaling_member_count_200M",
        "ensemble_seed_scaling_model_size",
        "ensemble_seed_scaling_model_size_200M",
        "ensemble_seed_scaling_token_count",
        "ablation_wd_overfitting_loss",
        "ablation_wd_overfitting_benchmark",
    },
    "seed-science": {"seed_science"},
    "benchmark-results": {"benchmark_results"},
    "distillation": {"distillation", "simple_cross"},
    "standard-batch-size": {"ablation_batch_size"},
    "standard-epoch-overfitting": {"ablation_epoch_overfitting"},
    "standard-weight-decay": {"ablation_weight_decay"},
    "dclm-chinchilla": {"chinchilla_scaling_law_dclm-default-sweep"},
    "dclm-chinchilla-lr-tune": {"chinchilla_scaling_law_suhas-dclm-chinchilla-lr-tune"},
    "chinchilla-comparison": {"chinchilla_comparison_200M"},
    "cpt": {"cpt_table"},
}
# What published values feed; all others need the run table.
PUBLISHED = {
    "ensemble_hparams/ensemble_scaling_fits_209M_300m4k",
    "200M_sample",
    "200M_ensemble_vs_parameter_scaling",
    "figure_1_8_22",
    "200M_sample_AB_A_Ce_Bx",
    "parameter_count_vs_loss",
    "train_loss_parameter_count_vs_loss",
    "model_scaling",
    "standard_seed_scaling_model_size",
    "baseline_seed_scaling",
    "ensemble_seed_scaling_model_size",
    "ensemble_seed_scaling_model_size_200M",
    "ablation_wd_overfitting_benchmark",
    "benchmark_results",
    "distillation",
    "simple_cross",
    "chinchilla_comparison_200M",
    "cpt_table",
}
ALWAYS_PUBLISHED = {"ablation_wd_overfitting_benchmark", "benchmark_results", "cpt_table"}


# The schema of Vega-Lite, as Altair brings it.
SCHEMA = jsonschema.Draft7Validator(load_schema())


def abridged(spec: Any) -> Any:
    """The specification with the first row of each table, since rows are all alike."""
    if isinstance(spec, list):
        return [abridged(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    return {
        key: {"values": part["values"][:1]} if key == "data" else abridged(part)
        for key, part in spec.items()
    }


@cache
def results(*, runs: bool) -> Results:
    table = run_table() if runs else None
    return derive(table, published.load(ROOT), overrides.load(ROOT), sources.load(ROOT))


@cache
def made(name: str, *, runs: bool) -> Figure | Missing:
    entry = next(entry for entry in registry.entries() if entry.name == name)
    return entry.figure(results(runs=runs))


def drawn(name: str, *, runs: bool) -> Figure:
    figure = made(name, runs=runs)
    assert isinstance(figure, Figure), figure
    return figure


def by_name(entry: Entry) -> str:
    return entry.name.rpartition("/")[2]


def test_every_figure_of_every_mode_is_there() -> None:
    assert {mode.name: {e.name for e in mode.entries} for mode in registry.MODES} == FILES
    assert [mode.name for mode in registry.MODES if mode.retired] == ["data-scaling-laws-6-10"]


def test_ids_are_addresses_and_all_differ() -> None:
    ids = [entry.id for entry in registry.entries()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"figure(-[a-z0-9]+)+", one) for one in ids)


@pytest.mark.parametrize("entry", registry.entries(), ids=by_name)
def test_published_values_feed_what_they_can(entry: Entry) -> None:
    figure = made(entry.name, runs=False)
    if entry.name in PUBLISHED:
        assert isinstance(figure, Figure)
        assert figure.origin is Origin.PUBLISHED
        assert "Published values: " in figure.source_line
        assert "run" not in figure.source_line.lower().split("published")[0]
    else:
        assert isinstance(figure, Missing)
        assert figure.needs == "the run table"
        assert re.fullmatch(r"python hooks/plotting\.py --mode \S+ --build-cache", figure.command)
        assert figure.command.split()[3] in FILES


@pytest.mark.parametrize("entry", registry.entries(), ids=by_name)
def test_runs_feed_every_figure(entry: Entry) -> None:
    figure = made(entry.name, runs=True)
    assert isinstance(figure, Figure)
    assert figure.origin is (Origin.PUBLISHED if entry.name in ALWAYS_PUBLISHED else Origin.RUNS)
    assert figure.caption.endswith((".", "!"))
    panels = figure.drawing.plot.panels
    assert panels
    for panel in panels:
        if isinstance(panel, HeatMap):
            assert sum(cell.boxed for cell in panel.cells) == 1
            continue
        assert panel.series
        for one in panel.series:
            values = [point.y for point in one.points] + [*(one.curve.ys if one.curve else ())]
            assert values
            assert all(math.isfinite(value) for value in values)
            if panel.x.logarithmic:
                assert all(point.x > 0 for point in one.points)
    # Charts are drawn unchecked, since checking takes longer than drawing.
    for size in Size:
        wrong = best_match(SCHEMA.iter_errors(abridged(figure.spec(size, interactive=True))))
        assert wrong is None, (wrong.json_path, wrong.message)


def test_the_same_thing_looks_the_same_everywhere() -> None:
    looks: dict[str, set[str]] = {}
    for runs in (False, True):
        for entry in registry.entries():
            figure = made(entry.name, runs=runs)
            panels = figure.drawing.plot.panels if isinstance(figure, Figure) else ()
            for panel in panels:
                for one in panel.series if isinstance(panel, Panel) else ():
                    looks.setdefault(one.look.label, set()).add(one.look.role)
    for label in ("Standard recipe", "Regularized recipe", "Ensembles of 300M", "200M tokens"):
        assert len(looks[label]) == 1, (label, looks[label])


def marked(panel: Panel) -> dict[str, str]:
    """The symbol of each series that has some, but not of those that are background."""
    return {
        one.look.label: one.look.shape
        for one in panel.series
        if one.points and one.marked and one.look.role != "other"
    }


@pytest.mark.parametrize("runs", [False, True], ids=["published", "runs"])
def test_what_shares_a_frame_differs_in_shape(runs: bool) -> None:  # noqa: FBT001
    alike = {"8-ensemble distilled into 300M", "300M distilled into itself"}  # stars, both
    for entry in registry.entries():
        figure = made(entry.name, runs=runs)
        for panel in figure.drawing.plot.panels if isinstance(figure, Figure) else ():
            shapes = marked(panel) if isinstance(panel, Panel) else {}
            # The same recipe at two amounts of data stays the same recipe.
            shapes = {label.partition(", ")[0]: shape for label, shape in shapes.items()}
            shown = [shape for label, shape in shapes.items() if label not in alike]
            assert len(set(shown)) == len(shown), (entry.name, shapes)


def test_what_two_files_say_of_one_model_is_shown() -> None:
    for name, errors in (
        ("benchmark_results", {0.4161, 0.4219}),
        ("ablation_wd_overfitting_benchmark", {0.4219, 0.4161}),
    ):
        figure = drawn(name, runs=False)
        (panel,) = figure.drawing.plot.panels
        assert isinstance(panel, Panel)
        hollow = [p for one in panel.series for p in one.points if p.hollow]
        assert len(hollow) == 1
        (twice,) = hollow
        (beside,) = {
            p.y
            for one in panel.series
            for p in one.points
            if p.x == twice.x and not p.hollow and {round(p.y, 4), round(twice.y, 4)} == errors
        }
        assert f"({twice.y:.1%})" in figure.caption
        assert beside != twice.y


def test_one_per_cent_more_parameters_lower_the_loss_by_less_than_one_per_cent() -> None:
    (panel,) = drawn("200M_sample_AB_A_Ce_Bx", runs=False).drawing.plot.panels
    assert isinstance(panel, Panel)
    curve = panel.series[0].curve
    assert curve is not None
    # The published law is 0.05 / N^1.02 + 3.43 at 0.15: a slope of about 0.09.
    assert curve.ys[0] == pytest.approx(0.09, abs=0.01)


def test_headline_shows_the_published_numbers() -> None:
    figure = drawn("figure_1_8_22", runs=False)
    (panel,) = figure.drawing.plot.panels
    assert isinstance(panel, Panel)
    assert {tick.text for tick in panel.right} == {"1×", "2.29×", "3.03×", "5.17×"}
    assert [round(level.y, 2) for level in panel.levels] == [3.43, 3.34, 3.17]
    assert "5.17 times the data" in figure.caption
    assert any("as published" in law for law in figure.laws)


def test_headline_shows_how_uncertain_its_efficiencies_are() -> None:
    figure = drawn("figure_1_8_22", runs=True)
    (panel,) = figure.drawing.plot.panels
    assert isinstance(panel, Panel)
    known = {
        f"{one.over_law.value:.2f}×": one.over_law.interval
        for one in results(runs=True).efficiencies
        if one.tokens == SMALLEST and isinstance(one.over_law, Number)
    }
    assert len(panel.right) == 4
    for tick in panel.right:
        if tick.text == "1×":
            assert tick.reach == ""
            continue
        interval = known[tick.text]
        assert isinstance(interval, Interval)
        assert tick.reach == f"{interval.low:.2f}–{interval.high:.2f}"
        assert any(f"({tick.reach.replace('–', ' to ')}) by the standard" in x for x in figure.laws)
    top = min(panel.right, key=lambda tick: tick.value)
    assert f"times the data ({top.reach}). Intervals of data efficiencies hold" in figure.caption
    assert "as published, without intervals." in drawn("figure_1_8_22", runs=False).caption


def one_panel(name: str) -> Panel:
    (panel,) = drawn(name, runs=True).drawing.plot.panels
    assert isinstance(panel, Panel)
    return panel


def test_axes_are_those_of_the_authors_figures() -> None:
    assert not one_panel("seed_science").x.logarithmic
    assert one_panel("sensitivity_analysis_ensembling").x.logarithmic
    assert one_panel("ensemble_seed_scaling_model_size").y.title.startswith("Asymptote over")
    for name in ("no_convex_tuning_ablation_epochs_weight_decay", "ablation_wd_overfitting_loss"):
        assert one_panel(name).y.title == parts.LOSS


def test_a_law_over_members_is_drawn_with_all_points_it_is_fitted_to() -> None:
    panel = one_panel("ensemble_seed_scaling_member_count_200M")
    for one in panel.series:
        assert one.curve
        assert {min(p.x for p in one.points), max(p.x for p in one.points)} == {*one.curve.measured}
    assert max(point.x for one in panel.series for point in one.points) == 8


def test_the_laws_of_one_model_and_of_many_stand_in_the_legend() -> None:
    names = [one.look.label for one in one_panel("200M_ensemble_vs_parameter_scaling").series]
    number = r"\d+(\.\d+)?"
    for name, label, variable in zip(
        names, ("Regularized recipe", "Ensembles of 300M"), "NK", strict=True
    ):
        assert re.fullmatch(rf"{label}: {number} / {variable}\^{number} \+ {number}", name), name


def test_weight_decays_are_of_runs_that_repeat_their_data() -> None:
    points = [p for one in one_panel("ablation_weight_decay").series for p in one.points]
    assert len(points) == 16
    assert all(re.match(r"(8|16) epochs", point.note) for point in points)


def test_larger_models_that_took_no_part_in_the_fit_are_hollow() -> None:
    (panel,) = drawn("chinchilla_comparison_200M", runs=False).drawing.plot.panels
    assert isinstance(panel, Panel)
    regularized = next(one for one in panel.series if one.look.label == "Regularized recipe")
    assert {point.x for point in regularized.points if point.hollow} == {1.5, 3.2}


def test_uncertified_settings_are_ringed_and_said() -> None:
    figure = drawn("model_scaling", runs=True)
    panels = [panel for panel in figure.drawing.plot.panels if isinstance(panel, Panel)]
    points = [point for panel in panels for one in panel.series for point in one.points]
    assert len(panels) == 4
    assert all(panel.x.logarithmic and panel.y.logarithmic for panel in panels)
    assert all("certified" in point.note for point in points)
    ringed = [point for point in points if point.ringed]
    assert all("not certified" in point.note for point in ringed)
    assert ("not certified" in figure.caption) == bool(ringed)


def test_no_weight_decay_at_all_is_told_where_it_cannot_be_drawn() -> None:
    laws = drawn("ablation_weight_decay", runs=True).laws
    assert all(re.search(r"weight decay 0: loss \d\.\d{4}$", law) for law in laws)


@pytest.mark.parametrize("runs", [False, True], ids=["published", "runs"])
def test_every_law_has_its_band_or_says_why_it_has_none(runs: bool) -> None:  # noqa: FBT001
    banded: set[str] = set()
    for entry in registry.entries():
        figure = made(entry.name, runs=runs)
        for panel in figure.drawing.plot.panels if isinstance(figure, Figure) else ():
            for one in panel.series if isinstance(panel, Panel) else ():
                if not one.curve:
                    continue
                if one.curve.bandless:
                    assert isinstance(figure, Figure)
                    assert f"No band: {one.look.label}; {one.curve.bandless}." in figure.reading
                    continue
                ends = zip(one.curve.lows, one.curve.ys, one.curve.highs, strict=True)
                assert all(low <= y <= high for low, y, high in ends), entry.name
                banded.add(entry.name)
    assert {"200M_sample_AB_A_Ce_Bx", "model_scaling", "figure_1_8_22"} <= banded
    assert len(banded) > (10 if not runs else 30)


@pytest.mark.parametrize("runs", [False, True], ids=["published", "runs"])
def test_texts_name_no_path_and_no_number_that_is_none(runs: bool) -> None:  # noqa: FBT001
    for entry in registry.entries():
        figure = made(entry.name, runs=runs)
        if isinstance(figure, Figure):
            text = " ".join((figure.caption, figure.source_line, figure.reading, *figure.laws))
            assert not re.search(r"\bnan\b|\binf\b|None|\.\./|/work|Interval\(", text), text


def test_table_of_a_figure_is_its_values() -> None:
    data = drawn("benchmark_results", runs=False).data
    assert len(data.rows) == 4 + 5 + 20 + 2
    assert {"low", "high", "note", "source"} <= set(data.columns)
