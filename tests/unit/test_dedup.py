import random
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from datagen.dedup import Partitions, deduplicate
from symmath.errors import ShardError
from symmath.shards import SPLITS, Record, read_manifest, read_records, read_shard, write_shard


def integral(number: int, origin: str = "bwd") -> Record:
    return Record(["<integrate>", "+", *str(number)], ["mul", "+", *str(number), "x"], origin)


def write(folder: Path, **shards: list[int]) -> Path:
    for name, numbers in shards.items():
        split, chunk = name.split("_")
        write_shard(
            folder / f"{split}-{int(chunk):06d}.safetensors", list(map(integral, numbers)), {"seed": 1}
        )
    return folder


def numbers(folder: Path, split: str) -> list[int]:
    return [int("".join(record.source[2:])) for record in read_records(folder, split)]


def test_the_first_pair_stays_and_held_out_problems_come_first(tmp_path: Path) -> None:
    one = write(tmp_path / "one", train_0=[1, 2, 1, 3], train_1=[4, 2, 9], valid_0=[5, 6, 5], test_0=[6, 7])
    two = write(tmp_path / "two", train_0=[4, 8, 7], test_0=[8, 9])
    found = deduplicate([one, two], partitions=4)
    assert (numbers(one, "train"), numbers(one, "valid"), numbers(one, "test")) == ([1, 2, 3, 4], [5], [6, 7])
    assert (numbers(two, "train"), numbers(two, "test")) == ([], [8, 9])
    assert (found.pairs, found.dropped, found.shards_rewritten) == (17, 8, 4)
    assert not [path for path in one.iterdir() if path.name.startswith(".")]
    assert deduplicate([one, two]).dropped == 0


def test_a_folder_named_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "one", train_0=[1, 2, 1])
    monkeypatch.chdir(tmp_path)
    assert deduplicate([folder, Path("one"), folder]).dropped == 1
    assert numbers(folder, "train") == [1, 2]


def test_rewritten_shards_are_whole_and_keep_their_manifest(tmp_path: Path) -> None:
    folder = write(tmp_path, train_0=[1, 2, 2, 3], train_1=[4])
    untouched = (folder / "train-000001.safetensors").stat().st_mtime_ns
    deduplicate([folder])
    shard = read_shard(folder / "train-000000.safetensors", verify_checksum=True)
    assert [shard.record(i) for i in range(len(shard))] == list(map(integral, (1, 2, 3)))
    assert read_manifest(shard.path) | {"seed": 1, "dropped": 1, "pairs": 3} == read_manifest(shard.path)
    assert (folder / "train-000001.safetensors").stat().st_mtime_ns == untouched


@pytest.mark.parametrize("partitions", [1, 2, 256])
def test_the_number_of_partitions_does_not_matter(partitions: int, tmp_path: Path) -> None:
    rng = random.Random(5)
    drawn = [rng.randrange(400) for _ in range(600)]
    folder = write(tmp_path, train_0=drawn[:200], train_1=drawn[200:500], train_2=drawn[500:])
    deduplicate([folder], partitions=partitions)
    assert numbers(folder, "train") == list(dict.fromkeys(drawn))


def test_generated_pairs_are_distinct_across_chunks(shards: Path, tmp_path: Path) -> None:
    folder = copytree(shards, tmp_path / "copy")
    before = {split: list(read_records(folder, split)) for split in SPLITS}
    deduplicate([folder])
    after = [record for split in SPLITS for record in read_records(folder, split)]
    distinct = {tuple(record.source) for records in before.values() for record in records}
    assert len(after) == len(distinct) < sum(map(len, before.values()))
    assert {tuple(record.source) for record in after} == distinct


def test_partitions_are_a_power_of_two(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="power of two"):
        Partitions(tmp_path, 48)
    with Partitions(tmp_path, 2) as table:
        table.add(np.array([1, 2**63, 1], dtype=np.uint64))
        assert [list(places) for places in table.repeats()] == [[2], []]


def test_a_corrupt_shard_is_named_before_anything_is_changed(tmp_path: Path) -> None:
    folder = write(tmp_path, train_0=[1, 1], train_1=[2, 2])
    path = folder / "train-000001.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ShardError, match="train-000001"):
        deduplicate([folder])
    assert len(read_shard(folder / "train-000000.safetensors")) == 2
    with pytest.raises(ShardError, match="no shard"):
        deduplicate([tmp_path / "missing"])
