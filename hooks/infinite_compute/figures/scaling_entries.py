"""The figures of laws over size and data, of what overfits, and of sensitivity."""

from __future__ import annotations

from infinite_compute.figures import members, overfitting, scaling, seeds
from infinite_compute.figures.entries import Entry, Mode

SCALING = Mode(
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
            "Validation loss over model size, both axes logarithmic, one panel for each amount of"
            " data, with the law; a ring marks settings that are not certified, and the table has"
            " all settings.",
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
            members.ensembles_over_members,
            paper="figure 7, left",
        ),
        Entry(
            "ensemble_seed_scaling_member_count_200M",
            "Ensembles over members at 200M tokens",
            "Validation loss over the number of members with a law for each of four model sizes.",
            members.ensembles_over_members_200m,
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
