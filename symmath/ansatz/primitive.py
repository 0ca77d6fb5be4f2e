"""Propose primitives by undetermined coefficients, in steps of growing bases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice

import symengine

from symmath.ansatz import by_parts, by_sign
from symmath.ansatz.basis import distinct, forms, terms_of_candidates, terms_of_integrand
from symmath.ansatz.exponents import joined
from symmath.ansatz.fit import combine
from symmath.ansatz.found import Fit
from symmath.ansatz.inner import retuned
from symmath.ansatz.parametric import arctangents
from symmath.ansatz.parametric import combine as combine_over_parameters
from symmath.ansatz.reduce import groups, linear_change, parts
from symmath.ansatz.residues import logarithmic_part
from symmath.ansatz.rewriting import equal_forms, without_roots_below
from symmath.ansatz.scaling import scaled
from symmath.ansatz.shifts import without_shifts
from symmath.ansatz.substitution import substitutions
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.rules import AREA_COSINES_ON_BOTH_SIDES, rewritten
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.signs import SIGN_PREFIX
from symmath.expr.special import slope_of, special_parts

MAX_CONSTANTS = 4
MAX_PARTS = 12
MAX_DEPTH = 3
MAX_RETUNED = 20


def constant_factors(e: Expr) -> list[Expr]:
    """Return irrational constants that may be factors of a primitive's terms."""
    try:
        expanded = expand(e)
    except UnsupportedError:
        expanded = e
    found: dict[Expr, None] = {}
    for term in summands_of(expanded):
        if (constant := _constant_factor(term)) != 1:
            found[constant] = None
    # What the derivatives of special functions bring, such as 1/sqrt(pi), may be in either side.
    for part in special_parts(e):
        if (constant := _constant_factor(slope_of(part))) != 1:
            found |= {constant: None, 1 / constant: None}
    inside = [factor for c in dict.fromkeys(_constants(e)) if c not in found for factor in (c, 1 / c)]
    return [
        *list(found)[:MAX_CONSTANTS],
        *_logarithms_of_bases(e),
        *_of_parameters(e),
        *inside[: 2 * MAX_CONSTANTS],
    ]


def _constant_factor(term: Expr) -> Expr:
    """Return the product of the irrational constants that are factors of a term."""
    factors = factors_of(term)
    return symengine.Mul(*(f for f in factors if not f.is_Rational and X not in f.free_symbols))


def _constants(e: Expr) -> Iterator[Expr]:
    """Yield irrational constants beside x in sums: the integral of x/(x + c) holds c*log(x + c)."""
    for argument in e.args:
        if X in argument.free_symbols:
            yield from _constants(argument)
        elif type(e) is symengine.Add and not argument.is_Rational and not argument.free_symbols:
            yield argument


def _logarithms_of_bases(e: Expr) -> list[Expr]:
    """Return powers of 1/log(b) for every b**u: each derivative of b**u has a factor log(b)."""
    if type(e) is symengine.Pow and e.args[0].is_Rational and X in e.args[1].free_symbols:
        return [symengine.log(e.args[0]) ** -power for power in range(1, MAX_CONSTANTS + 1)]
    return list(dict.fromkeys(c for argument in e.args for c in _logarithms_of_bases(argument)))


def _of_parameters(e: Expr) -> list[Expr]:
    """Return factors that parameters and irrational rates bring: 1/a for exp(a*x), a for log(x + a)."""
    parameters = [s for s in e.free_symbols if s != X and not str(s).startswith(SIGN_PREFIX)]
    found = dict.fromkeys(factor for p in parameters for factor in (1 / p, p))
    stack = [e]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        slope = part.diff(X) if part.args and X in part.free_symbols else X
        if X not in slope.free_symbols and not slope.is_Rational:
            found.update(dict.fromkeys((1 / slope, 1 / slope**2)))
    return sorted(found, key=str)[: 2 * MAX_CONSTANTS]


def _put_back(e: Expr) -> Expr:
    """Write an answer so that it holds for more values of what was substituted."""
    return rewritten(e, {**AREA_COSINES_ON_BOTH_SIDES, symengine.atan: _unwound})


def _unwound(u: Expr) -> Expr:
    """Return the arctangent of an expression: for tan(v) v, which is it but for jumps."""
    return u.args[0] if type(u) is symengine.tan else symengine.atan(u)


def _primitives(integrand: Expr, candidates: Sequence[Expr], *, by_terms: bool = True) -> Iterator[Fit]:
    """Yield proposals for an integrand without absolute values."""
    is_solved = False
    for found in _by_one_angle(integrand) if by_terms else ():
        is_solved = True
        yield found
    if is_solved:
        return
    for found in _in_simpler_variable(integrand, candidates):
        is_solved = True
        yield found
    if not is_solved:
        for found in _fitted(integrand, candidates):
            is_solved = True
            yield found
    if by_terms and not is_solved:
        others = chain(_term_by_term(integrand, candidates), _in_other_forms(integrand), _by_parts(integrand))
        yield from islice(others, 1)


