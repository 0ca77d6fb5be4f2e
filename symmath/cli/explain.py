"""What ``--explain`` prints: what found an answer, and its check, step by step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from symmath.expr.operators import X
from symmath.expr.show import show

if TYPE_CHECKING:
    from symmath.ansatz.found import Combination
    from symmath.solve.solution import Candidate, Solution
    from symmath.tasks.task import Problem


def explanation(solution: Solution) -> list[str]:
    """Return the lines that explain an answer; none if there is no answer.

    Parameters
    ----------
    solution : Solution

    Returns
    -------
    list of str
    """
    candidate, problem = solution.candidate, solution.problem
    if candidate is None:
        return []
    lines = [*_origin(candidate, len(solution.candidates) - 1), *_made_of(candidate.made_of, problem)]
    if candidate.is_implicit:
        return [*lines, "implicit: differentiate by the variable, solve for the derivative, and substitute"]
    return [*lines, *_steps(candidate, problem)]


def _origin(candidate: Candidate, others: int) -> list[str]:
    lines = [f"found by {candidate.engine}, after {others} other proposals"]
    if candidate.rank:
        score = f"score {candidate.score:.3f}, its log-probability over its length"
        lines.append(f"number {candidate.rank} of the network's answers, best first; {score}")
    return lines


def _made_of(made: Combination | None, problem: Problem) -> list[str]:
    """Say which coefficients fitting found for which terms, and in which variable."""
    if made is None:
        return []
    is_substituted = made.inner != X
    taken = {problem.variable, problem.function, *problem.parameters}
    new = next(name for name in "tuvwszpq" if name not in taken)
    shown = partial(show, style="sympy", function=problem.function, parameters=problem.parameters)
    inside = new if is_substituted else problem.variable
    terms = ", ".join(f"{shown(c)} * {shown(term, variable=inside)}" for c, term in made.terms())
    line = f"fitted: {terms}"
    return [
        f"{line}, where {new} = {shown(made.inner, variable=problem.variable)}" if is_substituted else line
    ]


def _steps(candidate: Candidate, problem: Problem) -> list[str]:
    """Return the derivative of an answer rule by rule, and what it is compared with."""
    from symmath.expr.derivation import written_out

    shown = partial(
        show,
        style="sympy",
        variable=problem.variable,
        function=problem.function,
        parameters=problem.parameters,
    )
    reason = candidate.check.reason if candidate.check is not None else ""
    steps = [f"  {line}" for line in written_out(candidate.expr, shown)]
    if problem.task == "integrate":
        return ["the check:", *steps, f"  which is {shown(problem.expr)}: {reason}"]
    return ["the check:", *steps, f"  substituted into {shown(problem.expr)} = 0: {reason}"]
