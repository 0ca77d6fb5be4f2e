"""Linear second-order equations ``y'' + p*y' + q*y = g``.

A basis of the homogeneous equation comes from constant coefficients after a change of variable
(Euler-Cauchy and many others among them), or from one solution found by undetermined coefficients
and reduction of order. A particular solution comes from undetermined coefficients over the closure
of g under differentiation, or from variation of parameters.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, sections 22 to 25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from math import comb, lcm
from typing import NamedTuple

import symengine

from symmath.ansatz.basis import additive_terms, distinct, without_coefficient
from symmath.ansatz.fit import relations, solve
from symmath.ansatz.modular import vanishes
from symmath.ansatz.parametric import solve_over_parameters
from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.plan import split_sum
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.signs import has_signs
from symmath.expr.special import holds_special
from symmath.odes.basis import Basis, pair, reduced_order
from symmath.odes.bessel import by_bessel
from symmath.odes.constants import C1, C2
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import (
    ONE,
    ZERO,
    exponential,
    is_positive,
    number_of,
    root,
    shortest,
    spread,
    tidy,
)
from symmath.odes.integral import integral
from symmath.odes.kovacic import liouvillian
from symmath.odes.operator import LinearOperator, linear_operator
from symmath.odes.variables import Variable, other_variables

MAX_TERMS = 60
_CLOSURE_ROUNDS = 4
_MAX_RATE = 6
_HALF = symengine.Rational(1, 2)


class Linear(NamedTuple):
    """The equation ``y'' + p*y' + q*y = g``."""

    p: Expr
    q: Expr
    g: Expr

    def apply(self, y: Expr) -> Expr:
        """Return the left side for a function y(x)."""
        slope = y.diff(X)
        return slope.diff(X) + self.p * slope + self.q * y


def linear_form(equation: Expr) -> Linear | None:
    """Return the normal form of a linear second-order equation, or None for another one."""
    operator = linear_operator(equation, 2)
    if operator is None:
        return None
    q, p, leading = operator.coefficients
    return Linear(tidy(p / leading), tidy(q / leading), tidy(operator.right / leading))


def _with_constant_coefficients(k: Expr, c: Expr, t: Expr, speed: Expr) -> Basis | None:
    """Solve ``y_tt + k*y_t + c*y = 0``; `speed` is dt/dx."""
    discriminant = tidy(k**2 - 4 * c)
    if holds_symbol(discriminant, X):
        return None
    decay = exponential(-k * t / 2)
    if discriminant == 0:
        return Basis(decay, t * decay, decay**2 * speed)
    try:
        is_real = is_positive(discriminant)
    except (RuntimeError, ValueError):
        return None
    frequency = root(discriminant if is_real else spread(-discriminant))
    if is_real:
        rates = [spread((-k + sign * frequency) / 2) for sign in (1, -1)]
        first, second = (exponential(rate * t) for rate in rates)
        basis = Basis(first, second, exponential(-k * t) * speed * (rates[1] - rates[0]))
        return _by_roots(basis) if k == 0 else basis
    angle = spread(frequency / 2 * t)
    wronskian = decay**2 * speed * frequency / 2
    first, second = _waves(angle)
    return Basis(decay * first, decay * second, wronskian)


