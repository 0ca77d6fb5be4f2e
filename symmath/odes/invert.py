"""From a first integral ``Phi(x, y) = c1`` to explicit solutions, where they can be had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import lcm

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.expr.present import secants
from symmath.expr.shape import factors_of, summands_of
from symmath.odes.constants import C1, simplest_constants
from symmath.odes.equation import Y, holds_symbol
from symmath.odes.forms import ONE, ZERO, exponential, root, shortest, spread
from symmath.odes.roots import roots_of

MAX_SCALE = 12
_HALF = symengine.Rational(1, 2)


def _logarithmic_coefficients(phi: Expr) -> Iterator[Expr]:
    """Yield the coefficients of logarithms of y."""
    for term in summands_of(phi):
        for factor in factors_of(term):
            if isinstance(factor, (symengine.log, symengine.atanh)) and holds_symbol(factor, Y):
                yield term / factor


def _logarithmic_scale(phi: Expr) -> int:
    """Return the number that makes the coefficients of logarithms of y whole; 0 if there are none."""
    coefficients = list(_logarithmic_coefficients(phi))
    if not all(coefficient.is_Rational for coefficient in coefficients):
        return 0
    scale = lcm(*(int(coefficient.q) for coefficient in coefficients)) if coefficients else 0
    return scale if scale <= MAX_SCALE else 0


def _without_common_root(phi: Expr) -> Expr:
    """Divide by the first coefficient of a logarithm of y, if that is a constant such as 1/sqrt(a)."""
    first = next(_logarithmic_coefficients(phi), ONE)
    return phi if first.is_Rational or {X, Y} & first.free_symbols else spread(phi / first)


def _by_arcsines(phi: Expr) -> Expr:
    """Write ``atan(y/sqrt(a**2 - y**2))``, in which y occurs twice, as ``asin(y/a)``."""
    written: dict[Expr, Expr] = {}
    for arc in phi.atoms(symengine.atan):
        factors = factors_of(arc.args[0])
        roots = [
            f for f in factors if type(f) is symengine.Pow and f.args[1] == -_HALF and holds_symbol(f, Y)
        ]
        above = symengine.Mul(*(f for f in factors if f not in roots))
        square = spread(above**2 + roots[0].args[0]) if len(roots) == 1 else Y
        if not holds_symbol(square, Y) and square != 0:
            written[arc] = symengine.asin(above / shortest(root(square)))
    return phi.xreplace(written)


def forms(phi: Expr) -> Iterator[Expr]:
    """Yield first integrals that say the same: `phi`, and its exponential if it holds logarithms of y."""
    phi = _by_arcsines(_without_common_root(spread(phi)))
    scale = _logarithmic_scale(phi)
    if scale:
        for sign in (1, -1):
            yield _without_square(_of_one_wave(exponential(sign * scale * phi)))
    yield phi
    if not scale:
        yield from (1 / form for form in (phi,) if phi != 0)


def _of_one_wave(product: Expr) -> Expr:
    """Write ``tan(u)**2/(1 + tan(u)**2)`` and ``tan(u)*cos(u)`` by the sine, which occurs once."""
    ratios = {t: symengine.sin(t.args[0]) / symengine.cos(t.args[0]) for t in product.atoms(symengine.tan)}
    if not ratios:
        return product
    waves = (symengine.sin, symengine.cos, symengine.tan)
    forms = (product, secants(product).xreplace(ratios))
    return min(forms, key=lambda form: (len(form.atoms(*waves)), len(str(form))))


def _without_square(product: Expr) -> Expr:
    """Return the root of a square: constant where that is."""
    powers = [f.args if type(f) is symengine.Pow else (f, ONE) for f in factors_of(product)]
    if any(not n.is_Integer or int(n) % 2 for _, n in powers):
        return product
    return symengine.Mul(*(base ** (n / 2) for base, n in powers))


def explicit(phi: Expr) -> Iterator[Expr]:
    """Yield solutions y(x, c1) of ``phi(x, y) = c1``, one a branch."""
    seen: dict[Expr, None] = {}
    for form in forms(phi):
        try:
            found = roots_of(form - C1, Y, Y)
        except (UnsupportedError, RuntimeError):
            continue
        for y in found:
            # A root that is infinite is none.
            with suppress(UnsupportedError, RuntimeError):
                simple = simplest_constants(y, (C1,))
                seen.setdefault(shortest(simple if simple is not None else y))
        if seen:
            break
    yield from seen


def _with_one_logarithm(phi: Expr) -> Expr:
    """Join the logarithms with rational coefficients of a sum: ``log(1 + y**2/x**2) + 2*log(x)``."""
    exponents: dict[Expr, Expr] = {}
    others: list[Expr] = []
    for term in summands_of(phi):
        logs = [factor for factor in factors_of(term) if isinstance(factor, symengine.log)]
        coefficient = term / logs[0] if len(logs) == 1 else None
        if coefficient is None or not coefficient.is_Rational:
            others.append(term)
        else:
            exponents[logs[0].args[0]] = coefficient
    if len(exponents) < 2:
        return phi
    scale = lcm(*(int(n.get_num_den()[1]) for n in exponents.values()))
    if scale * max(abs(n) for n in exponents.values()) > MAX_SCALE:
        return phi
    product = shortest(symengine.Mul(*(u ** (scale * n) for u, n in exponents.items())))
    sign, product = min(((1, product), (-1, shortest(1 / product))), key=lambda e: len(str(e[1])))
    return sign * symengine.log(product) / scale + symengine.Add(*others)


def level(phi: Expr) -> Expr:
    """Return the shortest first integral equivalent to `phi`, for an implicit answer."""
    phi = symengine.Add(*(term for term in summands_of(spread(phi)) if term.free_symbols))
    phi = min(phi, _with_one_logarithm(phi), key=lambda e: len(str(e)))
    candidates = [shortest(phi)]
    coefficient = next((t.args[0] for t in summands_of(phi) if type(t) is symengine.Mul), ZERO)
    if coefficient != 0 and coefficient.is_Rational:
        candidates.append(shortest(phi / coefficient))
    return min(candidates, key=lambda e: len(str(e)))
