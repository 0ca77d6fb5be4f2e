import random
from pathlib import Path
from typing import Any

import pytest

from datagen.recipes import RAW, Recipe
from datagen.selfplay import DEFAULT_CHECKPOINT, OwnSolver, SelfPlay, fingerprint, write_selfplay
from datagen.trees import draw
from symmath.errors import CheckpointError, ShardError
from symmath.expr.parse import parse_expression
from symmath.expr.show import show
from symmath.shards import SPLITS, read_manifest, read_records
from symmath.tasks.forward import find_primitive
from symmath.tasks.integrate import holds
from symmath.tasks.task import Pair, Rejection

RECIPE = Recipe(name="selfplay-fit-0000abcd", generators={}, presentations=RAW)


def answered(answer: str | None, *, error: str | None = None) -> dict[str, Any]:
    return {"answer": answer, "verdict": answer and "proved", "engine": answer and "fit", "error": error}


def fit(text: str) -> dict[str, Any]:
    primitive = find_primitive(parse_expression(text, "x").expr)
    return answered(None if primitive is None else show(primitive))


def proposed(play: SelfPlay, count: int = 60) -> list[Pair | Rejection]:
    rng = random.Random(1)
    return [play.propose(draw, rng)[1] for _ in range(count)]


def test_only_answers_that_hold_become_pairs() -> None:
    rng = random.Random(2)
    pairs = [pair for pair in proposed(SelfPlay("l", fit)) if isinstance(pair, Pair)]
    assert len(pairs) > 15
    assert all(holds(pair.source, pair.target, rng) for pair in pairs)
    lied = proposed(SelfPlay("l", lambda _: answered("x**2 + atan(x)")))
    assert not any(isinstance(pair, Pair) for pair in lied)
    assert Rejection.UNVERIFIED in lied


@pytest.mark.parametrize("record", [None, answered(None), {**answered("x"), "verdict": "undecided"}])
def test_what_is_not_verified_is_unsolved(record: dict[str, Any] | None) -> None:
    assert Rejection.UNSOLVED in proposed(SelfPlay("l", lambda _: record))
    assert not any(isinstance(pair, Pair) for pair in proposed(SelfPlay("l", lambda _: record)))


def test_only_what_the_weaker_solver_leaves_unsolved_is_kept() -> None:
    alone = [pair for pair in proposed(SelfPlay("l", fit)) if isinstance(pair, Pair)]
    kept = proposed(SelfPlay("l", fit, lambda text: answered("x" if "log" in text else None)))
    assert [pair for pair in kept if isinstance(pair, Pair)] == [p for p in alone if "log" not in p.source]
    for told in (None, answered(None, error="broken")):
        silent = proposed(SelfPlay("l", fit, lambda _, told=told: told))
        assert Rejection.ALREADY_SOLVED in silent
        assert not any(isinstance(pair, Pair) for pair in silent)


def test_shards_name_the_checkpoint_and_a_second_run_goes_on(tmp_path: Path) -> None:
    write_selfplay(tmp_path, SelfPlay("0000abcd", fit), RECIPE, pairs=20, seed=1, chunk_pairs=20)
    before = [record.source for split in SPLITS for record in read_records(tmp_path, split)]
    tally = write_selfplay(tmp_path, SelfPlay("0000abcd", fit), RECIPE, pairs=40, seed=1, chunk_pairs=20)
    assert tally.written == {"selfplay-fit-0000abcd": 20}
    assert read_manifest(tmp_path / "train-000001.safetensors")["recipe"] == RECIPE.name
    records = [record for split in SPLITS for record in read_records(tmp_path, split)]
    assert {record.origin for record in records} == {"selfplay-fit-0000abcd"}
    sources = {tuple(record.source) for record in records}
    assert len(before) == 20 and len(records) == len(sources) == 40
    other = Recipe(name="selfplay-fit-ffffffff", generators={}, presentations=RAW)
    with pytest.raises(ShardError, match="0000abcd"):
        write_selfplay(tmp_path, SelfPlay("ffffffff", fit), other, pairs=20, seed=1, chunk_pairs=20)


@pytest.mark.slow
def test_the_solver_answers_over_its_command_line(tmp_path: Path) -> None:
    solver = OwnSolver("fit", DEFAULT_CHECKPOINT, beam_size=1, timeout=10.0)
    try:
        solver.start()
        for text, answer in (
            ("x*cos(x)", "x*sin(x) + cos(x)"),
            ("sqrt(sin(x))", None),
            ("sin(x)/x", "Si(x)"),
        ):
            record = solver.ask(text)
            assert record is not None and record["answer"] == answer
    finally:
        solver.close()
    missing = OwnSolver("fit", tmp_path, beam_size=1, timeout=10.0)
    with pytest.raises(CheckpointError, match="holds no checkpoint"):
        missing.start()
    missing.close()
    with pytest.raises(CheckpointError, match="holds no checkpoint"):
        fingerprint(tmp_path)
