"""Verify random pairs of a folder exactly as answers to users are verified.

Generation checks every pair at one or a few points; this is the slow, strict check of a sample.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from symmath.deadline import run, warm
from symmath.errors import PrefixError, ShardError, TimeLimitError, UnsupportedError
from symmath.expr.prefix import decode
from symmath.expr.show import show
from symmath.shards import SPLITS, SUFFIX, Record, Shard, read_manifest, read_shard
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict, verify

PAIR_SECONDS = 20.0


@dataclass(slots=True)
class Outcome:
    """Verdicts of a sample.

    Attributes
    ----------
    verdicts : Counter
        By task and verdict; "not general" counts verified answers to equations that lack constants.
    reasons : Counter
        Why pairs were undecided.
    refuted : list of (Record, str)
        With the reason.
    particular : list of Record
        Those that are "not general".
    """

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refuted: list[tuple[Record, str]] = field(default_factory=list)
    particular: list[Record] = field(default_factory=list)

    def add(self, record: Record, found: Check) -> None:
        """Count a verdict."""
        task = record.source[0].strip("<>")
        self.verdicts[task, found.verdict] += 1
        if found.verdict in (Verdict.PROVED, Verdict.NUMERIC) and not found.is_general:
            self.verdicts[task, "not general"] += 1
            self.particular.append(record)
        if found.verdict is Verdict.UNDECIDED:
            self.reasons[found.reason] += 1
        if found.verdict is Verdict.REFUTED:
            self.refuted.append((record, found.reason))

    def table(self) -> str:
        """Return counts by verdict, and every refuted or not general pair in full."""
        lines = ["| task | " + " | ".join(Verdict) + " | not general |", "|---" * (len(Verdict) + 2) + "|"]
        for task in sorted({task for task, _ in self.verdicts}):
            counts = [str(self.verdicts[task, name]) for name in (*Verdict, "not general")]
            lines.append(f"| {task} | " + " | ".join(counts) + " |")
        lines += [f"undecided {count:>5}  {reason}" for reason, count in self.reasons.most_common()]
        for record, reason in self.refuted:
            lines += [f"refuted ({record.origin}): {reason}", *_in_full(record)]
        for record in self.particular:
            lines += [f"not general ({record.origin})", *_in_full(record)]
        return "\n".join(lines)


def _in_full(record: Record) -> list[str]:
    return [
        f"  problem {show(decode(record.source[1:]))}",
        f"  answer  {show(decode(record.target))}",
        f"  tokens  {' '.join(record.source)} -> {' '.join(record.target)}",
    ]


def sample_records(directory: Path, count: int, rng: random.Random) -> Iterator[Record]:
    """Yield random pairs of all splits, each at most once, every pair equally likely.

    Raises
    ------
    ShardError
        If the folder holds no pair, or a shard is corrupt.
    """
    paths = [path for split in SPLITS for path in sorted(directory.glob(f"{split}-*{SUFFIX}"))]
    ends = list(accumulate(read_manifest(path)["pairs"] for path in paths))
    if not ends or not ends[-1]:
        raise ShardError(f"{directory} holds no pairs; make some with `python -m datagen`")
    shard: Shard | None = None
    for place in sorted(rng.sample(range(ends[-1]), min(count, ends[-1]))):
        owner = bisect_right(ends, place)
        if shard is None or shard.path != paths[owner]:
            shard = read_shard(paths[owner], verify_checksum=True)
        yield shard.record(place - (ends[owner] - len(shard)))


def _verify(source: Sequence[str], target: Sequence[str]) -> Check:
    return verify(Problem(task=source[0].strip("<>"), expr=decode(source[1:])), decode(target))


def check_record(record: Record) -> Check:
    """Verify one pair in a worker; what takes too long is undecided."""
    try:
        return run(_verify, record.source, record.target, timeout=PAIR_SECONDS)
    except (TimeLimitError, MemoryError, PrefixError, UnsupportedError, RuntimeError) as error:
        return Check(Verdict.UNDECIDED, reason=f"{type(error).__name__}: {error}")


def check_pairs(directory: Path, pairs: int, *, seed: int = 0) -> Outcome:
    """Verify random pairs of a folder.

    Parameters
    ----------
    directory : Path
    pairs : int
        All pairs where there are no more.
    seed : int
        Decides which pairs.

    Returns
    -------
    Outcome
    """
    outcome = Outcome()
    warm()
    for record in sample_records(directory, pairs, random.Random(seed)):
        outcome.add(record, check_record(record))
    return outcome
