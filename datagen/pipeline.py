"""Generate shards: deterministic by seed whatever the number of workers, and resumable.

The unit of work is a chunk: a fixed number of proposals' worth of pairs drawn from a random stream
of its own, written as one shard per split. A chunk that is already on disk is not made again.
"""

from __future__ import annotations

import gc
import multiprocessing
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flint import acb
from tqdm import tqdm

from datagen.forward import by_engines
from datagen.recipes import Recipe
from datagen.split import hash_text, split_of_pair
from datagen.trees import draw
from symmath.errors import PrefixError, ShardError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.prefix import Tokens, decode
from symmath.expr.present import present
from symmath.files import write_whole
from symmath.shards import (
    SPLITS,
    SUFFIX,
    Record,
    pack_shard,
    read_manifest,
    remove_partials,
)
from symmath.tasks import TASKS
from symmath.tasks.task import Pair, Propose, Rejection

CHUNK_PAIRS = 20_000
MAX_PRESENTED_TOKENS = 240
GENERATORS: Mapping[tuple[str, str], Callable[[], Propose]] = {
    **{(task.name, name): make for task in TASKS.values() for name, make in task.generators.items()},
    ("integrate", "engines"): by_engines,
}
"""By task and name; each call makes one with a memory of its own."""
_CHECK_BITS = 64
_MIN_ACCURATE_BITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One unit of work."""

    recipe: Recipe
    seed: int
    index: int
    pairs: int
    directory: Path

    def path(self, split: str) -> Path:
        """Return the shard this chunk writes for `split`."""
        return self.directory / f"{split}-{self.index:06d}{SUFFIX}"

    def write(self, drawn: Drawn) -> None:
        """Write its shards, the training split last."""
        for split in reversed(SPLITS):
            write_whole(self.path(split), drawn.packed(split))


@dataclass(slots=True)
class Tally:
    """What became of the proposals."""

    written: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the counts of `other`."""
        self.written.update(other.written)
        self.rejected.update(other.rejected)


@working_precision(_CHECK_BITS)
def _equal_at_a_point(left: Tokens, right: Tokens, rng: random.Random) -> bool:
    """Check that two presentations agree at a random complex point."""
    for _ in range(4):
        point = {"x": variable(acb(rng.uniform(0.2, 1.8), rng.uniform(0.1, 1.2)), 1)}
        try:
            a, b = evaluate(left, point, 1)[0], evaluate(right, point, 1)[0]
        except PrefixError:
            continue
        if min(a.rel_accuracy_bits(), b.rel_accuracy_bits()) >= _MIN_ACCURATE_BITS:
            return bool(a.overlaps(b))
    return False


def show_as(tokens: Tokens, name: str, rng: random.Random) -> Tokens:
    """Return an integrand in the presentation `name`, or as it is where that can't be had."""
    if name == "raw":
        return tokens
    try:
        shown = present(decode(tokens), name)
        if shown is None:
            return tokens
        presented = canonical_tokens(shown)
    except (UnsupportedError, PrefixError):
        return tokens
    if len(presented) > MAX_PRESENTED_TOKENS or not _equal_at_a_point(tokens, presented, rng):
        return tokens
    return presented


