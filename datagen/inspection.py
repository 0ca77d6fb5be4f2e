"""What a folder of shards holds: counts, lengths, operators, rejections, examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symmath.errors import ShardError
from symmath.expr.operators import OPERATORS, TASK_MARKS, TOKENS
from symmath.expr.prefix import decode
from symmath.expr.show import show
from symmath.expr.vocab import Vocabulary
from symmath.shards import SPLITS, SUFFIX, Record, Shard, read_records, read_shard

_LENGTHS = 1 << 16
_BARS = 12
_BAR_WIDTH = 40
_PERCENTILES = (5, 50, 95, 100)


def _zeros(size: int) -> NDArray[np.int64]:
    return np.zeros(size, dtype=np.int64)


@dataclass(slots=True)
class Survey:
    """Counts over all shards of a folder; memory does not grow with the data.

    Attributes
    ----------
    splits, tasks, origins : Counter
        Pairs of each split, task and generator.
    dropped : Counter
        Pairs of each split that deduplication took out.
    rejected : Counter
        Proposals that were not written, by "generator: reason".
    source_lengths, target_lengths : int64 array
        How many sequences have each length in tokens; sources without their task mark.
    tokens : int64 array
        How often each of `TOKENS` stands in sources and targets.
    examples : list of Record
        The first pair of each generator, as many as were asked for.
    """

    folder: Path
    splits: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    origins: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    source_lengths: NDArray[np.int64] = field(default_factory=lambda: _zeros(_LENGTHS))
    target_lengths: NDArray[np.int64] = field(default_factory=lambda: _zeros(_LENGTHS))
    tokens: NDArray[np.int64] = field(default_factory=lambda: _zeros(len(TOKENS)))
    examples: list[Record] = field(default_factory=list)

    def add(self, split: str, shard: Shard, examples: int) -> None:
        """Count a shard."""
        self.splits[split] += len(shard)
        self.dropped[split] += shard.manifest.get("dropped", 0)
        marks = shard.tokens[shard.starts[:, 0]]
        for mark, count in zip(*np.unique(marks, return_counts=True), strict=True):
            self.tasks[TOKENS[mark].strip("<>")] += int(count)
        for origin, count in enumerate(np.bincount(shard.origins, minlength=1)):
            if count:
                self.origins[shard.manifest["origins"][origin]] += int(count)
        begin, middle, end = shard.starts.T
        self.source_lengths += np.bincount(middle - begin - 1, minlength=_LENGTHS)
        self.target_lengths += np.bincount(end - middle, minlength=_LENGTHS)
        self.tokens += np.bincount(shard.tokens, minlength=len(TOKENS))
        for origin, name in enumerate(shard.manifest["origins"]):
            # Deduplication may have left none of an origin.
            places = np.flatnonzero(shard.origins == origin)
            is_new = name not in {r.origin for r in self.examples}
            if len(places) and is_new and len(self.examples) < examples:
                self.examples.append(shard.record(int(places[0])))

    @property
    def pairs(self) -> int:
        """Pairs of all splits."""
        return self.splits.total()

    def operators(self) -> list[tuple[str, float]]:
        """Return how often each operator stands in a pair, source and target together, most first."""
        counts = [(o.token, self.tokens[TOKENS.index(o.token)]) for o in OPERATORS]
        used = [(token, count / max(1, self.pairs)) for token, count in counts]
        return sorted(((t, float(n)) for t, n in used if n), key=lambda item: -item[1])

    def table(self) -> str:
        """Return everything as text."""
        parts = [f"{self.folder}: {self.pairs:,} pairs"]
        if self.dropped.total():
            parts.append(f"{self.dropped.total():,} more were dropped as duplicates")
        parts += [_counts(title, found) for title, found in self._counters() if found]
        parts += [
            _histogram("source tokens", self.source_lengths),
            _histogram("target tokens", self.target_lengths),
            "operators a pair\n" + "\n".join(f"  {rate:>10.3f}  {token}" for token, rate in self.operators()),
        ]
        if self.examples:
            parts.append("examples\n" + "\n".join(map(_example, self.examples)))
        return "\n\n".join(parts)

    def _counters(self) -> list[tuple[str, Counter[str]]]:
        return [
            ("splits", self.splits),
            ("tasks", self.tasks),
            ("generators", self.origins),
            ("rejected proposals", self.rejected),
        ]


def survey(folder: Path, *, examples: int = 5) -> Survey:
    """Read all shards of a folder.

    Parameters
    ----------
    folder : Path
    examples : int
        Pairs to show, of different generators.

    Raises
    ------
    ShardError
        If a shard is corrupt, or there is none.
    """
    found = Survey(folder)
    for split in SPLITS:
        for path in sorted(folder.glob(f"{split}-*{SUFFIX}")):
            shard = read_shard(path, verify_checksum=True)
            found.add(split, shard, examples)
            # All splits of a chunk tell what the whole chunk rejected.
            if split == SPLITS[0]:
                found.rejected.update(shard.manifest.get("rejected", {}))
    if not found.splits:
        raise ShardError(f"{folder} holds no shard; make some with `python -m datagen`")
    return found


def piece_lengths(folder: Path, vocabulary: Vocabulary, pairs: int = 4_000) -> str:
    """Return the mean lengths of the first pairs in tokens, without task marks, and in pieces.

    Raises
    ------
    ShardError
        If a shard is corrupt, or there is no training pair.
    """
    records = list(islice(read_records(folder, "train"), pairs))
    if not records:
        raise ShardError(f"{folder} holds no training pair")
    lines = [
        f"mean lengths of {len(records):,} pairs in tokens, in pieces of a vocabulary of {len(vocabulary)}"
    ]
    for name, sides in (
        ("source", [r.source[1:] for r in records]),
        ("target", [r.target for r in records]),
    ):
        pieces = sum(len(vocabulary.encode(side)) for side in sides) / len(sides)
        lines.append(f"  {name} {sum(map(len, sides)) / len(sides):.1f}, {pieces:.1f}")
    return "\n".join(lines)


def _counts(title: str, counts: Counter[str]) -> str:
    total = counts.total()
    rows = [f"  {count:>12,}  {count / total:>6.1%}  {name}" for name, count in counts.most_common()]
    return "\n".join([title, *rows])


def percentile(histogram: NDArray[np.int64], share: float) -> int:
    """Return the length that `share` percent of the sequences don't exceed."""
    return int(np.searchsorted(np.cumsum(histogram), share / 100 * histogram.sum()))


