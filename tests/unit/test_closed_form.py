"""Definite integrals by SymPy, where there is no primitive: only what quadrature agrees with."""

from __future__ import annotations

import time

import pytest
import sympy

import symmath
from symmath.errors import NoSolutionError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.questions import read_integrand
from symmath.solve import definite
from symmath.solve.closed_form import by_quadrature, closed_form, recognised_form

a, b, n, x = sympy.symbols("a b n x")
ZERO, INFINITY = sympy.Integer(0), sympy.oo


def value(text: str, names: str, lower: sympy.Expr, upper: sympy.Expr) -> sympy.Expr:
    tokens = canonical_tokens(parse_expression(text, "x", parameters=names.split()).expr)
    return closed_form(tokens, ["x", *names.split()], lower, upper, 30.0)


@pytest.mark.parametrize(
    ("text", "names", "limits", "expected"),
    [
        ("exp(-x^3)", "", (ZERO, INFINITY), sympy.gamma(sympy.Rational(1, 3)) / 3),
        ("log(x)/(1 + x^2)", "", (ZERO, INFINITY), ZERO),
        ("x^n*exp(-x)", "n", (ZERO, INFINITY), sympy.gamma(n + 1)),
        (
            "exp(-a*x^2)*cos(b*x)",
            "a b",
            (-INFINITY, INFINITY),
            sympy.sqrt(sympy.pi / a) * sympy.exp(-(b**2) / 4 / a),
        ),
        ("x^2", "", (sympy.Integer(3), ZERO), sympy.Integer(-9)),
    ],
)
def test_closed_forms(
    text: str, names: str, limits: tuple[sympy.Expr, sympy.Expr], expected: sympy.Expr
) -> None:
    found = value(text, names, *limits)
    numbers = dict(
        zip((a, b, n), (sympy.Rational(7, 3), sympy.Rational(5, 4), sympy.Rational(9, 2)), strict=True)
    )
    assert abs(sympy.N((found.expr - expected).subs(numbers), 30)) < 1e-25
    assert found.checked >= (3 if names else 1)


def test_what_quadrature_disagrees_with_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sympy, "integrate", lambda *_: sympy.pi / 3)
    with pytest.raises(NoSolutionError, match="doesn't agree"):
        value("exp(-x^3)", "", ZERO, INFINITY)
    monkeypatch.setattr(sympy, "integrate", lambda *_: n)
    with pytest.raises(NoSolutionError, match="doesn't agree"):
        value("x^n*exp(-x)", "n", ZERO, INFINITY)


def test_a_divergent_integral_has_no_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoSolutionError, match="SymPy finds no closed form"):
        value("1/x", "", ZERO, INFINITY)
    monkeypatch.setattr(sympy, "integrate", lambda *_: sympy.Integer(3))
    with pytest.raises(NoSolutionError, match="can't be checked: quadrature did not converge"):
        value("1/x", "", ZERO, INFINITY)


def test_only_mode_auto_asks_sympy() -> None:
    asked = "exp(-x - 1/x)", 0, "oo"
    found = symmath.integrate_between(*asked, timeout=40)
    assert abs(sympy.N(found.expr - 2 * sympy.besselk(1, 2), 30)) < 1e-25
    assert found.found_by == "sympy" and "SymPy's, without a primitive" in found.support
    with pytest.raises(NoSolutionError, match="nothing"):
        symmath.integrate_between(*asked, mode="fit")


def test_digits_that_are_not_asked_for_any_more_are_not_looked_at() -> None:
    problem = read_integrand("log(sin(x))", "x")
    digits = definite._Digits(problem, [], (ZERO, sympy.pi / 2), 60.0)
    begin = time.monotonic()
    digits.forget()
    with pytest.raises(NoSolutionError, match="not asked for"):
        digits.found()
    assert time.monotonic() - begin < definite.HEAD_START / 2


