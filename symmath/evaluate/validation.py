"""Beam validation of a model in training; handed to the training loop, which knows no solver."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from symmath.ansatz.basis import terms_of_candidates
from symmath.ansatz.fit import combine
from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.expr.vocab import Vocabulary
from symmath.model.transformer import Transformer
from symmath.shards import Record
from symmath.solve.calls import attempt, check
from symmath.solve.network import Network
from symmath.solve.pool import distinct
from symmath.tasks.task import Problem
from symmath.train.loop import Validate
from symmath.train.validate import first_held_out, greedy_validation
from symmath.verification import Verdict

BEAM_SIZE = 10
BEAM_ONE_IN = 8
CHECK_SECONDS = 10.0


def combined(integrand: Tokens, answers: Sequence[Tokens]) -> Tokens | None:
    """Return a primitive that is a combination of the answers' terms, and of no others."""
    found = combine(decode(integrand), terms_of_candidates([decode(answer) for answer in answers]))
    return None if found is None else canonical_tokens(found)


def _scores(network: Network, record: Record) -> tuple[bool, bool]:
    """Say whether a beam holds a solution, and whether it holds one or an integral's terms."""
    problem = Problem(task=record.source[0].strip("<>"), expr=decode(record.source[1:]))
    # Not all that can be decoded can be written again: sqrt(-4) can't.
    decoded = distinct(network.decode(problem.task, [record.source[1:]], beam_size=BEAM_SIZE), set())
    answers = [candidate.expr for candidate in decoded]
    is_solved = any(_is_solution(problem, answer) for answer in answers)
    if is_solved or problem.task != "integrate" or not answers:
        return is_solved, is_solved
    spelled = [canonical_tokens(answer) for answer in answers]
    found = attempt(combined, record.source[1:], spelled, timeout=CHECK_SECONDS)
    return False, isinstance(found, list) and _is_solution(problem, decode(found))


def _is_solution(problem: Problem, answer: Expr) -> bool:
    # In a worker, as an odd answer must not hang or end the training run.
    found = check(problem, answer, Deadline.after(CHECK_SECONDS))
    # y = 0 solves many an equation; what is asked for is the general solution.
    return found.is_general and found.verdict in (Verdict.PROVED, Verdict.NUMERIC)


def validation(directories: Sequence[Path], problems: int, *, beam_one_in: int = BEAM_ONE_IN) -> Validate:
    """Make a validation: greedy answers compared exactly, beams of some problems verified.

    Parameters
    ----------
    directories : sequence of Path
        Each gives an equal part of the held-out problems.
    problems : int
    beam_one_in : int
        One problem in so many is also decoded by beam search, which is much slower.

    Returns
    -------
    Validate
        Measures ``greedy_exact``, ``beam_verified``, and ``beam_combined``: verified, or with coefficients
        fitted to the terms of the beam alone.
    """
    greedy = greedy_validation(directories, problems)
    records = first_held_out(directories, problems // beam_one_in)

    def validate(model: Transformer, vocabulary: Vocabulary) -> dict[str, float]:
        network = Network(model, vocabulary)
        scores = [_scores(network, record) for record in records]
        verified, fitted = (sum(score) / len(records) for score in zip(*scores, strict=True))
        return {**greedy(model, vocabulary), "beam_verified": verified, "beam_combined": fitted}

    return validate
