"""Every figure by its mode.

Modes and names of files are those of the authors' script, so that old commands and links still say
what they said. `paper` is the figure of the paper that shows the same, matched by its caption.
"""

from __future__ import annotations

from infinite_compute.figures import (
    ablations,
    chinchilla,
    distillation,
    downstream,
    overfitting,
    seeds,
)
from infinite_compute.figures.ensemble_entries import ENSEMBLES
from infinite_compute.figures.entries import Entry, Mode
from infinite_compute.figures.scaling_entries import SCALING

__all__ = ["MODES", "Entry", "Mode", "entries", "mode"]

MODES = (
    Mode(
        "data-scaling-laws-6-10",
        "nothing any more",
        (),
        retired="an early sweep of the standard recipe; the authors' script reads its runs but"
        " draws no figure from them, and infinite-model-scaling supersedes it",
    ),
    ENSEMBLES,
    SCALING,
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
                distillation.students,
                paper="figure 8",
            ),
            Entry(
                "simple_cross",
                "Where ensembles overtake one model",
                "Validation loss over all parameters: the regularized law and ensembles of 300M.",
                distillation.simple_cross,
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
