"""The solver: problem -> presentations -> beams -> candidates -> verified answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.expr.present import all_presentations
from symmath.model.beam import decode_batch
from symmath.model.checkpoint import Checkpoint, load_checkpoint
from symmath.model.grammar import Grammar
from symmath.model.precision import best_dtype
from symmath.solve.solution import Candidate, Solution
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verify import Check, verify

DEFAULT_BEAM_SIZE = 10
DEFAULT_TIMEOUT = 30.0
MAX_PRESENTATIONS = 6


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
        beam_size: int = DEFAULT_BEAM_SIZE,
        timeout: float = DEFAULT_TIMEOUT,
        check_all: bool = False,
        presentations: int = MAX_PRESENTATIONS,
    ) -> Solution:
        """Find a verified answer.

        Parameters
        ----------
        problem : Problem
        beam_size : int
            Answers decoded for each presentation of the problem.
        timeout : float
            Seconds.
        check_all : bool
            Check every candidate instead of stopping at the first verified one.
        presentations : int
            Forms of an integrand that are decoded together; 1 is the canonical form alone.

        Returns
        -------
        Solution
        """
        begin = time.monotonic()
        candidates = self.propose(problem, beam_size=beam_size, presentations=presentations)
        checked: list[Candidate] = []
        answer: Candidate | None = None
        for number, candidate in enumerate(candidates):
            if time.monotonic() - begin > timeout:
                checked += candidates[number:]
                break
            candidate = replace(candidate, check=self._check(problem, candidate.expr))
            checked.append(candidate)
            if answer is None and candidate.is_verified:
                answer = candidate
                if not check_all:
                    checked += candidates[number + 1 :]
                    break
        reason = "" if answer else f"none of {len(candidates)} candidates was verified"
        return Solution(
            problem=problem,
            candidate=answer,
            candidates=tuple(checked),
            seconds=time.monotonic() - begin,
            reason=reason,
        )

    def _check(self, problem: Problem, answer: Expr) -> Check:
        return verify(problem, answer)

    def propose(self, problem: Problem, *, beam_size: int, presentations: int) -> list[Candidate]:
        """Decode the candidates of all presentations, pooled, best first."""
        shown = list(self._present(problem, presentations))
        vocabulary = self._checkpoint.vocabulary
        limit = self._checkpoint.model.config.max_length
        sources = [vocabulary.encode(TASKS[problem.task].encode(tokens)) for tokens in shown]
        sources = [ids for ids in sources if len(ids) < limit]
        if not sources:
            return []
        beams = decode_batch(
            self._checkpoint.model, vocabulary, sources, self._grammar(problem.task), beams=beam_size
        )
        scores: dict[tuple[str, ...], float] = {}
        for hypothesis in (h for beam in beams for h in beam):
            tokens = tuple(vocabulary.decode(hypothesis.ids))
            scores[tokens] = max(hypothesis.score, scores.get(tokens, hypothesis.score))
        ranked = sorted(scores.items(), key=lambda item: -item[1])
        return list(_distinct_candidates(ranked))

    def _present(self, problem: Problem, limit: int) -> Iterator[Tokens]:
        if limit == 1 or problem.task != "integrate":
            yield canonical_tokens(problem.expr)
            return
        for _, shown in all_presentations(problem.expr, limit):
            yield canonical_tokens(shown)

    def _grammar(self, task: str) -> Grammar:
        if task not in self._grammars:
            self._grammars[task] = Grammar(
                self._checkpoint.vocabulary,
                TASKS[task].answer_symbols,
                device=str(self._checkpoint.model.output.weight.device),
            )
        return self._grammars[task]


def _distinct_candidates(ranked: Sequence[tuple[Sequence[str], float]]) -> Iterator[Candidate]:
    """Build the expressions of ranked token sequences; equal and undefined ones are dropped."""
    seen: set[tuple[str, ...]] = set()
    for tokens, score in ranked:
        try:
            expr = decode(tokens)
            key = tuple(canonical_tokens(expr))
        except (PrefixError, UnsupportedError):
            continue
        if key not in seen:
            seen.add(key)
            yield Candidate(expr, score, "neural")
