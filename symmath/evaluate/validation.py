"""Beam validation of a model in training; handed to the training loop, which knows no solver."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from symmath.deadline import Deadline
from symmath.expr.prefix import decode
from symmath.expr.vocab import Vocabulary
from symmath.model.transformer import Transformer
from symmath.shards import Record
from symmath.solve.calls import check
from symmath.solve.network import Network
from symmath.tasks.task import Problem
from symmath.train.loop import Validate
from symmath.train.validate import first_held_out, greedy_validation
from symmath.verification import Verdict

BEAM_SIZE = 10
BEAM_SHARE = 8
CHECK_SECONDS = 10.0


def _is_solved(network: Network, record: Record) -> bool:
    problem = Problem(task=record.source[0].strip("<>"), expr=decode(record.source[1:]))
    candidates = network.decode(problem.task, [record.source[1:]], beam_size=BEAM_SIZE)
    # In a worker, as an odd answer must not hang or end the training run.
    checks = (check(problem, c.expr, Deadline.after(CHECK_SECONDS)) for c in candidates)
    # y = 0 solves many an equation; what is asked for is the general solution.
    return any(c.is_general and c.verdict in (Verdict.PROVED, Verdict.NUMERIC) for c in checks)


def validation(directories: Sequence[Path], problems: int, *, beam_share: int = BEAM_SHARE) -> Validate:
    """Make a validation: greedy answers compared exactly, beams of some problems verified.

    Parameters
    ----------
    directories : sequence of Path
        Each gives an equal part of the held-out problems.
    problems : int
    beam_share : int
        One problem in so many is also decoded by beam search, which is much slower.

    Returns
    -------
    Validate
        Measures ``greedy_exact`` and ``beam_verified``.
    """
    greedy = greedy_validation(directories, problems)
    records = first_held_out(directories, problems // beam_share)

    def validate(model: Transformer, vocabulary: Vocabulary) -> dict[str, float]:
        network = Network(model, vocabulary)
        solved = sum(_is_solved(network, record) for record in records)
        return {**greedy(model, vocabulary), "beam_verified": solved / len(records)}

    return validate
