"""The groups of sweeps.yaml, expanded to runs with names, steps and tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from infinite_compute import models, run_id
from infinite_compute.run_id import Kind, RunName, tokens_label
from infinite_compute.sweep_run import SweepRun

_BATCH = 64  # at which base steps are counted
_GROUP = {"source", "note", "project", "tags", "data", "batch_in_names", "neighbours"}
_GROUP |= {
    "shared_tags",
    "seeds",
    "seed_pairs",
    "members",
    "columns",
    "settings",
    "grid",
    "isoflop",
}
_SETTING = {"model", "base_steps", "batch", "epochs", "lr", "weight_decay"}
_SETTING |= {"teacher", "weight", "tag", "steps"}
_ISOFLOP = {"flops", "hidden", "most_parameters", "least_steps", "lr", "weight_decay", "schedule"}
_ISOFLOP |= {"experiment"}


class _Seeds(NamedTuple):
    """What a name says of seeds: one for both, or that of initialisation and of data order."""

    both: int | None = None
    train: int | None = None
    data: int | None = None


class Group:
    """One group of the file: settings that were launched alike."""

    def __init__(self, facts: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
        _only(facts, _GROUP)
        self._facts = facts
        self._shared = shared
        self._project = facts.get("project", shared["project"])
        everywhere = shared["tags"] if facts.get("shared_tags", True) else ()
        self._tags = tuple(dict.fromkeys([*everywhere, *facts.get("tags", ())]))

    def runs(self) -> Iterator[SweepRun]:
        """Its runs, evaluations behind the members."""
        if "isoflop" in self._facts:
            yield from self._isoflop(self._facts["isoflop"])
            return
        settings = list(self._settings())
        for setting, centre in settings:
            for seeds in self._seeds():
                yield self._run(setting, seeds, centre=centre)
        for setting, centre in settings:
            for count in self._facts.get("members", ()):
                yield from self._evaluations(setting, count, centre=centre)

    def _settings(self) -> Iterator[tuple[dict[str, Any], bool]]:
        """The settings that the group names, each with whether it is no mere neighbour."""
        if "grid" in self._facts:
            axes = {
                axis: values if isinstance(values, list) else [values]
                for axis, values in self._facts["grid"].items()
            }
            _only(axes, _SETTING)
            for values in product(*axes.values()):
                yield dict(zip(axes, values, strict=True)), True
            return
        _only(self._facts["columns"], _SETTING)
        for row in self._facts["settings"]:
            setting = dict(zip(self._facts["columns"], row, strict=True))
            yield setting, True
            for axis in self._facts.get("neighbours", ()):
                for value in self._beside(axis, setting[axis]):
                    yield {**setting, axis: value}, False

    def _beside(self, axis: str, value: float) -> Sequence[float]:
        """The values before and behind on the axis's grid; at its end there is but one."""
        grid = self._shared["grids"][axis]
        place = grid.index(value)
        return [one for one in grid[max(0, place - 1) : place + 2] if one != value]

    def _seeds(self) -> Sequence[_Seeds]:
        if "seed_pairs" in self._facts:
            return [_Seeds(None, train, data) for train, data in self._facts["seed_pairs"]]
        return [_Seeds(seed) for seed in self._facts.get("seeds", ())] or [_Seeds()]

    def _run(self, setting: Mapping[str, Any], seeds: _Seeds, *, centre: bool) -> SweepRun:
        batch = setting.get("batch", self._shared["batch"])
        base = setting["base_steps"] * _BATCH // batch
        tokens = base * batch * self._shared["sequence"]
        weight = setting.get("weight")
        # The names of seeds leave the batch out, unless the launch file says otherwise.
        named_batch = batch if seeds == _Seeds() or self._facts.get("batch_in_names") else None
        name = RunName(
            Kind.TRAINING,
            model=setting["model"],
            tokens_label=tokens_label(tokens),
            epochs=setting["epochs"],
            data=self._facts.get("data", self._shared["data"]),
            teacher=setting.get("teacher"),
            weight=weight,
            schedule=self._shared["schedule"],
            lr=setting["lr"],
            weight_decay=float(setting["weight_decay"]),
            batch=named_batch,
            tag=setting.get("tag"),
            seed=seeds.both,
            train_seed=seeds.train,
            data_seed=seeds.data,
        )
        # 0.9 of a teacher makes ten times as many steps, cut off as the launch files do it.
        steps = int(base * setting["epochs"] / (1 - (weight or 0.0)))
        return SweepRun(
            name=replace(name, kind=run_id.form(name)),
            project=self._project,
            tags=self._tags,
            source=self._facts["source"],
            steps=setting.get("steps", steps),
            tokens=tokens,
            batch=batch,
            sequence=self._shared["sequence"],
            seeds=self._both(seeds),
            weight_decay=name.weight_decay,
            schedule=name.schedule,
            note=self._facts.get("note"),
            centre=centre,
        )

    def _both(self, seeds: _Seeds) -> tuple[int, int]:
        """The seeds of initialisation and of data order; names without any have the usual ones."""
        if seeds.both is not None:
            return seeds.both, seeds.both
        usual = self._shared["seeds"]
        return (
            usual["train"] if seeds.train is None else seeds.train,
            usual["data"] if seeds.data is None else seeds.data,
        )

    def _evaluations(
        self, setting: Mapping[str, Any], count: int, *, centre: bool
    ) -> Iterator[SweepRun]:
        """Of ensembles of `count` members; the name holds the first of them."""
        firsts = [_Seeds(0)]
        kind = Kind.ENSEMBLE_EVALUATION
        if "seed_pairs" in self._facts:
            # Listed from the highest seed down: the data's, the initialisation's, both.
            highest = count - 1
            pairs = dict.fromkeys([(0, highest), (highest, 0), (highest, highest)])
            firsts = [_Seeds(None, train, data) for train, data in pairs]
            kind = Kind.SEED_SCIENCE_EVALUATION
        for first in firsts:
            member = self._run(setting, first, centre=centre)
            last = (member.steps or 1) - 1
            name = replace(member.name, kind=kind, members=count, last_step=last)
            # An evaluation without a tag of its own gets none at all.
            own = tuple(self._facts.get("tags", ()))
            tags = (self._shared["evaluation_tag"], *own) if own else ()
            project = self._shared["evaluations"]
            yield replace(member, name=name, project=project, tags=tags, steps=None, seeds=None)

    def _isoflop(self, family: Mapping[str, Any]) -> Iterator[SweepRun]:
        """The sizes of the family at each budget."""
        _only(family, _ISOFLOP)
        batch, lr, widths = self._shared["batch"], family["lr"], family["hidden"]
        tokens_per_step = batch * self._shared["sequence"]
        for flops in family["flops"]:
            for hidden in range(widths["from"], widths["to"] + 1, widths["step"]):
                layers = round(hidden / (64 + 4 * math.log2(hidden) - 9))
                parameters = models.isoflop_parameters(hidden, layers)
                operations = models.isoflop_operations(hidden, layers)
                steps = round(flops / (operations * tokens_per_step))
                if parameters > family["most_parameters"] or steps < family["least_steps"]:
                    continue
                name = RunName(
                    Kind.CHINCHILLA,
                    flops=flops,
                    hidden=hidden,
                    layers=layers,
                    batch=batch,
                    lr=lr["small"] if parameters <= lr["large_above"] else lr["large"],
                    experiment=family["experiment"],
                )
                own = (f"FLOPs={flops:.1e}", f"d={hidden}", f"L={layers}", f"B={batch}")
                yield SweepRun(
                    name=name,
                    project=self._project,
                    tags=(*self._tags, *own, f"steps={steps}"),
                    source=self._facts["source"],
                    steps=steps,
                    tokens=steps * tokens_per_step,
                    batch=batch,
                    sequence=self._shared["sequence"],
                    weight_decay=family["weight_decay"],
                    schedule=family["schedule"],
                    note=self._facts["note"],
                )


def _only(found: Mapping[str, Any] | Sequence[str], allowed: set[str]) -> None:
    wrong = [key for key in found if key not in allowed]
    if wrong:
        raise ValueError(f"`{wrong[0]}` is no field; write one of {', '.join(sorted(allowed))}")
