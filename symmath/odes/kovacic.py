"""Liouvillian solutions of ``y'' + p*y' + q*y = 0`` with rational p and q.

With ``y = z*exp(-integral of p/2)`` it is ``z'' = r*z``. What z can be near each pole of r and at
infinity leaves finitely many choices of ``exp(integral of w)`` times a polynomial P, and of a product
``u = z1*z2`` times one; P comes from undetermined coefficients. Of real equations the solutions are
real: where w is complex, two come at once, with sines and cosines.

Left out are solutions algebraic of degree 4, 6 and 12 over the rational functions, which have no usual
form, exponents at irrational poles that are not the same at the conjugate ones, polynomials beyond
`MAX_DEGREE` and equations with more than `MAX_CHOICES` ways of behaviour at their poles.

References
----------
Kovacic (1986), "An algorithm for solving second order linear homogeneous differential equations", cases 1
and 2; the product's equation is case 2, and gives case 1 where both signs of w occur.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

import symengine

from symmath.ansatz.fit import solve
from symmath.ansatz.imaginary import is_irrational, name_constants
from symmath.ansatz.parametric import solve_over_parameters
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.shape import summands_of
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ONE, ZERO, exponential, is_positive, number_of, root, spread, tidy
from symmath.odes.integral import integral
from symmath.odes.singularities import NormalForm, Rate, normal_form

MAX_DEGREE = 24
"""Of a polynomial part."""
MAX_CHOICES = 500


def liouvillian(p: Expr, q: Expr) -> tuple[Expr, ...]:
    """Return two independent solutions of ``y'' + p*y' + q*y = 0``, one, or none.

    Parameters
    ----------
    p, q : Expr
        Rational in x, parameters and constants; else there are none.

    Raises
    ------
    UnsupportedError
        If the coefficients are too large.
    """
    kernels = Field.of([p, q]).kernels
    if any(kernel != X and holds_symbol(kernel, X) for kernel in kernels):
        return ()
    r = tidy(p**2 / 4 + p.diff(X) / 2 - q)
    if not all(kernel.is_Symbol for kernel in kernels):
        return _with_names(p, r)
    form = normal_form(r)
    found: list[Expr] = []
    for w, degree in _rates(form):
        for solution in _with_rate(p, q, w, degree):
            if not found or number_of(solution / found[0]) is None:
                found.append(solution)
        if len(found) > 1:
            break
    return tuple(found[:2]) or _by_product(form, p)


def _with_names(p: Expr, r: Expr) -> tuple[Expr, ...]:
    """Return what `liouvillian` does, where constants such as pi are named like parameters."""
    named, growth = name_constants(r, is_irrational), _grown(-p / 2)
    if named is None or growth is None:
        return ()
    form, values = named
    found = [growth * z.xreplace(values) for z in liouvillian(ZERO, -form)]
    # A name stands for something positive, and what it names may make a root's base negative.
    return () if any(map(_holds_negative_root, found)) else tuple(found)


def _holds_negative_root(e: Expr) -> bool:
    bases = [p.args[0] for p in e.atoms(symengine.Pow) if not p.args[1].is_Integer]
    return any(not base.free_symbols and not is_positive(base) for base in bases)


def _rates(form: NormalForm) -> Iterator[tuple[Rate, int]]:
    """Yield w with the degree of the polynomial beside its exponential, the lowest first."""
    sides = [*(pole.branches for pole in form.poles), form.infinity.branches]
    if prod(map(len, sides)) > MAX_CHOICES:
        return
    found: list[tuple[Rate, int]] = []
    for *finite, last in product(*sides):
        left, w = last.exponent, last.principal
        for pole, branch in zip(form.poles, finite, strict=True):
            left = left.plus(branch.exponent.times(symengine.Integer(-pole.degree)))
            w = w.plus(branch.principal).plus(branch.exponent.times(pole.logarithm))
        degree = number_of(left.real) if number_of(left.imaginary) == 0 else None
        if degree is not None and degree.is_Integer and 0 <= degree <= MAX_DEGREE:
            found.append((w, int(degree)))
    yield from sorted(found, key=lambda choice: choice[1])


def _with_rate(p: Expr, q: Expr, w: Rate, degree: int) -> Iterator[Expr]:
    """Yield one solution ``P*exp(integral of (w - p/2))``, or two where w is complex."""
    turning = tidy(w.imaginary)
    rate = tidy(w.real - p / 2)
    # Of y = exp(integral of (rate + I*turning))*f: f'' + (first)*f' + (rest)*f = 0.
    first = Rate(tidy(2 * rate + p), 2 * turning)
    rest = Rate(
        tidy(rate.diff(X) + rate**2 - turning**2 + p * rate + q),
        tidy(turning.diff(X) + 2 * rate * turning + p * turning),
    )
    factors = _polynomial_part(first, rest, degree)
    if factors is None:
        return
    growth, angle = _grown(rate), integral(turning)
    if growth is None or angle is None:
        return
    real, imaginary = factors
    if turning == 0:
        yield growth * real
        return
    cosine, sine = symengine.cos(angle), symengine.sin(angle)
    yield growth * (real * cosine - imaginary * sine)
    yield growth * (real * sine + imaginary * cosine)


def _grown(rate: Expr) -> Expr | None:
    """Return a function whose logarithm has a derivative."""
    area = integral(rate)
    if area is None:
        return None
    return exponential(symengine.Add(*(term for term in summands_of(spread(area)) if holds_symbol(term, X))))


def _polynomial_part(first: Rate, rest: Rate, degree: int) -> tuple[Expr, Expr] | None:
    """Return the real and the imaginary part of a polynomial that solves the equation of f."""

    def side(f: Expr) -> tuple[Expr, Expr]:
        slope = f.diff(X)
        return (
            slope.diff(X) + first.real * slope + rest.real * f,
            first.imaginary * slope + rest.imaginary * f,
        )

    # The imaginary part is told from the real one by a factor that is no rational function.
    mark = symengine.exp(X)
    is_complex = first.imaginary != 0
    surds = _surds(first, rest)
    terms: list[tuple[Expr, Expr]] = []
    columns: list[Expr] = []
    for n in range(degree):
        for factor in surds:
            real, imaginary = side(factor * X**n)
            terms.append((factor * X**n, ZERO))
            columns.append(real + mark * imaginary)
            if is_complex:
                terms.append((ZERO, factor * X**n))
                columns.append(mark * real - imaginary)
    real, imaginary = side(X**degree)
    target = tidy(real) + mark * tidy(imaginary)
    if target == 0:
        return X**degree, ZERO
    over = solve_over_parameters if parameters_in(target, *columns) else solve
    found = over(-target, columns) if columns else None
    if found is None:
        return None
    parts = [symengine.Add(*(c * terms[i][side] for i, c in found.items())) for side in (0, 1)]
    return _without_denominator(X**degree + parts[0], parts[1])


def _without_denominator(real: Expr, imaginary: Expr) -> tuple[Expr, Expr]:
    """Multiply two polynomials by the denominators of their coefficients."""
    field = Field.of([real, imaginary])
    left, right = field.fraction(real).den, field.fraction(imaginary).den
    common = field.expr(left * (right / left.gcd(right)))
    return spread(tidy(common * real)), spread(tidy(common * imaginary))


def _surds(*rates: Rate) -> list[Expr]:
    """Return 1 and the square root without x that coefficients hold, as factors of unknowns."""
    powers = {power for rate in rates for e in rate for power in e.atoms(symengine.Pow)}
    roots = sorted((power for power in powers if not holds_symbol(power, X)), key=str)
    squares = [e.args[0] for e in roots if e.args[1].is_Rational and e.args[1].q == 2]
    return [ONE, *map(symengine.sqrt, squares[:1])]


def _by_product(form: NormalForm, p: Expr) -> tuple[Expr, ...]:
    """Return two solutions by their product u: ``sqrt(u)*exp(+-k*integral of 1/u)``."""
    sides = [*(pole.orders for pole in form.poles), form.infinity.orders]
    if prod(map(len, sides)) > MAX_CHOICES:
        return ()
    choices = []
    for *finite, last in product(*sides):
        twice = last - sum(pole.degree * e for pole, e in zip(form.poles, finite, strict=True))
        if twice >= 0 and twice % 2 == 0 and twice // 2 <= MAX_DEGREE:
            choices.append((twice // 2, finite))
    for degree, finite in sorted(choices):
        terms = zip(form.poles, finite, strict=True)
        rate = symengine.Add(*(symengine.Rational(e, 2) * pole.logarithm for pole, e in terms))
        found = _from_product(form.r, p, tidy(rate), degree)
        if found:
            return found
    return ()


def _from_product(r: Expr, p: Expr, rate: Expr, degree: int) -> tuple[Expr, ...]:
    """Return two solutions whose product is a polynomial times ``exp(integral of rate)``.

    One if they are the same, none if there is no such polynomial.
    """

    def slope(f: Expr) -> Expr:
        return f.diff(X) + rate * f

    def side(f: Expr) -> Expr:
        return tidy(slope(slope(slope(f))) - 4 * r * slope(f) - 2 * r.diff(X) * f)

    target = side(X**degree)
    columns = [side(X**n) for n in range(degree)]
    over = solve_over_parameters if parameters_in(target, *columns) else solve
    found = {} if target == 0 else over(-target, columns) if columns else None
    base = _grown(rate)
    if found is None or base is None:
        return ()
    factor = X**degree + symengine.Add(*(c * X**n for n, c in found.items()))
    u = base * factor
    square = number_of(u.diff(X) ** 2 - 2 * u * u.diff(X, 2) + 4 * r * u**2)
    growth = _grown(tidy((rate + factor.diff(X) / factor - p) / 2))
    if square is None or growth is None:
        return ()
    if square == 0:
        return (growth,)
    time = integral(tidy(1 / u))
    if time is None:
        return ()
    if is_positive(square):
        area = spread(root(square) / 2 * time)
        return growth * exponential(area), growth * exponential(-area)
    angle = spread(root(tidy(-square)) / 2 * time)
    return growth * symengine.cos(angle), growth * symengine.sin(angle)
