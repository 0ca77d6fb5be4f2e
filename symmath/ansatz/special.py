"""Primitives that are not elementary: undetermined coefficients over special functions, too.

Each exponential, sine, cosine and logarithm of an integrand suggests special functions (`special_terms`). A
primitive is then a combination of these and of the terms that an elementary one would have, with constant
coefficients (Cherry 1985 and 1986, who has erf and li; the others are theirs for complex arguments).
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

import symengine

from symmath.ansatz.basis import distinct, terms_of_integrand
from symmath.ansatz.fit import solve
from symmath.ansatz.parametric import solve_over_parameters
from symmath.ansatz.primitive import constant_factors
from symmath.ansatz.special_terms import Parts, Term, terms
from symmath.errors import UNUSABLE
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.special import slope_of
from symmath.expr.waves import with_single_angles

MAX_SPECIAL = 60
MAX_ELEMENTARY = 120


def primitive(integrand: Expr) -> Expr | None:
    """Return a primitive with special functions, or None.

    Parameters
    ----------
    integrand : Expr
        Elementary, without an elementary primitive, as far as is known.
    """
    for form in dict.fromkeys((integrand, _expanded(integrand), _expanded(_by_exponentials(integrand)))):
        with suppress(*UNUSABLE):
            found = _combined(form)
            if found is not None:
                return found
    return None


def _expanded(integrand: Expr) -> Expr:
    with suppress(*UNUSABLE):
        return with_single_angles(expand(integrand))
    return integrand


def _by_exponentials(e: Expr) -> Expr:
    """Write hyperbolic functions, and powers of numbers, by exponentials."""
    if not e.args or e.is_Number:
        return e
    arguments = [_by_exponentials(argument) for argument in e.args]
    if type(e) is symengine.Pow and arguments[0].is_Rational and X in arguments[1].free_symbols:
        return symengine.exp(arguments[1] * symengine.log(arguments[0]))
    if type(e) in (symengine.sinh, symengine.cosh):
        up, down = symengine.exp(arguments[0]), symengine.exp(-arguments[0])
        return (up - down if type(e) is symengine.sinh else up + down) / 2
    return e.func(*arguments)


def _combined(integrand: Expr) -> Expr | None:
    special = list(islice(dict.fromkeys(terms(Parts.of(integrand))), MAX_SPECIAL))
    if not special:
        return None
    elementary = [Term(e, slope_of(e)) for e in distinct(terms_of_integrand(integrand), MAX_ELEMENTARY)]
    tried = [*elementary, *special]
    tried += [Term(c * expr, c * slope) for c in constant_factors(integrand) for expr, slope in tried]
    columns = [term.slope for term in tried]
    found = solve(integrand, columns)
    if found is None and parameters_in(integrand):
        found = solve_over_parameters(integrand, columns)
    return found and symengine.Add(*(c * tried[i].expr for i, c in found.items()))
