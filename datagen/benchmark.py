"""Pairs a second of every generator: ``python -m datagen.benchmark``.

Counts what is written: verified, distinct pairs, encoded and put into a shard, on one core.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from datagen.pipeline import Chunk, make_chunk
from datagen.recipes import RAW, Recipe
from symmath.shards import SPLITS, read_shard
from symmath.tasks import TASKS

HEADER = (
    "| task | generator | pairs/s | acceptance | source tokens | target tokens |\n|---|---|---|---|---|---|"
)


def measure(task: str, generator: str, pairs: int, seed: int) -> str:
    """Make a chunk of one generator; return a row of the table."""
    recipe = Recipe(name=f"benchmark-{generator}", generators={(task, generator): 1.0}, presentations=RAW)
    with TemporaryDirectory() as folder:
        chunk = Chunk(recipe=recipe, seed=seed, index=0, pairs=pairs, directory=Path(folder))
        begin = time.process_time()
        tally = make_chunk(chunk)
        seconds = time.process_time() - begin
        shards = [read_shard(chunk.path(split)) for split in SPLITS]
    starts = [shard.starts for shard in shards]
    source = sum(int((s[:, 1] - s[:, 0]).sum()) for s in starts) / pairs - 1
    target = sum(int((s[:, 2] - s[:, 1]).sum()) for s in starts) / pairs
    accepted = pairs / (pairs + tally.rejected.total())
    return f"| {task} | {generator} | {pairs / seconds:,.0f} | {accepted:.0%} | {source:.1f} | {target:.1f} |"


def main() -> None:
    """Parse the arguments and print the table."""
    parser = argparse.ArgumentParser(prog="python -m datagen.benchmark", description=__doc__)
    parser.add_argument("--pairs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = parser.parse_args()
    print(HEADER)
    for task in TASKS.values():
        for generator in task.generators:
            print(measure(task.name, generator, arguments.pairs, arguments.seed), flush=True)


if __name__ == "__main__":
    main()
