"""Eigenfunctions: what meets homogeneous conditions beside y = 0, for some values of the parameters.

Of ``X'' + l**2*X = 0`` with X(0) = X(L) = 0 the general answer is X = 0. ``c1*sin(l*x)`` meets all conditions
but one, and that one where ``sin(L*l) = 0``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symmath.deadline import Deadline
from symmath.expr.conditions import points_of
from symmath.expr.operators import parameters_in
from symmath.solve import calls
from symmath.solve.solution import Eigenfunction, Solution
from symmath.tasks.task import Problem


def eigenfunctions(
    solution: Solution, solve: Callable[[Problem], Solution], deadline: Deadline
) -> tuple[Eigenfunction, ...]:
    """Return what meets the conditions of a linear boundary value problem beside its answer y = 0.

    Parameters
    ----------
    solution : Solution
    solve : Callable
        Solves the same equation with a condition less.
    deadline : Deadline

    Returns
    -------
    tuple of Eigenfunction
        One, or none: also where none was found.
    """
    problem = solution.problem
    is_homogeneous = solution.candidate is not None and solution.candidate.expr == 0
    # Initial values leave nothing else.
    if not is_homogeneous or len(points_of(problem.conditions)) < 2 or not parameters_in(problem.expr):
        return ()
    for i in reversed(range(len(problem.conditions))):
        others = (*problem.conditions[:i], *problem.conditions[i + 1 :])
        found = solve(replace(problem, conditions=others))
        if deadline.has_passed:
            break
        if found.candidate is None:
            continue
        told = calls.eigenfunction(found, problem.conditions[i], deadline)
        if told is not None:
            function = replace(found, problem=problem, candidate=told[0])
            return (Eigenfunction(function=function, where=told[1]),)
    return ()
