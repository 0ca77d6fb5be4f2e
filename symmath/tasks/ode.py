"""What equations share: residual, numeric check, and pairs from families of solutions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import symengine
from flint import acb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import Series, constant, evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.prefix import Tokens, has_longer_integer, length
from symmath.expr.signs import has_signs
from symmath.expr.tidy import apart_from_numbers, shorter_forms
from symmath.odes.constants import C1, C2, CONSTANTS, eliminate, in_order, simplest_constants
from symmath.odes.equation import (
    DDY,
    DY,
    UNKNOWNS,
    Y,
    collected,
    expanded_length,
    holds_symbol,
    numerator,
    solved,
    with_unit,
    without_root,
)
from symmath.odes.forms import number_of, spread
from symmath.odes.hyperbolic import hyperbolic_forms
from symmath.odes.limits import shortest_by_first_kind
from symmath.tasks.task import WRITABLE, Draw, Pair, Problem, Propose, Rejection

MAX_SOURCE_TOKENS = 200
MAX_TARGET_TOKENS = 60
MAX_INTEGER_DIGITS = 6

DrawFamily = Callable[[Draw, random.Random], Expr]
"""Draws a family of solutions in x and the constants."""

_CHECK_BITS = 64
_POINTS = 3
_TRIES = 8
_TOLERANCE = 1e-9
_COLLECTED_SHARE = 0.15
_SOLVED_SHARE = 0.3
_SQUARED_SHARE = 0.5
_MAX_EXPANDED_TOKENS = 300


def residual(problem: Problem, answer: Expr) -> Expr:
    """Put an answer into the equation."""
    values = {unknown: answer.diff(X, order) for order, unknown in enumerate(UNKNOWNS) if order}
    return problem.expr.subs({Y: answer, **values})


def _draw_point(rng: random.Random, constants: tuple[str, ...], *, is_wide: bool) -> dict[str, acb]:
    """Draw complex values, near the positive axis (where most branches are the usual ones) or wide."""
    if is_wide:
        return {name: acb(rng.uniform(-2, 2), rng.uniform(-1, 1)) for name in ("x", *constants)}
    point = {"x": acb(rng.uniform(0.3, 1.9), rng.uniform(0.05, 0.6))}
    for name in constants:
        point[name] = acb(rng.uniform(0.3, 1.9), rng.uniform(-0.4, 0.4))
    return point


def _slopes(target: Tokens, point: dict[str, acb], constants: tuple[str, ...]) -> list[acb]:
    """Return the derivatives of an answer by its constants."""
    slopes = []
    for name in constants:
        environment = {
            other: variable(value, 2) if other == name else constant(value, 2)
            for other, value in point.items()
        }
        slopes.append(evaluate(target, environment, 2)[1])
    return slopes


def _has_all_constants(target: Tokens, point: dict[str, acb], constants: tuple[str, ...]) -> bool:
    """Check that the derivatives by the constants are linearly independent functions of x."""
    here = _slopes(target, point, constants)
    if len(constants) == 1:
        return not here[0].contains(0)
    there = _slopes(target, {**point, "x": point["x"] + acb(0.37, 0.11)}, constants)
    return not (here[0] * there[1] - here[1] * there[0]).contains(0)


def _vanishes(source: Tokens, target: Tokens, point: dict[str, acb], top: str) -> bool | None:
    """Evaluate the residual at a point; None if it isn't accurate enough to say."""
    environment = {name: constant(value, 3) for name, value in point.items()}
    environment["x"] = variable(point["x"], 3)
    y = evaluate(target, environment, 3)
    values: dict[str, acb] = {"x": point["x"], "y": y[0], "y'": y[1], "y''": 2 * y[2]}
    series: dict[str, Series] = {
        name: variable(value, 2) if name == top else constant(value, 2) for name, value in values.items()
    }
    equation = evaluate(source, series, 2)
    value, slope = equation[0], equation[1]
    if not value.is_finite() or not slope.is_finite() or slope.contains(0):
        return None
    if not value.contains(0):
        return False
    # The residual must be small against what a change of the highest derivative would make.
    scale = slope.abs_lower() * (1 + values[top].abs_lower())
    return True if value.abs_upper() < scale * _TOLERANCE else None


@working_precision(_CHECK_BITS)
def holds(source: Tokens, target: Tokens, top: str, constants: tuple[str, ...], rng: random.Random) -> bool:
    """Check an equation and its general solution at random complex points.

    Parameters
    ----------
    source : Tokens
        The equation's expression, without task mark.
    target : Tokens
        The solution.
    top : {"y'", "y''"}
        The highest derivative in the equation.
    constants : tuple of str
        The constants the solution must hold, independently.
    rng : random.Random

    Returns
    -------
    bool
        False also if no point gave an accurate value.
    """
    confirmed = 0
    for _ in range(_TRIES):
        # The last point is a wide one: it turns down about half of what holds on half the plane only.
        point = _draw_point(rng, constants, is_wide=confirmed == _POINTS - 1)
        try:
            verdict = _vanishes(source, target, point, top)
            if verdict is None:
                continue
            if not verdict or not (confirmed or _has_all_constants(target, point, constants)):
                return False
        except PrefixError:
            continue
        confirmed += 1
        if confirmed == _POINTS:
            return True
    return False


