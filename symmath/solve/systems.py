"""Solve systems of differential equations, check the answer, fix its constants.

The general solution of a linear system is checked where it is zero but for the forcing, and with one constant
at a time: then all its combinations are solutions. Of others all constants are checked together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import symengine

from symmath.ansatz.modular import vanishes
from symmath.deadline import Deadline, run
from symmath.errors import UNUSABLE, NoSolutionError, PrefixError, SymMathError, UnsupportedError
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition, highest_order, points_of
from symmath.expr.operators import MAX_ORDER, Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.expr.reals import holds_i
from symmath.expr.special import derivatives
from symmath.expr.systems import ParsedSystem, parse_system, unknown
from symmath.odes.constants import CONSTANTS
from symmath.odes.coupled import LinearSystem, general_solution, linear_system, orders_of, with_constants
from symmath.odes.equation import UNKNOWNS, holds_symbol
from symmath.odes.forms import ZERO, is_zero, shortest
from symmath.odes.system import values_of_constants
from symmath.odes.uncoupled import proposals
from symmath.solve.work import Spelled, read, spelled
from symmath.verification import Check, Verdict, verify_ode
from symmath.verification.check import Sample
from symmath.verification.initial import judge

_ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SystemSolution:
    """The outcome of solving a system; not finding an answer is an outcome too, and false.

    Attributes
    ----------
    functions : tuple of str
    variable : str
    parameters : tuple of str
    answers : tuple of Expr
        Of each function, in x and c1, c2, ...; empty if there is none.
    verdict : Verdict or None
    domain : str
        Where the answers were found to hold.
    seconds : float
        Wall time.
    reason : str
        Why there is no answer; empty if there is one.
    """

    functions: tuple[str, ...]
    variable: str
    parameters: tuple[str, ...]
    answers: tuple[Expr, ...] = ()
    verdict: Verdict | None = None
    domain: str = ""
    seconds: float = 0.0
    reason: str = ""

    @property
    def exprs(self) -> dict[str, SympyExpr]:
        """The answers as SymPy expressions, by the names of the functions."""
        converted = (to_sympy(e, self.variable, parameters=self.parameters) for e in self.answers)
        return dict(zip(self.functions, converted, strict=False))

    def __bool__(self) -> bool:
        return bool(self.answers)

    def __repr__(self) -> str:
        if not self.answers:
            return f"SystemSolution(exprs={{}}, reason={self.reason!r})"
        return f"SystemSolution(exprs={self.exprs}, verdict={self.verdict}, domain={self.domain!r})"


def solve_system(
    texts: Sequence[str],
    system: ParsedSystem,
    conditions: Sequence[Condition],
    names: Sequence[str],
    timeout: float,
) -> SystemSolution:
    """Find a verified solution of a system.

    Parameters
    ----------
    texts : sequence of str
        The equations.
    system : ParsedSystem
        The same as they were read.
    conditions : sequence of Condition
    names : sequence of str
        Of the parameters, those of the conditions included.
    timeout : float
        Seconds.
    """
    begin, deadline = time.monotonic(), Deadline.after(timeout)
    given = spelled(conditions)
    answers: tuple[Expr, ...] = ()
    verdict, domain, reason = None, "", ""
    try:
        found, verdict, domain = run(_solved, list(texts), system.variable, given, timeout=deadline.remaining)
        answers = tuple(decode(tokens) for tokens in found)
    except UNUSABLE as error:
        reason = str(error) if isinstance(error, SymMathError) else type(error).__name__
    return SystemSolution(
        functions=system.functions,
        variable=system.variable,
        parameters=tuple(names),
        answers=answers,
        verdict=verdict,
        domain=domain,
        seconds=time.monotonic() - begin,
        reason=reason,
    )


def _solved(
    texts: Sequence[str], variable: str, given: Sequence[Spelled]
) -> tuple[list[Tokens], Verdict, str]:
    """Solve and check in a worker.

    Raises
    ------
    NoSolutionError
        If no solution was found, or none that could be verified or meets the conditions.
    """
    residuals = parse_system(texts, variable).residuals
    has_branches = False
    try:
        answers, checks = _by_matrix(residuals, linear_system(residuals))
    except UnsupportedError as error:
        has_branches = True
        answers, checks = _otherwise(residuals, str(error))
    if given:
        conditions = read(given)
        found = _members(answers, conditions)
        members = (m for m in found if not has_branches or _holds_beside(residuals, m, conditions))
        # Where there is a real one, that is meant.
        members_by_kind = sorted(members, key=lambda member: any(map(holds_i, member)))
        if not members_by_kind:
            raise NoSolutionError("no choice of the constants that meets the conditions was found")
        answers = members_by_kind[0]
    verdict = min((check.verdict for check in checks), key=lambda v: v is Verdict.PROVED)
    domains = dict.fromkeys(check.where.in_names(variable, "the solution") for check in checks)
    domain = min(domains, key=lambda where: where.is_whole)
    return [canonical_tokens(shortest(e)) for e in answers], verdict, str(domain)


def _by_matrix(residuals: Sequence[Expr], system: LinearSystem) -> tuple[list[Expr], list[Check]]:
    """Solve and check a linear system with constant coefficients.

    Raises
    ------
    NoSolutionError
    """
    found = general_solution(system)
    if found is None:
        raise NoSolutionError("nothing was proposed")
    special, fundamental = found
    columns = [special, *(list(column) for column in zip(*fundamental, strict=True))]
    if vanishes(symengine.DenseMatrix(fundamental).det()):
        raise NoSolutionError("the constants are not independent")
    kept = [i for i, (_, order) in enumerate(system.places) if order == 0]
    is_forced = [True, *[False] * len(fundamental)]
    checks = [
        check
        for column, forced in zip(columns, is_forced, strict=True)
        for check in _checks(_homogeneous(residuals, forced), [column[i] for i in kept])
    ]
    if any(check.verdict not in _ACCEPTED for check in checks):
        raise NoSolutionError("nothing that was proposed could be verified")
    return [with_constants(special, fundamental)[i] for i in kept], checks


def _otherwise(residuals: Sequence[Expr], reason: str) -> tuple[list[Expr], list[Check]]:
    """Solve and check a system that comes apart; see `symmath.odes.uncoupled`.

    Raises
    ------
    NoSolutionError
    """
    for answers in proposals(residuals):
        reason = "nothing that was proposed could be verified"
        checks = _checks(residuals, answers)
        constants = [c for c in CONSTANTS if any(holds_symbol(e, c) for e in answers)]
        is_general = len(constants) == sum(orders_of(residuals)) and all(check.is_general for check in checks)
        if is_general and all(check.verdict in _ACCEPTED for check in checks):
            return answers, checks
    raise NoSolutionError(reason)


def _homogeneous(residuals: Sequence[Expr], is_forced: bool) -> list[Expr]:
    """Return equations, without what is free of the unknown functions if they are not to be forced."""
    symbols = [unknown(k, n) for k in range(len(residuals)) for n in range(MAX_ORDER + 1)]
    nothing = dict.fromkeys(symbols, ZERO)
    return [e if is_forced else symengine.expand(e - e.subs(nothing)) for e in residuals]


def _equations(residuals: Sequence[Expr], functions: Sequence[Expr]) -> Iterator[tuple[Expr, int, int]]:
    """Yield each equation as one for a single function, with the others in their places; which; its order."""
    values: dict[Expr, Expr] = {}
    for k, function in enumerate(functions):
        values |= {unknown(k, n): slope for n, slope in enumerate(derivatives(function, MAX_ORDER))}
    for e in residuals:
        order, k = max(
            (n, k)
            for k in range(len(functions))
            for n in range(MAX_ORDER + 1)
            if holds_symbol(e, unknown(k, n))
        )
        own = {unknown(k, n): UNKNOWNS[n] for n in range(MAX_ORDER + 1)}
        yield e.xreplace({**values, **own}), k, max(order, 1)


def _checks(residuals: Sequence[Expr], functions: Sequence[Expr]) -> list[Check]:
    return [verify_ode(e, functions[k], order) for e, k, order in _equations(residuals, functions)]


def _holds_beside(
    residuals: Sequence[Expr], functions: Sequence[Expr], conditions: Sequence[Condition]
) -> bool:
    """Whether functions solve the equations beside the points of conditions, on the branches taken there."""
    free = {c: symengine.Rational(13 + 5 * i, 16) for i, c in enumerate(CONSTANTS)}
    numbers = [e.xreplace(free) for e in functions]
    for equation, k, _ in _equations(residuals, numbers):
        at_points = [Condition(0, x, numbers[k].subs({X: x})) for x in points_of(conditions)]
        if judge(equation, numbers[k], at_points) is not Sample.AGREES:
            return False
    return True


def _members(answers: Sequence[Expr], conditions: Sequence[Condition]) -> Iterator[list[Expr]]:
    """Yield the solutions whose values are those asked for, with the constants that these leave free."""
    constants = [c for c in CONSTANTS if any(holds_symbol(e, c) for e in answers)]
    slopes = [derivatives(answer, highest_order(conditions)) for answer in answers]
    try:
        wanted = [c.defect(lambda n, x, k: slopes[k][n].subs({X: x})) for c in conditions]
        for values in values_of_constants(wanted, constants):
            if all(is_zero(e.subs(values)) for e in wanted):
                member = [shortest(e.subs(values)) for e in answers]
                if all(map(canonical_tokens, member)):
                    yield member
    except (RuntimeError, PrefixError, UnsupportedError):
        # A family may have no member with these values but for infinite constants.
        return
