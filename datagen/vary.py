"""Variants of pairs that were expensive to make: other forms, scalings, shifts and sums.

Primitives found by an engine or by fitting cost a thousand times more than backward pairs. Each is
worth several problems: the same integrand as others would write it, k*f, f(a*x + b), f + g. Only
training pairs are varied, and a variant whose shape belongs to a held-out split goes there.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import symengine
from tqdm import tqdm

from datagen.arguments import positive
from datagen.pipeline import show_as
from datagen.recipes import INTEGRATE_MIX
from datagen.split import split_of_pair
from symmath.errors import PrefixError, SymMathError, UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import decode
from symmath.shards import SPLITS, SUFFIX, Record, read_records, refuse_shards, write_shard
from symmath.tasks import TASKS
from symmath.tasks.integrate import draw_coefficient, make_pair
from symmath.tasks.task import Pair

CHUNK_PAIRS = 10_000
_TASK = TASKS["integrate"]

Known = tuple[Expr, Expr]
"""An integrand and a primitive of it."""


def _same(known: Sequence[Known], rng: random.Random) -> Known:
    return rng.choice(known)


def _scaled(known: Sequence[Known], rng: random.Random) -> Known:
    integrand, primitive = rng.choice(known)
    scale = draw_coefficient(rng)
    return scale * integrand, scale * primitive


def _shifted(known: Sequence[Known], rng: random.Random) -> Known:
    integrand, primitive = rng.choice(known)
    slope = draw_coefficient(rng) if rng.random() < 0.7 else symengine.Integer(1)
    inner = slope * X + rng.choice((0, 0, 1, -1, 2, 3, -2, 5))
    return integrand.subs({X: inner}), symengine.expand(primitive.subs({X: inner}) / slope)


def _sum(known: Sequence[Known], rng: random.Random) -> Known:
    (f, big_f), (g, big_g) = _scaled(known, rng), rng.choice(known)
    return f + g, big_f + big_g


VARIANTS: Sequence[tuple[float, Callable[[Sequence[Known], random.Random], Known]]] = (
    (0.35, _same),
    (0.15, _scaled),
    (0.25, _shifted),
    (0.25, _sum),
)


def variants(known: Sequence[Known], rng: random.Random) -> Iterator[Pair]:
    """Draw variants forever; each is checked, and shown in a presentation of the integrate mix."""
    weights, makers = [weight for weight, _ in VARIANTS], [make for _, make in VARIANTS]
    forms = INTEGRATE_MIX.presentations
    while True:
        try:
            pair = make_pair(*rng.choices(makers, weights)[0](known, rng), rng)
        except (PrefixError, UnsupportedError, RuntimeError):
            continue
        if isinstance(pair, Pair):
            source = show_as(pair.source, rng.choices(list(forms), list(forms.values()))[0], rng)
            yield Pair(source=source, target=pair.target, shape=pair.shape)


def write_variants(sources: Sequence[Path], directory: Path, *, pairs: int, seed: int) -> None:
    """Write distinct variants of the training pairs in `sources` as shards.

    Raises
    ------
    ShardError
        If the folder holds shards already.
    """
    refuse_shards(directory)
    known = [
        (decode(record.source[1:]), decode(record.target))
        for source in sources
        for record in read_records(source, "train")
    ]
    directory.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    seen: set[int] = set()
    records: dict[str, list[Record]] = {split: [] for split in SPLITS}
    written = 0
    with tqdm(total=pairs, unit="pair", unit_scale=True) as bar:
        for pair in variants(known, rng):
            key, split = hash(tuple(pair.source)), split_of_pair(pair.shape, pair.source)
            if key in seen or split is None:
                continue
            seen.add(key)
            records[split].append(Record(_TASK.encode(pair.source), pair.target, "variant"))
            written += 1
            bar.update()
            if written % CHUNK_PAIRS == 0 or written == pairs:
                _write(records, directory, (written - 1) // CHUNK_PAIRS, seed)
            if written == pairs:
                return


def _write(records: dict[str, list[Record]], directory: Path, index: int, seed: int) -> None:
    written = {"written": {"variant": sum(map(len, records.values()))}, "rejected": {}}
    for split in reversed(SPLITS):
        manifest = {"recipe": "variants", "seed": seed, "chunk": index, "split": split, **written}
        write_shard(directory / f"{split}-{index:06d}{SUFFIX}", records[split], manifest)
        records[split].clear()


def main() -> None:
    """Parse the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m datagen.vary", description=__doc__)
    parser.add_argument("sources", type=Path, nargs="+", help="folders of integrate shards")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=positive, required=True)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        write_variants(arguments.sources, arguments.out, pairs=arguments.pairs, seed=arguments.seed)
    except SymMathError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
