"""Primitives that the methods for differential equations ask for."""

from __future__ import annotations

import symengine

from symmath.ansatz import special
from symmath.ansatz.primitive import primitives
from symmath.errors import UnsupportedError
from symmath.expr.corners import joined_at_corners
from symmath.expr.half_angles import in_whole_angles
from symmath.expr.operators import Expr, X
from symmath.expr.signs import has_signs
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ZERO, tidy


def integral(integrand: Expr, variable: Expr = X) -> Expr | None:
    """Return a primitive by undetermined coefficients, with special functions if need be.

    Other symbols are parameters.

    Parameters
    ----------
    integrand : Expr
    variable : Expr
        Symbol to integrate by.

    Returns
    -------
    Expr or None
    """
    if variable != X:
        swap = {variable: X, X: variable}
        found = integral(integrand.xreplace(swap))
        return None if found is None else found.xreplace(swap)
    if integrand == 0:
        return ZERO
    if not holds_symbol(integrand, X):
        return integrand * X
    try:
        for form in dict.fromkeys((integrand, tidy(integrand))):
            for found in primitives(form):
                # Fitting turns sines and cosines into tangents of half the angle.
                if found.atoms(symengine.tan) - integrand.atoms(symengine.tan):
                    found = in_whole_angles(found)
                return joined_at_corners(found) if has_signs(integrand) else found
        return special.primitive(tidy(integrand))
    except (UnsupportedError, RuntimeError):
        return None
