import random
import subprocess
import sys
from pathlib import Path

import pytest

import datagen.check
from datagen.check import check_pairs, check_record, sample_records
from symmath.errors import ShardError
from symmath.shards import SPLITS, Record, read_records, write_shard

ROOT = Path(__file__).parents[2]
RIGHT = Record(["<integrate>", "cos", "x"], ["sin", "x"], "bwd")
WRONG = Record(["<integrate>", "sin", "x"], ["cos", "x"], "ibp")
EQUATION = Record(["<ode1>", "sub", "y'", "y"], ["mul", "c1", "exp", "x"], "linear")
PARTICULAR = Record(["<ode1>", "sub", "y'", "y"], ["exp", "x"], "linear")


def test_wrong_pairs_are_found_and_printed(tmp_path: Path) -> None:
    write_shard(tmp_path / "train-000000.safetensors", [RIGHT, WRONG, EQUATION], {})
    write_shard(tmp_path / "test-000000.safetensors", [PARTICULAR], {})
    found = check_pairs(tmp_path, 100)
    assert found.verdicts["integrate", "proved"] == found.verdicts["integrate", "refuted"] == 1
    assert found.verdicts["ode1", "proved"] == 2
    assert found.verdicts["ode1", "not general"] == 1
    assert [record for record, _ in found.refuted] == [WRONG]
    text = found.table()
    assert "| integrate | 1 | 0 | 1 | 0 | 0 |" in text
    assert "refuted (ibp)" in text and "problem sin(x)" in text and "answer  cos(x)" in text
    assert "not general (linear)" in text and "answer  exp(x)" in text


def test_the_exit_status_tells(tmp_path: Path) -> None:
    for name, record, status in (("good", RIGHT, 0), ("bad", WRONG, 1)):
        write_shard(tmp_path / name / "train-000000.safetensors", [record], {})
        command = [sys.executable, "-m", "datagen", "check", str(tmp_path / name)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == status, done.stderr
    missing = subprocess.run([*command[:-1], str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert missing.returncode == 2 and "no pairs" in missing.stderr


def test_samples_are_random_and_hold_no_pair_twice(shards: Path) -> None:
    everything = [r for split in SPLITS for r in read_records(shards, split)]
    assert sorted(map(repr, sample_records(shards, 10_000, random.Random(0)))) == sorted(
        map(repr, everything)
    )
    one, two = (list(sample_records(shards, 20, random.Random(seed))) for seed in (1, 2))
    assert len(one) == len(two) == 20 and one != two
    assert one == list(sample_records(shards, 20, random.Random(1)))
    with pytest.raises(ShardError, match="no pairs"):
        list(sample_records(shards / "missing", 1, random.Random(0)))


def test_what_takes_too_long_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagen.check, "PAIR_SECONDS", 0.0)
    found = check_record(RIGHT)
    assert found.verdict == "undecided" and "TimeLimitError" in found.reason
