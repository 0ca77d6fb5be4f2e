"""Functions written by other functions, wherever they stand in an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import symengine

from symmath.expr.operators import Expr

Rules = Mapping[type[Expr], Callable[[Expr], Expr]]
"""By kind of function: what to write for it, given its argument."""

HYPERBOLIC_AS_EXPONENTIALS: Rules = {
    symengine.sinh: lambda u: (symengine.exp(u) - symengine.exp(-u)) / 2,
    symengine.cosh: lambda u: (symengine.exp(u) + symengine.exp(-u)) / 2,
    symengine.tanh: lambda u: (symengine.exp(2 * u) - 1) / (symengine.exp(2 * u) + 1),
}
AREA_COSINES_AS_LOGARITHMS: Rules = {
    symengine.acosh: lambda u: symengine.log(u + symengine.sqrt(u - 1) * symengine.sqrt(u + 1)),
}
"""On the whole complex plane. Kahan (1987), "Branch cuts for complex elementary functions"."""
AREA_COSINES_ON_BOTH_SIDES: Rules = {
    symengine.acosh: lambda u: symengine.log(u + symengine.sqrt(u**2 - 1)),
}
"""With the same derivative where u > 1, and with that of the root where u < -1, too."""


def rewritten(e: Expr, rules: Rules) -> Expr:
    """Apply rules to every function of their kinds, from the inside out; `e` itself if there is none."""
    if not e.args or e.is_Number:
        return e
    arguments = [rewritten(argument, rules) for argument in e.args]
    rule = rules.get(type(e))
    if rule is not None:
        return rule(arguments[0])
    return e if all(a is b for a, b in zip(arguments, e.args, strict=True)) else e.func(*arguments)
