"""symmath's own modes, in a worker that can be killed like any other system."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens, decode
from symmath.solve.solver import CHECKPOINTS, DEFAULT_ROUNDS, Mode, Solver
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

MEMORY_MB = 8192
"""Address space, not memory in use: torch maps much more than it touches."""
WARM_SECONDS = 60.0
_WARM_UP = ("x*cos(x)", "y' - y", "y'' - y", "y''' - y", "y'''' - y")


class Setting(NamedTuple):
    """What is asked of symmath.

    Attributes
    ----------
    mode : str
        Of `symmath.solve.solver.Mode`.
    beam_size, presentations, rounds : int
    checkpoint : str
        Folder; empty for the one shipped for each task.
    """

    mode: str
    beam_size: int = 10
    presentations: int = 6
    rounds: int = DEFAULT_ROUNDS
    checkpoint: str = ""


class Told(NamedTuple):
    """What the worker says.

    Attributes
    ----------
    answer : Tokens or None
    found_by : str
    seconds : float
    reason : str
        Why there is no answer.
    """

    answer: Tokens | None
    found_by: str
    seconds: float
    reason: str


@cache
def _solver(task: str, checkpoint: str) -> Solver:
    # One core each: the other systems have no use for a GPU.
    return Solver.load(Path(checkpoint), device="cpu") if checkpoint else Solver.for_task(task, device="cpu")


def solve(setting: Setting, task: str, problem: Tokens, timeout: float) -> Told:
    """Solve a problem; the answer is as the solver would print it."""
    solver = _solver(task, setting.checkpoint)
    solution = solver.solve(
        Problem(task=task, expr=decode(problem)),
        mode=Mode(setting.mode),
        beam_size=setting.beam_size,
        presentations=setting.presentations,
        rounds=setting.rounds,
        timeout=timeout,
    )
    answer = canonical_tokens(solution.candidate.expr) if solution.candidate else None
    has_network = solver.checkpoint is not None or setting.mode == Mode.FIT
    lacks_network = not has_network and task in CHECKPOINTS
    reason = f"no checkpoint for {task}; {solution.reason}" if lacks_network else solution.reason
    return Told(answer, solution.engine or "", solution.seconds, "" if answer else reason)


@cache
def warm_up(setting: Setting, tasks: tuple[str, ...]) -> None:
    """Load what is loaded at the first problem, and start the solver's own workers; once a worker."""
    for task in tasks:
        text = _WARM_UP[TASKS[task].order]
        expr = parse_equation(text).residual if TASKS[task].order else parse_expression(text).expr
        solver = _solver(task, setting.checkpoint)
        problem = Problem(task=task, expr=expr)
        solver.solve(problem, mode=Mode.FIT, timeout=WARM_SECONDS)
        if Mode(setting.mode) is not Mode.FIT:
            solver.decode(problem, beam_size=1, presentations=1, deadline=Deadline.after(WARM_SECONDS))
