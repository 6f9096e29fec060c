"""Ensembles: groups of one setting, their laws over members, and the joint recipe above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from infinite_compute.laws import (
    Interval,
    InverseFit,
    NotIdentifiable,
    PowerFit,
    fit_inverse,
    fit_power,
)
from infinite_compute.overrides import FILE as OVERRIDES
from infinite_compute.overrides import Insert, Overrides
from infinite_compute.published import Published
from infinite_compute.recipes.origins import asymptote, derived, missing, of_run, of_value, prefer
from infinite_compute.recipes.selection import SIZES, Selected, by_setting
from infinite_compute.recipes.single import asymptotes, disputed, fit_sizes, over_tokens, size
from infinite_compute.results import (
    TOKEN_COUNTS,
    EnsembleCell,
    EnsembleGroup,
    MemberPoint,
    Missing,
    Number,
    Origin,
    Recipe,
    Setting,
    Shift,
    SizePoint,
    SizeScaling,
    TokenCount,
    Variant,
)
from infinite_compute.table import Row

MODE = "varying-hparams-experiment"
FEWEST = 3  # member counts of a group

# The authors' heuristic for members: twice the epochs, half the weight decay, the same rate.
_EPOCHS_FACTOR = 2.0
_WEIGHT_DECAY_FACTOR = 0.5

Cells = Mapping[tuple[str, TokenCount], EnsembleCell | Missing]


def ensembles(selected: Selected, published: Published, overrides: Overrides) -> Cells:
    """The ensembles of each size and amount of data."""
    cells: dict[tuple[str, TokenCount], EnsembleCell | Missing] = {}
    for model in SIZES:
        for tokens in TOKEN_COUNTS:
            rows = selected.ensembles.get((model, tokens), ())
            runs = _cell(model, tokens, rows, overrides)
            cells[model, tokens] = prefer(runs, _published_cell(published, model, tokens), MODE)
    return cells


def fit_members(points: Sequence[MemberPoint]) -> PowerFit | NotIdentifiable:
    """The law A/K^B + C through all points."""
    return fit_power([point.members for point in points], [point.loss.value for point in points])


def fit_inverse_members(points: Sequence[MemberPoint]) -> InverseFit | NotIdentifiable:
    """The law A/K + C through all points: the exponents are about one."""
    return fit_inverse([point.members for point in points], [point.loss.value for point in points])


def member_points(rows: Iterable[Row]) -> tuple[MemberPoint, ...]:
    """One point for each number of members; of several evaluations the least, the rest noted."""
    by_members: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_members[row.members].append(row)
    points = []
    for members, held in sorted(by_members.items()):
        first, *rest = sorted(held, key=lambda row: (row.loss or 0.0, row.id))
        others = [f"{row.loss:.5f} ({row.id})" for row in rest if row.loss != first.loss]
        note = f"evaluated more than once: also {', '.join(others)}" if others else ""
        points.append(MemberPoint(members, of_run(first, note)))
    return tuple(points)


def joint(cells: Cells, published: Published) -> Recipe:
    """Of each amount of data the law over sizes of the asymptotes over members."""
    by_tokens: dict[TokenCount, SizeScaling | Missing] = {}
    for tokens in TOKEN_COUNTS:
        held = [cells[model, tokens] for model in SIZES]
        lacking = [cell for cell in held if isinstance(cell, Missing)]
        known = [cell for cell in held if isinstance(cell, EnsembleCell)]
        points = _points((cell, cell.asymptote_of_best) for cell in known)
        if lacking or len(points) < len(SIZES):
            unknown = replace(missing(MODE), needs="an identifiable asymptote of each size")
            by_tokens[tokens] = lacking[0] if lacking else unknown
        else:
            by_tokens[tokens] = _joint(published, tokens, known, points)
    return Recipe("joint", by_tokens, over_tokens(asymptotes(by_tokens.values()), MODE))


def _joint(
    published: Published,
    tokens: TokenCount,
    cells: Sequence[EnsembleCell],
    points: tuple[SizePoint, ...],
) -> SizeScaling:
    origin = derived(0.0, [point.loss for point in points]).origin
    note = points[0].loss.note if origin is Origin.PUBLISHED else ""
    if len({cell.origin for cell in cells}) > 1:
        note = f"asymptotes of runs and published ones are mixed; {note}".removesuffix("; ")
    variants = []
    of_single = _points((cell, cell.asymptote_of_single) for cell in cells)
    if len(of_single) == len(SIZES):
        change = "members with the hyper-parameters of the best single model"
        variants.append(Variant(change, of_single, fit_sizes(of_single)))
    if origin is Origin.PUBLISHED:
        variants += disputed(published, lambda model: _asymptote_key(model, tokens), points)
    quoted = published.get(f"joint/{tokens.label}/asymptote")
    return SizeScaling(
        tokens,
        origin,
        points,
        fit_sizes(points),
        asymptotes=(of_value(quoted),) if quoted else (),
        variants=tuple(variants),
        note=note,
    )


def _points(
    limits: Iterable[tuple[EnsembleCell, Number | None]],
) -> tuple[SizePoint, ...]:
    return tuple(
        SizePoint(cell.model, cell.parameters_b, limit)
        for cell, limit in limits
        if limit is not None
    )


def _cell(
    model: str, tokens: TokenCount, rows: Sequence[Row], overrides: Overrides
) -> EnsembleCell | None:
    groups = [
        (setting, points)
        for setting, held in by_setting(rows).items()
        if len(points := member_points(held)) >= FEWEST
    ]
    if not groups:
        return None
    patched, notes = _patched(model, tokens, groups, overrides)
    fitted = tuple(
        EnsembleGroup(s, points, fit_members(points), fit_inverse_members(points))
        for s, points in patched
    )
    single = min(
        (group for group in fitted if group.single),
        key=lambda group: group.single.loss.value if group.single else 0.0,
        default=None,
    )
    best = min((group for group in fitted if _limit(group)), key=_limit_value, default=None)
    return EnsembleCell(
        model,
        size(model),
        tokens,
        Origin.RUNS,
        fitted,
        single,
        best,
        _shift(single.setting, best.setting) if single and best else None,
        _limit(single) if single else None,
        _limit(best) if best else None,
        notes=notes,
    )


def _limit(group: EnsembleGroup) -> Number | None:
    """The asymptote of a group whose members say where it lies; a mere number is none."""
    if isinstance(group.fit, NotIdentifiable) or not isinstance(group.fit.asymptote, Interval):
        return None
    inputs = [point.loss for point in group.points]
    return asymptote(group.fit, inputs, "asymptote over members")


def _limit_value(group: EnsembleGroup) -> float:
    limit = _limit(group)
    return limit.value if limit else 0.0


def _patched(
    model: str,
    tokens: TokenCount,
    groups: Sequence[tuple[Setting, tuple[MemberPoint, ...]]],
    overrides: Overrides,
) -> tuple[list[tuple[Setting, tuple[MemberPoint, ...]]], tuple[str, ...]]:
    """The groups with the losses set by hand, each where exactly one group lacks it."""
    found, notes = list(groups), []
    for rule in overrides.insert:
        if (rule.model, rule.tokens) != (model, tokens.run_label):
            continue
        lacking = [
            index
            for index, (_, points) in enumerate(found)
            if rule.members not in {point.members for point in points}
        ]
        if len(lacking) != 1:
            what = f"{len(lacking)} groups lack an ensemble of {rule.members}"
            notes.append(f"the loss {rule.loss:g} set by hand is not used: {what}")
            continue
        setting, points = found[lacking[0]]
        found[lacking[0]] = (setting, _inserted(points, rule))
    return found, tuple(notes)


def _inserted(points: Sequence[MemberPoint], rule: Insert) -> tuple[MemberPoint, ...]:
    loss = Number(rule.loss, Origin.PUBLISHED, (OVERRIDES,), rule.reason)
    point = MemberPoint(rule.members, loss, rule.reason)
    return tuple(sorted([*points, point], key=lambda known: known.members))


def _shift(single: Setting, best: Setting) -> Shift:
    decay = best.weight_decay / single.weight_decay if single.weight_decay else None
    epochs, lr = best.epochs / single.epochs, best.lr / single.lr
    follows = epochs == _EPOCHS_FACTOR and decay == _WEIGHT_DECAY_FACTOR and lr == 1
    return Shift(epochs, decay, lr, follows)


def _asymptote_key(model: str, tokens: TokenCount) -> str:
    return f"ensembling/asymptotes/{model}/{tokens.label}"


def _published_cell(published: Published, model: str, tokens: TokenCount) -> EnsembleCell | None:
    best = published.get(_asymptote_key(model, tokens))
    if best is None:
        return None
    single = published.get(f"ensembling/asymptotes_of_best_single/{model}/{tokens.label}")
    points = []
    for members in range(1, 9):
        value = published.get(f"ensembling/points/{model}/{tokens.label}/{members}")
        if value is not None:
            points.append(MemberPoint(members, of_value(value)))
    return EnsembleCell(
        model,
        size(model),
        tokens,
        Origin.PUBLISHED,
        asymptote_of_single=of_value(single) if single else None,
        asymptote_of_best=of_value(best),
        published_points=tuple(points),
    )
