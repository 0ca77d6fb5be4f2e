"""Numbers recognised by their digits: right where they are combinations, and nothing where they are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy
from flint import arb

from symmath.expr.balls import working_precision
from symmath.solve import recognise as module
from symmath.solve.quadrature import BITS
from symmath.solve.recognise import recognise

ERROR = arb(2) ** -180


@pytest.fixture(autouse=True)
def precisely():
    with working_precision(BITS):
        yield


def known(e: sympy.Expr) -> arb:
    """Return 54 digits of a number, as quadrature does."""
    value = arb(str(sympy.N(e, 100)))
    return value + abs(value) * arb(0, 1) * ERROR


@pytest.mark.parametrize(
    "form",
    [
        sympy.pi / 2,
        -3 * sympy.pi * sympy.log(2) / 8,
        2 - sympy.pi**2 / 6,
        sympy.sqrt(2) * sympy.gamma(sympy.Rational(1, 4)) ** 2 / 8 / sympy.sqrt(sympy.pi),
        sympy.sqrt(sympy.pi) * (sympy.EulerGamma + 2 * sympy.log(2)) / 4,
        sympy.pi * sympy.exp(-1) / 2,
        sympy.pi / 5 / sympy.sin(sympy.pi / 5),
        sympy.Rational(22, 7) - sympy.pi,
        sympy.pi * sympy.coth(sympy.pi) / 2 - sympy.Rational(1, 2),
        7 * sympy.zeta(3) / 8 - sympy.pi**2 * sympy.log(2) / 4,
        sympy.Rational(-355, 113),
        10**9 * sympy.pi + 3,
        sympy.pi / 10**9,
    ],
)
def test_combinations_of_constants(form: sympy.Expr) -> None:
    found = recognise(known(form))
    assert found is not None
    assert abs(sympy.N(found - form, 90)) < sympy.Float(10) ** -80


def test_primes_of_the_problem_take_part() -> None:
    value = known(sympy.pi * sympy.log(7) / 14)
    assert recognise(value) is None
    assert recognise(value, [0, 1, 49]) == sympy.pi * sympy.log(7) / 14


@pytest.mark.parametrize("seed", range(20))
def test_random_numbers_are_nothing(seed: int) -> None:
    # The digits of sin(n) have no closed form over these constants.
    assert recognise(known(sympy.sin(seed + 1)), [7, 11]) is None


def test_rates_of_the_problem_take_part() -> None:
    residue = sympy.pi * (1 + sympy.exp(-6)) / 4
    assert recognise(known(residue), [1, 36]) == sympy.expand(residue)
    assert recognise(known(sympy.atan(sympy.Rational(1, 7))), [-7]) == sympy.atan(sympy.Rational(1, 7))


def test_sines_of_parts_of_pi_take_part_where_the_problem_has_the_prime() -> None:
    form = sympy.pi / 7 / sympy.sin(sympy.pi / 7)
    assert recognise(known(form), [7]) == form


def test_few_digits_are_not_enough() -> None:
    value = arb(str(sympy.N(sympy.pi / 2, 30))) + arb(0, 1) * arb(10) ** -20
    assert recognise(value) is None


@pytest.mark.parametrize("exponent", [20, 180, 400])
def test_what_may_be_small_is_not_zero(exponent: int) -> None:
    assert recognise(arb(0, 1) * arb(2) ** -exponent) is None
    assert recognise(arb(0)) is None


def test_exact_balls_and_very_precise_ones_are_recognised() -> None:
    assert recognise(arb(1)) == 1 and recognise(arb("0.5")) == sympy.Rational(1, 2)
    value = arb.pi() * arb(2).log() / 7
    assert recognise(value) == sympy.pi * sympy.log(2) / 7


@pytest.mark.parametrize(
    "constants",
    [
        *module._SUMS,
        *module._sums_with([7, 11]),
        *module._sums_of([2, 3, 4, 7]),
        *([sympy.log(power) for power in powers] for powers in (*module._POWERS, *module._sines([7, 11]))),
    ],
)
def test_no_constant_is_a_combination_of_others(constants: Sequence[sympy.Expr]) -> None:
    values = [module.value_of(constant) for constant in constants]
    for place, value in enumerate(values):
        others = [*values[:place], *values[place + 1 :]]
        assert module.relation(value + abs(value) * arb(0, 1) * ERROR, others) is None


def test_primes_are_those_that_are_in_no_sum_yet() -> None:
    assert module.primes_of([0, 1, -14, 15, 22, 26]) == [7, 11]
