"""Pairs as text: the seed paper's prefix files, written and read.

A line is source, tab, target, both space-separated prefix tokens. The source of an integral is
``sub Y' F``, that of a differential equation is the equation; docs/DATA.md has the details. Read
are also our own tokens, and the files of the seed paper's authors, with a count before a bar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from datagen.pipeline import CHUNK_PAIRS
from datagen.split import split_of
from symmath.errors import PrefixError, ShardError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.prefix import decode
from symmath.shards import SPLITS, SUFFIX, Record, read_shard, refuse_shards, shard_paths, write_shard
from symmath.tasks import TASKS
from symmath.tasks.text import line_of, pair_of

TEXT_SUFFIX = ".prefix"


def export_text(directory: Path, out: Path) -> int:
    """Write the pairs of each split as ``<split>.prefix``; return how many.

    Parameters
    ----------
    directory : Path
        Folder of shards.
    out : Path
        Folder of the text files; made if missing.

    Raises
    ------
    ShardError
        If a shard is corrupt.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for split in SPLITS:
        with (out / f"{split}{TEXT_SUFFIX}").open("w") as file:
            for path in shard_paths(directory, split):
                shard = read_shard(path, verify_checksum=True)
                for index in range(len(shard)):
                    file.write(line_of(shard.record(index)) + "\n")
                written += len(shard)
    return written


def read_text(
    path: Path, task: str | None = None, *, split: str | None = None, canonicalise: bool = False
) -> Iterator[tuple[str, Record]]:
    """Read pairs written as text.

    Parameters
    ----------
    path : Path
    task : str, optional
        What all lines are about; by default decided for each line.
    split : str, optional
        Where all lines belong; by default the source's skeleton decides.
    canonicalise : bool
        Rewrite both sides in canonical form, as our generators write them.

    Yields
    ------
    tuple of (str, Record)
        The split and the pair.

    Raises
    ------
    ShardError
        If a line is malformed; it names file and line.
    """
    try:
        with path.open() as file:
            for number, line in enumerate(file, start=1):
                try:
                    kind, source, target = pair_of(line.rstrip("\n"), task)
                    if canonicalise:
                        source, target = canonical_tokens(decode(source)), canonical_tokens(decode(target))
                except (ValueError, PrefixError, UnsupportedError, RuntimeError) as error:
                    raise ShardError(f"{path}, line {number}: {error}") from error
                yield split or split_of(source), Record(TASKS[kind].encode(source), target, path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise ShardError(f"{path} can't be read as text: {error}") from error


def import_text(
    path: Path,
    directory: Path,
    *,
    task: str | None = None,
    chunk_pairs: int = CHUNK_PAIRS,
    canonicalise: bool = False,
) -> int:
    """Write the pairs of text files as shards; return how many.

    Parameters
    ----------
    path : Path
        A file; or a folder that `export_text` wrote, whose files keep their splits.
    directory : Path
    task, canonicalise
        See `read_text`.
    chunk_pairs : int
        Pairs a chunk.

    Raises
    ------
    ShardError
        If a line is malformed; whole chunks before it have been written. If the folder holds shards.
    """
    refuse_shards(directory)
    if path.is_dir():
        pairs: Iterable[tuple[str, Record]] = (
            pair
            for split in SPLITS
            for pair in read_text(
                path / f"{split}{TEXT_SUFFIX}", task, split=split, canonicalise=canonicalise
            )
        )
    else:
        pairs = read_text(path, task, canonicalise=canonicalise)
    pairs = iter(pairs)
    written = index = 0
    while chunk := list(islice(pairs, chunk_pairs)):
        origins = dict(Counter(record.origin for _, record in chunk))
        for split in reversed(SPLITS):
            records = [record for owner, record in chunk if owner == split]
            manifest: dict[str, Any] = {"recipe": f"text {path.name}", "seed": None, "chunk": index}
            manifest |= {"split": split, "written": origins, "rejected": {}}
            write_shard(directory / f"{split}-{index:06d}{SUFFIX}", records, manifest)
        written += len(chunk)
        index += 1
    return written
