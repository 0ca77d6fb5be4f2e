"""Chunks drawn by the workers of a Dask cluster, written by this process.

Workers return the bytes of the shards, so nothing but this process needs the folder. A chunk comes
from its own random stream, so the bytes are those of the local engine, and a chunk that is lost with
its worker is drawn again, the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from datagen.pipeline import Chunk, Tally, draw_chunk
from datagen.recipes import Recipe
from symmath.errors import ShardError
from symmath.files import write_whole
from symmath.shards import SPLITS

CHUNKS_A_WORKER = 3
"""Chunks handed out for each worker: one is drawn, the next waits there, one is on its way back."""

_CONNECT_SECONDS = 30


def draw_packed(recipe: Recipe, seed: int, index: int, pairs: int) -> tuple[dict[str, bytes], Tally]:
    """Draw a chunk on a worker; return its shards by split.

    Raises
    ------
    ShardError
        If the worker runs several threads.
    """
    from distributed import get_worker

    # python-flint's precision belongs to the process: chunks drawn by threads would change each other.
    if (threads := get_worker().state.nthreads) != 1:
        raise ShardError(f"a worker has {threads} threads; start workers with --nthreads 1")
    drawn = draw_chunk(recipe, seed, index, pairs)
    return {split: drawn.packed(split) for split in SPLITS}, drawn.tally


def make_chunks(chunks: Sequence[Chunk], scheduler: str) -> Iterator[Tally]:
    """Write chunks as they come back from a cluster.

    Parameters
    ----------
    chunks : sequence of Chunk
    scheduler : str
        Such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    ShardError
        If Dask is not installed, the scheduler can't be reached or has no workers, or one chunk
        was lost with more workers than the scheduler allows (4 by default).
    """
    try:
        # By name, because only parts of Dask have type hints.
        dask: Any = import_module("distributed")
    except ImportError as error:
        raise ShardError('Dask is not installed: pip install "symmath[scale]"') from error
    try:
        client = dask.Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ShardError(f"the scheduler {scheduler} can't be reached: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except TimeoutError as error:
            raise ShardError(f"the scheduler {scheduler} has no workers") from error
        try:
            yield from _write_as_they_come(client, dask.as_completed(loop=client.loop), chunks)
        except dask.KilledWorker as error:
            raise ShardError(f"one chunk was lost with several workers: {error}") from error


def _write_as_they_come(client: Any, running: Any, chunks: Sequence[Chunk]) -> Iterator[Tally]:
    """Keep every worker busy and write what `running` completes."""
    waiting = iter(chunks)
    owners: dict[str, Chunk] = {}
    while True:
        # Workers come and go; what is handed out follows their number, not that of the chunks.
        wanted = CHUNKS_A_WORKER * max(1, len(client.nthreads())) - len(owners)
        for chunk in islice(waiting, max(0, wanted)):
            future = client.submit(
                draw_packed, chunk.recipe, chunk.seed, chunk.index, chunk.pairs, pure=False
            )
            owners[future.key] = chunk
            running.add(future)
        if not owners:
            return
        future = next(running)
        shards, tally = future.result()
        chunk = owners.pop(future.key)
        for split in reversed(SPLITS):
            write_whole(chunk.path(split), shards[split])
        future.release()
        yield tally
