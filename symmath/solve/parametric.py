"""Definite integrals whose integrand or limits hold parameters, taken as positive numbers.

Whether there is an integral can depend on the parameters, and so can which difference of a primitive's
values it is. So the difference is compared with quadrature at choices of numbers for them: some small and
large ones, and such at which the integrand has a pole between the limits or the primitive may jump there,
as far as those can be found. Where there is no integral, nothing is claimed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

import symengine
from flint import acb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError, UnsupportedError
from symmath.expr.balls import working_precision
from symmath.expr.breaks import breaks, roots_and_poles
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens, decode, encode
from symmath.solve.enclosure import (
    CHOICES,
    agrees,
    ball,
    differences,
    integral_of,
    magnitude,
    numeric,
)
from symmath.solve.improper import without_quadrature
from symmath.solve.pieces import find_jumps, sum_over_jumps, values_beside
from symmath.solve.quadrature import BITS, Integral, NotConvergedError, Quadrature, function_of
from symmath.verification.parameters import positive_choices, with_numbers
from symmath.verification.points import random_source

LEAST = 2
"""Of the first choices there must be an integral at so many."""
MAX_EDGES = 24
"""Choices at which something may go wrong between the limits."""
QUADRATURE_SHARE = 0.7
_BETWEEN = (0.371, 0.719)
"""Where between the limits poles and jumps are looked for."""
_BESIDE, _FAR, _STEEP = 1e-8, 1e3, 500
"""A simple pole's values differ by `_FAR` between distances that do, those of 1/sqrt(x) by its root."""
_SIDES = (0.93, 1.07)
_DENOMINATOR = 10_000
"""Of numbers near edges."""

Choice = Mapping[str, Expr]
"""Numbers by the names of `PARAMETERS`."""
Numbers = Mapping[SympyExpr, SympyExpr]
"""The same as SymPy substitutes them."""


@dataclass(frozen=True, slots=True)
class _Family:
    """An integral with parameters; integrand and primitive are in x and `PARAMETERS`, limits in `symbols`."""

    integrand: Expr
    primitive: Expr
    limits: tuple[SympyExpr, SympyExpr]
    symbols: Sequence[SympyExpr]
    deadline: Deadline
    is_proved: bool

    @property
    def is_finite(self) -> bool:
        """Whether the range is; then there may be an integral though quadrature doesn't converge."""
        return not any(limit.is_infinite for limit in self.limits)

    def numbers(self, choice: Choice) -> Numbers:
        """Return a choice as SymPy substitutes it."""
        import sympy

        return {
            symbol: sympy.sympify(choice[name])
            for name, symbol in zip(PARAMETERS, self.symbols, strict=False)
        }

    def integral(self, choice: Choice) -> Integral:
        """Integrate at a choice by quadrature.

        Raises
        ------
        NoSolutionError
            If there is no integral, or it can't be found.
        """
        numbers = self.numbers(choice)
        low, high = (limit.subs(numbers) for limit in self.limits)
        for end in (low, high):
            magnitude(end)
        integrand = with_numbers(self.integrand, choice)
        _refuse_pole(integrand, *sorted((float(ball(low)), float(ball(high)))))
        if ball(low) > ball(high):
            low, high, sign = high, low, -1
        else:
            sign = 1
        try:
            value, scale = integral_of(integrand, ball(low), ball(high), self.deadline)
        except NotConvergedError:
            if self._is_infinite_at_an_end(choice, low, high):
                raise NoSolutionError("the integral diverges") from None
            value = self._by_primitive(choice, low, high)
            scale = abs(value)
        return Integral(sign * value, scale)

    def _by_primitive(self, choice: Choice, low: SympyExpr, high: SympyExpr) -> acb:
        """Return an integral by the values of a primitive that settles; see `improper`."""
        import sympy

        primitive = with_numbers(self.primitive, choice)
        arguments = encode(primitive), to_sympy(primitive), sympy.Symbol("x"), (low, high)
        found = numeric(without_quadrature(*arguments, is_proved=self.is_proved))
        assert found is not None, "only differences that have a value are returned"
        return found

    def _is_infinite_at_an_end(self, choice: Choice, low: SympyExpr, high: SympyExpr) -> bool:
        import sympy

        primitive, x = to_sympy(with_numbers(self.primitive, choice)), sympy.Symbol("x")
        ends = ((low, "+"), (high, "-"))
        return any(value.is_infinite for at, side in ends for value in values_beside(primitive, x, at, side))


