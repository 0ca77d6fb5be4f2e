"""Presentations: equal forms of one expression, made fast.

A problem reaches the solver as somebody wrote it, so training shows each in several forms and solving
tries several. Forms are equal as functions except where a logarithm or a root changes branch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr
from symmath.expr.prefix import encode
from symmath.expr.rules import HYPERBOLIC_AS_EXPONENTIALS, Rules, rewritten
from symmath.expr.shape import factors_of, summands_of

MAX_GROWTH = 2
SPARE_TOKENS = 20


def _expanded(e: Expr) -> Expr:
    return expand(e)


def _together(e: Expr) -> Expr:
    field = Field.of([e])
    return field.expr(field.fraction(e))


def _factored(e: Expr) -> Expr:
    field = Field.of([e])
    return field.factored(field.fraction(e))


def _apart(e: Expr) -> Expr:
    """Give each term of the numerator its own cancelled denominator."""
    field = Field.of([e])
    num, den = field.fraction(e)
    terms = field.expr(num)
    below = field.factored(den)
    return symengine.Add(*(term / below for term in (summands_of(terms))))


_TANGENTS_AS_QUOTIENTS: Rules = {
    symengine.tan: lambda u: symengine.sin(u) / symengine.cos(u),
    symengine.tanh: lambda u: symengine.sinh(u) / symengine.cosh(u),
}
_COSINES_AS_TANGENTS: Rules = {
    symengine.sin: lambda u: symengine.tan(u) * symengine.cos(u),
    symengine.sinh: lambda u: symengine.tanh(u) * symengine.cosh(u),
}


def secants(e: Expr) -> Expr:
    """Write c + c*tan(u)**2 as c/cos(u)**2, and c - c*tanh(u)**2 as c/cosh(u)**2."""
    if not e.args or e.is_Number:
        return e
    arguments = [secants(argument) for argument in e.args]
    if type(e) is not symengine.Add:
        return e.func(*arguments)
    terms = dict.fromkeys(arguments)
    for term in arguments:
        for factor in factors_of(term):
            secant = _secant(factor)
            if secant is None:
                continue
            sign, replacement = secant
            cofactor = sign * term / factor
            if cofactor in terms and term in terms:
                del terms[cofactor], terms[term]
                terms[cofactor * replacement] = None
                break
    return symengine.Add(*terms)


def _secant(factor: Expr) -> tuple[int, Expr] | None:
    """Return the sign of tan(u)**2 in its Pythagorean identity, and what that sum is; None for others."""
    if type(factor) is not symengine.Pow or factor.args[1] != 2:
        return None
    base = factor.args[0]
    if type(base) is symengine.tan:
        return 1, 1 / symengine.cos(base.args[0]) ** 2
    if type(base) is symengine.tanh:
        return -1, 1 / symengine.cosh(base.args[0]) ** 2
    return None


def _trigonometric(e: Expr) -> Expr:
    """Exchange tangents and quotients of sine and cosine, whichever the expression holds."""
    quotients = rewritten(secants(e), _TANGENTS_AS_QUOTIENTS)
    return rewritten(e, _COSINES_AS_TANGENTS) if quotients == e else _together(quotients)


def _exponential(e: Expr) -> Expr:
    """Write hyperbolic functions by exponentials."""
    return rewritten(e, HYPERBOLIC_AS_EXPONENTIALS)


PRESENTATIONS: Mapping[str, Callable[[Expr], Expr]] = {
    "raw": lambda e: e,
    "expanded": _expanded,
    "together": _together,
    "factored": _factored,
    "apart": _apart,
    "trig": _trigonometric,
    "exponential": _exponential,
}


def present(e: Expr, name: str) -> Expr | None:
    """Return `e` in a presentation.

    Parameters
    ----------
    e : Expr
    name : str
        Key of `PRESENTATIONS`.

    Returns
    -------
    Expr or None
        None if that form is `e` itself, can't be made, or is much longer.
    """
    try:
        shown = PRESENTATIONS[name](e)
        if shown == e or len(encode(shown)) > MAX_GROWTH * len(encode(e)) + SPARE_TOKENS:
            return None
    except (UnsupportedError, PrefixError, RuntimeError):
        # RuntimeError is how symengine reports an undefined result.
        return None
    return shown


def all_presentations(e: Expr, limit: int) -> list[tuple[str, Expr]]:
    """Return at most `limit` different presentations with their names, `e` itself first."""
    shown: dict[tuple[str, ...], tuple[str, Expr]] = {}
    for name in PRESENTATIONS:
        if len(shown) == limit:
            break
        form = e if name == "raw" else present(e, name)
        if form is None:
            continue
        try:
            shown.setdefault(tuple(canonical_tokens(form)), (name, form))
        except (UnsupportedError, PrefixError):
            continue
    return list(shown.values())
