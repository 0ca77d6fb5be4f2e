"""Constants that are not real: named while an integrand is fitted, then put back."""

import pytest
import symengine

import symmath
from symmath.ansatz.imaginary import name_constants
from symmath.expr.operators import SYMBOL_EXPRS, X

A = SYMBOL_EXPRS["a"]


@pytest.mark.parametrize(
    "integrand",
    ["x*log(-2)", "sqrt(-2)*x*cos(x)", "log(-3)*cos(x) + I", "1/(x+I)"],
)
def test_integrands_with_imaginary_constants_are_fitted(integrand: str) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert solution.verdict is symmath.Verdict.PROVED and solution.engine == "fit"


def test_an_answer_undefined_for_these_constants_is_none() -> None:
    assert symmath.integrate("exp(I*x)*cos(x)", mode="fit").candidate is None


def test_the_largest_constants_are_named() -> None:
    constant = symengine.log(-2)
    assert name_constants(constant * X + symengine.sin(constant * X)) == (
        A * X + symengine.sin(A * X),
        {A: constant},
    )
    assert name_constants(X + 1) is None
    assert name_constants(symengine.I * A * X) is None
    three = sum(symengine.log(-n) * X**n for n in (2, 3, 5))
    assert name_constants(three) is None
