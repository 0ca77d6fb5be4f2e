"""Shorter equal forms of an answer, for people to read."""

from __future__ import annotations

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import encode
from symmath.expr.present import present

FORMS = ("expanded", "together", "factored", "apart")


def _length(e: Expr) -> int:
    try:
        return len(encode(e))
    except (PrefixError, UnsupportedError):
        return 10**6


def _shortest(e: Expr) -> Expr:
    """Return the shortest presentation of `e`; `e` itself if none is shorter."""
    forms = (present(e, name) for name in FORMS)
    return min((e, *(form for form in forms if form is not None)), key=_length)


def _inside(e: Expr) -> Expr:
    """Shorten the arguments of functions and the bases and exponents of powers, inside first."""
    if not e.args or e.is_Number:
        return e
    arguments = [_inside(argument) for argument in e.args]
    if type(e) not in (symengine.Add, symengine.Mul):
        arguments = [_shortest(a) if type(a) in (symengine.Add, symengine.Mul) else a for a in arguments]
    return e.func(*arguments)


def shorter_forms(e: Expr) -> list[Expr]:
    """Return forms of an expression with fewer tokens, the shortest first.

    Each is equal to `e` as a function; that is for the caller to verify.
    """
    inner = _inside(e)
    forms = dict.fromkeys((_shortest(inner), _shortest(e), inner))
    found: list[Expr] = []
    for form in sorted(forms, key=_length):
        try:
            canonical_tokens(form)
        except (PrefixError, UnsupportedError):
            continue
        if _length(form) < _length(e):
            found.append(form)
    return found
