"""Pairs whose answer is the list of a primitive's terms, for a network that leaves coefficients to fitting.

The answer is the sum of the terms of the expanded primitive, each with the coefficient 1. It says what
fitting has to know, and nothing of fractions, which the network finds hardest to write.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import symengine

from symmath.ansatz.basis import additive_terms, distinct
from symmath.errors import SymMathError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.shards import SPLITS, read_shard, refuse_shards, shard_paths, write_shard

MAX_TOKENS = 512
"""Length of an answer in terms: a power of a sum may have thousands."""


def in_terms(primitive: Expr) -> Expr:
    """Return the sum of the different terms of an expanded primitive, without rational coefficients."""
    return symengine.Add(*distinct(additive_terms(expand(primitive))))


def _spelled(target: Tokens) -> Tokens:
    """Return a primitive's terms; itself where it is too long to be expanded, or would be."""
    try:
        terms = canonical_tokens(in_terms(decode(target)))
    except UnsupportedError:
        return target
    return terms if len(terms) <= MAX_TOKENS else target


def write_terms(source: Path, directory: Path) -> None:
    """Write the pairs of a folder of integrate shards, each in its split, with terms for answers.

    Raises
    ------
    ShardError
        If the folder holds shards already.
    """
    refuse_shards(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for path in (path for split in SPLITS for path in shard_paths(source, split)):
        shard = read_shard(path)
        records = [
            replace(record, target=_spelled(record.target)) for record in map(shard.record, range(len(shard)))
        ]
        write_shard(directory / path.name, records, {**shard.manifest, "answers": "terms"})


def main() -> None:
    """Parse the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m datagen.terms", description=__doc__)
    parser.add_argument("source", type=Path, help="folder of integrate shards")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        write_terms(arguments.source, arguments.out)
    except SymMathError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