def _shape_and_source(equation: Expr, top: Expr, rng: random.Random) -> tuple[Tokens, Tokens] | Rejection:
    """Return the normal form of an equation and the form it is shown in."""
    field, poly = numerator(equation, top)
    squared = without_root(field, poly, top) if rng.random() < _SQUARED_SHARE else None
    if squared is not None:
        field, poly = numerator(squared, top)
    if not any(holds_symbol(kernel, top) for kernel in field.kernels):
        return Rejection.CONSTANT
    form = rng.random()
    length = expanded_length(field, poly)
    if length > _MAX_EXPANDED_TOKENS:
        return Rejection.TOO_LONG
    plain = field.expr(poly) if length <= MAX_SOURCE_TOKENS else collected(field, poly, top)
    shape = canonical_tokens(with_unit(plain, top))
    if len(shape) > MAX_SOURCE_TOKENS:
        return Rejection.TOO_LONG
    shown: Expr | None = None
    if form < _SOLVED_SHARE:
        shown = solved(field, poly, top, is_split=form < _SOLVED_SHARE / 2)
    elif form < _SOLVED_SHARE + _COLLECTED_SHARE:
        shown = collected(field, poly, top)
    source = shape if shown is None else canonical_tokens(with_unit(shown, top))
    return shape, source if len(source) <= MAX_SOURCE_TOKENS else shape


def equation_forms(equation: Expr, order: int) -> list[Expr]:
    """Return the forms in which training shows an equation: normal, solved, collected.

    Parameters
    ----------
    equation : Expr
        An expression in x, y, y' and y'' that equals zero.
    order : int
        1 or 2.

    Returns
    -------
    list of Expr
        Distinct forms, the normal form first. Factors without the highest derivative are dropped.

    Raises
    ------
    UnsupportedError
        If `equation` is beyond exact arithmetic.
    """
    top = DY if order == 1 else DDY
    field, poly = numerator(equation, top)
    forms: list[Expr | None] = [field.expr(poly)]
    forms += [solved(field, poly, top, is_split=is_split) for is_split in (True, False)]
    forms.append(collected(field, poly, top))
    return list(dict.fromkeys(with_unit(form, top) for form in forms if form is not None))


def presentations(order: int, equation: Expr, limit: int) -> list[Expr]:
    """Return at most `limit` forms of an equation for decoding, see `equation_forms`."""
    try:
        return (equation_forms(equation, order) or [equation])[:limit]
    except (UnsupportedError, RuntimeError):
        return [equation]


def pair_from_equation(equation: Expr, target: Tokens, order: int, rng: random.Random) -> Pair | Rejection:
    """Normalise, encode and check an equation whose solution is known."""
    top = DY if order == 1 else DDY
    constants = ("c1", "c2")[:order]
    try:
        forms = _shape_and_source(equation, top, rng)
    except (UnsupportedError, PrefixError):
        return Rejection.UNREPRESENTABLE
    if isinstance(forms, Rejection):
        return forms
    shape, source = forms
    if not WRITABLE.issuperset(source):
        return Rejection.UNREPRESENTABLE
    if has_longer_integer(source, MAX_INTEGER_DIGITS) or has_longer_integer(shape, MAX_INTEGER_DIGITS):
        return Rejection.LARGE_INTEGER
    if not holds(source, target, str(top), constants, rng):
        return Rejection.UNVERIFIED
    return Pair(source=source, target=target, shape=shape)


def encode_solution(solution: Expr) -> Tokens | Rejection:
    """Return the tokens of a family of solutions, if it is short enough."""
    try:
        target = canonical_tokens(solution)
    except (UnsupportedError, PrefixError):
        return Rejection.UNREPRESENTABLE
    if not WRITABLE.issuperset(target):
        return Rejection.UNREPRESENTABLE
    if len(target) > MAX_TARGET_TOKENS:
        return Rejection.TOO_LONG
    return Rejection.LARGE_INTEGER if has_longer_integer(target, MAX_INTEGER_DIGITS) else target


def pair_from_family(family: Expr, order: int, rng: random.Random) -> Pair | Rejection:
    """Find the equation of a family of functions by elimination of its constants."""
    constants = (C1, C2)[:order]
    solution = simplest_constants(family, constants)
    if solution is None:
        return Rejection.CONSTANT
    if order == 2:
        solution = in_order(solution)
    target = encode_solution(solution)
    if isinstance(target, Rejection):
        return target
    try:
        equation = eliminate(solution, constants[::-1])
        if equation is None and order == 2:
            equation = eliminate(solution, constants)
    except UnsupportedError:
        return Rejection.UNREPRESENTABLE
    if equation is None:
        return Rejection.UNSOLVED
    return pair_from_equation(equation, target, order, rng)


