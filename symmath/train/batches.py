"""Batches of equal-length sequences from shards, in an order that a resumed run repeats exactly.

Data comes in rounds: a round takes the next shards of every directory and stream, encodes and shuffles
their pairs, and cuts them into batches of nearly equal lengths, so that next to nothing is padding.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from symmath.errors import ShardError
from symmath.expr.vocab import BEGIN, END, PAD, Vocabulary
from symmath.shards import Shard, read_shard, shard_paths
from symmath.stream import Stream
from symmath.train.ranks import ALONE, Ranks

SHARDS_A_ROUND = 4
"""Shards of each directory and stream encoded together: more pairs, more even batches."""

STRIP_RATIO = 1.12
"""Sources whose lengths differ by less than this factor share batches."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded piece ids.

    Attributes
    ----------
    source_BS : int64 tensor of shape (B, S)
    target_BT : int64 tensor of shape (B, T + 1)
        Begin, pieces, end; the model reads all but the last and predicts all but the first.
    """

    source_BS: Tensor
    target_BT: Tensor

    def __len__(self) -> int:
        return len(self.source_BS)

    @property
    def pieces(self) -> int:
        """Pieces to predict."""
        return int((self.target_BT[:, 1:] != PAD).sum())

    def part(self, index: int, parts: int) -> Batch:
        """Return every `parts`-th pair from pair `index` on: neighbours are of like lengths."""
        return Batch(self.source_BS[index::parts], self.target_BT[index::parts])


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands in its data."""

    round: int = 0
    batch: int = 0


IdPair = tuple[list[int], list[int]]


def collate(pairs: Sequence[IdPair]) -> Batch:
    """Pad pairs of piece ids into a batch."""
    sources = [source for source, _ in pairs]
    targets = [[BEGIN, *target, END] for _, target in pairs]
    return Batch(pad(sources), pad(targets))


def pad(sequences: Sequence[Sequence[int]]) -> Tensor:
    """Stack sequences, padded at the end, as an int64 tensor."""
    rows = np.full((len(sequences), max(map(len, sequences))), PAD, dtype=np.int64)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = sequence
    return torch.from_numpy(rows)


def _order(pairs: list[IdPair], rng: np.random.Generator) -> list[int]:
    """Sort pairs by source length, in strips of nearly one length, each by target length.

    Every other strip runs backwards, so that a batch across two strips is even too.
    """
    noise = rng.random(len(pairs))
    strip = [int(math.log(len(source)) / math.log(STRIP_RATIO)) for source, _ in pairs]

    def key(i: int) -> tuple[int, int, float]:
        target = len(pairs[i][1])
        return strip[i], -target if strip[i] % 2 else target, noise[i]

    return sorted(range(len(pairs)), key=key)


def cut(pairs: list[IdPair], tokens: int, rng: np.random.Generator) -> list[list[int]]:
    """Group pairs of like lengths into batches of about `tokens` padded positions.

    Returns
    -------
    list of list of int
        Indices into `pairs`, batches in random order.
    """
    order = _order(pairs, rng)
    batches: list[list[int]] = []
    current: list[int] = []
    longest = (0, 0)
    for i in order:
        wider = (max(longest[0], len(pairs[i][0])), max(longest[1], len(pairs[i][1]) + 2))
        if current and (len(current) + 1) * sum(wider) > tokens:
            batches.append(current)
            current, wider = [], (len(pairs[i][0]), len(pairs[i][1]) + 2)
        longest = wider
        current.append(i)
    if current:
        batches.append(current)
    return [batches[i] for i in rng.permutation(len(batches))]