def _refuse_pole(integrand: Expr, low: float, high: float) -> None:
    """Raise where an integrand has a pole between two limits: quadrature would take long to find it."""
    function = function_of(encode(integrand))
    for place in roots_and_poles([integrand]).places:
        beside = _BESIDE * (abs(place) or 1.0)
        if low + beside < place < high - beside:
            near, far = (abs(function(acb(place + step), False)) for step in (beside, _FAR * beside))
            if near.is_finite() and near > far * _STEEP:
                raise NoSolutionError(f"the integrand has a pole near {place:.6g}")


class _Failure(NamedTuple):
    """Why there is no integral, and for which numbers."""

    error: NoSolutionError
    where: str

    def told(self) -> NoSolutionError:
        return type(self.error)(f"{self.error}, for {self.where}")


class _Known(NamedTuple):
    choice: Choice
    numbers: Numbers
    integral: Integral


def evaluate_family(
    problem: Tokens,
    answer: Tokens,
    names: Sequence[str],
    lower: SympyExpr,
    upper: SympyExpr,
    is_proved: bool,
    seconds: float,
) -> tuple[SympyExpr, int, str]:
    """Return an integral with parameters, at how many choices it was checked, and a choice without one.

    Parameters
    ----------
    problem, answer : Tokens
        Integrand and primitive.
    names : sequence of str
        What the variable is called, and the parameters.
    lower, upper : SympyExpr
        Limits, which may hold parameters, too.
    is_proved : bool
        Whether the primitive is proved to be one wherever the integrand is real.
    seconds : float

    Raises
    ------
    NoSolutionError
        If there is no integral at most choices, or no difference of the primitive's values is the integral
        wherever there is one.
    UnsupportedError
        If there are too many parameters.
    """
    import sympy

    variable, *parameters = names
    if len(parameters) > len(PARAMETERS):
        raise UnsupportedError(f"more than {len(PARAMETERS)} parameters: {', '.join(parameters)}")
    symbols = [sympy.Symbol(name, positive=True) for name in parameters]
    plain = dict(zip(map(sympy.Symbol, parameters), symbols, strict=True))
    limits = lower.xreplace(plain), upper.xreplace(plain)
    integrand, primitive = (
        to_sympy(decode(tokens), variable, parameters=parameters).xreplace(plain)
        for tokens in (problem, answer)
    )
    if lower == upper:
        if integrand.subs(variable, lower).is_finite is False:
            raise NoSolutionError("the integrand has no value at the limits, which are one point")
        return sympy.Integer(0), 0, ""
    deadline = Deadline.after(QUADRATURE_SHARE * seconds)
    family = _Family(decode(problem), decode(answer), limits, symbols, deadline, is_proved)
    rng = random_source(problem, [str(lower), str(upper)])
    with working_precision(BITS):
        found, checked, none = _agreeing(family, primitive, sympy.Symbol(variable), rng)
    return found.xreplace({symbol: name for name, symbol in plain.items()}), checked, none


def _agreeing(
    family: _Family, primitive: SympyExpr, variable: SympyExpr, rng: random.Random
) -> tuple[SympyExpr, int, str]:
    """Return the difference of the primitive's values that is the integral wherever there is one."""
    choices = [
        dict(zip(PARAMETERS, numbers, strict=False))
        for numbers in positive_choices(len(family.symbols), CHOICES, rng)
    ]
    known, failures = _integrals(family, choices)
    if len(known) < LEAST:
        low, high = family.limits
        numbers = family.numbers(choices[0])
        if _is_any_unknown(failures) and not list(differences(primitive, variable, low, high, numbers)):
            error = NoSolutionError("the integral diverges: the primitive is infinite at a limit")
            raise _Failure(error, _told(numbers)).told()
        raise failures[0].told() if failures else NoSolutionError("its powers are too large to be compared")
    for found in _in_ways(primitive, variable, family, known[0]):
        if not _agrees(found, known):
            continue
        edges = islice(_edges(family, [one.choice for one in known]), MAX_EDGES)
        more, others = _integrals(family, list(edges))
        if _agrees(found, more) and not (family.is_finite and _is_any_unknown(others)):
            none = (f.where for f in (*failures, *others) if not isinstance(f.error, NotConvergedError))
            return found, len(known) + len(more), next(none, "")
    raise NoSolutionError("the primitive's values don't give the integral at all choices of the parameters")


def _told(numbers: Numbers) -> str:
    return ", ".join(f"{symbol} = {float(n):.4g}" for symbol, n in numbers.items())


def _is_any_unknown(failures: Sequence[_Failure]) -> bool:
    return any(isinstance(failure.error, NotConvergedError) for failure in failures)


def _agrees(found: SympyExpr, known: Sequence[_Known]) -> bool:
    return all(agrees(found.subs(one.numbers), one.integral) for one in known)


