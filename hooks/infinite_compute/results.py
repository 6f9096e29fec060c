"""The derived tables: everything that figures and pages show, each value with where it comes from.

Losses are in nats per token on the DCLM validation set, sizes in billions of nominal parameters,
token counts in tokens of one epoch. What cannot be derived is `Missing`, never an empty table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from infinite_compute.laws import InverseFit, JointFit, NotIdentifiable, PowerFit, PowerLaw


class Origin(StrEnum):
    """Whether a value comes from runs or from what the authors published."""

    RUNS = "runs"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Number:
    """A value, the runs or publications that it comes from, and what to know about it.

    `error` is the standard error of an asymptote, infinite where it is not identifiable, None of
    a value that was not fitted.
    """

    value: float
    origin: Origin
    sources: tuple[str, ...]
    note: str = ""
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a table or figure needs and does not have, and the command that gets it."""

    needs: str
    command: str


@dataclass(frozen=True, slots=True)
class TokenCount:
    """One of the four amounts of data: its tokens, and how it is written."""

    tokens: int
    label: str  # as in the paper: 200M
    run_label: str  # as in the names of runs: 209M

    @property
    def billions(self) -> float:
        """The axis of laws over data."""
        return self.tokens / 1e9


TOKEN_COUNTS = (
    TokenCount(209_715_200, "200M", "209M"),
    TokenCount(419_430_400, "400M", "419M"),
    TokenCount(838_860_800, "800M", "838M"),
    TokenCount(1_677_721_600, "1.6B", "1.7B"),
)
SMALLEST = TOKEN_COUNTS[0]


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """The hyper-parameters that the recipes tune."""

    epochs: int
    lr: float
    weight_decay: float


class Neighbour(StrEnum):
    """What the table says of one neighbour of a setting."""

    HIGHER = "higher"
    EQUAL = "equal"
    LOWER = "lower"
    MISSING = "missing"
    GRID_END = "grid end"


@dataclass(frozen=True, slots=True)
class NeighbourCheck:
    """One neighbour on the search grid; `runs` are all that were found, the loss is their least."""

    axis: str  # epochs, lr, weight_decay
    step: int  # -1 or +1
    setting: Setting | None
    state: Neighbour
    loss: float | None = None
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whether a setting is the best among its neighbours on the search grid, one by one.

    The end of the grid is no neighbour: it counts neither way, and is said.
    """

    setting: Setting
    loss: float
    neighbours: tuple[NeighbourCheck, ...]

    @property
    def certified(self) -> bool:
        """All neighbours on the grid were found, and none is better."""
        bad = {Neighbour.MISSING, Neighbour.LOWER}
        return not any(neighbour.state in bad for neighbour in self.neighbours)

    @property
    def at_grid_end(self) -> bool:
        """On some axis nothing lies beyond it, so that more might be gained there."""
        return any(neighbour.state is Neighbour.GRID_END for neighbour in self.neighbours)


@dataclass(frozen=True, slots=True)
class SizePoint:
    """The loss of one model size; `fitted` where the law over sizes is fitted to it."""

    model: str
    parameters_b: float
    loss: Number
    setting: Setting | None = None
    train_loss: Number | None = None
    certificate: Certificate | None = None
    fitted: bool = True


@dataclass(frozen=True, slots=True)
class QuotedLaw:
    """A law as published, beside the one fitted here."""

    law: PowerLaw
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """The same fit with another input, to show how much hangs on it."""

    change: str
    points: tuple[SizePoint, ...]
    fit: PowerFit | NotIdentifiable


@dataclass(frozen=True, slots=True)
class SizeScaling:
    """Losses over model size at one amount of data, and the law A/N^B + C through them.

    `quoted` holds published laws, `asymptotes` published values of C, `variants` the sensitivity.
    """

    tokens: TokenCount
    origin: Origin
    points: tuple[SizePoint, ...]
    fit: PowerFit | NotIdentifiable
    quoted: tuple[QuotedLaw, ...] = ()
    asymptotes: tuple[Number, ...] = ()
    variants: tuple[Variant, ...] = ()
    note: str = ""

    @property
    def best(self) -> SizePoint:
        """The size with the least loss among those of the recipe."""
        return min((p for p in self.points if p.fitted), key=lambda point: point.loss.value)

    def of(self, model: str) -> SizePoint | None:
        """The point of a model's key."""
        return next((point for point in self.points if point.model == model), None)