def from_families(draw_family: DrawFamily, order: int) -> Callable[[], Propose]:
    """Make a generator out of a distribution over families of solutions."""

    def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
        try:
            return pair_from_family(draw_family(draw, rng), order, rng)
        except (UnsupportedError, PrefixError, RuntimeError):
            # symengine signals an undefined result (a function at infinity) by RuntimeError.
            return Rejection.UNREPRESENTABLE

    return lambda: propose


def shorter_solutions(e: Expr) -> list[Expr]:
    """Return forms of a solution for people to read, with their constants in the simplest form."""
    if holds_symbol(e, Y):
        return shorter_forms(e)
    if CONSTANTS[2] in e.free_symbols:
        return [form for form in _by_constants(e) if form != e]
    given, e = e, _without_second(e)
    constants = tuple(c for c in CONSTANTS if holds_symbol(e, c))
    apart = apart_from_numbers(e)
    forms = [*shorter_forms(apart), apart, *shorter_forms(e), e]
    if constants:
        # For other constants, which nobody has chosen yet.
        by_others = shortest_by_first_kind(e)
        forms = [by_others, *forms] if length(by_others) < min(map(length, forms)) else forms
    else:
        hyperbolic = [form for long in dict.fromkeys((e, apart, forms[0])) for form in hyperbolic_forms(long)]
        plain = min(length(form) for long in forms for form in (long, spread(long)))
        shorter = [form for form in dict.fromkeys(hyperbolic) if length(form) < plain]
        forms = [*sorted(shorter, key=lambda form: len(str(form)))[:2], *forms]
        forms = [*_of_one_sign(e), *_without_logarithms_of_exponentials(e), *forms]
    forms = [*_with_quotients_in_roots(forms[0]), *forms]
    renamed = [simplest_constants(form, constants) for form in forms]
    pairs = zip(renamed, forms, strict=True)
    return [form for pair in pairs for form in pair if form is not None and form != given]


def _by_constants(e: Expr) -> Iterator[Expr]:
    """Yield a solution of higher order with what each constant stands before in its shortest form.

    As a whole it would be written as a product of exponentials and long sums.
    """
    slopes = {c: e.diff(c) for c in CONSTANTS}
    rest = e.subs(dict.fromkeys(CONSTANTS, 0))
    if any(holds_symbol(slope, c) for slope in slopes.values() for c in CONSTANTS):
        yield from shorter_forms(e)
        return
    first = {part: next(iter(shorter_forms(part)), part) for part in (rest, *slopes.values())}
    yield symengine.Add(first[rest], *(c * first[slope] for c, slope in slopes.items()))


def _with_quotients_in_roots(e: Expr) -> Iterator[Expr]:
    """Yield what is shorter with sqrt(k/m) for sqrt(k*m)/m, shortest first."""
    half = symengine.Rational(1, 2)
    powers = [p for p in e.atoms(symengine.Pow) if abs(p.args[1]) == half and not holds_symbol(p, X)]
    found = []
    for parameter in parameters_in(*(p.args[0] for p in powers)):
        written = {
            p: (parameter * symengine.sqrt(p.args[0] / parameter**2)) ** (2 * p.args[1])
            for p in powers
            if type(p.args[0]) is symengine.Mul and parameter in p.args[0].args
        }
        found.append(e.xreplace(written))
    yield from sorted(
        (form for form in found if len(str(form)) < len(str(e))), key=lambda form: len(str(form))
    )


def _of_one_sign(e: Expr) -> Iterator[Expr]:
    """Yield an expression with u and with -u for sqrt(u**2): near the initial point it is one of them."""
    half = symengine.Rational(1, 2)
    sizes = [p for p in e.atoms(symengine.Pow) if p.args[1] == half and type(p.args[0]) is symengine.Pow]
    bases = {p: p.args[0].args[0] for p in sizes if p.args[0].args[1] == 2 and holds_symbol(p, X)}
    if bases:
        yield from (e.xreplace({p: sign * base for p, base in bases.items()}) for sign in (1, -1))


def _without_logarithms_of_exponentials(e: Expr) -> Iterator[Expr]:
    """Yield an expression with u for log(exp(u)), which it is on the real line."""
    logs = {u: u.args[0].args[1] for u in e.atoms(symengine.log) if _is_exponential(u.args[0])}
    if logs:
        yield spread(e.xreplace(logs))


def _is_exponential(e: Expr) -> bool:
    return type(e) is symengine.Pow and e.args[0] == symengine.E


def _without_second(e: Expr) -> Expr:
    """Leave out a second constant that is one with the first: of (c1 + 2*c2)*x that is c1*x."""
    first, second = e.diff(C1), e.diff(C2)
    if has_signs(e) or first == 0 or second == 0 or number_of(first / second) is None:
        return e
    return e.subs({C2: 0})
