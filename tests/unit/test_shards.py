import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save

import symmath.shards
from symmath.errors import ShardError
from symmath.expr.vocab import to_text
from symmath.shards import (
    Record,
    pack_shard,
    read_manifest,
    read_records,
    read_shard,
    remove_partials,
    shard_paths,
    unpack_shard,
    write_shard,
)

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


def rewrite(path: Path, **changes: object) -> None:
    """Write the shard again with other arrays or another manifest, its checksum made to match."""
    with safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in symmath.shards._ARRAYS}
        manifest = json.loads(file.metadata()["manifest"])
    for name, change in changes.items():
        if name in arrays:
            arrays[name] = np.array(change, dtype=arrays[name].dtype)
        elif change is None:
            del manifest[name]
        else:
            manifest[name] = change
    if set(changes) & set(arrays):
        manifest["checksum"] = symmath.shards._checksum(arrays)
    path.write_bytes(save(arrays, metadata={"manifest": json.dumps(manifest)}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokens": [0, 1, 2]}, "lengths and its tokens disagree"),
        ({"source_lengths": [2]}, "disagree on the number of pairs"),
        ({"origins": [0]}, "disagree on the number of pairs"),
        ({"pairs": 3}, "disagree on the number of pairs"),
        ({"origins": [0, 7]}, "doesn't exist"),
        ({"tokens": [255] * 14}, "doesn't exist"),
        ({"checksum": None}, "lacks checksum"),
        ({"alphabet": None, "pairs": None}, "lacks alphabet, pairs"),
    ],
)
def test_arrays_and_manifest_must_fit(path: Path, changes: dict[str, object], message: str) -> None:
    rewrite(path, **changes)
    with pytest.raises(ShardError, match=f"train-000000.*{message}"):
        read_shard(path)
    with pytest.raises(ShardError, match=f"it came from.*{message}"):
        unpack_shard(path.read_bytes(), "it came from elsewhere and")


def test_another_file_is_an_error_that_names_it(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "train-000001.safetensors"
    other.write_bytes(save({"weights": np.zeros(3)}))
    with pytest.raises(ShardError, match="train-000001.*not a whole shard"):
        read_shard(other)
    other.write_bytes(save({"tokens": np.zeros(3)}, metadata={"manifest": "{}"}))
    with pytest.raises(ShardError, match="train-000001"):
        read_shard(other)
    with pytest.raises(ShardError, match="train-000002"):
        read_shard(tmp_path / "train-000002.safetensors")


def test_bytes_are_the_files(path: Path) -> None:
    assert pack_shard(RECORDS, {"recipe": "test"}) == path.read_bytes()
    shard = unpack_shard(path.read_bytes(), "pipe")
    assert [shard.record(i) for i in range(len(shard))] == RECORDS
    for keep in (0, 4, 40, -7):
        with pytest.raises(ShardError, match="pipe"):
            unpack_shard(path.read_bytes()[:keep], "pipe")


def test_only_dead_writers_partial_shards_are_removed(path: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    mine, theirs = (path.with_name(f".{path.name}.{process}") for process in (os.getpid(), dead.pid))
    for partial in (mine, theirs):
        partial.write_bytes(b"half")
    remove_partials(path.parent)
    assert mine.exists() and not theirs.exists() and path.exists()


def test_a_missing_split_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="no train shard"):
        shard_paths(tmp_path, "train")


def test_nothing_partial_is_left(path: Path) -> None:
    assert [p.name for p in path.parent.iterdir()] == [path.name]
