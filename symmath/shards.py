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
from safetensors.numpy import load, save

from symmath.errors import ShardError
from symmath.expr.operators import FIRST_PRIVATE_CODE_POINT, TOKEN_IDS, TOKENS
from symmath.expr.prefix import Tokens
from symmath.expr.vocab import alphabet_fingerprint
from symmath.files import write_whole

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


def _pack(arrays: dict[str, NDArray[Any]], origins: Sequence[str], manifest: dict[str, Any]) -> bytes:
    whole = {
        **manifest,
        "pairs": len(arrays["origins"]),
        "origins": list(origins),
        "alphabet": alphabet_fingerprint(),
        "checksum": _checksum(arrays),
    }
    return save(arrays, metadata={_MANIFEST: json.dumps(whole, sort_keys=True)})


def pack_shard(records: Sequence[Record], manifest: dict[str, Any]) -> bytes:
    """Return the bytes of a shard.

    Parameters
    ----------
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
    return _pack(arrays, origins, manifest)


def write_shard(path: Path, records: Sequence[Record], manifest: dict[str, Any]) -> None:
    """Write a shard so that it either exists whole or not at all; see `pack_shard`."""
    write_whole(path, pack_shard(records, manifest))


def refuse_shards(directory: Path) -> None:
    """Make sure that a folder that is to be written holds no shards yet.

    Raises
    ------
    ShardError
        If it does: what is written is not told from what was there.
    """
    if any(directory.glob(f"*{SUFFIX}")):
        raise ShardError(f"{directory} holds shards already; choose another folder")


def remove_partials(directory: Path) -> None:
    """Remove what processes that were killed while writing a shard left behind."""
    for partial in directory.glob(f".*{SUFFIX}.*"):
        if not _is_running(partial.name.rpartition(".")[2]):
            partial.unlink(missing_ok=True)


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


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


def select_pairs(shard: Shard, keep: NDArray[np.bool_], manifest: dict[str, Any]) -> bytes:
    """Return the bytes of a shard that holds some of the pairs of another, in their order.

    Parameters
    ----------
    shard : Shard
    keep : bool array of shape (pairs,)
    manifest : dict
        Of the new shard; counts, fingerprint and checksum are added.
    """
    begin, middle, end = shard.starts.T
    arrays: dict[str, NDArray[Any]] = {
        "tokens": shard.tokens[np.repeat(keep, end - begin)],
        "source_lengths": (middle - begin)[keep].astype(np.uint16),
        "target_lengths": (end - middle)[keep].astype(np.uint16),
        "origins": shard.origins[keep],
    }
    return _pack(arrays, shard.manifest["origins"], manifest)


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest alone.

    Raises
    ------
    ShardError
        If the file is not a whole shard.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return _manifest_of(file.metadata() or {}, path)
    except (OSError, SafetensorError) as error:
        raise ShardError(f"{path} is not a whole shard: {error}") from error


def _manifest_of(metadata: dict[str, str], path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(metadata[_MANIFEST])
    except (KeyError, json.JSONDecodeError) as error:
        raise ShardError(f"{path} is not a whole shard: {error}") from error
    missing = {"pairs", "origins", "alphabet", "checksum"}.difference(manifest)
    if missing:
        raise ShardError(f"{path} is not a whole shard: its manifest lacks {', '.join(sorted(missing))}")
    return manifest


def read_shard(path: Path, *, verify_checksum: bool = False) -> Shard:
    """Read a shard.

    Raises
    ------
    ShardError
        If it is corrupt, truncated, or written for another alphabet.
    """
    manifest = read_manifest(path)
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in _ARRAYS}
    except (OSError, SafetensorError) as error:
        raise ShardError(f"{path} is corrupt: {error}") from error
    return _shard_of(arrays, manifest, path, verify_checksum=verify_checksum)


def unpack_shard(data: bytes, name: str) -> Shard:
    """Read a shard from the bytes `pack_shard` made; its checksum is verified.

    Parameters
    ----------
    data : bytes
    name : str
        What errors call it.

    Raises
    ------
    ShardError
        If it is corrupt, truncated, or written for another alphabet.
    """
    path = Path(name)
    try:
        arrays = load(data)
        # The header is JSON after its length in 8 bytes; `load` leaves its metadata out.
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    except (SafetensorError, ValueError) as error:
        raise ShardError(f"{name} is not a whole shard: {error}") from error
    if missing := set(_ARRAYS).difference(arrays):
        raise ShardError(f"{name} is corrupt: it lacks {', '.join(sorted(missing))}")
    return _shard_of(arrays, _manifest_of(header.get("__metadata__", {}), path), path, verify_checksum=True)


def _shard_of(
    arrays: dict[str, NDArray[Any]], manifest: dict[str, Any], path: Path, *, verify_checksum: bool
) -> Shard:
    if manifest["alphabet"] != alphabet_fingerprint():
        raise ShardError(f"{path} was written for another alphabet; generate it again")
    if verify_checksum and _checksum(arrays) != manifest["checksum"]:
        raise ShardError(f"{path} is corrupt: its checksum doesn't match")
    sizes = {len(arrays[name]) for name in _ARRAYS[1:]}
    if sizes != {manifest["pairs"]}:
        raise ShardError(f"{path} is corrupt: its arrays disagree on the number of pairs")
    lengths = np.stack([arrays["source_lengths"], arrays["target_lengths"]], axis=1).astype(np.int64)
    ends = np.cumsum(lengths.reshape(-1)).reshape(-1, 2)
    tokens, origins = arrays["tokens"], arrays["origins"]
    if lengths.sum() != len(tokens):
        raise ShardError(f"{path} is corrupt: its lengths and its tokens disagree")
    if len(ends) and (tokens.max() >= len(TOKENS) or origins.max() >= len(manifest["origins"])):
        raise ShardError(f"{path} is corrupt: it holds a token or an origin that doesn't exist")
    starts = np.column_stack([ends[:, 0] - lengths[:, 0], ends])
    return Shard(path, tokens, starts, origins, manifest)


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