def _waves(angle: Expr) -> tuple[Expr, Expr]:
    """Return cosine and sine, those of n*asin(u) by u and a root."""
    arcs = angle.atoms(symengine.asin)
    times = angle / next(iter(arcs)) if len(arcs) == 1 else ZERO
    if not times.is_Integer or not 0 < abs(times) <= _MAX_RATE:
        return symengine.cos(angle), symengine.sin(angle)
    n, u = int(abs(times)), spread(next(iter(arcs)).args[0] * (1 if times > 0 else -1))
    width = symengine.sqrt(1 - u**2)
    parts = [comb(n, j) * (-1) ** (j // 2) * width ** (n - j) * u**j for j in range(n + 1)]
    return spread(symengine.Add(*parts[::2])), spread(symengine.Add(*parts[1::2]))


def _by_roots(basis: Basis) -> Basis:
    """Write exp(n*asinh(x)) and exp(-n*asinh(x)), and the same of acosh, by x and a root."""
    for kind, sign in ((symengine.asinh, 1), (symengine.acosh, -1)):
        arcs = basis.first.atoms(kind)
        rate = basis.first.args[1] / next(iter(arcs)) if len(arcs) == 1 else ZERO
        if rate.is_Integer and 0 < abs(rate) <= _MAX_RATE:
            (u,) = next(iter(arcs)).args
            width = symengine.sqrt(u**2 + sign)
            powers = [spread((u + side * width) ** abs(rate)) for side in (1, -1)]
            half = symengine.Rational(1 if rate > 0 else -1, 2)
            # For asinh the second power is (-1)**rate times exp(-rate*asinh(x)).
            half *= (-sign) ** int(rate)
            even, odd = (spread((powers[0] + side * powers[1]) / 2) for side in (1, -1))
            return Basis(even, odd, -half * basis.wronskian)
    return basis


def _by_change_of_variable(p: Expr, q: Expr) -> Basis | None:
    """Find t(x) that makes the coefficients constant: (q' + 2*p*q) / q**(3/2) must be constant."""
    if q == 0:
        area = integral(p)
        decay = None if area is None else exponential(-area)
        second = None if decay is None else integral(decay)
        return None if second is None or decay is None else Basis(ONE, second, decay)
    content = symengine.Mul(*(factor for factor in factors_of(q) if not holds_symbol(factor, X)))
    if _is_negative_inside(q / content):
        content = -content
    speed = root(q / content)
    k = number_of(tidy((q.diff(X) + 2 * p * q) * speed / (2 * q**2) * content))
    if k is None:
        return None
    t = integral(speed)
    return None if t is None else _with_constant_coefficients(k, content, t, speed)


def _is_negative_inside(e: Expr) -> bool:
    """Whether an expression is negative at 1/2, as -1/(1 - x**2) is: between 0 and 1 its root is not real."""
    place = {X: _HALF, **dict.fromkeys(parameters_in(e), symengine.Integer(2))}
    try:
        value = complex(e.subs(place).n(53))
    except (RuntimeError, ValueError, TypeError):
        return False
    return value.imag == 0 and value.real < 0


def _in_normal_form(p: Expr, q: Expr) -> Basis | None:
    """Remove the first derivative by y = u*exp(-P/2) and look again."""
    area = integral(p)
    if area is None or p == 0:
        return None
    reduced = _by_change_of_variable(ZERO, tidy(q - p.diff(X) / 2 - p**2 / 4))
    if reduced is None:
        return None
    decay = exponential(-area / 2)
    return Basis(reduced.first * decay, reduced.second * decay, reduced.wronskian * decay**2)


def _by_kovacic(p: Expr, q: Expr) -> Basis | None:
    """Find Liouvillian solutions of an equation with coefficients that are rational in some variable."""
    found: list[Basis] = []
    for other, solutions in _liouvillian(p, q):
        ys = [other.back(y) for y in solutions]
        basis = pair(p, *ys) if len(ys) > 1 else reduced_order(p, *ys) or _reduced_there(other, *solutions)
        if basis is not None and not _holds_root(solutions[0]):
            return basis
        found += [basis] if basis is not None else []
    return min(found, key=lambda basis: len(str(basis)), default=None)


def _liouvillian(p: Expr, q: Expr) -> Iterator[tuple[Variable, tuple[Expr, ...]]]:
    """Yield one or two solutions in a variable in which the coefficients are rational."""
    form = Linear(p, q, ZERO)
    with suppress(UnsupportedError, RuntimeError):
        for other in other_variables(p, q):
            with suppress(UnsupportedError, RuntimeError):
                solutions = liouvillian(other.p, other.q)
                # With several roots of one square, `back` may have taken one for the other.
                if solutions and all(vanishes(form.apply(y) / y) for y in map(other.back, solutions)):
                    yield other, solutions


def _reduced_there(other: Variable, first: Expr) -> Basis | None:
    """Find a second solution in the variable that the first was found in."""
    basis = reduced_order(other.p, first)
    if basis is None:
        return None
    y, second, wronskian = (e.xreplace({X: other.t}) for e in basis)
    return Basis(y, second, tidy(wronskian * other.t.diff(X)))


def _holds_root(e: Expr) -> bool:
    return any(power.args[0] == X and not power.args[1].is_Integer for power in e.atoms(symengine.Pow))


def _by_reduction_of_order(p: Expr, q: Expr) -> Basis | None:
    """Find one solution by undetermined coefficients over usual terms, and the other from it."""
    return _from_terms(p, q, usual_terms(p, q))


def _from_terms(p: Expr, q: Expr, terms: Sequence[Expr]) -> Basis | None:
    """Find one or two solutions among combinations of `terms`."""
    first: Expr | None = None
    for y in solutions_among(Linear(p, q, ZERO), terms):
        basis = reduced_order(p, y)
        if basis is not None:
            return basis
        if first is not None:
            return Basis(first, y, tidy(first * y.diff(X) - y * first.diff(X)))
        first = y
    return None


def usual_terms(*coefficients: Expr) -> list[Expr]:
    """Return powers of x, the kernels of the coefficients, and exponentials, times each other."""
    kernels: dict[Expr, None] = {ONE: None}
    stack = list(coefficients)
    while stack:
        e = stack.pop()
        stack.extend(e.args)
        if X in e.free_symbols and e.args and type(e) not in (symengine.Add, symengine.Mul):
            kernels.update(dict.fromkeys((e, 1 / e)))
        if type(e) in (symengine.sin, symengine.cos, symengine.tan):
            for wave in (symengine.sin(e.args[0]), symengine.cos(e.args[0]), symengine.tan(e.args[0])):
                kernels.update(dict.fromkeys((wave, 1 / wave)))
    for rate in coefficients:
        area = integral(rate)
        for part in (area, *summands_of(spread(area))) if area is not None else ():
            for share in (1, -1, _HALF, -_HALF):
                kernels[exponential(share * part)] = None
    for n in (1, -1, 2, -2):
        kernels[symengine.exp(n * X)] = None
    powers = [X**n for n in (0, 1, 2, -1, 3, -2, 4)]
    return distinct((kernel * power for power in powers for kernel in kernels), 3 * MAX_TERMS)


def solutions_among(equation: Linear | LinearOperator, terms: Sequence[Expr]) -> Iterator[Expr]:
    """Yield combinations of `terms` that solve the homogeneous equation."""
    for relation in relations([equation.apply(term) for term in terms]):
        y = symengine.Add(*(c * terms[i] for i, c in relation.items()))
        if not vanishes(y):
            yield y


def homogeneous_basis(p: Expr, q: Expr, terms: Sequence[Expr] = ()) -> Basis | None:
    """Return two independent solutions of ``y'' + p*y' + q*y = 0``, or None.

    Parameters
    ----------
    p, q : Expr
        In x.
    terms : sequence of Expr
        Terms that a solution may be a combination of, tried first.
    """
    basis = _from_terms(p, q, terms) if terms else None
    if basis is not None:
        return basis
    searches: tuple[Callable[[Expr, Expr], Basis | None], ...] = (
        _by_change_of_variable,
        _in_normal_form,
        _by_kovacic,
        _by_reduction_of_order,
        by_bessel,
    )
    for search in searches:
        try:
            basis = search(p, q)
        except (UnsupportedError, RuntimeError):
            continue
        if basis is not None:
            return basis
    return None


def closure(g: Expr, solutions: Sequence[Expr]) -> list[Expr]:
    """Return the terms of g and of its derivatives, also times powers of x and solutions."""
    found: dict[Expr, None] = {}
    layer = list(additive_terms(spread(g))) or [ONE]
    for _ in range(_CLOSURE_ROUNDS):
        found.update(dict.fromkeys(layer))
        slopes = [t for term in layer for t in additive_terms(spread(term.diff(X)))]
        layer = [t for t in dict.fromkeys(slopes) if t not in found]
        if not layer or len(found) > MAX_TERMS:
            break
    simple = [*found, ONE]
    powers = [X**k for k in range(len(solutions) + 1)]
    factors = (*powers, symengine.log(X), *(y for y in solutions if not holds_special(y)))
    return distinct(without_coefficient(factor * t) for factor in factors for t in simple)[:MAX_TERMS]


def particular(equation: Linear, basis: Basis, terms: Sequence[Expr] = ()) -> Expr | None:
    """Return a solution of the inhomogeneous equation, or None."""
    if equation.g == 0:
        return ZERO
    over = solve_over_parameters if parameters_in(equation.p, equation.q, equation.g) else solve
    # Terms with signs solve it on either side of a corner; integrals that go on there, across it.
    for guess in () if has_signs(equation.g) else (terms, closure(equation.g, basis[:2])):
        found = over(equation.g, [equation.apply(term) for term in guess]) if guess else None
        if found is not None:
            return symengine.Add(*(tidy(c) * guess[i] for i, c in found.items()))
    weight = equation.g / basis.wronskian
    parts = [integral(tidy(weight * y)) for y in basis[:2]]
    if parts[0] is None or parts[1] is None:
        return None
    return shortest(basis.second * parts[0] - basis.first * parts[1])


def general_solution(form: Linear, candidates: Sequence[Expr] = ()) -> Expr | None:
    """Return the general solution in x, c1 and c2, or None.

    Parameters
    ----------
    form : Linear
    candidates : sequence of Expr
        Answers y(x, c1, c2) whose terms are tried first.
    """
    homogeneous, forced = terms_of_solutions(candidates)
    basis = homogeneous_basis(form.p, form.q, homogeneous)
    special = None if basis is None else particular(form, basis, [*forced, *homogeneous])
    if basis is None or special is None:
        return None
    return C1 * simplest(basis.first) + C2 * simplest(basis.second) + special


def simplest(y: Expr) -> Expr:
    """Return the shortest form of a solution, without factors that a constant takes up."""
    left: list[Expr] = []
    for factor in factors_of(shortest(y)):
        if type(factor) is symengine.Pow and factor.args[0] == symengine.E:
            varying = (term for term in summands_of(spread(factor.args[1])) if holds_symbol(term, X))
            left.append(symengine.exp(symengine.Add(*varying)))
        elif type(factor) is symengine.Add:
            left.append(spread(factor * lcm(*(int(c.q) for c, _ in split_sum(factor)))))
        elif holds_symbol(factor, X):
            left.append(factor)
    return symengine.Mul(*left)


def linear_second_order(equation: Expr, candidates: Sequence[Expr] = ()) -> Iterator[Expr]:
    """Yield the general solution of a linear equation in x, y, y' and y'', or what is found of it."""
    form = linear_form(equation)
    found = None if form is None else general_solution(form, candidates)
    if found is not None:
        yield found
    elif form is not None and form.g == 0 and not candidates:
        yield from _one_solution(form)


def _one_solution(form: Linear) -> Iterator[Expr]:
    """Yield a solution whose partner isn't elementary."""
    p, q, _ = form
    found = (other.back(y) for other, solutions in _liouvillian(p, q) for y in solutions)
    for y in islice(chain(found, solutions_among(form, usual_terms(p, q))), 1):
        yield C1 * simplest(y)


def terms_of_solutions(candidates: Sequence[Expr]) -> tuple[list[Expr], list[Expr]]:
    """Return the terms that candidates y(x, c1, c2) suggest for the homogeneous and the forced part."""
    homogeneous: list[Expr] = []
    forced: list[Expr] = []
    for y in candidates:
        parts = [spread(y.diff(constant)) for constant in (C1, C2)]
        homogeneous += [t for part in parts if not part.free_symbols & {C1, C2} for t in _all_terms(part)]
        try:
            forced += _all_terms(spread(y.subs({C1: ZERO, C2: ZERO})))
        except RuntimeError:
            continue
    return distinct(homogeneous, MAX_TERMS), distinct(forced, MAX_TERMS)


def _all_terms(e: Expr) -> list[Expr]:
    return [*additive_terms(e), ONE] if e != 0 else []
