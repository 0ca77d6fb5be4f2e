"""Angles that differ by a constant: sin(x + 1) by the sine and cosine of x and two constants with names."""

from __future__ import annotations

from typing import NamedTuple

import symengine

from symmath.expr.expansion import expand
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X

_WAVES = (symengine.sin, symengine.cos, symengine.tan)


class Shown(NamedTuple):
    """An expression whose angles differ by no constants.

    Attributes
    ----------
    expr : Expr
    sums : dict
        What are sines and cosines of the other angles, by their form in `expr`.
    constants : dict
        The cosines and sines of the differences, by their names.
    """

    expr: Expr
    sums: dict[Expr, Expr]
    constants: dict[Expr, Expr]

    def back(self, found: Expr) -> Expr:
        """Return an expression in the names and the one angle as one in what they stand for."""
        return found.xreplace(self.sums).xreplace(self.constants)


def without_shifts(e: Expr) -> Shown | None:
    """Write circular functions of x + b and x + c by those of x + b.

    Returns
    -------
    Shown or None
        None if no two angles differ by a constant, or there are more differences than names for them.
    """
    names = [SYMBOL_EXPRS[name] for name in PARAMETERS if SYMBOL_EXPRS[name] not in e.free_symbols]
    firsts: dict[Expr, Expr] = {}
    named: dict[Expr, tuple[Expr, Expr]] = {}
    replaced: dict[Expr, Expr] = {}
    shown = Shown(e, {}, {})
    for wave in sorted(e.atoms(*_WAVES), key=str):
        (angle,), turn = wave.args, 1
        slope = angle.diff(X)
        if slope == 0 or X in slope.free_symbols:
            continue
        varying = slope * X
        if varying not in firsts and -varying in firsts:
            varying, angle, turn = -varying, -angle, 1 if type(wave) is symengine.cos else -1
        first = firsts.setdefault(varying, angle)
        difference = expand(angle - first)
        if difference == 0:
            continue
        if difference not in named:
            if len(names) < 2:
                return None
            named[difference] = cosine, sine = names.pop(0), names.pop(0)
            shown.constants.update({cosine: symengine.cos(difference), sine: symengine.sin(difference)})
        above, below = _added(first, *named[difference])
        whole = {above: symengine.sin(first + difference), below: symengine.cos(first + difference)}
        shown.sums.update({**whole, **{expand(-u): -v for u, v in whole.items()}})
        forms = dict(zip(_WAVES, (above, below, above / below), strict=True))
        replaced[wave] = turn * forms[type(wave)]
    return shown._replace(expr=e.xreplace(replaced)) if replaced else None


def _added(angle: Expr, cosine: Expr, sine: Expr) -> tuple[Expr, Expr]:
    """Return the sine and cosine of an angle and one more, whose cosine and sine are given."""
    return (
        symengine.sin(angle) * cosine + symengine.cos(angle) * sine,
        symengine.cos(angle) * cosine - symengine.sin(angle) * sine,
    )
