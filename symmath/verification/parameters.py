"""Check a primitive that holds parameters: by algebra for all of them, and at numbers in their place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import symengine

from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens
from symmath.verification.check import Check, Verdict, is_proved_zero
from symmath.verification.points import random_source

DRAWS = 3
"""Values tried for each choice of the parameters' signs."""
_ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)
_DENOMINATORS = (1000, 9999)
_SPREAD = 6


def names_in(*sequences: Tokens) -> list[str]:
    """Return the parameters that occur."""
    return [name for name in PARAMETERS if any(name in tokens for tokens in sequences)]


def verify_family(
    integrand: Expr, answer: Expr, names: Sequence[str], verify: Callable[[Expr, Expr], Check]
) -> Check:
    """Check a primitive for all values of its parameters at once.

    Parameters
    ----------
    integrand, answer : Expr
        In x and parameters.
    names : sequence of str
        Of the parameters.
    verify : Callable
        ``verify(integrand, answer)`` for two expressions without parameters.

    Returns
    -------
    Check
        Proved if the residual reduces to zero with the parameters as indeterminates and no value tried
        contradicts. Its domain is that of the values tried, which says so if they are some only.
    """
    rng = random_source([str(integrand)], [str(answer)])
    checks: list[Check] = []
    for numbers in _values(names, rng):
        with_numbers = integrand.subs(numbers), answer.subs(numbers)
        checks.append(verify(*with_numbers))
        if len(checks) == DRAWS and all(check.verdict is Verdict.REFUTED for check in checks):
            return checks[0]
    accepted = [check for check in checks if check.verdict in _ACCEPTED]
    if not accepted:
        return next((c for c in checks if c.verdict is Verdict.REFUTED), checks[0])
    worst = max(accepted, key=lambda check: len(check.domain))
    if any(check.verdict is Verdict.REFUTED for check in checks):
        return replace(
            worst, verdict=Verdict.NUMERIC, domain=f"{worst.domain}, a part of the parameters' values"
        )
    where = "general parameters" if len(accepted) == len(checks) else "parameters that make both sides real"
    is_proved = is_proved_zero(answer.diff(X) - integrand)
    return Check(
        Verdict.PROVED if is_proved else Verdict.NUMERIC,
        f"{worst.domain}, for {where}",
        "the residual reduces to zero" if is_proved else f"at {len(accepted)} choices of the parameters",
    )


def _values(names: Sequence[str], rng: random.Random) -> Iterator[dict[Expr, Expr]]:
    """Yield numbers for the parameters, of all signs."""
    for signs in product((1, -1), repeat=len(names)):
        for _ in range(DRAWS):
            yield {SYMBOL_EXPRS[name]: sign * _number(rng) for name, sign in zip(names, signs, strict=True)}


def _number(rng: random.Random) -> Expr:
    """Return a number of usual size and few digits, whose denominator an answer can't foresee."""
    denominator = rng.randint(*_DENOMINATORS)
    return symengine.Rational(rng.randint(denominator // _SPREAD, _SPREAD * denominator), denominator)
