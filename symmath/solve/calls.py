"""Calls of what runs in a worker: fitting, checking, rewriting, each within its time.

An expression that breaks one of them costs that proposal, not the caller's whole batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from symmath.ansatz.found import Combination
from symmath.deadline import Deadline, iterate, run
from symmath.errors import UNUSABLE, PrefixError, SymMathError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition
from symmath.expr.operators import DERIVATIVES, SYMBOL_EXPRS, Expr
from symmath.expr.prefix import decode
from symmath.expr.signs import has_signs
from symmath.solve import work
from symmath.solve.curves import branches_of
from symmath.solve.solution import Candidate, Solution
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict
from symmath.verification.check import Sample
from symmath.verification.domain import Extent

_log = logging.getLogger(__name__)
_R = TypeVar("_R")

BRANCHES_SECONDS = 2.0
_SOLVED = (Verdict.PROVED, Verdict.NUMERIC)
CURVE_SHARE = 0.5


def attempt(function: Callable[..., _R], *args: Any, timeout: float) -> _R | str:
    """Call a function in a worker; return its result, or why there is none."""
    try:
        return run(function, *args, timeout=timeout)
    except UNUSABLE as error:
        return _reason(function, error)


def attempts(
    function: Callable[..., Iterable[_R]], *args: Any, timeout: float, until: Deadline
) -> Iterator[_R]:
    """Yield what a function yields in a worker, each when it is asked for, until it fails."""
    try:
        yield from iterate(function, *args, timeout=timeout, until=until)
    except UNUSABLE as error:
        _reason(function, error)


def _reason(function: Callable[..., Any], error: BaseException) -> str:
    """Log why a call failed, and return it."""
    if isinstance(error, SymMathError):
        _log.info("%s gave nothing: %s", function.__name__, error)
        return str(error)
    _log.warning("%s failed: %r", function.__name__, error)
    return f"{type(error).__name__}: {error}"


def fit(
    problem: Problem, candidates: Sequence[Candidate], engine: str, share: float, deadline: Deadline
) -> Iterator[Candidate]:
    """Yield answers by undetermined coefficients, found in a worker when they are asked for.

    That takes a share of the time left, what is done with them meanwhile not included.
    """
    tokens = [canonical_tokens(candidate.expr) for candidate in candidates]
    asked = problem.task, canonical_tokens(problem.expr), tokens
    for answer, made in attempts(work.fit, *asked, timeout=share * deadline.remaining, until=deadline):
        made_of = made and Combination(decode(made[0]), decode(made[1]))
        yield Candidate(decode(answer), 0.0, engine, made_of=made_of)


def reduced(problem: Problem, timeout: float) -> list[tuple[Expr, Expr]]:
    """Return partial answers with what is left to solve."""
    found = attempt(work.reduce, problem.task, canonical_tokens(problem.expr), timeout=timeout)
    return [] if isinstance(found, str) else [(decode(partial), decode(rest)) for partial, rest in found]


def through_point(problem: Problem, engine: str, timeout: float) -> Iterator[Candidate]:
    """Yield solutions of an initial value problem of order 2 that don't come from general ones."""
    if TASKS[problem.task].order == 2 and problem.conditions:
        asked = canonical_tokens(problem.expr), work.spelled(problem.conditions)
        found = attempt(work.through_point, *asked, timeout=timeout)
        for answer in () if isinstance(found, str) else found:
            yield Candidate(decode(answer), 0.0, engine)


def fixed(problem: Problem, answer: Expr, deadline: Deadline) -> list[Expr]:
    """Return the members of a family of solutions that satisfy the initial conditions."""
    asked = canonical_tokens(answer), work.spelled(problem.conditions)
    found = attempt(work.fix, *asked, timeout=deadline.remaining)
    return [] if isinstance(found, str) else [decode(tokens) for tokens in found]


def meets(problem: Problem, answer: Expr, deadline: Deadline) -> bool:
    """Whether an answer meets the initial conditions, if there are any."""
    return not problem.conditions or judged(problem, answer, deadline) is Sample.AGREES


def can_not_be_met(problem: Problem, general: Candidate, deadline: Deadline) -> bool:
    """Whether no solution meets the conditions, as far as a general one tells."""
    if general.check is None or not general.check.is_general:
        return False
    asked = canonical_tokens(problem.expr), canonical_tokens(general.expr), work.spelled(problem.conditions)
    return attempt(work.can_not_be_met, *asked, timeout=min(BRANCHES_SECONDS, deadline.remaining)) is True


def judged(problem: Problem, answer: Expr, deadline: Deadline) -> Sample | str:
    """Judge whether an answer meets the conditions; or say why that wasn't found out."""
    asked = canonical_tokens(problem.expr), canonical_tokens(answer), work.spelled(problem.conditions)
    return attempt(work.judge, *asked, timeout=deadline.remaining)


