"""Run a solver over a suite, one JSON line a problem; a run that was cut off goes on where it was."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from symmath.evaluate.suites import SuiteProblem
from symmath.solve.solution import Solution
from symmath.tasks.task import Problem

Solve = Callable[[Problem], Solution]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a suite."""

    problems: int
    solved: int
    seconds: float

    @property
    def share(self) -> float:
        """Solved share."""
        return self.solved / self.problems if self.problems else 0.0


def _record(item: SuiteProblem, engine: str, solution: Solution) -> dict[str, Any]:
    return {
        "id": item.id,
        "engine": engine,
        "answer": str(solution.candidate.expr) if solution.candidate else None,
        "verdict": solution.verdict.value if solution.verdict else None,
        "found_by": solution.engine,
        "seconds": round(solution.seconds, 4),
        "version": version("symmath"),
        "machine": platform.machine(),
    }


def _read_done(path: Path | None, engine: str) -> dict[str, dict[str, Any]]:
    if path is None or not path.exists():
        return {}
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return {record["id"]: record for record in records if record["engine"] == engine}


def evaluate(items: Iterable[SuiteProblem], engine: str, solve: Solve, out: Path | None = None) -> Tally:
    """Solve every problem once.

    Parameters
    ----------
    items : iterable of SuiteProblem
    engine : str
        Name under which the results are kept.
    solve : Callable
    out : Path, optional
        JSON lines are appended; problems already there for this engine are not solved again.

    Returns
    -------
    Tally
    """
    done = _read_done(out, engine)
    problems = solved = 0
    seconds = 0.0
    with tqdm(list(items), desc=engine, mininterval=2.0) as bar:
        for item in bar:
            record = done.get(item.id)
            if record is None:
                record = _record(item, engine, solve(item.problem))
                if out is not None:
                    with out.open("a") as file:
                        file.write(json.dumps(record) + "\n")
            problems += 1
            solved += record["verdict"] is not None
            seconds += record["seconds"]
            bar.set_postfix(solved=f"{solved / problems:.1%}", refresh=False)
    return Tally(problems, solved, seconds)
