"""Powers of x whose exponents are sums of parameters: ``x**(a + b - 1)`` is ``x**(a - 1)`` for another a."""

from __future__ import annotations

import symengine

from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X, parameters_in


def joined(integrand: Expr) -> tuple[Expr, dict[Expr, Expr]] | None:
    """Write one parameter for a sum of several that is an exponent of x.

    Returns
    -------
    (Expr, dict) or None
        The integrand with that, and what stands for the parameter; None if no exponent is such a sum.
    """
    powers = sorted((p for p in integrand.atoms(symengine.Pow) if p.args[0] == X), key=str)
    for _, exponent in (power.args for power in powers):
        parameters = parameters_in(exponent)
        slope = exponent.diff(parameters[0]) if len(parameters) > 1 else X
        if slope.is_Rational and slope != 0:
            parameter, total = parameters[0], expand(exponent)
            rest = expand(total - slope * parameter)
            new = (parameter - rest) / slope
            renamed = {p: X ** expand(p.args[1].xreplace({parameter: new})) for p in powers}
            return integrand.xreplace({**renamed, parameter: new}), {parameter: total}
    return None