def _in_simpler_variable(integrand: Expr, candidates: Sequence[Expr]) -> Iterator[Fit]:
    """Yield proposals found after a linear change of variable that shortens the integrand."""
    change = linear_change(integrand)
    if change is None:
        return
    new, inner = change
    outer = (X - inner.subs({X: 0})) / inner.diff(X)
    for found in _fitted(new, [e.subs({X: outer}) for e in candidates]):
        yield found.substituted(inner)


def _in_other_forms(integrand: Expr) -> Iterator[Fit]:
    """Yield proposals for equal forms of an integrand."""
    for form in equal_forms(integrand):
        yield from _primitives(form, (), by_terms=False)
        yield from _by_parts(form)


def _by_one_angle(integrand: Expr) -> Iterator[Fit]:
    """Yield proposals for sines and cosines of angles that differ by a number."""
    shown = without_shifts(integrand)
    if shown is not None:
        for found in islice(_primitives(shown.expr, ()), 1):
            yield Fit.of(shown.back(found.expr))


def _by_parts(integrand: Expr) -> Iterator[Fit]:
    """Yield u*v and a primitive of what that leaves, for an integrand u*v' + w."""
    for kernel, slope, other in by_parts.factors(integrand):
        for outer in islice(_primitives(slope, (), by_terms=False), 1):
            rest = by_parts.left(kernel, outer.expr, other)
            if rest == 0:
                yield Fit.of(kernel * outer.expr)
                return
            for form in (rest, *equal_forms(rest)):
                for found in islice(_primitives(form, (), by_terms=False), 1):
                    yield Fit.of(kernel * outer.expr + found.expr)
                    return


def _term_by_term(integrand: Expr, candidates: Sequence[Expr]) -> Iterator[Fit]:
    """Yield the sum of the primitives of an integrand's terms, if each is found."""
    for total, rest in _split(integrand):
        # What is left over may only be integrable together.
        found = next(_fitted(rest, candidates), None) if rest != 0 else Fit(symengine.Integer(0))
        if found is not None:
            yield Fit.of(total + found.expr)
            return


