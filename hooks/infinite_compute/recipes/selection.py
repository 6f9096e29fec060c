"""Selections of runs: which of the table's runs the analysis is about, and which is the best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from infinite_compute.overrides import Overrides
from infinite_compute.results import TOKEN_COUNTS, Setting, TokenCount
from infinite_compute.run_id import Kind
from infinite_compute.table import Row, RunTable

DATA = "dclm"
BATCH = 64
SCHEDULE = "cos"
STANDARD_WEIGHT_DECAY = 0.1
MOST_EPOCHS = 64  # of the regularized recipe
HIGHEST_LR = 3e-3

SIZES = ("150m4k", "300m4k", "600m4k", "1_4b4k")  # those that laws over size are fitted to
LARGER = ("1_5b4k", "3_2b4k")  # trained later, to check what the laws foretold

Cell = tuple[str, TokenCount]


@dataclass(frozen=True, slots=True)
class Selected:
    """The runs with a loss, as far as nobody leaves them out by hand, by what they are."""

    rows: tuple[Row, ...]
    excluded: tuple[tuple[str, str], ...]  # id and reason
    singles: Mapping[Cell, tuple[Row, ...]]  # plain runs of the usual batch size
    ensembles: Mapping[Cell, tuple[Row, ...]]  # evaluations whose first member has seed 0

    def of(self, *kinds: Kind) -> tuple[Row, ...]:
        """All runs of some kinds."""
        return tuple(row for row in self.rows if row.name.kind in kinds)


def select(table: RunTable | None, overrides: Overrides) -> Selected:
    """The runs that the analysis is about; nothing where there is no table."""
    rows, excluded = [], []
    for row in sorted(table.rows, key=lambda row: (row.project, row.id)) if table else ():
        if reason := overrides.excluded(row):
            excluded.append((row.id, reason))
        elif row.loss is not None:
            rows.append(row)
    singles = (row for row in rows if is_single(row) and row.batch == BATCH)
    ensembles = (row for row in rows if _is_ensemble(row))
    return Selected(tuple(rows), tuple(excluded), _by_cell(singles), _by_cell(ensembles))


def token_count(row: Row) -> TokenCount | None:
    """The amount of data of one epoch, if it is one of the four, exactly."""
    return next((count for count in TOKEN_COUNTS if count.tokens == row.base_tokens), None)


def is_single(row: Row) -> bool:
    """A plain run: no seed, teacher or further remark in its name."""
    name = row.name
    plain = name.kind is Kind.TRAINING and name.tag is None and name.schedule == SCHEDULE
    return plain and name.data == DATA


def setting(row: Row) -> Setting:
    """The hyper-parameters that the recipes tune."""
    return Setting(row.epochs, row.lr, row.weight_decay or 0.0)


def is_standard(row: Row) -> bool:
    """The standard recipe: weight decay 0.1, anything else is tuned."""
    return row.weight_decay == STANDARD_WEIGHT_DECAY


def is_regularized(row: Row) -> bool:
    """The regularized recipe: weight decay is tuned too, epochs and learning rate are bounded."""
    return row.epochs <= MOST_EPOCHS and row.lr <= HIGHEST_LR


def best(rows: Iterable[Row]) -> Row | None:
    """The run with the least loss; of several, the first by id."""
    known = [row for row in rows if row.loss is not None]
    return min(known, key=lambda row: (row.loss, row.id), default=None)


def by_setting(rows: Iterable[Row]) -> Mapping[Setting, Sequence[Row]]:
    """The runs of each setting, in the order of settings."""
    found: dict[Setting, list[Row]] = defaultdict(list)
    for row in rows:
        found[setting(row)].append(row)
    return dict(sorted(found.items()))


def _is_ensemble(row: Row) -> bool:
    name = row.name
    plain = name.teacher is None and name.tag is None and name.data == DATA
    return name.kind is Kind.ENSEMBLE_EVALUATION and plain and name.seed == 0


def _by_cell(rows: Iterable[Row]) -> Mapping[Cell, tuple[Row, ...]]:
    found: dict[Cell, list[Row]] = defaultdict(list)
    for row in rows:
        tokens = token_count(row)
        if row.model is not None and tokens is not None:
            found[row.model, tokens].append(row)
    return {cell: tuple(held) for cell, held in found.items()}
