"""Integrands with constants that are not real, such as ``1/(x + I)`` or ``x*log(-2)``.

A basis and its coefficients are rational numbers or real parameters. So each such constant is given
the name of a parameter, and put back into what is found.
"""

from __future__ import annotations

from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X

_NAMES = [SYMBOL_EXPRS[name] for name in PARAMETERS]


def _holds_i(e: Expr) -> bool:
    if not e.args or e.is_Number:
        return e.is_Number and not e.is_Rational
    return any(map(_holds_i, e.args))


def name_constants(e: Expr) -> tuple[Expr, dict[Expr, Expr]] | None:
    """Give names to the largest parts without x that hold I.

    Returns
    -------
    (Expr, dict) or None
        The named form, and the constant of each name; None if there is nothing to name, or are
        more constants than names, or the names are taken.
    """
    if not _holds_i(e) or e.free_symbols & set(_NAMES):
        return None
    found: dict[Expr, Expr] = {}

    def named(part: Expr) -> Expr:
        if not _holds_i(part):
            return part
        if X not in part.free_symbols:
            return found.setdefault(part, _NAMES[min(len(found), len(_NAMES) - 1)])
        return part.func(*map(named, part.args))

    shown = named(e)
    return None if len(found) > len(_NAMES) else (shown, {name: value for value, name in found.items()})
