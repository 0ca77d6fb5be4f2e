"""The solver: problem -> presentations -> beams -> candidates -> fits -> verified answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.prefix import decode
from symmath.model.beam import Hypothesis, decode_batch
from symmath.model.checkpoint import Checkpoint, load_checkpoint
from symmath.model.grammar import Grammar
from symmath.model.precision import best_dtype
from symmath.solve.solution import Candidate, Solution
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verify import verify

DEFAULT_BEAM_SIZE = 10
DEFAULT_TIMEOUT = 30.0
MAX_PRESENTATIONS = 6


class Mode(StrEnum):
    """What may propose answers."""

    NEURAL = "neural"
    """The network alone."""
    FIT = "fit"
    """Undetermined coefficients over the terms of the problem, no network."""
    ANSATZ = "ansatz"
    """Both, and undetermined coefficients over the terms of both together."""


class Solver:
    """A checkpoint ready to solve.

    Parameters
    ----------
    checkpoint : Checkpoint
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._grammars: dict[str, Grammar] = {}

    @classmethod
    def load(cls, checkpoint: str | Path, *, device: str = "cpu") -> Solver:
        """Read a checkpoint folder.

        Raises
        ------
        CheckpointError
            If it is not a whole checkpoint of the present vocabulary.
        """
        return cls(load_checkpoint(checkpoint, dtype=best_dtype(device), device=device))

    def solve(
        self,
        problem: Problem,
        *,
        mode: Mode = Mode.ANSATZ,
        beam_size: int = DEFAULT_BEAM_SIZE,
        timeout: float = DEFAULT_TIMEOUT,
        check_all: bool = False,
        presentations: int = MAX_PRESENTATIONS,
    ) -> Solution:
        """Find a verified answer.

        Parameters
        ----------
        problem : Problem
        mode : Mode
        beam_size : int
            Answers decoded for each presentation of the problem.
        timeout : float
            Seconds.
        check_all : bool
            Check every candidate instead of stopping at the first verified one.
        presentations : int
            Forms of a problem that are decoded together; 1 is the canonical form alone.

        Returns
        -------
        Solution
        """
        begin = time.monotonic()
        checked: list[Candidate] = []
        answer: Candidate | None = None
        reason = "nothing that was proposed could be verified"
        for candidate in self._propose(problem, mode, beam_size, presentations):
            if time.monotonic() - begin > timeout:
                reason = f"nothing was verified within {timeout:g} s"
                break
            checked.append(replace(candidate, check=verify(problem, candidate.expr)))
            if answer is None and checked[-1].is_verified:
                answer = checked[-1]
                if not check_all:
                    break
        return Solution(
            problem=problem,
            candidate=answer,
            candidates=tuple(checked),
            seconds=time.monotonic() - begin,
            reason="" if answer else reason,
        )

    def _propose(
        self, problem: Problem, mode: Mode, beam_size: int, presentations: int
    ) -> Iterator[Candidate]:
        """Yield candidates, the cheapest to find first; equal ones once."""
        seen: set[tuple[str, ...]] = set()
        task = TASKS[problem.task]
        if mode is not Mode.NEURAL:
            yield from _new((Candidate(e, 0.0, Mode.FIT) for e in task.fit(problem.expr, ())), seen)
        if mode is Mode.FIT:
            return
        decoded = list(_new(self.decode(problem, beam_size=beam_size, presentations=presentations), set()))
        yield from _new(decoded, seen)
        if mode is Mode.ANSATZ:
            fits = task.fit(problem.expr, [candidate.expr for candidate in decoded])
            yield from _new((Candidate(e, 0.0, Mode.ANSATZ) for e in fits), seen)

    def decode(self, problem: Problem, *, beam_size: int, presentations: int) -> list[Candidate]:
        """Return what the network proposes for all presentations, pooled, best first."""
        task = TASKS[problem.task]
        vocabulary, model = self._checkpoint.vocabulary, self._checkpoint.model
        shown = [canonical_tokens(e) for e in task.presentations(problem.expr, presentations)]
        sources = [vocabulary.encode(task.encode(tokens)) for tokens in shown]
        sources = [ids for ids in sources if len(ids) < model.config.max_length]
        if not sources:
            return []
        beams = decode_batch(model, sources, self._grammar(problem.task), beams=beam_size)
        pooled = sorted((h for beam in beams for h in beam), key=lambda h: -h.score)
        return list(self._build(pooled))

    def _build(self, hypotheses: Sequence[Hypothesis]) -> Iterator[Candidate]:
        for hypothesis in hypotheses:
            try:
                expr = decode(self._checkpoint.vocabulary.decode(hypothesis.ids))
            except PrefixError:
                # Well-formed, but undefined: a division by zero, say.
                continue
            yield Candidate(expr, hypothesis.score, Mode.NEURAL)

    def _grammar(self, task: str) -> Grammar:
        if task not in self._grammars:
            self._grammars[task] = Grammar(
                self._checkpoint.vocabulary,
                TASKS[task].answer_symbols,
                device=str(self._checkpoint.model.output.weight.device),
            )
        return self._grammars[task]


def _new(candidates: Iterable[Candidate], seen: set[tuple[str, ...]]) -> Iterator[Candidate]:
    """Drop candidates met before and those outside the vocabulary."""
    for candidate in candidates:
        try:
            key = tuple(canonical_tokens(candidate.expr))
        except (PrefixError, UnsupportedError):
            continue
        if key not in seen:
            seen.add(key)
            yield candidate
