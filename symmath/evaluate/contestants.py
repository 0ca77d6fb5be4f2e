"""One signature for everything that can be asked: symmath's modes and other systems."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from symmath.deadline import run
from symmath.engines import ENGINES, Engine, available
from symmath.engines.engine import Refusal
from symmath.engines.process import ProcessDiedError
from symmath.errors import SymMathError, TimeLimitError, UnsupportedError
from symmath.evaluate import own
from symmath.evaluate.own import Setting
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import decode
from symmath.expr.special import holds_special
from symmath.solve.solver import DEFAULT_ROUNDS, Mode, Solver, shipped
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

GRACE = 0.5
"""Seconds beyond the limit after which a worker is killed and an answer no longer counts."""
_START_SECONDS = 60.0
_STARTS = 2
"""Attempts: a machine that is busy for a while is no reason to end a run."""
_FAILURES = {Refusal.UNREADABLE: "error", Refusal.DIED: "error"}
"""Outcomes of refusals that are not called by the refusal's own name."""


class NotStartedError(SymMathError):
    """A contestant's process could not be started; that says nothing of any problem."""


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
        Why there is no answer: "unsolved", "nonelementary", "implicit", "timeout" or "error".
    reason : str
        More about a failure.
    """

    answer: Expr | None
    seconds: float
    found_by: str = ""
    failure: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A system under test.

    Attributes
    ----------
    name : str
        Under which results are kept.
    version : str
    ask : Callable
        ``ask(problem, timeout)`` returns a `Reply`. A process is started before the clock is;
        `NotStartedError` is raised if it can't be.
    close : Callable
        Ends its processes.
    """

    name: str
    version: str
    ask: Callable[[Problem, float], Reply]
    close: Callable[[], None]


def _started(name: str, start: Callable[[], object]) -> None:
    """Start a contestant's process.

    Raises
    ------
    NotStartedError
        If no attempt succeeded.
    """
    for attempt in range(_STARTS):
        try:
            start()
            return
        except (SymMathError, ProcessDiedError, MemoryError, OSError) as error:
            if attempt == _STARTS - 1:
                raise NotStartedError(f"{name} did not start: {error}") from error


def _reply(answer: Expr, seconds: float, found_by: str = "") -> Reply:
    """Return an answer, unless it holds special functions: problems are made to have elementary ones."""
    if holds_special(answer):
        return Reply(None, seconds, failure=Refusal.NONELEMENTARY.value)
    return Reply(answer, seconds, found_by)


def system(engine: Engine) -> Contestant:
    """Return another system as a contestant."""

    def ask(problem: Problem, timeout: float) -> Reply:
        order = TASKS[problem.task].order
        _started(engine.name, lambda: engine.warm(_START_SECONDS))
        begin = time.monotonic()
        try:
            if order:
                answer = engine.dsolve(problem.expr, order, timeout)
            else:
                answer = engine.integrate(problem.expr, timeout)
        except TimeLimitError:
            return Reply(None, time.monotonic() - begin, failure="timeout")
        seconds = time.monotonic() - begin
        if answer is not None:
            return _reply(answer, seconds)
        refusal = engine.refusal
        return Reply(None, seconds, failure=_FAILURES.get(refusal, refusal.value), reason=refusal.value)

    return Contestant(engine.name, engine.version(), ask, engine.close)


def _own(setting: Setting) -> Contestant:
    settings = "" if setting.mode == Mode.FIT else f"-{setting.beam_size}x{setting.presentations}"
    if setting.mode != Mode.FIT and setting.rounds:
        settings += f"x{setting.rounds}"
    shown = setting.checkpoint.rstrip("/").rsplit("/", 1)[-1] or "as shipped"
    name = f"{setting.mode}{settings}"

    def warm(task: str) -> None:
        # Costs nothing in a worker that lives; a new one loads the network before the clock starts.
        run(own.warm_up, setting, (task,), timeout=_START_SECONDS, memory_mb=own.MEMORY_MB)

    def ask(problem: Problem, timeout: float) -> Reply:
        source = canonical_tokens(problem.expr)
        _started(name, lambda: warm(problem.task))
        begin = time.monotonic()
        try:
            told = run(
                own.solve,
                setting,
                problem.task,
                source,
                timeout,
                timeout=timeout + GRACE,
                memory_mb=own.MEMORY_MB,
            )
        except TimeLimitError:
            return Reply(None, time.monotonic() - begin, failure="timeout", reason="killed")
        except (MemoryError, SymMathError) as error:
            return Reply(None, time.monotonic() - begin, failure="error", reason=str(error))
        if told.answer is not None:
            return _reply(decode(told.answer), told.seconds, told.found_by)
        failure = "timeout" if told.seconds >= timeout else "unsolved"
        return Reply(None, told.seconds, failure=failure, reason=told.reason)

    known_by = f"{version('symmath')}, checkpoint {shown}"
    if setting.mode != Mode.FIT:
        folder = Path(setting.checkpoint) if setting.checkpoint else shipped().parent
        weights = blake2b(digest_size=4)
        for path in sorted(folder.rglob("weights.safetensors")):
            weights.update(path.read_bytes())
        known_by += f" {weights.hexdigest()}"
    return Contestant(name, known_by, ask, lambda: None)


def contestant(
    name: str,
    beam_size: int = 10,
    presentations: int = 6,
    checkpoint: str = "",
    *,
    rounds: int = DEFAULT_ROUNDS,
) -> Contestant:
    """Return a contestant by name.

    Parameters
    ----------
    name : str
        A mode of symmath, or a name in `symmath.engines.ENGINES`.
    beam_size, presentations, rounds : int
        Settings of symmath's network.
    checkpoint : str
        Folder; empty for the one shipped for each task.

    Raises
    ------
    UnsupportedError
        If there is none of that name, or it is not installed.
    CheckpointError
        If there is no checkpoint in that folder.
    """
    if name in ENGINES and name not in available():
        raise UnsupportedError(f"{name} is not installed")
    if name in ENGINES:
        return system(ENGINES[name]())
    if name not in set(Mode):
        raise UnsupportedError(f"unknown engine {name!r}; there are {', '.join(all_names())}")
    if checkpoint:
        Solver.load(checkpoint)
    return _own(Setting(name, beam_size, presentations, rounds, checkpoint))


def all_names() -> Sequence[str]:
    """Return the names of all contestants."""
    return (*(mode.value for mode in Mode), *ENGINES)