class Batches:
    """Endless batches of one or more data directories or streams.

    Parameters
    ----------
    directories : sequence of Path
        A round takes as many shards of each, so the mixture follows the sizes of their shards; of one
        that is named k times it takes k times as many.
    vocabulary : Vocabulary
    tokens : int
        Padded positions a batch, source and target together.
    seed : int
    max_length : int
        Pairs with a longer source or target, in pieces, are left out.
    streams : sequence of Stream
        Each gives as many shards a round as a directory; shard n of a stream is its chunk n.
    early_tokens : int or None
        Padded positions a batch of the first `early_rounds` rounds, if they are to differ.
    early_rounds : int
    ranks : Ranks
        Each process encodes its share of a round's shards, the first one all of the streams'; then
        all hold the whole round, and so agree on every batch.
    """

    def __init__(
        self,
        directories: Sequence[Path],
        vocabulary: Vocabulary,
        *,
        tokens: int,
        seed: int,
        max_length: int,
        streams: Sequence[Stream] = (),
        early_tokens: int | None = None,
        early_rounds: int = 0,
        ranks: Ranks = ALONE,
    ) -> None:
        self._ranks = ranks
        self._streams = streams
        named = Counter(directories)
        self._shards = [(shard_paths(directory, "train"), times) for directory, times in named.items()]
        # Of a folder with few shards, a round would hold the same pairs again and again.
        least = min((len(paths) // times for paths, times in self._shards), default=SHARDS_A_ROUND)
        self._each = max(1, min(SHARDS_A_ROUND, least))
        self._vocabulary = vocabulary
        self._tokens = tokens
        self._early_tokens = early_tokens
        self._early_rounds = early_rounds
        self._seed = seed
        self._max_length = max_length

    def _round(self, round_: int) -> Iterator[Iterable[Shard]]:
        """Yield a round's shards in groups, each group read by one process."""
        for paths, times in self._shards:
            taken = times * self._each
            for turn in range(round_ * taken, (round_ + 1) * taken):
                cycle, index = divmod(turn, len(paths))
                order = np.random.default_rng([self._seed, cycle, 1]).permutation(len(paths))
                yield map(read_shard, [paths[order[index]]])
        for stream in self._streams:
            yield stream.shards(round_ * SHARDS_A_ROUND, SHARDS_A_ROUND)

    def _encode(self, shard: Shard) -> list[IdPair]:
        texts = [shard.texts(i) for i in range(len(shard))]
        sources = self._vocabulary.encode_texts([source for source, _ in texts])
        targets = self._vocabulary.encode_texts([target for _, target in texts])
        pairs = zip(sources, targets, strict=True)
        return [p for p in pairs if max(map(len, p)) < self._max_length]

    def _pairs(self, round_: int) -> list[IdPair]:
        files = sum(times for _, times in self._shards) * self._each
        own: dict[int, list[IdPair]] = {}
        for index, shards in enumerate(self._round(round_)):
            reader = index % self._ranks.size if index < files else 0
            if reader == self._ranks.rank:
                own[index] = [pair for shard in shards for pair in self._encode(shard)]
        groups = {index: pairs for part in self._ranks.all(own) for index, pairs in part.items()}
        return [pair for index in sorted(groups) for pair in groups[index]]

    def round(self, round_: int) -> tuple[list[IdPair], list[list[int]]]:
        """Return a round's pairs and, in order, the indices of those in each batch."""
        pairs = self._pairs(round_)
        tokens = self._tokens
        if self._early_tokens is not None and round_ < self._early_rounds:
            tokens = self._early_tokens
        return pairs, cut(pairs, tokens, np.random.default_rng([self._seed, round_, 2]))

    def iterate(self, start: Position) -> Iterator[tuple[Position, Batch]]:
        """Yield batches from `start` on, each with the position after it.

        Raises
        ------
        ShardError
            If there are no pairs to train on.
        """
        round_, first = start.round, start.batch
        while True:
            pairs, batches = self.round(round_)
            if not batches:
                raise ShardError(f"a round of data holds no pair of at most {self._max_length} pieces")
            for index in range(first, len(batches)):
                after = Position(round_, index + 1)
                yield after, collate([pairs[i] for i in batches[index]])
            round_, first = round_ + 1, 0


def padding_share(batch: Batch) -> float:
    """Return the share of a batch's positions that hold padding."""
    positions = batch.source_BS.numel() + batch.target_BT.numel()
    padded = int((batch.source_BS == PAD).sum() + (batch.target_BT == PAD).sum())
    return padded / positions