def unmet(problem: Problem, answer: Expr, deadline: Deadline) -> Check | None:
    """Return what becomes of an answer that isn't seen to meet the conditions; None if it does."""
    told = judged(problem, answer, deadline) if problem.conditions else Sample.AGREES
    if told is Sample.AGREES:
        return None
    if told is Sample.DIFFERS:
        return Check(Verdict.REFUTED, reason="the conditions are not met")
    return Check(Verdict.UNDECIDED, reason="it was not found out whether the conditions are met")


def branches(problem: Problem, answer: Candidate, deadline: Deadline) -> tuple[list[Problem], bool] | str:
    """Return the equations that one falls into beside those that an answer solves, or why they aren't known.

    And whether the answer is a general one of one sign, so that its negative may be another.
    """
    if not TASKS[problem.task].order:
        return [], False
    asked = problem.task, canonical_tokens(problem.expr), canonical_tokens(answer.expr)
    conditions, timeout = work.spelled(problem.conditions), min(BRANCHES_SECONDS, deadline.remaining)
    found = attempt(work.branches, *asked, conditions, timeout=timeout)
    if isinstance(found, str):
        return ([], False) if _is_one(problem) else found
    equations, has_one_sign = found
    left = [replace(problem, expr=decode(tokens)) for tokens in equations]
    return left, has_one_sign and not problem.conditions


def singular(problem: Problem, answer: Candidate, deadline: Deadline) -> Iterator[Candidate]:
    """Yield verified solutions of an equation of order 1 beside an answer, such as meet the conditions."""
    if TASKS[problem.task].order != 1:
        return
    asked = canonical_tokens(problem.expr), canonical_tokens(answer.expr)
    found = attempt(work.singular, *asked, timeout=min(BRANCHES_SECONDS, deadline.remaining))
    for tokens in () if isinstance(found, str) else found:
        y = decode(tokens)
        candidate = Candidate(y, 0.0, answer.engine, check(problem, y, deadline))
        if candidate.is_verified and meets(problem, y, deadline):
            yield candidate


def eigenfunction(
    solution: Solution, condition: Condition, deadline: Deadline
) -> tuple[Candidate, Expr] | None:
    """Return a verified solution that meets one more condition where something vanishes, and that."""
    assert solution.candidate is not None
    asked = canonical_tokens(solution.candidate.expr), work.spelled([condition])[0]
    found = attempt(work.eigenfunction, *asked, timeout=min(BRANCHES_SECONDS, deadline.remaining))
    if found is None or isinstance(found, str):
        return None
    function, where = map(decode, found)
    checked = replace(solution.candidate, expr=function, check=check(solution.problem, function, deadline))
    is_one = checked.is_verified and meets(solution.problem, function, deadline)
    return (checked, where) if is_one else None


def _is_one(problem: Problem) -> bool:
    """Whether an equation has no signs and is linear in its highest derivative: it falls into no others."""
    highest = SYMBOL_EXPRS[DERIVATIVES[TASKS[problem.task].order]]
    return not has_signs(problem.expr) and highest not in problem.expr.diff(highest).free_symbols


def check_curve(problem: Problem, phi: Expr, family: Check, deadline: Deadline) -> Check:
    """Check the curve on which `phi` vanishes, given what was found of all on which it is a constant.

    If those are solutions, it is one if it is real somewhere. Otherwise it is solved for y, and is one if
    all its branches are.
    """
    branches = attempt(branches_of, canonical_tokens(phi), timeout=CURVE_SHARE * deadline.remaining)
    if not isinstance(branches, str) and branches.is_complete and not branches.functions:
        return Check(Verdict.UNDECIDED, reason="no real point of the curve was found")
    if family.verdict is not Verdict.REFUTED:
        return family
    if isinstance(branches, str) or not branches.functions:
        return Check(Verdict.UNDECIDED, reason="the curve can't be solved for y")
    checks = [check(problem, decode(y), deadline) for y in branches.functions]
    solved = [c for c in checks if c.verdict in _SOLVED and c.where.extent in (Extent.WHOLE, Extent.TRIED)]
    refuted = [c for c in checks if c.verdict is Verdict.REFUTED]
    if branches.is_complete and len(solved) == len(checks):
        return min(solved, key=lambda c: c.verdict is Verdict.PROVED)
    if len(refuted) == len(checks):
        return refuted[0]
    is_known = branches.is_complete or refuted
    reason = "a part of the curve solves the equation" if is_known else "the curve may have more branches"
    return Check(Verdict.UNDECIDED, reason=reason)


def check(problem: Problem, answer: Expr, deadline: Deadline) -> Check:
    """Check an answer in a worker."""
    try:
        source, target = canonical_tokens(problem.expr), canonical_tokens(answer)
    except (PrefixError, UnsupportedError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    found = attempt(work.check, problem.task, source, target, timeout=deadline.remaining)
    return Check(Verdict.UNDECIDED, reason=found) if isinstance(found, str) else found
