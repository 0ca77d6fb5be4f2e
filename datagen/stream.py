"""Chunks to standard output, in order, for a trainer that reads them as they come.

Nothing is drawn far ahead: the processes stop when `AHEAD_CHUNKS` chunks wait to be read.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import count
from multiprocessing.pool import AsyncResult
from typing import IO

from datagen.pipeline import draw_chunk
from datagen.recipes import Recipe
from symmath.stream import write_frame

AHEAD_CHUNKS = 8
"""Two rounds of the trainer, which takes four chunks at a time (`symmath.train.batches`)."""


def _draw_packed(recipe: Recipe, seed: int, index: int, pairs: int) -> bytes:
    return draw_chunk(recipe, seed, index, pairs).packed("train")


def draw_shards(recipe: Recipe, *, seed: int, first: int, pairs: int, workers: int) -> Iterator[bytes]:
    """Yield the train shards of chunk `first` and all that follow, in order.

    The same recipe, seed and `pairs` give the shards that `datagen.pipeline.generate` writes,
    whatever `workers`; 0 draws them in this process.
    """
    if workers == 0:
        for index in count(first):
            yield _draw_packed(recipe, seed, index, pairs)
    waiting: deque[AsyncResult[bytes]] = deque()
    with multiprocessing.get_context("forkserver").Pool(workers) as pool:
        for index in count(first):
            waiting.append(pool.apply_async(_draw_packed, (recipe, seed, index, pairs)))
            if len(waiting) > max(workers, AHEAD_CHUNKS):
                yield waiting.popleft().get()


def write_stream(shards: Iterable[bytes], out: IO[bytes]) -> None:
    """Write a frame for each shard until the reader is gone."""
    try:
        for shard in shards:
            write_frame(out, shard)
    except BrokenPipeError:
        # The interpreter would flush into the closed pipe once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
