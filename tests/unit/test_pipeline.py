import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from datagen.pipeline import GENERATORS, draw_chunk, generate, propose_pairs, show_as
from datagen.recipes import INTEGRATE_MIX, RECIPES
from datagen.split import skeleton, split_of
from symmath.errors import ShardError
from symmath.expr.prefix import decode
from symmath.expr.present import PRESENTATIONS
from symmath.shards import read_records, read_shard
from symmath.tasks.integrate import holds
from symmath.tasks.task import Pair
from symmath.verification import Verdict, verify_integral

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def make(folder: Path, *, workers: int = 0, seed: int = 1, pairs: int = 600) -> None:
    generate(
        RECIPES["integrate-bwd"],
        folder,
        pairs=pairs,
        seed=seed,
        workers=workers,
        chunk_pairs=300,
        report=lambda _: None,
    )


def test_shards_depend_on_the_seed_and_not_on_the_workers(shards: Path, tmp_path: Path) -> None:
    make(tmp_path / "two", workers=2)
    make(tmp_path / "other", seed=2)
    assert contents(tmp_path / "two") == contents(shards)
    assert contents(tmp_path / "other") != contents(shards)


def test_a_cut_off_run_is_completed_to_the_same_bytes(shards: Path, tmp_path: Path) -> None:
    make(tmp_path, pairs=300)
    whole = tmp_path / "train-000000.safetensors"
    before = whole.stat().st_mtime_ns
    make(tmp_path)
    assert contents(tmp_path) == contents(shards)
    assert whole.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_killed_run_leaves_whole_shards_and_resumes_without_loss_or_repeats(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "datagen", "integrate", "--recipe", "integrate-bwd", "--seed", "1"]
    out = tmp_path / "killed"
    command += ["--pairs", "9000", "--chunk", "300", "--workers", "2", "--out", str(out)]
    # A session of its own, so that its workers can be killed in the middle of whatever they do.
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(list(out.glob("train-*"))) < 4:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    written = sorted(out.glob("[!.]*"))
    assert 12 <= len(written) < 90
    for path in written:
        read_shard(path, verify_checksum=True)
    (out / f".train-000029.safetensors.{process.pid}").write_bytes(b"half a shard")
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    make(tmp_path / "whole", pairs=9000)
    assert contents(out) == contents(tmp_path / "whole")


def test_a_folder_of_another_seed_or_chunk_is_refused(tmp_path: Path) -> None:
    make(tmp_path, pairs=300)
    with pytest.raises(ShardError, match="'seed': 1.*--out"):
        make(tmp_path, seed=5)
    with pytest.raises(ShardError, match="--chunk 300, not 200"):
        generate(
            RECIPES["integrate-bwd"],
            tmp_path,
            pairs=400,
            seed=1,
            workers=0,
            chunk_pairs=200,
            report=lambda _: None,
        )


def test_splits_share_no_skeleton(shards: Path) -> None:
    skeletons: dict[str, set[str]] = {}
    for split in ("train", "valid", "test"):
        records = list(read_records(shards, split))
        skeletons[split] = {skeleton(record.source) for record in records}
    assert skeletons["train"] and skeletons["test"]
    assert skeletons["train"].isdisjoint(skeletons["test"] | skeletons["valid"])


@pytest.mark.parametrize("recipe", ["integrate-mix", "ode-mix"])
def test_every_pair_is_where_its_source_as_shown_belongs(recipe: str) -> None:
    drawn = draw_chunk(RECIPES[recipe], seed=3, index=0, pairs=150)
    for split, records in drawn.records.items():
        assert all(split_of(record.source[1:]) == split for record in records)
    assert len(drawn.records["train"]) > 130


def test_sources_of_a_chunk_are_distinct(shards: Path) -> None:
    for chunk in range(2):
        paths = [shards / f"{split}-{chunk:06d}.safetensors" for split in ("train", "valid", "test")]
        records = [shard.record(i) for shard in map(read_shard, paths) for i in range(len(shard))]
        assert len({tuple(record.source) for record in records}) == len(records) == 300


def test_every_pair_of_the_mix_holds_in_its_presentation() -> None:
    rng = random.Random(3)
    pairs: list[Pair] = []
    changed = 0
    for task, _, pair in propose_pairs(INTEGRATE_MIX, rng):
        if isinstance(pair, Pair) and task == "integrate":
            pairs.append(pair)
            changed += pair.source != pair.shape
        if len(pairs) == 150:
            break
    # A high power is too large to be judged at most points, which is no confirmation; the verifier is.
    doubtful = [pair for pair in pairs if not holds(pair.source, pair.target, rng)]
    assert len(doubtful) < 5
    for pair in doubtful:
        check = verify_integral(decode(pair.source), decode(pair.target))
        assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert changed > 20


def test_a_presentation_that_changes_the_value_is_not_shown(rng: random.Random, monkeypatch) -> None:
    monkeypatch.setattr("datagen.pipeline.present", lambda e, name: e + 1)
    tokens = ["sin", "x"]
    assert show_as(tokens, "expanded", rng) == tokens
    assert decode(tokens) == decode(show_as(tokens, "raw", rng))


def test_every_recipe_names_known_tasks_generators_and_presentations() -> None:
    for recipe in RECIPES.values():
        assert recipe.generators.keys() <= GENERATORS.keys()
        assert set(recipe.presentations) <= set(PRESENTATIONS)
        assert sum(recipe.generators.values()) == pytest.approx(1.0)
