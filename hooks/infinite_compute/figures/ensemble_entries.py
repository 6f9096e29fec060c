"""The figures of ensembles, and the headline figure."""

from __future__ import annotations

from collections.abc import Iterator

from infinite_compute.figures import ensembles, marginal, theme, totals
from infinite_compute.figures.entries import Entry, Mode
from infinite_compute.results import TOKEN_COUNTS

MODELS = ("150m4k", "300m4k", "600m4k", "1_4b4k")


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


ENSEMBLES = Mode(
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
            marginal.returns,
        ),
    ),
)
