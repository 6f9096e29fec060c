"""Every figure by its mode: its name, what it shows, and the function that draws it.

Modes and names of files are those of the authors' script, so that old commands and links still say
what they said. `paper` is the figure of the paper that shows the same, matched by its caption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infinite_compute.figures import (
    ablations,
    chinchilla,
    downstream,
    ensembles,
    overfitting,
    scaling,
    seeds,
    theme,
    totals,
)
from infinite_compute.figures.figure import Drawing, Figure, LackingError
from infinite_compute.results import TOKEN_COUNTS, Missing, Results

Draw = Callable[[Results], Drawing]

MODELS = ("150m4k", "300m4k", "600m4k", "1_4b4k")


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure that can be asked for."""

    name: str  # the path of its file, without ending
    title: str
    description: str
    draw: Draw
    paper: str = ""

    @property
    def id(self) -> str:
        """Its name in addresses; never changes."""
        return "figure-" + re.sub(r"[^a-z0-9]+", "-", self.name.rpartition("/")[2].lower())

    def figure(self, results: Results) -> Figure | Missing:
        """The figure, or what it needs and how to get it."""
        try:
            drawing = self.draw(results)
        except LackingError as lacking:
            return lacking.missing
        return Figure(self.id, self.name, self.title, self.description, drawing)


@dataclass(frozen=True, slots=True)
class Mode:
    """One value of `--mode`; `retired` says why it has no figures."""

    name: str
    shows: str
    entries: tuple[Entry, ...]
    retired: str = ""


def _cells() -> Iterator[Entry]:
    for tokens in TOKEN_COUNTS:
        for model in MODELS:
            what = f"{theme.size(model).label} at {tokens.label} tokens"
            file = f"{tokens.run_label}_{model}"
            yield Entry(
                f"ensemble_hparams/ensemble_scaling_fits_{file}",
                f"Ensembles of {what}: laws over members",
                "Validation loss over the number of members, one law for each setting of epochs,"
                " learning rate and weight decay with at least three ensembles. The setting with"
                " the lowest asymptote and the one that is best for one member stand out.",
                ensembles.fits(model, tokens),
            )
            yield Entry(
                f"ensemble_hparams/ensemble_scaling_heatmaps_{file}",
                f"Ensembles of {what}: which setting is best",
                "Heat maps over weight decay and epochs, a pair for each learning rate: the loss"
                " of one member, and the asymptote of ever more members. The least is framed.",
                ensembles.heat_maps(model, tokens),
            )


