"""Drop pairs whose problem was met before, within and across shards and folders.

Two pairs are duplicates when their sources are the same tokens. Sources are in canonical order, so
this is equality of the problems as the model reads them; two presentations of one problem are two
inputs. Of equal pairs the first is kept: test shards come before valid and train ones, so that
nothing held out is trained on, then folders as they are named, then chunks in order.

Memory is bounded by a partition, not by the data: hashes go to disk by their first bits, and each
partition is sorted by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from symmath.errors import ShardError
from symmath.files import write_whole
from symmath.shards import SPLITS, SUFFIX, Shard, read_manifest, read_shard, select_pairs

_ORDER = ("test", "valid", "train")
_HASH_BYTES = 8
_ENTRY = np.dtype([("hash", "<u8"), ("pair", "<u8")])
"""A pair's hash, and its place among all pairs in the order in which the first is kept."""


@dataclass(frozen=True, slots=True)
class Deduplication:
    """How many pairs there were, and how many were dropped."""

    pairs: int
    dropped: int
    shards_rewritten: int

    def __str__(self) -> str:
        share = self.dropped / max(1, self.pairs)
        return (
            f"dropped {self.dropped:,} of {self.pairs:,} pairs ({share:.2%}); "
            f"{self.shards_rewritten:,} shards rewritten"
        )


def hash_sources(shard: Shard) -> NDArray[np.uint64]:
    """Return a 64-bit BLAKE2b hash of every source, task mark included."""
    data = shard.tokens.tobytes()
    digests = [
        blake2b(data[begin:end], digest_size=_HASH_BYTES).digest() for begin, end in shard.starts[:, :2]
    ]
    return np.frombuffer(b"".join(digests), dtype="<u8")


class Partitions:
    """Hashes on disk, partitioned by their first bits; a context, at whose end the files are closed.

    Parameters
    ----------
    folder : Path
        For the partitions; 16 bytes a pair.
    count : int
        A power of two; a partition's share of all pairs, 48 bytes each, is held in memory.
    """

    def __init__(self, folder: Path, count: int) -> None:
        if count < 1 or count & (count - 1):
            raise ValueError(f"{count} partitions: choose a power of two")
        self._paths = [folder / f"{index:05d}" for index in range(count)]
        self._shift = np.uint64(64 - (count.bit_length() - 1))
        self._files = ExitStack()
        self._open = [self._files.enter_context(path.open("wb")) for path in self._paths]
        self.pairs = 0

    def __enter__(self) -> Partitions:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, hashes: NDArray[np.uint64]) -> None:
        """Append the hashes of the next pairs."""
        entries = np.empty(len(hashes), dtype=_ENTRY)
        entries["hash"] = hashes
        entries["pair"] = np.arange(self.pairs, self.pairs + len(hashes))
        self.pairs += len(hashes)
        if len(self._open) == 1:
            self._open[0].write(entries.tobytes())
            return
        owner = (hashes >> self._shift).astype(np.int64)
        order = np.argsort(owner, kind="stable")
        bounds = np.searchsorted(owner[order], np.arange(len(self._open) + 1))
        for file, begin, end in zip(self._open, bounds[:-1], bounds[1:], strict=True):
            file.write(entries[order[begin:end]].tobytes())

    def repeats(self) -> Iterator[NDArray[np.int64]]:
        """Yield, for each partition, the places of the pairs that repeat an earlier one."""
        self._files.close()
        for path in self._paths:
            entries = np.fromfile(path, dtype=_ENTRY)
            path.unlink()
            # Entries of a partition stand in the order of the pairs, and the sort is stable: the
            # first of equal hashes is the first pair.
            order = np.argsort(entries["hash"], kind="stable")
            ordered = entries["hash"][order]
            is_repeat = np.empty(len(ordered), dtype=bool)
            is_repeat[:1] = False
            np.equal(ordered[1:], ordered[:-1], out=is_repeat[1:])
            yield entries["pair"][order[is_repeat]].astype(np.int64)


def _shards_in_order(folders: Sequence[Path]) -> list[Path]:
    # A folder named twice would be taken for a copy of itself.
    folders = list(dict.fromkeys(folder.resolve() for folder in folders))
    paths = [p for split in _ORDER for folder in folders for p in sorted(folder.glob(f"{split}-*{SUFFIX}"))]
    for folder in folders:
        if not any(path.parent == folder for path in paths):
            raise ShardError(f"{folder} holds no shard of {', '.join(SPLITS)}")
    return paths


def deduplicate(folders: Sequence[Path], *, partitions: int = 64) -> Deduplication:
    """Rewrite the shards of folders without repeated pairs; a second call changes nothing.

    Parameters
    ----------
    folders : sequence of Path
        Earlier ones keep their pairs.
    partitions : int
        A power of two; see `Partitions`.

    Returns
    -------
    Deduplication

    Raises
    ------
    ShardError
        If a shard is corrupt, or a folder holds none.
    """
    paths = _shards_in_order(folders)
    with (
        TemporaryDirectory(prefix=".dedup-", dir=folders[0]) as scratch,
        Partitions(Path(scratch), partitions) as table,
    ):
        starts = [0]
        for path in paths:
            table.add(hash_sources(read_shard(path, verify_checksum=True)))
            starts.append(table.pairs)
        is_repeat = np.zeros(-(-table.pairs // 8), dtype=np.uint8)
        for places in table.repeats():
            np.bitwise_or.at(is_repeat, places >> 3, (1 << (places & 7)).astype(np.uint8))
    rewritten = dropped = 0
    for path, first, last in zip(paths, starts[:-1], starts[1:], strict=True):
        places = np.arange(first, last)
        repeated = (is_repeat[places >> 3] >> (places & 7) & 1).astype(bool)
        if repeated.any():
            _rewrite(path, ~repeated)
            rewritten += 1
            dropped += int(repeated.sum())
    return Deduplication(table.pairs, dropped, rewritten)


def _rewrite(path: Path, keep: NDArray[np.bool_]) -> None:
    manifest = read_manifest(path)
    manifest["dropped"] = manifest.get("dropped", 0) + int((~keep).sum())
    write_whole(path, select_pairs(read_shard(path), keep, manifest))
