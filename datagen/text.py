"""Pairs as text: one line a pair, source and target as space-separated prefix tokens, a tab between."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from datagen.pipeline import CHUNK_PAIRS
from datagen.split import split_of
from symmath.errors import ShardError
from symmath.expr.operators import TOKEN_IDS
from symmath.shards import SPLITS, SUFFIX, Record, write_shard
from symmath.tasks import TASKS


def read_text(path: Path, task: str) -> Iterator[tuple[str, Record]]:
    """Read pairs written as text; sources are without task mark.

    Yields
    ------
    tuple of (str, Record)
        The split by the source's skeleton, and the pair.

    Raises
    ------
    ShardError
        If a line is no pair or holds an unknown token; it names file and line.
    """
    with path.open() as file:
        for number, line in enumerate(file, start=1):
            sides = [side.split() for side in line.rstrip("\n").split("\t")]
            if len(sides) != 2 or not all(sides):
                raise ShardError(f"{path}, line {number}: not a source, a tab and a target")
            source, target = sides
            if unknown := {token for token in (*source, *target) if token not in TOKEN_IDS}:
                raise ShardError(f"{path}, line {number}: unknown tokens {sorted(unknown)}")
            yield split_of(source), Record(TASKS[task].encode(source), target, path.stem)


def import_text(
    path: Path, directory: Path, *, task: str = "integrate", chunk_pairs: int = CHUNK_PAIRS
) -> int:
    """Write the pairs of a text file as shards; return how many."""
    records: dict[str, list[Record]] = {split: [] for split in SPLITS}
    seen: set[str] = set()
    written = index = 0
    for split, record in read_text(path, task):
        key = " ".join(record.source)
        if key in seen:
            continue
        seen.add(key)
        records[split].append(record)
        written += 1
        if written % chunk_pairs == 0:
            _write(records, directory, index, path)
            index += 1
    if any(records.values()):
        _write(records, directory, index, path)
    return written


def _write(records: dict[str, list[Record]], directory: Path, index: int, origin: Path) -> None:
    for split in reversed(SPLITS):
        path = directory / f"{split}-{index:06d}{SUFFIX}"
        write_shard(path, records[split], {"recipe": f"text {origin.name}", "seed": None, "chunk": index})
        records[split].clear()


def main() -> None:
    """Parse the arguments and import."""
    parser = argparse.ArgumentParser(prog="python -m datagen.text", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--task", default="integrate", choices=sorted(TASKS))
    parser.add_argument("--chunk", type=int, default=CHUNK_PAIRS, help="pairs a shard")
    arguments = parser.parse_args()
    count = import_text(arguments.file, arguments.out, task=arguments.task, chunk_pairs=arguments.chunk)
    print(f"{count:,} pairs: {arguments.out}")


if __name__ == "__main__":
    main()
