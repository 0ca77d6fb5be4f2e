"""The solver: problem -> presentations -> beams -> candidates -> fits -> verified answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from symmath.ansatz.found import Combination
from symmath.deadline import Deadline
from symmath.engines import ENGINES, Engine, available
from symmath.errors import UNUSABLE, CheckpointError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import TOKEN_IDS, Expr
from symmath.expr.prefix import Tokens, decode
from symmath.solve import calls, work
from symmath.solve.background import within
from symmath.solve.branches import other_branches, singular
from symmath.solve.choose import best, readable
from symmath.solve.effort import DEFAULT_LEVEL, EFFORTS, MAX_BEAM_SIZE, Effort
from symmath.solve.eigen import eigenfunctions
from symmath.solve.pool import distinct, is_final, is_trivial, ranked, why_nothing
from symmath.solve.rounds import primitives, solutions
from symmath.solve.solution import Candidate, Solution
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

if TYPE_CHECKING:
    from symmath.solve.network import Network

DEFAULT_CHECKPOINT = "integrate"
CHECKPOINTS = {"integrate": "integrate", "ode1": "ode", "ode2": "ode"}
"""The shipped checkpoint of each task."""
DEFAULT_BEAM_SIZE, MAX_PRESENTATIONS, _, DEFAULT_ROUNDS = EFFORTS[DEFAULT_LEVEL]
DEFAULT_TIMEOUT = 30.0
FIT_SHARE = 0.35
"""Most of the time left that one round of fitting may take, if others are to follow."""
LAST_SHARE = 0.9
"""The same for the last round; an answer has to be checked as well."""
BRANCH_SECONDS, BRANCH_SHARE = 2.0, 0.2
"""For each other equation that the problem falls into; it is mostly as simple as the one that was solved."""
ROUNDS_SHARE = 0.35
"""Most of the time left that rounds may take, if other engines are to follow."""
DECODING_SHARE = 0.7
"""Most of the time left that the network may take; what it proposes has to be checked and fitted."""
WAITING_SHARE = 0.85
"""Most of the time left that is waited for the network, which looks at the clock between two steps only."""

_WITH_PARAMETERS = frozenset({"sympy"})
"""Engines that are asked about parameters: the others ask back for their signs."""
_log = logging.getLogger(__name__)


_PACKAGED = Path(__file__).parents[1] / "checkpoints"
_CHECKOUT = Path(__file__).parents[2] / "checkpoints"


def shipped(name: str = DEFAULT_CHECKPOINT) -> Path:
    """Return the folder of a checkpoint that comes with symmath.

    Raises
    ------
    CheckpointError
        If there is none of that name.
    """
    for root in (_PACKAGED, _CHECKOUT):
        if (root / name / "weights.safetensors").is_file():
            return root / name
    raise CheckpointError(f"no checkpoint {name!r} comes with this installation")


class Mode(StrEnum):
    """What may propose answers."""

    NEURAL = "neural"
    """The network alone: its first answers, then rounds about what they leave, or in other words."""
    FIT = "fit"
    """Undetermined coefficients over the terms of the problem, no network."""
    ANSATZ = "ansatz"
    """Both, and undetermined coefficients over the terms of both together; then rounds, too."""
    AUTO = "auto"
    """All of that, then the other engines that are installed, in the time that is left."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise ValueError(f"a mode is one of {', '.join(cls)}, not {value!r}")


