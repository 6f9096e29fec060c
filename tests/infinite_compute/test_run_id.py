"""Names of runs and their fields, in every form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infinite_compute.run_id import Kind, RunName, RunNameError, parse, tokens_label, write

FILE = Path(__file__).with_name("run_names.txt")
PUBLIC = [
    line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")
]

words = st.from_regex(r"[a-z][a-z0-9_]{0,4}", fullmatch=True)
counts = st.integers(1, 999)
seeds = st.integers(0, 99)
hashes = st.from_regex(r"[0-9a-f]{6}", fullmatch=True)
rates = st.one_of(
    st.integers(1, 9999).map(lambda n: n / 10_000), st.integers(0, 9).map(lambda n: n / 100_000)
)
FRESH = ["150m4k", "300m4k", "1_4b4k", "3_2b4k_qkn", "1_5b4kcda", "olmoe", "300moe", "moedebug"]


@st.composite
def trained(draw: st.DrawFn, models: tuple[str, ...] = tuple(FRESH)) -> RunName:
    """A training run's name without seeds and tags."""
    return RunName(
        Kind.TRAINING,
        model=draw(st.sampled_from(models)),
        tokens_label=tokens_label(draw(st.integers(1000, 99 * 10**9))),
        epochs=draw(st.integers(1, 128)),
        data=draw(words),
        schedule=draw(st.sampled_from(["cos", "wsd"])),
        lr=draw(rates),
        weight_decay=draw(st.integers(0, 1280)) / 100,
        batch=draw(st.none() | counts),
    )


@st.composite
def seeded(draw: st.DrawFn) -> RunName:
    return replace(draw(trained()), kind=Kind.SEED, seed=draw(seeds))


@st.composite
def seed_science(draw: st.DrawFn) -> RunName:
    name = replace(draw(trained()), kind=Kind.SEED_SCIENCE)
    return replace(name, train_seed=draw(seeds), data_seed=draw(seeds))


@st.composite
def distilled(draw: st.DrawFn) -> RunName:
    return replace(
        draw(trained()),
        kind=Kind.DISTILLED,
        teacher=draw(words).replace("_", ""),
        weight=draw(st.integers(1, 9999)) / 10_000,
        tag=draw(st.none() | st.sampled_from(["iter2", "suTEST1"])),
    )


@st.composite
def continued(draw: st.DrawFn) -> RunName:
    return replace(draw(trained(("l3b", "l8b"))), kind=Kind.CPT, seed=draw(st.none() | seeds))


@st.composite
def evaluated(draw: st.DrawFn) -> RunName:
    member, kind = draw(
        st.tuples(st.one_of(trained(), seeded(), distilled()), st.just(Kind.ENSEMBLE_EVALUATION))
        | st.tuples(seed_science(), st.just(Kind.SEED_SCIENCE_EVALUATION))
    )
    return replace(
        member,
        kind=kind,
        members=draw(counts),
        last_step=draw(st.integers(0, 10**6)),
        hash=draw(hashes),
    )


@st.composite
def isoflop(draw: st.DrawFn) -> RunName:
    return RunName(
        Kind.CHINCHILLA,
        flops=float(f"{draw(st.integers(1, 9))}e{draw(st.integers(10, 25))}"),
        hidden=draw(counts),
        layers=draw(counts),
        batch=draw(counts),
        lr=draw(st.integers(0, 9999)) / 10_000,
        experiment=f"{draw(words)}-{draw(counts)}",
        hash=draw(st.none() | hashes),
    )


names = st.one_of(
    trained(), seeded(), seed_science(), distilled(), continued(), evaluated(), isoflop()
)


def attempt(work: Callable[[], str | RunName]) -> str | RunName | RunNameError:
    try:
        return work()
    except RunNameError as error:
        return error


@given(names)
def test_what_is_written_is_read(name: RunName) -> None:
    text = attempt(lambda: write(name))
    if isinstance(text, RunNameError):
        # The one thing that the fields cannot show: the folder's name would be too long.
        assert "longer than the 64 characters" in text.reason
    else:
        assert parse(str(text)) == name


@given(names, st.data())
def test_a_damaged_name_is_refused_or_another(name: RunName, data: st.DataObject) -> None:
    text = attempt(lambda: write(name))
    assume(isinstance(text, str))
    place = data.draw(st.integers(0, len(str(text)) - 1))
    damaged = str(text)[:place] + str(text)[place + 1 :]
    found = attempt(lambda: parse(damaged))
    if isinstance(found, RunName):
        assert found != name
        assert write(found) == damaged
    else:
        assert damaged[:120] in str(found)


@given(st.text())
def test_any_text_is_a_name_or_refused(text: str) -> None:
    found = attempt(lambda: write(parse(text)))
    assert found == text or isinstance(found, RunNameError)


