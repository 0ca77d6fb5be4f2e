"""Pairs a second of every generator and mix: ``python -m datagen.benchmark``.

Counts what is written: verified, distinct pairs, encoded and put into a shard, on one core.
``--stream RECIPE`` measures what a stream delivers instead, ``--dedup PAIRS`` the deduplication of
that many drawn hashes.
"""

from __future__ import annotations

import argparse
import random
import resource
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from datagen.dedup import Partitions
from datagen.pipeline import GENERATORS, Chunk, draw_chunk, make_chunk
from datagen.recipes import RAW, RECIPES, Recipe
from symmath.machine import machine
from symmath.shards import SPLITS, read_shard
from symmath.stream import Stream

HEADER = (
    "| task | generator | pairs/s | acceptance | source tokens | target tokens |\n|---|---|---|---|---|---|"
)

WARM_UP_PAIRS = 100

_SPREAD = 0x9E3779B97F4A7C15
"""An odd multiplier, so that drawn numbers spread over 64 bits and stay distinct (Knuth, 6.4)."""


def measure(recipe: Recipe, task: str, name: str, pairs: int, seed: int) -> str:
    """Make a chunk of a recipe; return a row of the table.

    What is made once a process, such as the table of known primitives, is not counted; of engines, which
    work in processes of their own, the waiting is.
    """
    clock = time.monotonic if name == "engines" else time.process_time
    draw_chunk(recipe, seed, 1, WARM_UP_PAIRS)
    with TemporaryDirectory() as folder:
        chunk = Chunk(recipe=recipe, seed=seed, index=0, pairs=pairs, directory=Path(folder))
        begin = clock()
        tally = make_chunk(chunk)
        seconds = clock() - begin
        shards = [read_shard(chunk.path(split)) for split in SPLITS]
    starts = [shard.starts for shard in shards]
    source = sum(int((s[:, 1] - s[:, 0]).sum()) for s in starts) / pairs - 1
    target = sum(int((s[:, 2] - s[:, 1]).sum()) for s in starts) / pairs
    accepted = pairs / (pairs + tally.rejected.total())
    return f"| {task} | {name} | {pairs / seconds:,.0f} | {accepted:.0%} | {source:.1f} | {target:.1f} |"


def rows(pairs: int, seed: int) -> Iterator[str]:
    """Measure every generator, then every recipe that mixes them."""
    for task, generator in GENERATORS:
        alone = {(task, generator): 1.0}
        recipe = Recipe(name=f"benchmark-{generator}", generators=alone, presentations=RAW)
        yield measure(recipe, task, generator, pairs, seed)
    for recipe in RECIPES.values():
        if len(recipe.generators) > 1:
            tasks = ", ".join(sorted({task for task, _ in recipe.generators}))
            yield measure(recipe, tasks, f"the mix {recipe.name}", pairs, seed)


def measure_stream(recipe: str, chunks: int, pairs: int, workers: int) -> str:
    """Read a stream as a trainer does; return pairs a second, first chunk included."""
    command = [sys.executable, "-m", "datagen", "stream", recipe, "--chunk", str(pairs)]
    stream = Stream(shlex.join([*command, "--workers", str(workers)]))
    begin = time.monotonic()
    try:
        read = sum(len(shard) for shard in stream.shards(0, chunks))
    finally:
        stream.close()
    rate = read / (time.monotonic() - begin)
    return f"{recipe}, {workers} workers: {rate:,.0f} train pairs/s of wall time ({read:,} pairs)"


def measure_dedup(pairs: int, partitions: int, repeated: float = 0.1) -> str:
    """Find the repeats among drawn hashes; return time and memory."""
    rng = np.random.default_rng(0)
    step = 20_000
    resting = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.monotonic()
    with TemporaryDirectory() as folder, Partitions(Path(folder), partitions) as table:
        for first in range(0, pairs, step):
            size = min(step, pairs - first)
            table.add(rng.integers(0, int(pairs / 2 / repeated), size, dtype=np.uint64) * np.uint64(_SPREAD))
        middle = time.monotonic()
        found = sum(len(places) for places in table.repeats())
    seconds = time.monotonic() - begin
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resting
    return (
        f"{pairs:,} hashes, {partitions} partitions: {found:,} repeats in {seconds:.2f} s "
        f"({middle - begin:.2f} s to write, rest to sort), {grown / 1024:.0f} MiB more memory"
    )


def main() -> None:
    """Parse the arguments and print the table."""
    parser = argparse.ArgumentParser(prog="python -m datagen.benchmark", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3000, help="a generator, or a chunk of the stream")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--stream", choices=sorted(RECIPES))
    parser.add_argument("--chunks", type=int, default=4, help="of the stream")
    parser.add_argument("--workers", type=int, default=1, help="of the stream")
    parser.add_argument("--dedup", type=int, metavar="PAIRS")
    parser.add_argument("--partitions", type=int, default=64)
    arguments = parser.parse_args()
    print(f"{machine()}, seed {arguments.seed}", end="\n\n")
    if arguments.stream:
        print(measure_stream(arguments.stream, arguments.chunks, arguments.pairs, arguments.workers))
        return
    if arguments.dedup:
        print(measure_dedup(arguments.dedup, arguments.partitions))
        return
    print(HEADER)
    for row in rows(arguments.pairs, arguments.seed):
        print(row, flush=True)


if __name__ == "__main__":
    main()