class Solver:
    """Solves problems with a checkpoint, which is loaded when the network is first asked.

    Parameters
    ----------
    checkpoint : Path or None
        Folder of the checkpoint; without one the network proposes nothing.
    device : str, optional
        "cpu" or "cuda"; by default a GPU if there is one.
    """

    def __init__(self, checkpoint: Path | None, *, device: str | None = None) -> None:
        self.checkpoint = checkpoint
        self._device = device
        self._network: Network | None = None
        self._loading = Lock()
        self._engines: dict[str, Engine] = {}

    @classmethod
    def for_task(cls, task: str, *, device: str | None = None) -> Solver:
        """Return the solver of the checkpoint shipped for a task, or one without network."""
        try:
            return cls.load(shipped(CHECKPOINTS[task]), device=device)
        except (CheckpointError, KeyError):
            return cls(None, device=device)

    @classmethod
    def load(cls, checkpoint: str | Path, *, device: str | None = None) -> Solver:
        """Return the solver of a checkpoint folder.

        Raises
        ------
        CheckpointError
            If there is no checkpoint. One that is corrupt is found out when it is first used.
        """
        path = Path(checkpoint)
        if not (path / "weights.safetensors").is_file():
            raise CheckpointError(f"{path} holds no checkpoint")
        return cls(path, device=device)

    def solve(
        self,
        problem: Problem,
        *,
        mode: Mode = Mode.AUTO,
        beam_size: int = DEFAULT_BEAM_SIZE,
        timeout: float = DEFAULT_TIMEOUT,
        check_all: bool = False,
        presentations: int = MAX_PRESENTATIONS,
        samples: int = 0,
        rounds: int = DEFAULT_ROUNDS,
        engines: Sequence[str] | None = None,
    ) -> Solution:
        """Find a verified answer.

        Parameters
        ----------
        problem : Problem
        mode : Mode
        beam_size, presentations, samples, rounds : int
            How much the network is asked, see `symmath.solve.effort.Effort`; 0 rounds take its answers to
            the problem itself alone.
        timeout : float
            Seconds.
        check_all : bool
            Check every candidate instead of stopping at the first verified one.
        engines : sequence of str, optional
            Which of `symmath.engines.ENGINES` may be asked in mode auto, in order; by default all
            that are installed.

        Returns
        -------
        Solution

        Raises
        ------
        ValueError
            If `beam_size` is not between 1 and 200, or there is no such mode.
        """
        if not 1 <= beam_size <= MAX_BEAM_SIZE:
            raise ValueError(f"a beam is of 1 to {MAX_BEAM_SIZE} answers, not {beam_size}")
        mode, effort = Mode(mode), Effort(beam_size, presentations, samples, rounds)
        if mode is Mode.NEURAL:
            # The time is for the problem: where nothing else is asked, the network is loaded before.
            self._loaded()
        deadline = Deadline.after(timeout)
        solution = self._solve(problem, mode, effort, timeout, check_all=check_all, engines=engines)
        if solution.candidate is None:
            return solution
        longest = max(BRANCH_SECONDS, BRANCH_SHARE * timeout)

        def solve_too(other: Problem, mode: Mode = mode) -> Solution:
            return self._solve(other, mode, effort, min(longest, deadline.remaining), engines=engines)

        solution = replace(solution, branches=other_branches(solution, solve_too, deadline))
        solution = replace(solution, singular=singular(solution, deadline))
        fit = partial(solve_too, mode=Mode.FIT)
        return replace(solution, eigenfunctions=eigenfunctions(solution, fit, deadline))

    def _solve(
        self,
        problem: Problem,
        mode: Mode,
        effort: Effort,
        timeout: float,
        *,
        check_all: bool = False,
        engines: Sequence[str] | None = None,
    ) -> Solution:
        """Solve a problem, or of an equation that falls into several one; see `solve`."""
        begin = time.monotonic()
        deadline = Deadline.after(timeout)
        checked: list[Candidate] = []
        answer: Candidate | None = None

        def is_solved() -> bool:
            return answer is not None and is_final(problem, answer)

        lacks = ""
        if self.checkpoint is None and mode is not Mode.FIT and problem.task in CHECKPOINTS:
            lacks = "no checkpoint for this task is installed"
        elif mode is Mode.NEURAL and TASKS[problem.task].order and problem.task not in CHECKPOINTS:
            lacks = "no network knows equations of this order"
        names = () if mode is not Mode.AUTO else available() if engines is None else engines
        # Integrals that fitting leaves are rather solved by other systems: rounds would take their time.
        share = 1.0 if not names else ROUNDS_SHARE if TASKS[problem.task].order else 0.0
        batches = self._propose(problem, mode, effort, deadline, is_solved, rounds_share=share)
        for batch in chain(batches, self._ask(problem, names, deadline)):
            answer = best(problem, batch, answer, checked, deadline, check_all=check_all)
            if deadline.has_passed or (is_solved() and not check_all):
                break
        answer = None if answer and is_trivial(problem, answer) else answer
        return Solution(
            problem=problem,
            candidate=answer and readable(problem, answer, deadline),
            candidates=tuple(checked),
            seconds=time.monotonic() - begin,
            reason="" if answer else why_nothing(checked, deadline, timeout, lacks=lacks),
        )

    def _propose(
        self,
        problem: Problem,
        mode: Mode,
        effort: Effort,
        deadline: Deadline,
        is_solved: Callable[[], bool],
        *,
        rounds_share: float,
    ) -> Iterator[Iterable[Candidate]]:
        """Yield candidates in batches, the cheapest to find first; equal ones once."""
        seen: set[tuple[str, ...]] = set()
        if mode is not Mode.NEURAL:
            share = LAST_SHARE if mode is Mode.FIT else FIT_SHARE
            yield distinct(calls.fit(problem, (), Mode.FIT, share, deadline), seen)
            if not is_solved():
                yield distinct(calls.through_point(problem, Mode.FIT, share * deadline.remaining), seen)
        if mode is Mode.FIT:
            return
        decoded = ranked(self.decode(problem, *effort[:3], deadline=deadline))
        yield distinct(decoded, seen)
        if mode is not Mode.NEURAL:
            yield distinct(calls.fit(problem, decoded, Mode.ANSATZ, FIT_SHARE, deadline), seen)
            for candidate in self._in_parts(problem, effort, deadline):
                yield distinct((candidate,), seen)
        if not rounds_share or is_solved():
            # Who wants every candidate checked wants those of the beams, not more rounds.
            return
        for batch in self._refined(
            problem, decoded, effort, deadline.earlier(rounds_share * deadline.remaining)
        ):
            yield distinct(batch, seen)
            if is_solved():
                return

    def _in_parts(self, problem: Problem, effort: Effort, deadline: Deadline) -> Iterator[Candidate]:
        """Yield partial answers completed by what the network and fitting find for the rest."""
        for part, rest in calls.reduced(problem, FIT_SHARE * deadline.remaining):
            simpler = replace(problem, expr=rest)
            decoded = ranked(self.decode(simpler, *effort[:3], deadline=deadline))
            found = calls.fit(simpler, decoded, Mode.ANSATZ, FIT_SHARE, deadline)
            for candidate in chain(found, decoded):
                whole = part + candidate.expr
                made_of = candidate.made_of and Combination(whole)
                yield replace(candidate, expr=whole, made_of=made_of)

    def _ask(
        self, problem: Problem, names: Sequence[str], deadline: Deadline
    ) -> Iterator[Iterable[Candidate]]:
        """Yield the answers of other engines; each gets an even share of the time that is left."""
        if problem.parameters:
            names = [name for name in names if name in _WITH_PARAMETERS]
        for number, name in enumerate(names):
            if deadline.has_passed:
                return
            if name not in self._engines:
                self._engines[name] = ENGINES[name]()
            share = deadline.remaining / (len(names) - number)
            try:
                expr = _answer_of(self._engines[name], problem, share)
            except UNUSABLE as error:
                # Another system's trouble with a problem is no reason to give up on it.
                _log.info("%s failed: %s", name, error)
                continue
            if expr is not None:
                yield (Candidate(expr, 0.0, name),)

    def close(self) -> None:
        """End the processes of the engines that were asked."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    def decode(
        self, problem: Problem, beam_size: int, presentations: int, samples: int = 0, *, deadline: Deadline
    ) -> list[Candidate]:
        """Return what the network proposes in a share of the time left, best first.

        It was trained without parameters, and isn't asked where there are some, nor about what its alphabet
        lacks: special functions, derivatives beyond the second.
        Loading the network, or a step of a long beam on a busy machine, can outlast the deadline, and
        is then left to end by itself.
        """
        source = canonical_tokens(problem.expr)
        is_known = not problem.parameters and TOKEN_IDS.keys() >= set(source)
        if self.checkpoint is None or not is_known or deadline.has_passed:
            return []
        last_moment = deadline.earlier(WAITING_SHARE * deadline.remaining)
        share = deadline.earlier(DECODING_SHARE * deadline.remaining)
        forms = calls.attempt(
            work.present, problem.task, source, presentations, timeout=FIT_SHARE * share.remaining
        )
        # A form that takes too long to make is no help.
        shown = [source] if isinstance(forms, str) else forms
        arguments = (problem.task, shown, beam_size, samples, share)
        decoded = within(last_moment.remaining, self._decode, *arguments)
        if decoded is None:
            _log.info("the network was not done in time")
        return decoded or []

    def _decode(
        self,
        task: str,
        forms: Sequence[Tokens],
        beam_size: int,
        samples: int,
        deadline: Deadline,
    ) -> list[Candidate]:
        """Return what the network proposes by the deadline, loading it at the first call."""
        network = self._loaded()
        if network is None or deadline.has_passed:
            return []
        return network.decode(task, forms, beam_size=beam_size, samples=samples, deadline=deadline)

    def _loaded(self) -> Network | None:
        """Return the network, or None without a checkpoint."""
        with self._loading:
            if self._network is None and self.checkpoint is not None:
                # torch takes seconds to import: a problem that fitting solves doesn't wait for it.
                from symmath.solve.network import Network

                self._network = Network.load(self.checkpoint, device=self._device)
        return self._network

    def _refined(
        self, problem: Problem, decoded: Sequence[Candidate], effort: Effort, deadline: Deadline
    ) -> Iterator[Iterable[Candidate]]:
        """Yield what the network finds in rounds; see `symmath.solve.rounds`."""
        network = None if problem.parameters else self._network
        order = TASKS[problem.task].order
        if network is None or not (order or (decoded and problem.task == "integrate")):
            return

        def ask(problems: Sequence[Tokens]) -> list[list[Tokens]]:
            last_moment = deadline.earlier(WAITING_SHARE * deadline.remaining)
            share = deadline.earlier(DECODING_SHARE * deadline.remaining)
            arguments = (problem.task, problems, effort.beam_size, share)
            return within(last_moment.remaining, network.answers, *arguments) or []

        answers = [canonical_tokens(candidate.expr) for candidate in decoded]
        if order:
            rounds = solutions(problem, answers, ask, rounds=effort.rounds, deadline=deadline)
        else:
            source = canonical_tokens(problem.expr)
            rounds = primitives(source, answers, ask, rounds=effort.rounds, deadline=deadline)
        for found in rounds:
            yield [Candidate(decode(tokens), 0.0, Mode.NEURAL) for tokens in found]


def _answer_of(engine: Engine, problem: Problem, timeout: float) -> Expr | None:
    order = TASKS[problem.task].order
    if order:
        return engine.dsolve(problem.expr, order, timeout)
    return engine.integrate(problem.expr, timeout) if problem.task == "integrate" else None
