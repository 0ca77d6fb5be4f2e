"""Check an answer that holds parameters: by algebra for all of them, and at numbers in their place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import symengine

from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr
from symmath.verification.check import Check, Verdict, is_proved_zero
from symmath.verification.points import random_source

DRAWS = 3
"""Values tried for each choice of the parameters' signs."""
_ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)
_DENOMINATORS = (1000, 9999)
_SPREAD = 16


def parameters_in(*exprs: Expr) -> list[Expr]:
    """Return the parameters that occur."""
    free = {symbol for e in exprs for symbol in e.free_symbols}
    return [SYMBOL_EXPRS[name] for name in PARAMETERS if SYMBOL_EXPRS[name] in free]


def verify_family(
    problem: Expr,
    answer: Expr,
    verify: Callable[[Expr, Expr], Check],
    residual: Callable[[Expr, Expr], Expr],
) -> Check:
    """Check an answer for all values of the parameters at once.

    Parameters
    ----------
    problem, answer : Expr
        Integrand or equation, and its answer, with parameters.
    verify : Callable
        ``verify(problem, answer)`` for two expressions without parameters.
    residual : Callable
        ``residual(problem, answer)`` vanishes if the answer is right.

    Returns
    -------
    Check
        Proved if the residual reduces to zero with the parameters as indeterminates and no value tried
        contradicts. Its domain is that of the values tried, which says so if they are some only.
    """
    rng = random_source([str(problem)], [str(answer)])
    checks: list[Check] = []
    for numbers in _values(parameters_in(problem, answer), rng):
        checks.append(verify(problem.subs(numbers), answer.subs(numbers)))
        if len(checks) == DRAWS and all(check.verdict is Verdict.REFUTED for check in checks):
            return checks[0]
    accepted = [check for check in checks if check.verdict in _ACCEPTED]
    if not accepted:
        return next((c for c in checks if c.verdict is Verdict.REFUTED), checks[0])
    worst = max(accepted, key=lambda check: len(check.domain))
    worst = replace(worst, is_general=all(check.is_general for check in accepted))
    if any(check.verdict is Verdict.REFUTED for check in checks):
        return replace(
            worst, verdict=Verdict.NUMERIC, domain=f"{worst.domain}, a part of the parameters' values"
        )
    if not is_proved_zero(residual(problem, answer)):
        reason = f"at {len(accepted)} choices of the parameters"
        domain = f"{worst.domain}, for the parameters tried"
        return replace(worst, verdict=Verdict.NUMERIC, domain=domain, reason=reason)
    # Elsewhere one side has no real values, as sqrt(a) has none for negative a.
    where = "general parameters" if len(accepted) == len(checks) else "parameters that make both sides real"
    reason = "the residual reduces to zero"
    return replace(worst, verdict=Verdict.PROVED, domain=f"{worst.domain}, for {where}", reason=reason)


def _values(parameters: Sequence[Expr], rng: random.Random) -> Iterator[dict[Expr, Expr]]:
    """Yield numbers for the parameters, of all signs."""
    for signs in product((1, -1), repeat=len(parameters)):
        for _ in range(DRAWS):
            yield {a: sign * _number(rng) for a, sign in zip(parameters, signs, strict=True)}


def _number(rng: random.Random) -> Expr:
    """Return a number of usual size and few digits, whose denominator an answer can't foresee."""
    denominator = rng.randint(*_DENOMINATORS)
    return symengine.Rational(int(denominator * _SPREAD ** rng.uniform(-1, 1)), denominator)
