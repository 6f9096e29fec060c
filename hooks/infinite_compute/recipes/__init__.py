"""Run table and published values -> all derived tables, stage by stage; nothing is cached."""

from __future__ import annotations

from collections.abc import Mapping

from infinite_compute.overrides import Overrides
from infinite_compute.published import Published
from infinite_compute.recipes.ablations import ablations, comparison, trajectories
from infinite_compute.recipes.efficiency import efficiencies
from infinite_compute.recipes.ensembling import ensembles, joint
from infinite_compute.recipes.evaluations import benchmarks, continued, distillation
from infinite_compute.recipes.isoflop import sweeps
from infinite_compute.recipes.seeds import seed_science, sensitivity
from infinite_compute.recipes.selection import select
from infinite_compute.recipes.single import regularized, standard
from infinite_compute.results import Origin, Results
from infinite_compute.sources import Source
from infinite_compute.table import RunTable

__all__ = ["derive"]


def derive(
    table: RunTable | None,
    published: Published,
    overrides: Overrides | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Results:
    """Derive everything; what runs do not give is taken from published values, or is missing.

    `sources` say which tag the runs of a mode carry; without them, what only a tag tells from other
    runs is missing.
    """
    tags = {mode: source.tag for mode, source in (sources or {}).items() if source.tag}
    selected = select(table, overrides or Overrides())
    by_standard = standard(selected, published)
    by_regularized = regularized(selected, published)
    cells = ensembles(selected, published, overrides or Overrides())
    by_joint = joint(cells, published)
    return Results(
        origin=Origin.RUNS if selected.rows else Origin.PUBLISHED,
        standard=by_standard,
        regularized=by_regularized,
        ensembles=cells,
        joint=by_joint,
        efficiencies=efficiencies(by_standard, by_regularized, cells, by_joint, published),
        distillation=distillation(selected, published, by_regularized, cells),
        benchmarks=benchmarks(published),
        ablations=ablations(selected, by_regularized),
        seed_science=seed_science(selected),
        sensitivity=sensitivity(selected, by_regularized, cells),
        isoflop=sweeps(selected, tags),
        comparison=comparison(selected, by_standard, by_regularized, tags),
        trajectories=trajectories(selected, by_standard, by_regularized),
        continued=continued(published),
        excluded=selected.excluded,
    )
