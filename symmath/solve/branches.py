"""The solutions of an equation beside the first: of other roots for its slope, negatives, singular ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.signs import has_signs
from symmath.odes.branches import with_other_root
from symmath.solve import calls
from symmath.solve.choose import beside, readable
from symmath.solve.solution import Candidate, Solution
from symmath.tasks.task import Problem

MAX_FOUND = 12
_NO_TIME = "there was no time to look for others"
_ENOUGH = f"more than {MAX_FOUND} were not looked for"
_OTHER_SIGN = "what was found has the other sign"


def other_branches(
    solution: Solution, solve: Callable[[Problem], Solution], deadline: Deadline
) -> tuple[Solution, ...]:
    """Return the solutions of the equations that an equation falls into, beside a first one.

    Parameters
    ----------
    solution : Solution
        It has a candidate.
    solve : Callable
        Solves one of these equations.
    deadline : Deadline

    Returns
    -------
    tuple of Solution
        Each of an equation that no other one solves, solved or not; and those with the other sign of a root.
    """
    problem, found, unsolved = solution.problem, [solution], list[Solution]()
    seen = {_key(solution.candidate)}
    left: list[Problem] | None = None
    turned: Solution | None = None
    for current in found:
        if current.candidate is None:
            break
        told = calls.branches(problem, current.candidate, deadline)
        if isinstance(told, str):
            reason = f"others were not looked for: {told}"
            unsolved += [_unsolved(one, reason) for one in ([problem] if left is None else left)]
            break
        unmet, has_one_sign = told
        left = unmet if left is None else [equation for equation in left if equation in unmet]
        if len(found) > MAX_FOUND or deadline.has_passed:
            reason = _NO_TIME if deadline.has_passed else _ENOUGH
            unsolved += [_unsolved(one, reason) for one in left]
            break
        mirrored = None if turned is current else _mirrored(current, deadline, has_one_sign=has_one_sign)
        if mirrored is not None and _key(mirrored) not in seen:
            seen.add(_key(mirrored))
            turned = replace(current, candidate=mirrored, candidates=())
            found.append(turned)
        while left and current is found[-1]:
            other = solve(left.pop(0))
            if has_signs(problem.expr):
                other = _where_signs_agree(problem, other, deadline)
            if other.candidate is None:
                unsolved.append(other)
            elif _key(other.candidate) not in seen:
                seen.add(_key(other.candidate))
                found.append(other)
    # Of y' = abs(y), a curve through a point below zero belongs to y' = -y alone.
    is_one_sided = problem.conditions and has_signs(problem.expr)
    return (*found[1:], *(() if is_one_sided else unsolved))


def singular(solution: Solution, deadline: Deadline) -> tuple[Solution, ...]:
    """Return solutions of an equation of order 1 that its general one lacks; see `symmath.odes.singular`."""
    begin = time.monotonic()
    if solution.candidate is None:
        return ()
    seen = {_key(one.candidate) for one in (solution, *solution.branches)}
    found = []
    for candidate in calls.singular(solution.problem, solution.candidate, deadline):
        best = readable(solution.problem, candidate, deadline)
        if _key(best) not in seen:
            seen.add(_key(best))
            seconds = time.monotonic() - begin
            found.append(Solution(problem=solution.problem, candidate=best, candidates=(), seconds=seconds))
    return tuple(found)


def _mirrored(solution: Solution, deadline: Deadline, *, has_one_sign: bool) -> Candidate | None:
    """Return an answer with the other sign of its root, or its negative, if that is one too."""
    assert solution.candidate is not None
    answer = solution.candidate.expr
    other = None if solution.problem.conditions else with_other_root(answer)
    if other is None and has_one_sign:
        other = -answer
    return other and beside(solution.problem, solution.candidate, other, deadline)


def _unsolved(equation: Problem, reason: str) -> Solution:
    return Solution(problem=equation, candidate=None, candidates=(), seconds=0.0, reason=reason)


def _where_signs_agree(problem: Problem, other: Solution, deadline: Deadline) -> Solution:
    """Return a solution for one choice of signs, as far as it solves the equation with the signs."""
    if other.candidate is None:
        return other
    answer = replace(other.candidate, check=calls.check(problem, other.candidate.expr, deadline))
    is_one = answer.is_verified and calls.meets(problem, answer.expr, deadline)
    return replace(other, candidate=answer if is_one else None, reason="" if is_one else _OTHER_SIGN)


def _key(candidate: Candidate | None) -> tuple[str, ...]:
    return () if candidate is None else tuple(canonical_tokens(candidate.expr))
