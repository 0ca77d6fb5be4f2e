"""A small fixed evaluation against the committed baseline: fails on a real drop, not on one problem."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from symmath.evaluate.intervals import chance_of_at_most
from symmath.evaluate.suites import find_suite, read_suite
from symmath.solve.solver import Mode, Solver

BASELINE = Path(__file__).with_name("baseline.json")
SIGNIFICANCE = 0.01
CASES = (
    ("bwd", "fit", 60),
    ("fwd", "fit", 40),
    ("ode1", "fit", 40),
    ("ode2", "fit", 40),
    ("bwd", "neural", 40),
    ("fwd", "neural", 40),
)


def has_dropped(solved: int, before: int, n: int) -> bool:
    """Whether so few solved problems are improbable if the true share is the baseline's."""
    # Half a failure more, so that a perfect baseline can be missed by chance as well.
    share = before / (n + 0.5)
    return chance_of_at_most(solved, n, share) < SIGNIFICANCE


def count_solved(suite: str, mode: str, n: int) -> int:
    """Solve the first n problems of a held-out set, each within 10 s."""
    solved = 0
    for item in islice(read_suite(find_suite(suite)), n):
        solver = solver_for(item.problem.task, mode)
        solution = solver.solve(item.problem, mode=Mode(mode), timeout=10.0, presentations=2)
        solved += solution.candidate is not None and solution.is_general
    return solved


def solver_for(task: str, mode: str) -> Solver:
    from symmath.api import default_solver

    return default_solver(task) if mode == "neural" else Solver(None)


@pytest.mark.parametrize(("suite", "mode", "n"), CASES)
def test_nothing_got_worse(suite: str, mode: str, n: int, request: pytest.FixtureRequest) -> None:
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    key = f"{suite}, {mode}, {n}"
    solved = count_solved(suite, mode, n)
    if request.config.getoption("--update-golden"):
        BASELINE.write_text(json.dumps({**baseline, key: solved}, indent=2, sort_keys=True) + "\n")
        return
    assert not has_dropped(solved, baseline[key], n), f"{solved} of {n}, {baseline[key]} before"


def test_the_gate_closes_on_a_real_drop_only() -> None:
    assert has_dropped(40, 57, 60)
    assert not has_dropped(54, 57, 60)
    assert not has_dropped(59, 60, 60)
    assert has_dropped(50, 60, 60)