def _integrals(family: _Family, choices: Sequence[Choice]) -> tuple[list[_Known], list[_Failure]]:
    """Return the integrals there are, and why there is none at the other choices."""
    found: list[_Known] = []
    failures: list[_Failure] = []
    for choice in choices:
        numbers = family.numbers(choice)
        try:
            found.append(_Known(choice, numbers, family.integral(choice)))
        except NoSolutionError as error:
            failures.append(_Failure(error, _told(numbers)))
        except (PrefixError, UnsupportedError):
            # Powers too large to be computed tell nothing.
            continue
    return found, failures


def _in_ways(
    primitive: SympyExpr, variable: SympyExpr, family: _Family, known: _Known
) -> Iterator[SympyExpr]:
    """Yield differences of the primitive's values, then sums of those between which it may jump."""
    import sympy

    (lower, upper), zero, numbers = family.limits, sympy.Integer(0), known.numbers
    absolute = primitive.replace(sympy.log, lambda u: sympy.log(sympy.Abs(u)))
    if absolute != primitive:
        # Where both are primitives, this one has real values.
        yield from differences(absolute, variable, lower, upper, numbers)
    yield from differences(primitive, variable, lower, upper, numbers)
    if bool(lower.subs(numbers) < 0) and bool(upper.subs(numbers) > 0):
        for below in differences(primitive, variable, lower, zero, numbers):
            for above in differences(primitive, variable, zero, upper, numbers):
                yield below + above
    with suppress(NoSolutionError):
        yield from _across_jumps(primitive, variable, family, known)


def _across_jumps(
    primitive: SympyExpr, variable: SympyExpr, family: _Family, known: _Known
) -> Iterator[SympyExpr]:
    """Yield differences of the primitive's values and what it jumps by between, where it does at a choice."""
    low, high = (ball(limit.subs(known.numbers)) for limit in family.limits)
    if low < high:
        integrand, values = (
            function_of(encode(with_numbers(e, known.choice))) for e in (family.integrand, family.primitive)
        )
        quadrature = Quadrature(integrand, family.deadline)
        jumps = find_jumps(values, quadrature, low, high, known.integral.scale)
        between = sum_over_jumps(primitive, variable, values, jumps, numeric, known.numbers)
        yield from (d + between for d in differences(primitive, variable, *family.limits, known.numbers))


def _edges(family: _Family, choices: Sequence[Choice]) -> Iterator[Choice]:
    """Yield choices at which the integrand may have a pole between the limits, or the primitive a jump.

    At each place between the limits, and with all parameters but one as in a choice, it is that one's
    values at which something changes its branch. Where that is the same at every place, such as at
    a = b of sqrt(a - b), it is values on both sides.
    """
    names = [str(symbol) for symbol in family.symbols]
    low, high = (
        None if limit.is_infinite else from_sympy(limit, "x", parameters=names) for limit in family.limits
    )
    places = [_between(low, high, _rational(share)) for share in _BETWEEN]
    seen: set[tuple[float, ...]] = set()
    for choice in choices:
        for name in choice:
            at_places = [set(_changes(family, place, choice, name)) for place in places]
            fixed = set.intersection(*at_places)
            around = {side * value for value in fixed for side in _SIDES}
            for value in sorted(set.union(*at_places) - fixed | around):
                found = {**choice, name: _rational(value)}
                key = tuple(round(float(number), 6) for number in found.values())
                if key not in seen:
                    seen.add(key)
                    yield found


def _changes(family: _Family, place: Expr, choice: Choice, name: str) -> Iterator[float]:
    """Yield the values of one parameter at which integrand or primitive change their branch at a place."""
    others = {SYMBOL_EXPRS[other]: number for other, number in choice.items() if other != name}
    integrand, primitive = (
        e.subs({X: place}).subs(others).subs({SYMBOL_EXPRS[name]: X})
        for e in (family.integrand, family.primitive)
    )
    try:
        found = (*roots_and_poles([integrand]).places, *breaks(encode(integrand), encode(primitive)).places)
    except (PrefixError, UnsupportedError):
        # Powers too large to be written tell nothing.
        return
    yield from (float(f"{value:.9g}") for value in found if value > 0)


def _rational(value: float) -> Expr:
    near = Fraction(value).limit_denominator(_DENOMINATOR)
    return symengine.Rational(near.numerator, near.denominator)


def _between(low: Expr | None, high: Expr | None, share: Expr) -> Expr:
    """Return a place between two limits, at a share of their distance if that is finite."""
    if low is None and high is None:
        return share / (1 - share) - 1
    if high is None:
        return low + share / (1 - share)
    return high - share / (1 - share) if low is None else low + share * (high - low)