def test_what_digits_tell_needs_no_primitive() -> None:
    found = symmath.integrate_between("log(sin(x))", 0, "pi/2", mode="fit", timeout=60)
    assert (found.expr, found.found_by) == (-sympy.pi * sympy.log(2) / 2, "recognised")
    assert "recognised by 5" in found.support and "not derived" in found.support
    with pytest.raises(NoSolutionError, match=r"quadrature gives 0\.78343051071213"):
        symmath.integrate_between("x^x", 0, 1, mode="fit")


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("log(x)/(x^2 + 1)", (ZERO, INFINITY)),
        ("sin(x^3)*cos(sin(x))", (-sympy.S.One, sympy.S.One)),
        ("x*exp(-x^2)/(x^4 + cos(x))", (-INFINITY, INFINITY)),
    ],
)
def test_an_integral_is_zero_by_a_reflection(text: str, limits: tuple[sympy.Expr, sympy.Expr]) -> None:
    tokens = canonical_tokens(parse_expression(text).expr)
    assert recognised_form(tokens, ["x"], *limits, 20.0).expr == 0


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("exp(-x^2)*cos(25*x)", (-INFINITY, INFINITY)),
        ("cos(100*x)*exp(cos(x))", (ZERO, 2 * sympy.pi)),
        # Odd, but divergent.
        ("sin(x)*exp(cos(x))", (-INFINITY, INFINITY)),
    ],
)
def test_a_small_integral_is_not_zero(text: str, limits: tuple[sympy.Expr, sympy.Expr]) -> None:
    tokens = canonical_tokens(parse_expression(text).expr)
    with pytest.raises(NoSolutionError):
        recognised_form(tokens, ["x"], *limits, 20.0)


def test_digits_do_not_overrule_a_verified_primitive() -> None:
    # Quadrature, which sees nothing of the second hill, would have sqrt(pi).
    with pytest.raises(NoSolutionError, match=r"the primitive's values give 3\.54"):
        symmath.integrate_between("exp(-x^2) + exp(-(x - 10^6)^2)", "-oo", "oo", mode="fit", timeout=30)


@pytest.mark.parametrize(
    ("text", "limits", "expected"),
    [
        ("x^3/(exp(a*x) - 1)", (ZERO, INFINITY), sympy.pi**4 / 15 / a**4),
        ("log(x)/(x^2 + a^2)", (ZERO, INFINITY), sympy.pi * sympy.log(a) / 2 / a),
        ("exp(a*cos(x))", (ZERO, sympy.pi), None),
        ("x^(a*x)", (ZERO, sympy.S.One), None),
    ],
)
def test_scales_leave_numbers_to_be_recognised(
    text: str, limits: tuple[sympy.Expr, sympy.Expr], expected: sympy.Expr | None
) -> None:
    tokens = canonical_tokens(parse_expression(text, "x", parameters=["a"]).expr)
    if expected is None:
        with pytest.raises(NoSolutionError, match="no known constant"):
            recognised_form(tokens, ["x", "a"], *limits, 60.0)
        return
    found = recognised_form(tokens, ["x", "a"], *limits, 60.0)
    assert sympy.simplify(found.expr - expected) == 0
    assert (found.checked, found.tried) == (7, 7) and found.digits > 45


def test_a_long_value_is_written_as_the_constant_that_it_is() -> None:
    found = symmath.integrate_between("1/(1 + x^5)", 0, "oo", mode="fit", timeout=60)
    assert found.found_by == "fit" and sympy.count_ops(found.expr) < 15
    assert found.support.endswith("; by 70 digits the difference of its values")
    assert abs(sympy.N(found.expr - sympy.pi / 5 / sympy.sin(sympy.pi / 5), 30)) < 1e-25


def test_values_in_decimals() -> None:
    tokens = canonical_tokens(parse_expression("sqrt(sin(x))").expr)
    assert by_quadrature(tokens, ZERO, sympy.pi, 10.0) == "2.39628046947118"
    assert by_quadrature(canonical_tokens(parse_expression("1/x").expr), ZERO, sympy.pi, 2.0) == ""


def test_a_closed_form_for_some_parameters_says_so() -> None:
    found = symmath.integrate_between("1/(1 + x^n)", 0, "oo", "x", timeout=40)
    assert found.source == "recognised"
    assert found.domain.startswith("for some positive n, not seen for n = ")
    assert " of 7 choices" in found.domain
