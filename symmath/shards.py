"""The shard format: many pairs in one safetensors file, memory-mapped by training.

A shard holds base tokens, not vocabulary pieces, as uint8: the same data serves any vocabulary.
Its metadata is the manifest: recipe, seed, alphabet fingerprint, counts and a checksum.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from symmath.errors import ShardError
from symmath.expr.operators import FIRST_PRIVATE_CODE_POINT, TOKEN_IDS, TOKENS
from symmath.expr.prefix import Tokens
from symmath.expr.vocab import alphabet_fingerprint

SUFFIX = ".safetensors"
SPLITS = ("train", "valid", "test")
_MANIFEST = "manifest"
_ARRAYS = ("tokens", "source_lengths", "target_lengths", "origins")


@dataclass(frozen=True, slots=True)
class Record:
    """One stored pair: source with its task mark, target, and the generator's name."""

    source: Tokens
    target: Tokens
    origin: str


def _checksum(arrays: dict[str, NDArray[Any]]) -> str:
    digest = blake2b(digest_size=16)
    for name in _ARRAYS:
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def write_shard(path: Path, records: Sequence[Record], manifest: dict[str, Any]) -> None:
    """Write a shard so that it either exists whole or not at all.

    Parameters
    ----------
    path : Path
    records : sequence of Record
    manifest : dict
        What made the records; counts, fingerprint and checksum are added.
    """
    origins = sorted({record.origin for record in records})
    ids = [TOKEN_IDS[token] for record in records for token in (*record.source, *record.target)]
    arrays: dict[str, NDArray[Any]] = {
        "tokens": np.array(ids, dtype=np.uint8),
        "source_lengths": np.array([len(record.source) for record in records], dtype=np.uint16),
        "target_lengths": np.array([len(record.target) for record in records], dtype=np.uint16),
        "origins": np.array([origins.index(record.origin) for record in records], dtype=np.uint8),
    }
    whole = {
        **manifest,
        "pairs": len(records),
        "origins": origins,
        "alphabet": alphabet_fingerprint(),
        "checksum": _checksum(arrays),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(save(arrays, metadata={_MANIFEST: json.dumps(whole, sort_keys=True)}))
    partial.replace(path)


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard read into memory-light arrays.

    Attributes
    ----------
    tokens : uint8 array
        All sources and targets, one after the other.
    starts : int64 array of shape (pairs, 3)
        Begin of the source, begin of the target, end of the target, in `tokens`.
    origins : uint8 array of shape (pairs,)
        Index into ``manifest["origins"]``.
    manifest : dict
    """

    path: Path
    tokens: NDArray[np.uint8]
    starts: NDArray[np.int64]
    origins: NDArray[np.uint8]
    manifest: dict[str, Any]

    def __len__(self) -> int:
        return len(self.starts)

    def texts(self, index: int) -> tuple[str, str]:
        """Return source and target of pair `index` as private characters, for the vocabulary."""
        begin, middle, end = self.starts[index]
        codes = self.tokens[begin:end].astype(np.uint32) + FIRST_PRIVATE_CODE_POINT
        text = codes.tobytes().decode("utf-32-le")
        return text[: middle - begin], text[middle - begin :]

    def record(self, index: int) -> Record:
        """Return pair `index`."""
        begin, middle, end = self.starts[index]
        tokens = [TOKENS[i] for i in self.tokens[begin:end]]
        origin = self.manifest["origins"][self.origins[index]]
        return Record(tokens[: middle - begin], tokens[middle - begin :], origin)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest alone.

    Raises
    ------
    ShardError
        If the file is not a whole shard.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return json.loads((file.metadata() or {})[_MANIFEST])
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise ShardError(f"{path} is not a whole shard: {error}") from error


def read_shard(path: Path, *, verify_checksum: bool = False) -> Shard:
    """Read a shard.

    Raises
    ------
    ShardError
        If it is corrupt, truncated, or written for another alphabet.
    """
    manifest = read_manifest(path)
    if manifest.get("alphabet") != alphabet_fingerprint():
        raise ShardError(f"{path} was written for another alphabet; generate it again")
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in _ARRAYS}
    except (OSError, SafetensorError) as error:
        raise ShardError(f"{path} is corrupt: {error}") from error
    if verify_checksum and _checksum(arrays) != manifest["checksum"]:
        raise ShardError(f"{path} is corrupt: its checksum doesn't match")
    lengths = np.stack([arrays["source_lengths"], arrays["target_lengths"]], axis=1).astype(np.int64)
    ends = np.cumsum(lengths.reshape(-1)).reshape(-1, 2)
    if len(ends) != manifest["pairs"] or (len(ends) and ends[-1, 1] != len(arrays["tokens"])):
        raise ShardError(f"{path} is corrupt: its arrays disagree")
    starts = np.column_stack([ends[:, 0] - lengths[:, 0], ends])
    return Shard(path, arrays["tokens"], starts, arrays["origins"], manifest)


def shard_paths(directory: Path, split: str) -> list[Path]:
    """Return the shards of a split, in order.

    Raises
    ------
    ShardError
        If there is none.
    """
    paths = sorted(directory.glob(f"{split}-*{SUFFIX}"))
    if not paths:
        raise ShardError(f"{directory} holds no {split} shard; make some with `python -m datagen`")
    return paths


def read_records(directory: Path, split: str) -> Iterator[Record]:
    """Iterate over the pairs of a split."""
    for path in shard_paths(directory, split):
        shard = read_shard(path)
        for index in range(len(shard)):
            yield shard.record(index)
