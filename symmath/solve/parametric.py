"""Definite integrals whose integrand or limits hold parameters, taken as positive numbers.

Which difference of a primitive's values is the integral can depend on the parameters, and so can whether
there is one. So all of it is checked against quadrature at several choices of them; nothing is claimed of
choices between which a pole or a jump would come in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import arb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError
from symmath.expr.balls import working_precision
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.operators import PARAMETERS, Expr
from symmath.expr.prefix import Tokens, decode
from symmath.solve.enclosure import agrees, ball, differences, integral_of, magnitude
from symmath.solve.quadrature import BITS, Integral
from symmath.verification.parameters import positive_choices, with_numbers
from symmath.verification.points import random_source

CHOICES = 5
"""Choices of the parameters at which an integral is compared with quadrature."""
QUADRATURE_SHARE = 0.6

Choice = tuple[Mapping[SympyExpr, SympyExpr], Integral]
"""Numbers by parameter, and the integral there."""


def evaluate_family(
    problem: Tokens,
    answer: Tokens,
    names: Sequence[str],
    lower: SympyExpr,
    upper: SympyExpr,
    seconds: float,
) -> SympyExpr:
    """Return a definite integral with parameters.

    Parameters
    ----------
    problem, answer : Tokens
        Integrand and primitive.
    names : sequence of str
        What the variable is called, and the parameters.
    lower, upper : SympyExpr
        Limits, which may hold parameters, too.
    seconds : float

    Returns
    -------
    SympyExpr
        Simplified for positive parameters if that can be had in time.

    Raises
    ------
    NoSolutionError
        If at one choice of the parameters the integrand has a pole between the limits or is not real, or if
        no difference of the primitive's values is the integral at all of them.
    """
    import sympy

    deadline = Deadline.after(QUADRATURE_SHARE * seconds)
    variable, *parameters = names
    symbols = [sympy.Symbol(name, positive=True) for name in parameters]
    plain = dict(zip(map(sympy.Symbol, parameters), symbols, strict=True))
    lower, upper = (sympy.sympify(limit).xreplace(plain) for limit in (lower, upper))
    primitive = to_sympy(decode(answer), variable, parameters=parameters).xreplace(plain)
    with working_precision(BITS):
        choices = _choices(problem, symbols, lower, upper, deadline)
        for found in differences(primitive, sympy.Symbol(variable), lower, upper, choices[0][0]):
            if all(agrees(found.subs(numbers), integral) for numbers, integral in choices):
                return _shortest(found, choices).xreplace({s: p for p, s in plain.items()})
    raise NoSolutionError("the primitive's values don't give the integral at all choices of the parameters")


def _choices(
    problem: Tokens, symbols: Sequence[SympyExpr], lower: SympyExpr, upper: SympyExpr, deadline: Deadline
) -> list[Choice]:
    """Integrate by quadrature at positive numbers in place of the parameters."""
    import sympy

    rng = random_source(problem, [str(lower), str(upper)])
    found: list[Choice] = []
    for choice in positive_choices(len(symbols), CHOICES, rng):
        numbers = dict(zip(symbols, map(sympy.sympify, choice), strict=True))
        integrand = with_numbers(decode(problem), dict(zip(PARAMETERS, choice, strict=False)))
        low, high = lower.subs(numbers), upper.subs(numbers)
        for end in (low, high):
            magnitude(end)
        try:
            found.append((numbers, _oriented(integrand, ball(low), ball(high), deadline)))
        except NoSolutionError as error:
            where = ", ".join(f"{symbol} = {sympy.N(n, 4)}" for symbol, n in numbers.items())
            raise type(error)(f"{error}, for {where}") from error
    return found


def _oriented(integrand: Expr, low: arb, high: arb, deadline: Deadline) -> Integral:
    if low > high:
        value, scale = _oriented(integrand, high, low, deadline)
        return Integral(-value, scale)
    return integral_of(integrand, low, high, deadline)


def _shortest(e: SympyExpr, choices: Sequence[Choice]) -> SympyExpr:
    import sympy

    shorter = min(e, sympy.simplify(e), key=sympy.count_ops)
    holds = all(agrees(shorter.subs(numbers), integral) for numbers, integral in choices)
    return shorter if holds else e