def propose_pairs(recipe: Recipe, rng: random.Random) -> Iterator[tuple[str, str, Pair | Rejection]]:
    """Draw pairs of a recipe forever.

    Yields
    ------
    tuple of (str, str, Pair or Rejection)
        Task, generator, and what it proposed; the source is shown in a drawn presentation.

    Raises
    ------
    ProcessDiedError
        If an engine that a generator asks dies again and again: its answers would be missing.
    """
    proposers = {key: GENERATORS[key]() for key in recipe.generators}
    keys, weights = list(recipe.generators), list(recipe.generators.values())
    forms, form_weights = list(recipe.presentations), list(recipe.presentations.values())
    while True:
        task, name = rng.choices(keys, weights)[0]
        try:
            pair = proposers[task, name](draw, rng)
        except (PrefixError, UnsupportedError, RuntimeError):
            # symengine signals an undefined result (0**-1, a complex infinity) by RuntimeError.
            pair = Rejection.UNREPRESENTABLE
        if isinstance(pair, Pair) and task == "integrate":
            source = show_as(pair.source, rng.choices(forms, form_weights)[0], rng)
            pair = Pair(source=source, target=pair.target, shape=pair.shape)
        yield task, name, pair


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chunk holds, before it is written."""

    records: dict[str, list[Record]]
    manifest: dict[str, Any]
    tally: Tally

    def packed(self, split: str) -> bytes:
        """Return the shard of a split."""
        return pack_shard(self.records[split], {**self.manifest, "split": split})


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Pause the search for reference cycles: drawing leaves none, and a search walks all that is kept."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def draw_chunk(recipe: Recipe, seed: int, index: int, pairs: int) -> Drawn:
    """Draw the distinct pairs of a chunk from a random stream of its own."""
    rng = random.Random(f"{recipe.name}/{seed}/{index}")
    manifest = {"recipe": recipe.name, "seed": seed, "chunk": index}
    with _no_cycle_search():
        return collect(propose_pairs(recipe, rng), pairs, manifest)


def collect(
    proposals: Iterable[tuple[str, str, Pair | Rejection]], pairs: int, manifest: Mapping[str, Any]
) -> Drawn:
    """Take distinct pairs from proposals of task, generator and pair until there are `pairs`.

    Parameters
    ----------
    proposals : iterable of (str, str, Pair or Rejection)
    pairs : int
    manifest : mapping
        What made them; what was written and rejected is added.
    """
    tally = Tally()
    records: dict[str, list[Record]] = {split: [] for split in SPLITS}
    seen: set[int] = set()
    for task, name, pair in proposals:
        if isinstance(pair, Rejection):
            tally.rejected[f"{name}: {pair}"] += 1
            continue
        key = hash_text(f"{task} {' '.join(pair.source)}")
        if key in seen:
            tally.rejected[f"{name}: {Rejection.DUPLICATE}"] += 1
            continue
        split = split_of_pair(pair.shape, pair.source)
        if split is None:
            tally.rejected[f"{name}: {Rejection.HELD_OUT}"] += 1
            continue
        seen.add(key)
        tally.written[name] += 1
        records[split].append(Record(TASKS[task].encode(pair.source), pair.target, name))
        if len(seen) == pairs:
            break
    counts = {"written": dict(tally.written), "rejected": dict(tally.rejected)}
    return Drawn(records, {**manifest, **counts}, tally)


def make_chunk(chunk: Chunk) -> Tally:
    """Generate one chunk and write its shards."""
    drawn = draw_chunk(chunk.recipe, chunk.seed, chunk.index, chunk.pairs)
    chunk.write(drawn)
    return drawn.tally


def written_tally(chunk: Chunk) -> Tally | None:
    """Return what a chunk on disk was made of; None unless all its shards are there.

    Raises
    ------
    ShardError
        If it is another recipe's or seed's, or was drawn with another number of pairs.
    """
    paths = [chunk.path(split) for split in SPLITS]
    if not all(path.exists() for path in paths):
        return None
    manifest = read_manifest(paths[0])
    theirs = {key: manifest.get(key) for key in ("recipe", "seed")}
    mine = {"recipe": chunk.recipe.name, "seed": chunk.seed}
    if theirs != mine:
        raise ShardError(f"{paths[0]} holds {theirs}, not {mine}; choose another --out")
    tally = Tally(Counter(manifest["written"]), Counter(manifest["rejected"]))
    if tally.written.total() != chunk.pairs:
        raise ShardError(
            f"{paths[0]} was drawn with --chunk {tally.written.total()}, not {chunk.pairs}; "
            "choose another --out or the same --chunk"
        )
    return tally


def generate(
    recipe: Recipe,
    directory: Path,
    *,
    pairs: int,
    seed: int,
    workers: int,
    chunk_pairs: int = CHUNK_PAIRS,
    report: Callable[[str], None] = print,
    scheduler: str | None = None,
) -> Tally:
    """Write at least `pairs` distinct-within-chunk pairs as shards.

    Parameters
    ----------
    recipe : Recipe
    directory : Path
        Made if missing. Whole chunks already there are kept and counted.
    pairs : int
        Rounded up to whole chunks.
    seed : int
        Same seed, same shards, whatever `workers`.
    workers : int
        Processes on this machine; 0 runs in this one.
    chunk_pairs : int
        Pairs a chunk.
    report : Callable
        Takes the closing lines of text.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers draw the chunks instead.

    Returns
    -------
    Tally

    Raises
    ------
    ShardError
        If the directory holds shards of another recipe, seed or number of pairs a chunk.
    """
    directory.mkdir(parents=True, exist_ok=True)
    chunks = [
        Chunk(recipe=recipe, seed=seed, index=index, pairs=chunk_pairs, directory=directory)
        for index in range(-(-pairs // chunk_pairs))
    ]
    remove_partials(directory)
    tally = Tally()
    with tqdm(total=len(chunks) * chunk_pairs, unit="pair", unit_scale=True) as bar:
        missing = _add_written(chunks, tally)
        bar.update(tally.written.total())
        for part in _map(missing, workers, scheduler):
            tally.add(part)
            bar.update(part.written.total())
    for reason, count in tally.rejected.most_common():
        report(f"rejected {count:>10,}  {reason}")
    report(f"written  {tally.written.total():>10,}  {dict(tally.written)}")
    return tally


def _add_written(chunks: list[Chunk], tally: Tally) -> list[Chunk]:
    """Count the chunks on disk; return those that are not there."""
    missing: list[Chunk] = []
    for chunk in chunks:
        part = written_tally(chunk)
        if part is None:
            missing.append(chunk)
        else:
            tally.add(part)
    return missing


def _map(chunks: list[Chunk], workers: int, scheduler: str | None) -> Iterator[Tally]:
    if scheduler is not None:
        # Dask is an optional extra, and takes a second to import.
        from datagen.cluster import make_chunks

        yield from make_chunks(chunks, scheduler)
    elif workers == 0:
        yield from map(make_chunk, chunks)
    else:
        with multiprocessing.get_context("forkserver").Pool(workers) as pool:
            yield from pool.imap_unordered(make_chunk, chunks)
