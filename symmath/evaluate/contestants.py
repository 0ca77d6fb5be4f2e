"""One signature for everything that can be asked: symmath's modes and other systems."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import NamedTuple

from symmath.engines import ENGINES, Engine
from symmath.errors import TimeLimitError, UnsupportedError
from symmath.expr.operators import Expr
from symmath.solve.solver import Mode, Solver
from symmath.tasks import TASKS
from symmath.tasks.task import Problem


class Reply(NamedTuple):
    """What a contestant said.

    Attributes
    ----------
    answer : Expr or None
    seconds : float
        Wall time.
    found_by : str
        Which of symmath's sources it came from; empty for other systems.
    failure : str
        Why there is no answer: "unsolved", "timeout" or "error".
    """

    answer: Expr | None
    seconds: float
    found_by: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A system under test.

    Attributes
    ----------
    name : str
        Under which results are kept.
    version : str
    ask : Callable
        ``ask(problem, timeout)`` returns a `Reply`.
    close : Callable
        Ends its processes.
    """

    name: str
    version: str
    ask: Callable[[Problem, float], Reply]
    close: Callable[[], None]


def _system(engine: Engine) -> Contestant:
    def ask(problem: Problem, timeout: float) -> Reply:
        order = TASKS[problem.task].order
        begin = time.monotonic()
        try:
            if order:
                answer = engine.dsolve(problem.expr, order, timeout)
            else:
                answer = engine.integrate(problem.expr, timeout)
        except TimeLimitError:
            return Reply(None, time.monotonic() - begin, failure="timeout")
        except UnsupportedError:
            return Reply(None, time.monotonic() - begin, failure="error")
        return Reply(answer, time.monotonic() - begin, failure="" if answer is not None else "unsolved")

    return Contestant(engine.name, engine.version(), ask, engine.close)


def _own(mode: Mode, solvers: Mapping[str, Solver], beam_size: int, presentations: int) -> Contestant:
    def ask(problem: Problem, timeout: float) -> Reply:
        solution = solvers[problem.task].solve(
            problem, mode=mode, beam_size=beam_size, timeout=timeout, presentations=presentations
        )
        if solution.candidate is None:
            failure = "timeout" if solution.seconds >= timeout else "unsolved"
            return Reply(None, solution.seconds, failure=failure)
        return Reply(solution.candidate.expr, solution.seconds, solution.candidate.engine)

    def close() -> None:
        for solver in solvers.values():
            solver.close()

    settings = "" if mode is Mode.FIT else f"-{beam_size}x{presentations}"
    return Contestant(f"{mode}{settings}", version("symmath"), ask, close)


def contestant(name: str, solvers: Mapping[str, Solver], beam_size: int, presentations: int) -> Contestant:
    """Return a contestant by name.

    Parameters
    ----------
    name : str
        A mode of symmath, or a name in `symmath.engines.ENGINES`.
    solvers : mapping of str to Solver
        By task.
    beam_size, presentations : int
        Settings of symmath's network.

    Raises
    ------
    UnsupportedError
        If there is none of that name.
    """
    if name in ENGINES:
        return _system(ENGINES[name]())
    if name in set(Mode):
        return _own(Mode(name), solvers, beam_size, presentations)
    raise UnsupportedError(f"unknown engine {name!r}; there are {', '.join((*Mode, *ENGINES))}")


def machine() -> str:
    """Describe the machine in a few words."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        model = f"{len(names)} x {names[0]}" if names else model
    except OSError:
        pass
    return f"{model}, Python {platform.python_version()}"
