"""Integration: the integrand is the problem, a primitive is the answer.

Generators, after Lample & Charton (2019), section 4: ``bwd`` differentiates a random expression,
``ibp`` integrates by parts over a growing table of known primitives. Beyond the paper:
``small`` draws backward pairs of textbook size, ``substitution`` composes known pairs,
``linear`` adds and scales them, ``liouville`` draws primitives of Liouville's form (a rational
part and logarithms) whose derivatives are short once put over a common denominator.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import symengine
from flint import acb

from symmath.ansatz import special
from symmath.ansatz.found import Fit
from symmath.ansatz.imaginary import is_irrational, name_constants, split
from symmath.ansatz.primitive import fits, remainders
from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.cuts import subexpressions
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, has_longer_integer
from symmath.expr.present import all_presentations, present
from symmath.expr.reals import holds_i
from symmath.expr.signs import turned, with_absolute_values
from symmath.expr.special import slope_of
from symmath.expr.tidy import shorter_primitives, wider_primitives, without_constants
from symmath.tasks.forward import draw_integrand, find_primitive
from symmath.tasks.parts import Known, Table, by_parts, common_table, without_constant
from symmath.tasks.task import WRITABLE, Draw, Pair, Problem, Propose, Rejection, Task

MAX_SOURCE_TOKENS = 240
MAX_TARGET_TOKENS = 100
MAX_INTEGER_DIGITS = 7

_MAX_OPERATORS = 15
_SMALL_OPERATORS = 5
_POSED_FROM_TABLE = 0.05
_CHECK_BITS = 64
_MIN_ACCURATE_BITS = 24
_LARGEST_VALUE = 2.0**20
_REAL_POINTS = 20


def residual(problem: Problem, answer: Expr) -> Expr:
    """Return the derivative of `answer` less the integrand."""
    return slope_of(answer) - problem.expr


@working_precision(_CHECK_BITS)
def holds(source: Tokens, target: Tokens, rng: random.Random, tries: int = 6) -> bool:
    """Check at a random complex point that the derivative of `target` is `source`.

    Parameters
    ----------
    source, target : Tokens
        Integrand and primitive in prefix form, without task mark.
    rng : random.Random
    tries : int
        Points to try, ever nearer to the real axis; one where either side is undefined or huge is
        drawn again.

    Returns
    -------
    bool
        False also if no point gave a finite, accurate value.
    """
    for attempt in range(tries):
        point = acb(rng.uniform(0.2, 1.8), rng.uniform(0.1, 1.2) / 4**attempt)
        try:
            value = evaluate(source, {"x": variable(point, 1)}, 1)[0]
            if abs(value) > _LARGEST_VALUE:
                # Beside sin((9*x)**5) at a complex point, an additive error of 1 would not show.
                continue
            slope = evaluate(target, {"x": variable(point, 2)}, 2)[1]
        except PrefixError:
            continue
        if min(slope.rel_accuracy_bits(), value.rel_accuracy_bits()) < _MIN_ACCURATE_BITS:
            continue
        return bool(slope.overlaps(value))
    return False


@working_precision(_CHECK_BITS)
def agrees_where_real(source: Tokens, target: Tokens) -> bool:
    """Check that the derivative of `target` is `source` at some point of the line where that is real.

    That of acosh need not be: symengine's holds in the right half-plane, and below -1 has the other sign.
    Between -1 and 1 it isn't real, and such points are found out by its argument alone, which is short.
    """
    arguments = [inner[0] for token, inner in subexpressions(target) if token == "acosh"]
    # A stream of its own, so that what is drawn next doesn't depend on this look.
    rng = random.Random(0)
    for _ in range(_REAL_POINTS):
        point = acb(rng.choice((-1, 1)) * 2 ** rng.uniform(-4, 4))
        try:
            inner = [evaluate(u, {"x": variable(point, 1)}, 1)[0] for u in arguments]
            if any(u.imag.contains(0) and abs(u) < 1 for u in inner):
                continue
            value = evaluate(source, {"x": variable(point, 1)}, 1)[0]
            if not value.imag.contains(0):
                continue
            slope = evaluate(target, {"x": variable(point, 2)}, 2)[1]
        except PrefixError:
            continue
        if min(slope.rel_accuracy_bits(), value.rel_accuracy_bits()) >= 0 and slope.overlaps(value):
            return True
    return False


def written(
    integrand: Expr, primitive: Expr, rng: random.Random, longest: int = MAX_SOURCE_TOKENS
) -> tuple[Tokens, Tokens] | Rejection:
    """Encode an integrand of at most `longest` tokens and a primitive, and check them."""
    try:
        slope, function = canonical_tokens(integrand), canonical_tokens(primitive)
    except (UnsupportedError, PrefixError):
        return Rejection.UNREPRESENTABLE
    if not WRITABLE.issuperset((*slope, *function)):
        return Rejection.UNREPRESENTABLE
    if len(slope) > longest or len(function) > MAX_TARGET_TOKENS:
        return Rejection.TOO_LONG
    if has_longer_integer(slope, MAX_INTEGER_DIGITS) or has_longer_integer(function, MAX_INTEGER_DIGITS):
        return Rejection.LARGE_INTEGER
    if not holds(slope, function, rng):
        return Rejection.UNVERIFIED
    if "acosh" in function and not agrees_where_real(slope, function):
        return Rejection.UNVERIFIED
    return slope, function


def make_pair(integrand: Expr, primitive: Expr, rng: random.Random) -> Pair | Rejection:
    """Encode and check one pair."""
    primitive = without_constant(primitive)
    if X not in primitive.free_symbols:
        return Rejection.CONSTANT
    sides = written(integrand, primitive, rng)
    if isinstance(sides, Rejection):
        return sides
    source, target = sides
    return Pair(source=source, target=target, shape=source)


def _backward(smallest: int, largest: int) -> Callable[[], Propose]:
    def maker() -> Propose:
        # Short expressions come up again and again; found out before the work, they cost little.
        seen: set[Expr] = set()

        def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
            primitive = without_constant(draw(rng, rng.randint(smallest, largest)))
            if primitive in seen:
                return Rejection.DUPLICATE
            seen.add(primitive)
            return make_pair(primitive.diff(X), primitive, rng)

        return propose

    return maker


def _over_table(
    propose_over: Callable[[Table, Draw, random.Random], Pair | Rejection],
) -> Callable[[], Propose]:
    """Make a generator with a growing table of known primitives."""

    def maker() -> Propose:
        table: Table | None = None

        def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
            nonlocal table
            if table is None:
                table = Table(common_table(draw))
            return propose_over(table, draw, rng)

        return propose

    return maker


def _ibp(table: Table, draw: Draw, rng: random.Random) -> Pair | Rejection:
    # By parts finds only what isn't in the table yet, so what the table began with is posed from it.
    known = table.choose(rng) if rng.random() < _POSED_FROM_TABLE else by_parts(table, draw, rng)
    return Rejection.UNSOLVED if known is None else make_pair(*known, rng)


def _choose_known(table: Table, draw: Draw, rng: random.Random) -> Known:
    """Draw a known pair, every other one found by parts just now."""
    known = by_parts(table, draw, rng) if rng.random() < 0.5 else None
    return known or table.choose(rng)


def _substitution(table: Table, draw: Draw, rng: random.Random) -> Pair | Rejection:
    integrand, primitive = _choose_known(table, draw, rng)
    inner = draw(rng, rng.randint(1, 3))
    if rng.random() < 0.4:
        inner = rng.randint(1, 9) * X + rng.randint(-5, 5)
    inner = symengine.expand(inner)
    return make_pair(integrand.subs({X: inner}) * inner.diff(X), primitive.subs({X: inner}), rng)


def draw_coefficient(rng: random.Random) -> Expr:
    """Draw a small non-zero rational, mostly an integer."""
    numerator = rng.choice((-1, 1)) * rng.randint(1, rng.choice((3, 10, 50)))
    return symengine.Rational(numerator, rng.choice((1, 1, 1, 2, 3, 4, 5, 7)))


def _linear(table: Table, draw: Draw, rng: random.Random) -> Pair | Rejection:
    integrand, primitive = symengine.Integer(0), symengine.Integer(0)
    for _ in range(rng.choice((1, 2, 2, 3))):
        f, primitive_f = _choose_known(table, draw, rng)
        scale = draw_coefficient(rng)
        integrand += scale * f
        primitive += scale * primitive_f
    return make_pair(integrand, symengine.expand(primitive), rng)


_GENERATORS_OF_FIELDS: tuple[Callable[[Expr], Expr], ...] = (
    lambda e: e,
    lambda e: e,
    lambda e: e,
    symengine.exp,
    symengine.log,
    symengine.sqrt,
    symengine.sin,
    symengine.cos,
    symengine.tan,
)


def _polynomial(rng: random.Random, t: Expr, degree: int) -> Expr:
    coefficients = [rng.randint(-6, 6) for _ in range(degree)] + [rng.randint(1, 3)]
    return symengine.expand(symengine.Add(*(c * t**k for k, c in enumerate(coefficients))))


def _logarithmic_part(rng: random.Random, t: Expr) -> Expr:
    """Draw c*log(p) for a linear or quadratic p, sometimes with the arctangent that goes with it."""
    scale = draw_coefficient(rng)
    kind = rng.random()
    if kind < 0.4:
        return scale * symengine.log(_polynomial(rng, t, 1))
    shift, width = rng.randint(-3, 3), rng.choice((1, 1, 2, 3, 4))
    if kind < 0.7:
        return scale * symengine.atan(symengine.expand((t + shift) / width))
    if kind < 0.85:
        return scale * symengine.log(_polynomial(rng, t, 2))
    quadratic = symengine.expand((t + shift) ** 2 + width**2)
    return scale * symengine.log(quadratic) + draw_coefficient(rng) * symengine.atan(
        symengine.expand((t + shift) / width)
    )


def _rational_part(rng: random.Random, t: Expr) -> Expr:
    kind = rng.random()
    if kind < 0.5:
        return symengine.Integer(0)
    if kind < 0.75:
        return draw_coefficient(rng) * t ** rng.randint(1, 3)
    return draw_coefficient(rng) / _polynomial(rng, t, rng.choice((1, 1, 2))) ** rng.choice((1, 1, 2))


def _liouville() -> Propose:
    def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
        inner = X if rng.random() < 0.8 else rng.randint(1, 3) * X + rng.randint(-3, 3)
        t = rng.choice(_GENERATORS_OF_FIELDS)(inner)
        primitive = _rational_part(rng, t)
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            primitive += _logarithmic_part(rng, t)
        slope = primitive.diff(X)
        return make_pair(present(slope, "together") or slope, primitive, rng)

    return propose


def _forward() -> Propose:
    seen: set[Expr] = set()

    def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
        integrand = draw_integrand(draw, rng)
        if X not in integrand.free_symbols:
            return Rejection.CONSTANT
        if integrand in seen:
            return Rejection.DUPLICATE
        seen.add(integrand)
        primitive = find_primitive(integrand)
        return Rejection.UNSOLVED if primitive is None else make_pair(integrand, primitive, rng)

    return propose


def _presentations(integrand: Expr, limit: int) -> Sequence[Expr]:
    return [shown for _, shown in all_presentations(integrand, limit)]


def _normal(primitive: Expr) -> Expr:
    """Drop what belongs to the constant of integration."""
    return without_constant(primitive) if X in primitive.free_symbols else symengine.Integer(0)


def _fit(integrand: Expr, candidates: Sequence[Expr]) -> Iterator[Fit]:
    if holds_i(integrand):
        yield from map(Fit, _complex_fits(integrand))
        return
    is_solved = False
    for found in fits(integrand, candidates):
        is_solved = True
        yield Fit(without_constants(with_absolute_values(found.expr)), found.combination)
    if not is_solved and not candidates:
        named = name_constants(integrand, is_irrational)
        for found in map(Fit, _fits_by_names(*named) if named is not None else ()):
            is_solved = True
            yield found
    if not is_solved and not candidates:
        found_beyond = special.primitive(integrand)
        if found_beyond is not None:
            yield Fit.of(found_beyond)


def _fits_by_names(named: Expr, constants: Mapping[Expr, Expr]) -> Iterator[Expr]:
    """Yield primitives where constants have been given the names of parameters."""
    for found in fits(named):
        # What is right for general parameters may be undefined for these: exp(I*x)*cos(x).
        with suppress(RuntimeError):
            yield without_constants(found.expr.subs(constants))


def _complex_fits(integrand: Expr) -> Iterator[Expr]:
    yield from _fits_by_names(*(name_constants(integrand) or (integrand, {})))
    parts = split(integrand)
    if parts is not None:
        primitives = [next(fits(part), None) for part in parts]
        real, imaginary = (found and found.expr for found in primitives)
        if real is not None and imaginary is not None:
            yield without_constants(real + symengine.I * imaginary)


TASK = Task(
    name="integrate",
    mark="<integrate>",
    answer_symbols=("x",),
    presentations=_presentations,
    fit=_fit,
    reduce=remainders,
    normal=_normal,
    shorter=shorter_primitives,
    wider=wider_primitives,
    turned=turned,
    residual=residual,
    generators={
        "bwd": _backward(1, _MAX_OPERATORS),
        "small": _backward(1, _SMALL_OPERATORS),
        "ibp": _over_table(_ibp),
        "substitution": _over_table(_substitution),
        "linear": _over_table(_linear),
        "liouville": _liouville,
        "fwd": _forward,
    },
)
