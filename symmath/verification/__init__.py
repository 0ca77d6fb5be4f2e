"""Check an answer: exact algebra where it proves something, ball arithmetic everywhere else.

Every number compared is a ball that holds the true value, so agreement is never an artefact of
rounding.
"""

from __future__ import annotations

from dataclasses import replace

from symmath.expr.operators import Expr
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification.check import Check, Verdict
from symmath.verification.domain import Domain
from symmath.verification.equations import verify_ode
from symmath.verification.integrals import verify_integral

__all__ = [
    "Check",
    "Domain",
    "Verdict",
    "verify",
    "verify_integral",
    "verify_ode",
]


def verify(problem: Problem, answer: Expr) -> Check:
    """Check an answer to a problem of any task.

    Parameters
    ----------
    problem : Problem
    answer : Expr
        In the problem's answer symbols; for a differential equation also an expression in x and y
        that is constant on every solution.

    Returns
    -------
    Check
    """
    if problem.task == "differentiate":
        return verify_integral(answer, problem.expr)
    order = TASKS[problem.task].order
    check = verify_ode(problem.expr, answer, order) if order else verify_integral(problem.expr, answer)
    return replace(check, where=check.where.in_names(problem.variable, problem.function))
