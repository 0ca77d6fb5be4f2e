"""Make training data: ``python -m datagen integrate --pairs 1_000_000 --out DIR --workers 2``."""

from __future__ import annotations

import argparse
from pathlib import Path

from datagen.pipeline import CHUNK_PAIRS, generate
from datagen.recipes import RECIPES

DEFAULT_RECIPES = {"integrate": "integrate-mix", "ode1": "ode1", "ode2": "ode2", "ode": "ode-mix"}


def main() -> None:
    """Parse the arguments and generate."""
    parser = argparse.ArgumentParser(prog="python -m datagen", description=__doc__)
    parser.add_argument("task", choices=sorted(DEFAULT_RECIPES))
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="default: the task's mix")
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chunk", type=int, default=CHUNK_PAIRS, help="pairs a shard")
    arguments = parser.parse_args()
    generate(
        RECIPES[arguments.recipe or DEFAULT_RECIPES[arguments.task]],
        arguments.out,
        pairs=arguments.pairs,
        seed=arguments.seed,
        workers=arguments.workers,
        chunk_pairs=arguments.chunk,
    )


if __name__ == "__main__":
    main()
