"""How strict and how generous the verifier is: ``python -m symmath.evaluate.strictness``.

Wrong candidates are small edits of right answers, right ones are rewritings of them. A wrong one that
is accepted is judged again by other arithmetic, and listed. Checks run in a worker, one after the
other; their times are taken inside it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from symmath.deadline import warm
from symmath.evaluate.intervals import wilson
from symmath.evaluate.suites import OWN
from symmath.evaluate.trials import ACCEPTED, RightPair, Tally, try_right, try_wrong
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import decode
from symmath.shards import SUFFIX, read_shard
from symmath.tasks import TASKS

_TASKS = {"integrate": ("integrate",), "ode": ("ode1", "ode2")}


def _from_lines(path: Path, tasks: Sequence[str]) -> Iterator[RightPair]:
    for line in path.read_text().splitlines():
        record = json.loads(line)
        task, text = record["task"], record["input"]
        if task not in tasks or not record["answer"]:
            continue
        try:
            is_ode = bool(TASKS[task].order)
            expr = parse_equation(text, "x", "y").residual if is_ode else parse_expression(text, "x").expr
            answer = parse_expression(record["answer"], "x", symbols=("c1", "c2") if is_ode else ()).expr
            yield RightPair(task, canonical_tokens(expr), canonical_tokens(answer))
        except ValueError:
            # An answer this suite's own notation writes in symbols that are no part of the vocabulary.
            continue


def _from_shards(directory: Path, tasks: Sequence[str], limit: int, rng: random.Random) -> list[RightPair]:
    """Return pairs of the test split of shards, `limit` at most."""
    marks = {TASKS[name].mark: name for name in tasks}
    pairs: list[RightPair] = []
    for path in sorted(directory.rglob(f"test-*{SUFFIX}")):
        shard = read_shard(path)
        for index in range(len(shard)):
            record = shard.record(index)
            task = marks.get(record.source[0])
            if task is not None:
                source, target = (canonical_tokens(decode(t)) for t in (record.source[1:], record.target))
                pairs.append(RightPair(task, source, target))
    rng.shuffle(pairs)
    return pairs[:limit]


def read_pairs(task: str, data: Path | None, suites: Sequence[Path], rng: random.Random) -> list[RightPair]:
    """Return the right pairs to start from: the held-out sets, suites with answers, shards."""
    tasks = _TASKS[task]
    pairs = [p for path in (*sorted(OWN.glob("*.jsonl")), *suites) for p in _from_lines(path, tasks)]
    if data is not None:
        pairs += _from_shards(data, tasks, max(len(pairs), 2000), rng)
    rng.shuffle(pairs)
    return pairs


def _table(name: str, tally: Tally) -> str:
    n = len(tally.seconds)
    rows = [f"| {name} | n = {n} | 95% interval |", "|---|---|---|"]
    counts = tally.verdicts.copy()
    counts["accepted"] = sum(tally.verdicts[v] for v in ACCEPTED)
    for verdict, count in sorted(counts.items()):
        low, high = wilson(count, n)
        rows.append(f"| {verdict} | {count} ({count / n:.2%}) | {low:.2%} to {high:.2%} |")
    seconds = sorted(tally.seconds)
    rows.append(f"| median check | {1000 * seconds[n // 2]:.2f} ms | |")
    rows.append(f"| p99 check | {1000 * seconds[min(n - 1, int(0.99 * n))]:.2f} ms | |")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; the odd ones go to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", type=int, default=20_000, help="edited answers")
    parser.add_argument("--right", type=int, default=5_000, help="rewritten pairs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--task", choices=list(_TASKS), default="integrate")
    parser.add_argument("--data", type=Path, help="folder of shards, whose test split is added")
    parser.add_argument("--suite", type=Path, action="append", default=[], help="JSON lines with answers")
    parser.add_argument("--list", type=Path, help="file for what was accepted wrongly or not proved")
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    pairs = read_pairs(options.task, options.data, options.suite, rng)
    if not pairs:
        parser.error(f"no right pairs for {options.task}: give --data or --suite")
    warm()
    lines: list[str] = []
    for name, n, attempt in (("wrong", options.wrong, try_wrong), ("right", options.right, try_right)):
        if n:
            tally = attempt(pairs, n, rng)
            print(f"{_table(f'{name} candidates', tally)}\n", flush=True)
            print("\n".join(line for line in tally.odd if "BUG" in line), flush=True)
            lines += [f"# {name}", *tally.odd]
    if options.list is not None:
        options.list.write_text("\n".join(lines) + "\n")
    print(f"{len(pairs)} right pairs to start from")


if __name__ == "__main__":
    main()
