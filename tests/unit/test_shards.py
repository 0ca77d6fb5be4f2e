from pathlib import Path

import pytest

import symmath.shards
from symmath.errors import ShardError
from symmath.expr.vocab import to_text
from symmath.shards import Record, read_manifest, read_records, read_shard, shard_paths, write_shard

RECORDS = [
    Record(["<integrate>", "x"], ["div", "pow", "x", "+", "2", "+", "2"], "bwd"),
    Record(["<integrate>", "cos", "x"], ["sin", "x"], "ibp"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "train-000000.safetensors"
    write_shard(path, RECORDS, {"recipe": "test"})
    return path


def test_reading_returns_what_was_written(path: Path) -> None:
    shard = read_shard(path, verify_checksum=True)
    assert [shard.record(i) for i in range(len(shard))] == RECORDS
    assert shard.texts(1) == (to_text(RECORDS[1].source), to_text(RECORDS[1].target))
    assert list(read_records(path.parent, "train")) == RECORDS
    assert read_manifest(path)["recipe"] == "test"


def test_an_empty_shard_is_fine(tmp_path: Path) -> None:
    write_shard(tmp_path / "test-000000.safetensors", [], {})
    assert list(read_records(tmp_path, "test")) == []


@pytest.mark.parametrize("keep", [0, 4, 40, -7])
def test_a_truncated_shard_is_an_error_that_names_the_file(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ShardError, match="train-000000"):
        read_shard(path)


def test_a_flipped_byte_is_found_by_the_checksum(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ShardError, match="checksum|corrupt"):
        read_shard(path, verify_checksum=True)


def test_a_shard_of_another_alphabet_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmath.shards, "alphabet_fingerprint", lambda: "other")
    with pytest.raises(ShardError, match="alphabet"):
        read_shard(path)


def test_a_missing_split_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="no train shard"):
        shard_paths(tmp_path, "train")


def test_nothing_partial_is_left(path: Path) -> None:
    assert [p.name for p in path.parent.iterdir()] == [path.name]
