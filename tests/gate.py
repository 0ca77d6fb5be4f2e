"""Has solving got worse? Compares a small evaluation with a recorded one; knows nothing of test runners."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

SIGNIFICANCE = 0.01
"""Probability of a false alarm, for each case, if nothing changed."""


@dataclass(frozen=True, slots=True)
class Case:
    """A part of the gate.

    Attributes
    ----------
    suite : str
        Name of an own held-out set.
    mode : str
        Of `symmath.solve.solver.Mode`.
    problems : int
        The first so many.
    """

    suite: str
    mode: str
    problems: int

    @property
    def name(self) -> str:
        """Key in the baseline."""
        return f"{self.suite}, {self.mode}"


CASES = (
    Case("bwd", "ansatz", 60),
    Case("fwd", "ansatz", 40),
    Case("bwd", "neural", 40),
    Case("fwd", "neural", 20),
    Case("ode1", "ansatz", 25),
    Case("ode2", "ansatz", 25),
)
Baseline = Mapping[str, Mapping[str, Any]]
"""By case: ``n`` and the ids of what was ``unsolved``."""


def chance_of_at_most(successes: int, n: int, share: float) -> float:
    """Return the probability of so few successes, or fewer, if the true share is `share`."""
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(successes + 1))


def least_solved(solved: int, n: int) -> int:
    """Return the smallest count that is no significant drop from a baseline.

    Parameters
    ----------
    solved, n : int
        The baseline's counts. Its rate is smoothed, (solved + 1) / (n + 2), or a baseline without
        a failure would allow none.
    """
    rate = (solved + 1) / (n + 2)
    return next(count for count in range(n + 1) if chance_of_at_most(count, n, rate) >= SIGNIFICANCE)


def as_baseline(results: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return what is kept of the records of each case."""
    return {
        name: {"n": len(records), "unsolved": [r["id"] for r in records if not r["solved"]]}
        for name, records in results.items()
    }


def read_baseline(path: Path) -> Baseline:
    """Read a baseline that `write_baseline` wrote."""
    baseline: Baseline = json.loads(path.read_text())
    return baseline


def write_baseline(path: Path, results: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Keep the records of each case as a baseline."""
    path.write_text(json.dumps(as_baseline(results), indent=1) + "\n")


def complaints(baseline: Baseline, name: str, records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say what is worse than the baseline in a case; nothing if nothing is.

    Parameters
    ----------
    baseline : mapping
    name : str
        Of the case.
    records : sequence of dict
        As `symmath.evaluate.run.evaluate` makes them.

    Yields
    ------
    str
        A drop beyond chance, with the problems that were solved before; each answer that a checker
        refuses, whatever the counts; a baseline of other problems.
    """
    yield from _refused(name, records)
    known = baseline.get(name)
    if known is None or known["n"] != len(records):
        yield f"{name}: the baseline is of other problems; record it anew"
        return
    solved, before = sum(r["solved"] for r in records), known["n"] - len(known["unsolved"])
    least = least_solved(before, known["n"])
    if solved < least:
        lost = sorted({r["id"] for r in records if not r["solved"]} - set(known["unsolved"]))
        yield (
            f"{name}: {solved} of {known['n']} solved, {before} before, {least} at least; "
            f"lost {', '.join(lost)}"
        )


def _refused(name: str, records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for r in records:
        if r["outcome"] == "wrong" or r["disagreement"] == "verdict":
            yield f"{name}: {r['id']}: {r['input']} gave {r['answer']}, which a checker refuses"
