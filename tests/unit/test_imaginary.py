"""Constants that are not real: named while an integrand is fitted, then put back."""

import pytest
import symengine
import sympy

import symmath
from symmath.ansatz.imaginary import is_irrational, name_constants, split
from symmath.expr.operators import SYMBOL_EXPRS, X
from symmath.expr.reals import with_real_roots

A = SYMBOL_EXPRS["a"]


@pytest.mark.parametrize(
    "integrand",
    [
        *("x*log(-2)", "sqrt(-2)*x*cos(x)", "log(-3)*cos(x) + I", "1/(x+I)", "I*x", "x*exp((1-2*I)*x)"),
        *("exp(I*x)*cos(x)", "exp(I*a*x)*cos(a*x)", "(cos(x) + I*sin(x))^3"),
    ],
)
def test_integrands_with_imaginary_constants_are_fitted(integrand: str) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert solution.verdict is symmath.Verdict.PROVED and solution.engine == "fit"


def test_real_and_imaginary_parts() -> None:
    real, imaginary = split(symengine.exp((2 + symengine.I) * X) * (X - symengine.I))
    size = symengine.exp(2 * X)
    assert symengine.expand(real - size * (X * symengine.cos(X) + symengine.sin(X))) == 0
    assert symengine.expand(imaginary - size * (X * symengine.sin(X) - symengine.cos(X))) == 0
    assert split(X + 1) == (X + 1, 0)
    assert split(symengine.log(X + symengine.I)) is None


def test_complex_equations_with_conditions() -> None:
    assert str(symmath.dsolve("y' = I*y + x", ics="y(0)=I", mode="fit").expr) == "I*x + (-1 + I)*exp(I*x) + 1"


def test_the_largest_constants_are_named() -> None:
    constant = symengine.log(-2)
    assert name_constants(constant * X + symengine.sin(constant * X)) == (
        A * X + symengine.sin(A * X),
        {A: constant},
    )
    assert name_constants(X + 1) is None
    assert name_constants(symengine.I * A * X) is None
    seven = sum(symengine.log(-n) * X**n for n in (2, 3, 5, 7, 11, 13, 17))
    assert name_constants(seven) is None


def test_roots_of_what_is_negative_are_written_by_real_ones() -> None:
    a, b = SYMBOL_EXPRS["a"], SYMBOL_EXPRS["b"]
    root = symengine.sqrt(-(a**2) - 2 * b**2)
    size = symengine.sqrt(a**2 + 2 * b**2)
    assert with_real_roots(symengine.atan(X / root) / root) == symengine.atanh(-X / size) / size
    for kept in (
        symengine.atan(X / root),
        X * root,
        symengine.atan(X / symengine.sqrt(-a)) / symengine.sqrt(-a),
    ):
        assert with_real_roots(kept) == kept
    assert not symmath.integrate("1/(a*sin(x) + b*cos(x))", mode="fit").expr.atoms(sympy.atan)


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(3*x - pi*x^2)",
        "sqrt(x^2 + 2^(1/3))/x",
        "sqrt(exp(x) + sqrt(3))",
        "1/(pi + e*cos(x))",
        "sqrt(pi*x^2 + e*x + sqrt(2))",
    ],
)
def test_irrational_constants_are_fitted_like_parameters(text: str) -> None:
    assert symmath.integrate(text, "x", mode="fit").verdict is symmath.Verdict.PROVED


def test_the_base_of_exponentials_is_no_constant() -> None:
    assert not is_irrational(symengine.exp(2 * X) + X**3)
    assert is_irrational(symengine.exp(symengine.sqrt(2) * X)) and is_irrational(symengine.E * X)
