"""The numbers that carry each finding, out of the derived tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infinite_compute.figures import parts
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.results import (
    SMALLEST,
    Efficiency,
    EnsembleCell,
    Missing,
    Number,
    Origin,
    Recipe,
    Results,
    SizeScaling,
)
from infinite_compute.table import span
from labbook.pages.blocks import NumberView

_SIZES = {"150m4k": "150M", "300m4k": "300M", "600m4k": "600M", "1_4b4k": "1.4B"}


def findings(results: Results) -> dict[str, list[NumberView]]:
    """The numbers of each finding, by the name of its block."""
    return {
        "headline": list(_headline(results)),
        "overfitting": list(_overfitting(results)),
        "regularization": list(_regularization(results)),
        "ensembling": list(_ensembling(results)),
        "tokens": list(_tokens(results)),
        "distillation": list(_distillation(results)),
        "benchmarks": list(_benchmarks(results)),
        "continued": list(_continued(results)),
    }


def source(number: Number) -> str:
    """Where a number comes from, in a line."""
    if number.origin is Origin.RUNS:
        count = len(number.sources)
        text = number.sources[0] if count == 1 else f"{count} runs"
        return f"{_run_data(number.as_of)}: {text}"
    return "; ".join(number.sources)


def efficiency(known: Efficiency) -> Number | None:
    """The data efficiency from runs, else as it was published."""
    if isinstance(known.over_law, Number):
        return known.over_law
    return next(iter(known.quoted), None)


def asymptote(recipe: Recipe) -> str | None:
    """The asymptote at the smallest amount of data with its interval."""
    scaling = recipe.at()
    if isinstance(scaling, Missing) or isinstance(scaling.fit, NotIdentifiable):
        return None
    interval = scaling.fit.asymptote
    value = f"{scaling.fit.law.asymptote:.3f}"
    if isinstance(interval, Interval):
        return f"{value} ({interval.low:.3f} to {interval.high:.3f})"
    return f"{value} (its uncertainty is not identifiable)"


def _headline(results: Results) -> Iterator[NumberView]:
    yield from _efficiencies(
        results,
        ("regularized_asymptote", "data efficiency of ever larger regularized models"),
        ("ensemble_300m4k_of_best_single", "data efficiency of ever more 300M models"),
        ("joint_asymptote", "data efficiency of ever more ever larger models"),
    )


def _overfitting(results: Results) -> Iterator[NumberView]:
    standard = results.standard.at()
    if isinstance(standard, Missing):
        return
    for model in ("150m4k", standard.best.model, "1_4b4k"):
        point = standard.of(model)
        if point:
            what = f"loss of the standard recipe at {_SIZES[model]}"
            what += ", its best size" if point is standard.best else ""
            yield _loss(point.loss, what)


def _regularization(results: Results) -> Iterator[NumberView]:
    regularized = results.regularized.at()
    if isinstance(regularized, SizeScaling):
        yield _loss(
            regularized.best.loss, f"loss of the best model, {_SIZES[regularized.best.model]}"
        )
        for law in regularized.quoted:
            text = f"{law.law.scale:g} / N^{law.law.exponent:g} + {law.law.asymptote:g}"
            yield NumberView(text, "the law as published, N in billions of parameters", law.source)
    if value := asymptote(results.regularized):
        what = "asymptote of the law fitted here, with its 90% interval"
        yield NumberView(value, what, _inputs(regularized))
    yield from _efficiencies(
        results,
        ("single_1_4b4k", "data efficiency of one 1.4B model"),
        ("regularized_asymptote", "data efficiency of the asymptote"),
    )


def _ensembling(results: Results) -> Iterator[NumberView]:
    cell = results.ensemble("300m4k")
    if isinstance(cell, EnsembleCell):
        if cell.asymptote_of_single:
            what = "asymptote of 300M members, each with the best setting of one model"
            yield _loss(cell.asymptote_of_single, what)
        if cell.asymptote_of_best:
            what = "asymptote of 300M members with the setting that is best for many"
            yield _loss(cell.asymptote_of_best, what)
    if value := asymptote(results.joint):
        what = "asymptote of both together, with its 90% interval"
        yield NumberView(value, what, _inputs(results.joint.at()))
    yield from _efficiencies(
        results,
        ("five_1_4b4k", "data efficiency of five 1.4B models"),
        ("joint_asymptote", "data efficiency of both together"),
    )


def _tokens(results: Results) -> Iterator[NumberView]:
    for tokens, scaling in results.joint.by_tokens.items():
        if isinstance(scaling, Missing) or isinstance(scaling.fit, NotIdentifiable):
            continue
        interval = scaling.fit.asymptote
        what = f"asymptote of the joint recipe at {tokens.label} tokens"
        if isinstance(interval, Interval):
            what += f", {interval.low:.2f} to {interval.high:.2f} at 90%"
        else:
            what += "; its uncertainty is not identifiable"
        yield NumberView(f"{scaling.fit.law.asymptote:.2f}", what, _inputs(scaling))


def _distillation(results: Results) -> Iterator[NumberView]:
    known = results.distillation
    for student in known.students:
        yield _loss(student.loss, f"loss of a 300M model taught by {_article(student.teacher)}")
    yield _loss(known.teacher, "loss of the ensemble of eight that teaches")
    yield _loss(known.without, "loss of the best 300M model without a teacher")
    retained = known.retained
    published = known.published_retained
    yield NumberView(
        f"{retained.value:.0%}",
        f"of the ensemble's gain kept (published: {published.value:g}%)",
        source(retained),
    )


def _benchmarks(results: Results) -> Iterator[NumberView]:
    known = results.benchmarks
    model, _, error = min(known.standard, key=lambda one: one[2].value)
    what = f"mean error of the best standard model, {_SIZES[model]}"
    yield NumberView(f"{error.value:.1%}", what, source(error))
    for group, name in (
        ("regularized", "the best regularized model"),
        ("ensemble", "the best ensemble"),
        ("distilled", "the better distilled model"),
    ):
        best = min(
            (one for one in known.models if one.group == group), key=lambda one: one.error.value
        )
        members = f"{best.members} × " if best.members > 1 else ""
        what = f"mean error of {name}, {members}{_SIZES[best.model]}"
        yield NumberView(f"{best.error.value:.1%}", what, source(best.error))


def _continued(results: Results) -> Iterator[NumberView]:
    known = results.continued
    for row in known.rows:
        yield NumberView(
            f"{row.average.value:.2f}%", f"mean accuracy: {row.name}", source(row.average)
        )
    yield NumberView(
        f"{known.efficiency.value:g} ×", "data efficiency claimed", source(known.efficiency)
    )


def _efficiencies(results: Results, *wanted: tuple[str, str]) -> Iterator[NumberView]:
    known = {one.name: one for one in results.efficiencies if one.tokens == SMALLEST}
    for name, what in wanted:
        if name in known and (number := efficiency(known[name])):
            about = ", as published" if number.origin is Origin.PUBLISHED else ""
            if isinstance(interval := number.interval, Interval):
                about = f", {' to '.join(parts.ends(interval, 2))} at {interval.level:.0%}"
            elif isinstance(interval, NotIdentifiable):
                about = "; its uncertainty is not identifiable"
            yield NumberView(f"{number.value:.3g} ×", what + about, source(number))


def _inputs(scaling: SizeScaling | Missing) -> str:
    """Where what a law is fitted to comes from."""
    if isinstance(scaling, Missing):
        return ""
    sources = dict.fromkeys(source(point.loss) for point in scaling.points if point.fitted)
    if scaling.origin is Origin.RUNS:
        days = [day for point in scaling.points if point.fitted for day in point.loss.as_of]
        return f"{_run_data(days)}: a law through {len(sources)} losses"
    return "fitted to " + "; ".join(sources)


def _run_data(days: Iterable[str]) -> str:
    when = span(days)
    return f"run data of {when}" if when else "run data"


def _loss(number: Number, what: str) -> NumberView:
    return NumberView(f"{number.value:.3f}", what, source(number))


def _article(teacher: str) -> str:
    return teacher if teacher.startswith("one ") else f"an {teacher}"
