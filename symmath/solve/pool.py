"""Pools of candidates: equal ones once, and which of two is to be the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from symmath.deadline import Deadline
from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import X
from symmath.solve.solution import Candidate
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

UNMET_CONDITIONS = "no choice of the constants that meets the conditions was found"
NO_MEMBER = "no solution meets the conditions, which contradict each other"
"""Why a general solution is no answer to an initial value problem."""
SPENT_SHARE = 0.8
"""Part of the time after which nothing more could be proposed for want of it."""


def distinct(candidates: Iterable[Candidate], seen: set[tuple[str, ...]]) -> Iterator[Candidate]:
    """Yield candidates but those met before and those outside the vocabulary."""
    for candidate in candidates:
        try:
            key = tuple(canonical_tokens(candidate.expr))
        except (PrefixError, UnsupportedError):
            continue
        if key not in seen:
            seen.add(key)
            yield candidate


def ranked(decoded: Sequence[Candidate]) -> list[Candidate]:
    """Number the different answers of a network."""
    return [replace(candidate, rank=n) for n, candidate in enumerate(distinct(decoded, set()), start=1)]


def is_final(problem: Problem, candidate: Candidate) -> bool:
    """Whether nothing better need be looked for: it is no particular solution that nobody asked for."""
    return candidate.check is not None and (candidate.check.is_general or bool(problem.conditions))


def is_better(problem: Problem, new: Candidate, old: Candidate) -> bool:
    """Whether a verified candidate is to be the answer instead of another one that was found before."""
    if is_final(problem, new) != is_final(problem, old):
        return is_final(problem, new)
    if problem.conditions and X in old.expr.free_symbols and X not in new.expr.free_symbols:
        # y = 0 holds everywhere, x**2/4 for x > 0: of y' = sqrt(y) and y(0) = 0 that says more.
        return False
    # A curve holds on more than its branches do, and yet a function is what was asked for.
    is_as_explicit = old.is_implicit or not new.is_implicit
    return is_as_explicit and old.holds_in_part and not new.holds_in_part and new.is_as_good_as(old)


def is_trivial(problem: Problem, candidate: Candidate) -> bool:
    """Whether a candidate is y = 0, which says nothing of an equation without conditions."""
    return bool(TASKS[problem.task].order) and not problem.conditions and candidate.expr == 0


def why_nothing(checked: Sequence[Candidate], deadline: Deadline, timeout: float, *, lacks: str = "") -> str:
    """Say why there is no answer, or what lacks; the last proposals have less than all of the time."""
    if lacks and not checked:
        return f"nothing was proposed: {lacks}"
    if any(candidate.is_verified for candidate in checked):
        return "only y = 0 was found"
    reasons = {candidate.check.reason for candidate in checked if candidate.check is not None}
    if NO_MEMBER in reasons:
        return NO_MEMBER
    if UNMET_CONDITIONS in reasons:
        return f"of the general solutions that were found {UNMET_CONDITIONS}"
    if deadline.has_passed and checked:
        return f"nothing was verified within {timeout:g} s"
    if checked:
        return "nothing that was proposed could be verified"
    is_late = timeout - deadline.remaining >= SPENT_SHARE * timeout
    return "nothing was proposed in time" if is_late else "nothing was proposed"