def _split(integrand: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield a primitive of those terms that are solved apart from others, and the sum of the others."""
    for form in dict.fromkeys(forms(integrand)):
        total, rest = _solved_apart(groups(form))
        if total != 0:
            yield total, rest
        more, rest = _solved_apart(list(parts(rest if total != 0 else form)))
        if more != 0:
            yield total + more, rest


def _solved_apart(terms: Sequence[Expr]) -> tuple[Expr, Expr]:
    """Return the sum of the primitives found for single terms, and the sum of the other terms."""
    total = rest = symengine.Integer(0)
    for term in terms if 1 < len(terms) <= MAX_PARTS else ():
        found = next(chain(_in_simpler_variable(term, ()), _fitted(term, ())), None)
        total, rest = (total + found.expr, rest) if found is not None else (total, rest + term)
    return total, rest


def remainders(integrand: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield partial answers: F and r with ``integrand = F' + r``, where r is simpler.

    Absolute values are left alone.
    """
    for total, rest in _split(integrand):
        if rest != 0:
            yield total, rest


def _fitted(integrand: Expr, candidates: Sequence[Expr], depth: int = MAX_DEPTH) -> Iterator[Fit]:
    """Yield combinations of terms, in steps; then after substitutions, and in other units."""
    proposed = terms_of_candidates(candidates)
    own = terms_of_integrand(integrand)
    steps = [proposed, own, distinct([*proposed, *own])] if proposed else [own]
    constants = constant_factors(integrand)
    if constants:
        terms = steps[-1]
        steps.append(distinct([*terms, *(constant * term for constant in constants for term in terms)]))
    is_solved = False
    for terms in steps:
        found = combine(integrand, terms) if terms else None
        if found is not None:
            is_solved = True
            yield Fit.of(found)
    if is_solved:
        return
    for found in (
        _by_residues(integrand),
        _retuned(integrand, candidates),
        _by_parameters(integrand, steps[0]),
    ):
        if found is not None:
            yield Fit.of(found)
            return
    for new, inner in substitutions(integrand) if depth else ():
        for fit in _fitted(new, (), depth - 1):
            yield fit.substituted(inner, _put_back)
            return
    for unit in scaled(integrand) if depth else ():
        for fit in _fitted(unit.integrand, (), depth - 1):
            yield Fit.of(unit.back(fit.expr))
            return
    renamed = joined(integrand) if depth else None
    if renamed is not None:
        form, value = renamed
        yield from (Fit.of(fit.expr.xreplace(value)) for fit in islice(_fitted(form, (), depth - 1), 1))


def _by_residues(integrand: Expr) -> Expr | None:
    """Return a primitive of a rational function whose denominator splits over radicals."""
    split = logarithmic_part(integrand)
    if split is None:
        return None
    total, rest = split
    found = next(_fitted(rest, (), 0), None) if rest != 0 else Fit(symengine.Integer(0))
    return None if found is None else total + found.expr


def _by_parameters(integrand: Expr, terms: Sequence[Expr]) -> Expr | None:
    """Return a combination of terms with coefficients in the parameters."""
    if not parameters_in(integrand):
        return None
    return combine_over_parameters(integrand, distinct([*terms, *arctangents(integrand)]))


def _retuned(integrand: Expr, candidates: Sequence[Expr]) -> Expr | None:
    """Return a combination of a candidate's terms with other numbers inside their functions."""
    for candidate in candidates[:MAX_RETUNED]:
        tuned = retuned(integrand, candidate)
        found = combine(integrand, terms_of_candidates([tuned])) if tuned is not None else None
        if found is not None:
            return found
    return None


def _with_absolute_values(e: Expr) -> Expr:
    """Write sqrt(u**2) as |u|, which it is for real u; 1 - cos(u) under a root is 2*sin(u/2)**2.

    And the absolute value of a root as the root of one.
    """
    if not e.args or e.is_Number:
        return e
    arguments = [_with_absolute_values(argument) for argument in e.args]
    if type(e) is symengine.Abs and type(arguments[0]) is symengine.Pow and arguments[0].args[1].is_Rational:
        base, exponent = arguments[0].args
        return symengine.Abs(base) ** exponent
    if type(e) is symengine.Abs and type(arguments[0]) is symengine.Mul and _holds_root(arguments[0]):
        # The sign of sqrt(-x)*x can't be taken.
        return symengine.Mul(*(_with_absolute_values(symengine.Abs(f)) for f in arguments[0].args))
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        square = square_of_half_angle(arguments[0])
        if square is not None:
            factor, root = square
            size = root if type(root) is symengine.cosh else symengine.Abs(root)
            return factor ** e.args[1] * size ** (2 * e.args[1])
    if type(e) is symengine.Pow and type(arguments[0]) is symengine.Pow and e.args[1].is_Rational:
        base, inner = arguments[0].args
        if inner.is_Integer and int(inner) % 2 == 0 and int(e.args[1].q) % 2 == 0:
            return symengine.Abs(base) ** (inner * e.args[1])
    return e.func(*arguments)


def _holds_root(product: Expr) -> bool:
    return any(
        type(f) is symengine.Pow and f.args[1].is_Rational and not f.args[1].is_Integer for f in product.args
    )


def square_of_half_angle(e: Expr) -> tuple[Expr, Expr] | None:
    """Write c + c*cos(u) and the like as a multiple of a square; None for anything else."""
    if type(e) is not symengine.Add or len(e.args) != 2:
        return None
    c, term = sorted(e.args, key=lambda part: not part.is_Rational)
    if not c.is_Rational:
        return None
    for side in (1, -1):
        turn, below = side * term / c, side * c / term
        half = next((wave.args[0] / 2 for wave in (turn, below) if len(wave.args) == 1), None)
        if type(turn) is symengine.sin and c > 0:
            return c, symengine.sin(half) + side * symengine.cos(half)
        if type(turn) is symengine.cos and c > 0:
            return 2 * c, symengine.cos(half) if side == 1 else symengine.sin(half)
        if type(turn) is symengine.cosh and side * c > 0:
            return 2 * abs(c), symengine.cosh(half) if side == 1 else symengine.sinh(half)
        if type(below) is symengine.cos:
            return 2 * side * c / below, symengine.cos(half) if side == 1 else symengine.sin(half)
        if type(below) is symengine.sin:
            return side * c / below, symengine.sin(half) + side * symengine.cos(half)
    return None


def _with_one_arc(e: Expr) -> Expr:
    """Write acos(u) as pi/2 - asin(u) where asin(u) is there too."""
    arcs: set[Expr] = set()
    stack = [e]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if type(part) in (symengine.asin, symengine.acos):
            arcs.add(part)
    both = [a for a in arcs if type(a) is symengine.acos and symengine.asin(a.args[0]) in arcs]
    return e.xreplace({a: symengine.pi / 2 - symengine.asin(a.args[0]) for a in both})


def primitives(integrand: Expr, candidates: Sequence[Expr] = (), *, by_terms: bool = True) -> Iterator[Expr]:
    """Yield proposals for a primitive; see `fits`."""
    return (fit.expr for fit in fits(integrand, candidates, by_terms=by_terms))


def fits(integrand: Expr, candidates: Sequence[Expr] = (), *, by_terms: bool = True) -> Iterator[Fit]:
    """Yield proposals for a primitive; each has the right derivative up to branches.

    Parameters
    ----------
    integrand : Expr
    candidates : sequence of Expr
        Answers of the network, best first; their terms come before the integrand's own.
        Without any, the integrand alone suggests the terms.
    by_terms : bool
        Whether a sum that isn't solved as a whole is tried term by term, which takes long.
    """
    if X not in integrand.free_symbols:
        yield Fit.of(integrand * X)
        return
    integrand = _with_one_arc(_with_absolute_values(without_roots_below(integrand)))
    yield from by_sign.fits(integrand, candidates, partial(_primitives, by_terms=by_terms))