def _histogram(title: str, histogram: NDArray[np.int64]) -> str:
    if not histogram.any():
        return f"{title}: none"
    mean = float(np.average(np.arange(_LENGTHS), weights=histogram))
    marks = ", ".join(f"{p}% up to {percentile(histogram, p)}" for p in _PERCENTILES)
    longest = int(np.flatnonzero(histogram)[-1])
    width = -(-(longest + 1) // _BARS)
    padded = np.resize(histogram[: longest + 1], width * _BARS)
    padded[longest + 1 :] = 0
    bars = padded.reshape(_BARS, width).sum(axis=1)
    rows = []
    for i, count in enumerate(bars):
        bar = "#" * round(_BAR_WIDTH * count / bars.max())
        rows.append(f"  {i * width:>5}..{(i + 1) * width - 1:<5} {count:>12,}  {bar}".rstrip())
    return "\n".join([f"{title}: mean {mean:.1f}, {marks}", *rows])


def _example(record: Record) -> str:
    assert record.source[0] in TASK_MARKS
    problem, answer = show(decode(record.source[1:])), show(decode(record.target))
    return f"  {record.source[0]} {record.origin}: {problem}  ->  {answer}"


def draw_png(found: Survey, path: Path) -> bool:
    """Draw generators, lengths, operators and rejections; False where matplotlib isn't installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(13, 9), layout="constrained")
    (generators, lengths), (operators, rejections) = figure.subplots(2, 2)
    for axes, title, items in (
        (generators, "pairs by generator", found.origins.most_common(25)),
        (operators, "operators a pair", found.operators()),
        (rejections, "rejected proposals", found.rejected.most_common(25)),
    ):
        names, values = [name for name, _ in items], [value for _, value in items]
        axes.barh(names[::-1], values[::-1])
        axes.set_title(title)
        axes.tick_params(axis="y", labelsize=7)
    for name, histogram in (("source", found.source_lengths), ("target", found.target_lengths)):
        longest = percentile(histogram, 99.9) + 1
        lengths.step(np.arange(longest), histogram[:longest], label=name, where="mid")
    lengths.set_title(f"lengths in tokens, {found.pairs:,} pairs")
    lengths.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    return True