_ENSEMBLES = Mode(
    "varying-hparams-experiment",
    "ensembles of all sizes and amounts of data, and the headline figure",
    (
        *_cells(),
        Entry(
            "ensemble_hparams/example_200M_varying_hparams",
            "The best setting of one member is not that of many",
            "Heat maps over weight decay and epochs for 300M parameters and 200M tokens at the"
            " larger learning rate: the loss of one member, and the asymptote.",
            ensembles.example,
        ),
        Entry(
            "200M_sample",
            "All recipes at 200M tokens",
            "Validation loss over the parameters of all members together: the standard recipe,"
            " the regularized recipe with its law, ensembles of four sizes with their laws, and"
            " the two distilled models.",
            totals.sample,
        ),
        Entry(
            "200M_ensemble_vs_parameter_scaling",
            "More members or more parameters",
            "Validation loss over all parameters: one regularized model of growing size beside"
            " ensembles of 300M models with the setting that is best for one of them.",
            totals.ensembles_against_size,
        ),
        Entry(
            "figure_1_8_22",
            "Pre-training with much compute and little data",
            "Validation loss over the parameters of all members together for the standard recipe,"
            " the regularized recipe and ensembles of 300M models, with their asymptotes and that"
            " of the joint recipe. The right axis names the data efficiency of these losses.",
            totals.figure_1,
            paper="figure 1",
        ),
        Entry(
            "200M_sample_AB_A_Ce_Bx",
            "What more parameters still bring",
            "Marginal return over the parameters of all members: by how many per cent the loss"
            " falls for one per cent more parameters, along the law of the regularized recipe and"
            " those of ensembles.",
            totals.marginal_return,
        ),
    ),
)
_SCALING = Mode(
    "infinite-model-scaling",
    "laws over size and data, what overfits, and how sensitive the laws are",
    (
        Entry(
            "no_convex_tuning_ablation_epochs_weight_decay",
            "Tuning all choices together",
            "Validation loss over model size at 200M tokens: epochs tuned at weight decay 0.1,"
            " everything tuned, and weight decay or epochs fixed to those of the best 150M model.",
            overfitting.no_convex_tuning,
            paper="figure 10",
        ),
        Entry(
            "sensitivity_analysis_regularized",
            "The regularized law from other seeds",
            "Validation loss over model size at 200M tokens: the law of the main runs and those of"
            " runs with two other seeds.",
            seeds.sensitivity_regularized,
        ),
        Entry(
            "sensitivity_analysis_ensembling",
            "The ensemble law from fewer members",
            "Validation loss over the number of members, up to eight of 300M: the law from all of"
            " them, and from the first four.",
            seeds.sensitivity_ensembling,
        ),
        Entry(
            "ablation_lr_tuned_epoch",
            "Seeing the data again, without regularization",
            "Validation loss of 300M models at 200M tokens and weight decay 0.1 over the number of"
            " epochs, each with the best learning rate.",
            overfitting.tuned_epochs,
            paper="figure 2, left",
        ),
        Entry(
            "train_loss_ablation_epoch_overfitting",
            "Seeing the data again: training loss",
            "The same over epochs with the training loss beside it.",
            overfitting.tuned_epochs_with_training,
            paper="figure 14, left",
        ),
        Entry(
            "parameter_count_vs_loss",
            "Larger models, without regularization",
            "Validation loss over model size at 200M tokens and weight decay 0.1, the best epochs"
            " and learning rate of each size.",
            overfitting.parameter_count,
            paper="figure 2, right",
        ),
        Entry(
            "train_loss_parameter_count_vs_loss",
            "Larger models: training loss",
            "Validation and training loss over model size at 200M tokens and weight decay 0.1,"
            " with tuned epochs and with four epochs.",
            overfitting.parameter_count_with_training,
            paper="figure 14, right",
        ),
        Entry(
            "weight_decay_loss_trajectories",
            "How regularized models learn",
            "Validation and training loss over the tokens seen, for the best 300M run of the"
            " standard recipe and that of the regularized one.",
            overfitting.trajectories,
            paper="figure 13",
        ),
        Entry(
            "model_scaling",
            "Regularized laws with their settings",
            "Validation loss over model size, one panel for each amount of data, with the law;"
            " a ring marks settings that are not certified, and the table has all settings.",
            scaling.model_scaling,
        ),
        Entry(
            "standard_seed_scaling_model_size",
            "Regularized recipe over model size",
            "Validation loss over model size with one law for each amount of data.",
            scaling.regularized_over_size,
            paper="figure 6, left",
        ),
        Entry(
            "baseline_seed_scaling",
            "Standard recipe over model size",
            "Validation loss over model size for each amount of data; no law fits it.",
            scaling.baseline_over_size,
        ),
        Entry(
            "standard_seed_scaling_token_count",
            "Standard and regularized over data",
            "Loss over the tokens of one epoch: the best of the standard recipe and the asymptotes"
            " of the regularized one, with their laws.",
            scaling.standard_over_tokens,
            paper="figure 6, right",
        ),
        Entry(
            "ensemble_seed_scaling_member_count",
            "Ensembles over members",
            "Validation loss over the number of members with a law for each model size, one panel"
            " for each amount of data.",
            scaling.ensembles_over_members,
            paper="figure 7, left",
        ),
        Entry(
            "ensemble_seed_scaling_member_count_200M",
            "Ensembles over members at 200M tokens",
            "Validation loss over the number of members with a law for each of four model sizes.",
            scaling.ensembles_over_members_200m,
            paper="figure 5, left",
        ),
        Entry(
            "ensemble_seed_scaling_model_size",
            "Joint recipe over model size",
            "Asymptotes in the number of members over the size of a member, with one law for each"
            " amount of data.",
            scaling.joint_over_size,
            paper="figure 7, middle",
        ),
        Entry(
            "ensemble_seed_scaling_model_size_200M",
            "Joint recipe at 200M tokens",
            "Asymptotes in the number of members over the size of a member, with their law, the"
            " best loss of the standard recipe and the asymptote of the regularized one.",
            scaling.joint_over_size_200m,
            paper="figure 5, right",
        ),
        Entry(
            "ensemble_seed_scaling_token_count",
            "All recipes over data",
            "Loss over the tokens of one epoch: the best of the standard recipe, the asymptotes of"
            " the regularized and of the joint one, with their laws.",
            scaling.joint_over_tokens,
            paper="figure 7, right",
        ),
        Entry(
            "ablation_wd_overfitting_loss",
            "Weight decay and repetition: loss",
            "Validation loss of 300M models over the number of epochs at weight decay 0.1 and 1.6.",
            overfitting.weight_decay_overfitting,
            paper="figure 19, left",
        ),
        Entry(
            "ablation_wd_overfitting_benchmark",
            "Weight decay and repetition: benchmarks",
            "Mean benchmark error of 300M models over the number of epochs at weight decay 0.1 and"
            " 1.6, with standard errors.",
            overfitting.weight_decay_overfitting_benchmark,
            paper="figure 19, right",
        ),
    ),
)
MODES = (
    Mode(
        "data-scaling-laws-6-10",
        "nothing any more",
        (),
        retired="an early sweep of the standard recipe; the authors' script reads its runs but"
        " draws no figure from them, and infinite-model-scaling supersedes it",
    ),
    _ENSEMBLES,
    _SCALING,
    Mode(
        "seed-science",
        "ensembles whose members differ in one seed or both",
        (
            Entry(
                "seed_science",
                "What makes members differ",
                "Validation loss over the number of members, whose initialisation, order of data"
                " or both differ, with laws.",
                seeds.seed_science,
                paper="figure 16",
            ),
        ),
    ),
    Mode(
        "benchmark-results",
        "errors on downstream benchmarks",
        (
            Entry(
                "benchmark_results",
                "Downstream benchmarks",
                "Mean error of ARC-Easy, PIQA and SciQ over the parameters of all members: the"
                " standard and the regularized recipe, ensembles of four sizes with one to five"
                " members, and the two distilled models, with standard errors.",
                downstream.benchmarks,
                paper="figure 9, right",
            ),
        ),
    ),
    Mode(
        "distillation",
        "ensembles distilled into one model",
        (
            Entry(
                "distillation",
                "An ensemble in one model",
                "Validation loss over all parameters: the regularized law, ensembles of 300M, the"
                " model that an ensemble of eight taught, and the one that taught itself.",
                totals.distillation,
                paper="figure 8",
            ),
            Entry(
                "simple_cross",
                "Where ensembles overtake one model",
                "Validation loss over all parameters: the regularized law and ensembles of 300M.",
                totals.simple_cross,
            ),
        ),
    ),
    Mode(
        "standard-batch-size",
        "batch size",
        (
            Entry(
                "ablation_batch_size",
                "Batch size",
                "Validation loss of 300M models after one epoch over the batch size.",
                ablations.batch_size,
                paper="figure 12, left",
            ),
        ),
    ),
    Mode(
        "standard-epoch-overfitting",
        "epochs at one learning rate",
        (
            Entry(
                "ablation_epoch_overfitting",
                "Seeing the data again at one learning rate",
                "Validation loss of 300M models at 200M tokens and weight decay 0.1 over the number"
                " of epochs, all with learning rate 0.003.",
                overfitting.epoch_overfitting,
            ),
        ),
    ),
    Mode(
        "standard-weight-decay",
        "weight decay",
        (
            Entry(
                "ablation_weight_decay",
                "Weight decay",
                "Validation loss over weight decay for a 300M and a 1.4B model.",
                ablations.weight_decay,
                paper="figure 12, right",
            ),
        ),
    ),
    *(
        Mode(
            mode,
            f"budgets of compute, sweep {tag}",
            (
                Entry(
                    f"chinchilla_scaling_law_{tag}",
                    f"Compute-optimal training: {tag}",
                    "Validation loss over model size for budgets of compute, one epoch each, and"
                    " the law in size and data.",
                    chinchilla.isoflop(mode),
                ),
            ),
        )
        for mode, tag in (
            ("dclm-chinchilla", "dclm-default-sweep"),
            ("dclm-chinchilla-lr-tune", "suhas-dclm-chinchilla-lr-tune"),
        )
    ),
    Mode(
        "chinchilla-comparison",
        "the standard and the regularized recipe side by side",
        (
            Entry(
                "chinchilla_comparison_200M",
                "Regularization at 200M tokens",
                "Validation loss over model size: the standard recipe, the regularized recipe with"
                " its law, larger models that took no part in the fit, and one compute-optimal"
                " epoch where its runs are known.",
                chinchilla.comparison,
                paper="figure 3, left",
            ),
        ),
    ),
    Mode(
        "cpt",
        "continued pre-training on mathematics",
        (
            Entry(
                "cpt_table",
                "Continued pre-training on mathematics",
                "Mean accuracy of a 3B model on three mathematics benchmarks over the tokens of"
                " the data, for each recipe; the table has the tasks.",
                downstream.continued,
                paper="table 1",
            ),
        ),
    ),
)


def mode(name: str) -> Mode | None:
    """The mode of a name."""
    return next((one for one in MODES if one.name == name), None)


def entries() -> tuple[Entry, ...]:
    """All figures in the order of the modes."""
    return tuple(entry for one in MODES for entry in one.entries)
