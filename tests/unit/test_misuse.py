"""What the Python API says of arguments that are no problems."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

import symmath
from symmath.errors import UnsupportedError

x = sympy.Symbol("x")
y = sympy.Function("y")


@pytest.mark.parametrize("integrand", [sympy.Eq(x, 1), x < 1])
def test_an_equation_is_no_integrand(integrand: Any) -> None:
    with pytest.raises(UnsupportedError, match="not an equation"):
        symmath.integrate(integrand)


@pytest.mark.parametrize("conditions", [5, (0, 1), [y(0)], {3: 1}])
def test_what_is_no_condition_is_told(conditions: Any) -> None:
    with pytest.raises(UnsupportedError):
        symmath.dsolve("y' = y", ics=conditions, mode="fit")


@pytest.mark.parametrize("conditions", [sympy.Eq(y(0), 2), [sympy.Eq(y(0), 2)], ["y(0) = 2"], {y(0): 2}])
def test_conditions_may_be_equations(conditions: Any) -> None:
    assert symmath.dsolve(y(x).diff(x) - y(x), ics=conditions, mode="fit").expr == 2 * sympy.exp(x)


@pytest.mark.parametrize("timeout", [None, "a", float("nan")])
def test_seconds_are_a_number(timeout: Any) -> None:
    with pytest.raises(ValueError, match="a number of seconds"):
        symmath.integrate("x", mode="fit", timeout=timeout)


@pytest.mark.parametrize("given", [None, {}])
def test_what_is_no_equation_is_told(given: Any) -> None:
    with pytest.raises(UnsupportedError, match="is not supported"):
        symmath.dsolve(given, mode="fit")


def test_modes_are_named() -> None:
    with pytest.raises(ValueError, match="one of neural, fit, ansatz, auto, not 'foo'"):
        symmath.integrate("x", mode="foo")