def test_the_public_names_have_every_form() -> None:
    assert len(set(PUBLIC)) == len(PUBLIC) == 156
    assert {parse(name).kind for name in PUBLIC} == set(Kind)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_read(name: str) -> None:
    assert write(parse(name)) == name


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "1_4b4k-1.7Bx8-dclm-cos-lr0.0003-wd12.80-bs64",
            RunName(Kind.TRAINING, "1_4b4k", "1.7B", 8, "dclm", None, None, "cos", 3e-4, 12.8, 64),
        ),
        (
            "l3b-4.2Bx4-octo-cos-lr0.00003-wd0.10-bs64-seed7",
            RunName(Kind.CPT, "l3b", "4.2B", 4, "octo", None, None, "cos", 3e-5, 0.1, 64, 7),
        ),
        (
            "ss-2x-300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60-ts0-ds1-12799-0a1b2c",
            RunName(
                Kind.SEED_SCIENCE_EVALUATION,
                "300m4k",
                "209M",
                16,
                "dclm",
                schedule="cos",
                lr=0.003,
                weight_decay=1.6,
                train_seed=0,
                data_seed=1,
                members=2,
                last_step=12799,
                hash="0a1b2c",
            ),
        ),
        (
            "isoflop-3e+18-d512-L6-B64-lr0.0010-dclm-64",
            RunName(
                Kind.CHINCHILLA,
                batch=64,
                lr=0.001,
                flops=3e18,
                hidden=512,
                layers=6,
                experiment="dclm-64",
            ),
        ),
        (
            "300m4k-209Mx1-dclm-wsd-lr0.0030-wd0.80-suTEST1-bs64",
            RunName(
                Kind.TRAINING, "300m4k", "209M", 1, "dclm", None, None, "wsd", 0.003, 0.8, 64,
                tag="suTEST1",
            ),
        ),
    ],
)  # fmt: skip
def test_the_fields_of_a_name(text: str, fields: RunName) -> None:
    assert parse(text) == fields


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing where a model such as `300m4k` is due"),
        ("run-17", "`run` where a model such as `300m4k` is due"),
        ("300m4k-209M-dclm", "`209M` where tokens and epochs such as `209Mx16` is due"),
        ("300m4k-209Mx1.5-dclm", "`209Mx1.5` where tokens and epochs such as `209Mx16` is due"),
        ("300m4k-1.75Bx1-dclm", "its tokens are not written as `209M` or `1.7B` are"),
        (
            "300m4k-209Mx8-dclm+ens8-cos",
            "`dclm+ens8` where a data set such as `dclm` or `dclm+ens8^0.9` is due",
        ),
        ("300m4k-209Mx8-dclm-lin", "`lin` where a schedule, `cos` or `wsd`, is due"),
        (
            "300m4k-209Mx8-dclm-cos-0.0030",
            "`0.0030` where a learning rate such as `lr0.0030` is due",
        ),
        (
            "300m4k-209Mx8-dclm-cos-lr0.0030-wd1",
            "`wd1` where a weight decay such as `wd0.10` is due",
        ),
        (
            "300m4k-209Mx8-dclm-cos-lr0.00300-wd1.00",
            "its numbers are not as names write them: `300m4k-209Mx8-dclm-cos-lr0.0030-wd1.00`",
        ),
        ("300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-bs64-again", "`again` is left at its end"),
        (
            "300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-ts1",
            "nothing where the data seed of a train seed, such as `ds0`, is due",
        ),
        (
            "ppl-eval-ensemble-300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-seed0-9-0a1b2c",
            "`300m4k` where the number of members such as `5x` is due",
        ),
        (
            "ppl-eval-ensemble-5x-300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-seed0-9",
            "nothing where a hash of six hexadecimal digits is due",
        ),
        (
            "ss-5x-300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-seed0-9-0a1b2c",
            "its member has no train seed and data seed such as `ts0-ds1`",
        ),
        (
            "isoflop-3e19-d512-L6-B64-lr0.0010-dclm-64",
            "`3e19` where a budget such as `3e+19` is due",
        ),
        (
            "300m4k-209Mx16-dclm+alongnameofsometeacher^0.75-cos-lr0.0030-wd0.40-bs64",
            "longer than the 64 characters that a training run may have",
        ),
        (
            "300m4k-209Mx16-a_data_set_of_a_very_long_name-cos-lr0.0030-wd0.40-bs64",
            "longer than the 64 characters that a training run may have",
        ),
    ],
)
def test_a_name_of_no_form_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(RunNameError) as caught:
        parse(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": Kind.SEED},
        {"lr": None},
        {"batch": 0},
        {"lr": 0.00125},
        {"members": 3},
        {"train_seed": 1},
        {"tag": "suTEST1", "seed": None, "hidden": 5},
    ],
)
def test_fields_that_make_no_name_are_not_written(wrong: dict[str, object]) -> None:
    name = parse("300m4k-209Mx8-dclm-cos-lr0.0030-wd0.10-bs64")
    with pytest.raises(RunNameError):
        write(replace(name, **wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tokens", "label", "named"),
    [
        (209_715_200, "209M", 209_000_000),
        (838_860_800, "838M", 838_000_000),
        (1_677_721_600, "1.7B", 1_700_000_000),
        (73_400_320_000, "73.4B", 73_400_000_000),
        (5_242_880, "5.2M", 5_200_000),
        (262_144, "262.1K", 262_100),
    ],
)
def test_tokens_as_names_write_them(tokens: int, label: str, named: int) -> None:
    assert tokens_label(tokens) == label
    assert RunName(Kind.TRAINING, tokens_label=label).tokens == named