@dataclass(frozen=True, slots=True)
class TokenPoint:
    """A loss at one amount of data."""

    tokens: TokenCount
    loss: Number


@dataclass(frozen=True, slots=True)
class TokenScaling:
    """Losses over data, and the law A/D^B + C through them, D in billions of tokens."""

    origin: Origin
    points: tuple[TokenPoint, ...]
    fit: PowerFit | NotIdentifiable
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe: its losses over model size for each amount of data, and its law over data.

    The losses of the joint recipe are asymptotes in the number of members.
    """

    name: str
    by_tokens: Mapping[TokenCount, SizeScaling | Missing]
    over_tokens: TokenScaling | Missing

    def at(self, tokens: TokenCount = SMALLEST) -> SizeScaling | Missing:
        """Its losses over model size at an amount of data."""
        return self.by_tokens[tokens]


@dataclass(frozen=True, slots=True)
class MemberPoint:
    """The loss of an ensemble of so many members; `patch` is the reason of a hand-set value."""

    members: int
    loss: Number
    patch: str = ""


@dataclass(frozen=True, slots=True)
class EnsembleGroup:
    """Ensembles of members of one setting, and the laws A/K^B + C and A/K + C of all points."""

    setting: Setting
    points: tuple[MemberPoint, ...]
    fit: PowerFit | NotIdentifiable
    inverse_fit: InverseFit | NotIdentifiable

    @property
    def single(self) -> MemberPoint | None:
        """Its ensemble of one."""
        return next((point for point in self.points if point.members == 1), None)


@dataclass(frozen=True, slots=True)
class Shift:
    """How the best setting of many members differs from that of one, beside the heuristic."""

    epochs_factor: float
    weight_decay_factor: float | None  # None where the single model's is zero
    lr_factor: float
    follows: bool  # epochs x 2, weight decay x 0.5, the same learning rate


@dataclass(frozen=True, slots=True)
class EnsembleCell:
    """All that is known of ensembles of one model size at one amount of data.

    `best_single` is the group whose ensemble of one is best, `best_asymptote` the one with the
    least identifiable asymptote. From published values there are no groups, only the asymptotes
    (for either choice) and single points.
    """

    model: str
    parameters_b: float
    tokens: TokenCount
    origin: Origin
    groups: tuple[EnsembleGroup, ...] = ()
    best_single: EnsembleGroup | None = None
    best_asymptote: EnsembleGroup | None = None
    shift: Shift | None = None
    asymptote_of_single: Number | None = None
    asymptote_of_best: Number | None = None
    published_points: tuple[MemberPoint, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How many times less data a recipe needs for its loss than the standard recipe would.

    Both divide the data at which the standard law reaches the loss: by the data at which it
    reaches the standard recipe's own loss (`over_law`), or by the tokens used (`over_tokens`).
    A loss that the standard law never reaches has no efficiency that could be named.
    """

    name: str
    tokens: TokenCount
    loss: Number | None
    over_law: Number | NotIdentifiable | Missing
    over_tokens: Number | NotIdentifiable | Missing
    quoted: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Distilled:
    """A student of 300M parameters; `teacher` says who taught it."""

    name: str
    teacher: str
    loss: Number
    run: str = ""
    others: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Distillation:
    """Students beside the teacher and the best model of their size trained without one."""

    students: tuple[Distilled, ...]
    teacher: Number
    without: Number
    retained: Number  # share of the teacher's gain that the ensemble's student keeps
    published_retained: Number
    ablation: tuple[tuple[str, Number], ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One evaluated model: accuracy and its standard error by task, and the mean error."""

    name: str
    group: str  # regularized, ensemble, distilled, weight decay
    members: int
    model: str
    parameters_b: float  # of all members together
    tasks: Mapping[str, tuple[float, float]]
    error: Number
    stderr: float
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """All evaluated models; the standard recipe is published as mean accuracy by size only."""

    models: tuple[Benchmark, ...]
    standard: tuple[tuple[str, float, Number], ...]  # model, parameters in billions, mean error
    quoted: tuple[tuple[str, Number], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A loss over whatever the table is about (batch size, weight decay, epochs, billions)."""

    x: float
    loss: Number
    train_loss: Number | None = None
    setting: Setting | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, in the order of x."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Ablations:
    """What single choices do, at the smallest amount of data."""

    batch_size: Series | Missing
    weight_decay: tuple[Series, ...] | Missing  # one a setting of model and epochs
    epochs: Series | Missing  # 300M, weight decay 0.1, the best learning rate of each
    epoch_overfitting: Series | Missing  # the runs launched for it, one learning rate
    epochs_by_weight_decay: tuple[Series, ...] | Missing
    sizes: tuple[Series, ...] | Missing  # weight decay 0.1: tuned epochs, 4 epochs
    tuning: tuple[Series, ...] | Missing  # over sizes: what tuning fewer choices costs


@dataclass(frozen=True, slots=True)
class MemberSeries:
    """Losses over the number of members, and their law A/K^B + C."""

    name: str
    points: tuple[MemberPoint, ...]
    fit: PowerFit | NotIdentifiable


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation of the loss over runs that differ in their seeds only."""

    name: str
    losses: tuple[float, ...]
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class SeedScience:
    """Ensembles whose members differ in either seed or both, and the spread of single runs."""

    series: tuple[MemberSeries, ...]
    spreads: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The laws again, from other seeds and from fewer members."""

    regularized: tuple[Variant, ...] | Missing
    ensembling: tuple[MemberSeries, ...] | Missing


@dataclass(frozen=True, slots=True)
class IsoFlopPoint:
    """The best run of one size and amount of data."""

    flops: float
    parameters_b: float
    tokens_b: float
    loss: Number


@dataclass(frozen=True, slots=True)
class IsoFlopSweep:
    """Runs of fixed budgets, their law A/N^a + B/D^b + E, and its limit for ever larger models."""

    tag: str
    points: tuple[IsoFlopPoint, ...]
    fit: JointFit | NotIdentifiable
    limits: tuple[TokenPoint, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The standard recipe, one epoch with a compute-optimal setting, and the regularized one."""

    standard: SizeScaling | Missing
    regularized: SizeScaling | Missing
    one_epoch: Series | Missing


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A run's losses while it learned; tokens seen are in billions."""

    name: str
    run: str
    points: tuple[tuple[float, float, float | None], ...]  # tokens, loss, training loss


@dataclass(frozen=True, slots=True)
class ContinuedRow:
    """One recipe of continued pre-training: accuracies in percent, by task and on average."""

    name: str
    tokens: str
    average: Number
    tasks: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContinuedPretraining:
    """The table of continued pre-training on mathematics, and the data efficiency it claims."""

    rows: tuple[ContinuedRow, ...]
    efficiency: Number


@dataclass(frozen=True, slots=True)
class Results:
    """All derived tables, in the order in which they are derived."""

    origin: Origin
    standard: Recipe
    regularized: Recipe
    ensembles: Mapping[tuple[str, TokenCount], EnsembleCell | Missing]
    joint: Recipe
    efficiencies: tuple[Efficiency, ...]
    distillation: Distillation
    benchmarks: Benchmarks
    ablations: Ablations
    seed_science: SeedScience | Missing
    sensitivity: Sensitivity
    isoflop: Mapping[str, IsoFlopSweep | Missing]  # by mode
    comparison: Comparison
    trajectories: tuple[Trajectory, ...] | Missing
    continued: ContinuedPretraining
    excluded: tuple[tuple[str, str], ...] = ()  # runs left out by hand: id and reason

    def ensemble(self, model: str, tokens: TokenCount = SMALLEST) -> EnsembleCell | Missing:
        """The ensembles of a model's key at an amount of data."""
        return self.ensembles[model, tokens]
