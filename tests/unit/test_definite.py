import pytest
import symengine
import sympy

import symmath
from symmath.errors import NoSolutionError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.solve.by_primitive import evaluate
from symmath.solve.enclosure import simplified
from symmath.solve.improper import is_continuous_by_form
from symmath.solve.quadrature import NotConvergedError


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "value"),
    [
        ("exp(-x)", 0, "oo", sympy.Integer(1)),
        ("1/(1 + x^2)", "-oo", "oo", sympy.pi),
        ("x^2", 2, 0, sympy.Rational(-8, 3)),
        ("sqrt(x^2 - 2*x + 1)", 0, 3, sympy.Rational(5, 2)),
        ("abs(sin(10*x))", 0, "2*pi", sympy.Integer(4)),
        ("log(x)", 0, 1, sympy.Integer(-1)),
        ("sqrt(1 - x^2)", -1, 1, sympy.pi / 2),
        ("sin(t)", 0, "pi", sympy.Integer(2)),
        ("x", "-oo", "-oo", sympy.Integer(0)),
        ("x", 0, 0.1, sympy.Rational(1, 200)),
        # Long ranges and slow ends.
        ("sin(100*x)", 0, 100, (1 - sympy.cos(10_000)) / 100),
        ("sin(x)^2", 0, 1000, 500 - sympy.sin(2000) / 4),
        ("1/x", 1, "exp(exp(5))", sympy.exp(5)),
        ("1/(x*log(x)^2)", 2, "oo", 1 / sympy.log(2)),
        ("x^(-9/10)", 0, 1, sympy.Integer(10)),
        ("1/x^2", "7/3", "oo", sympy.Rational(3, 7)),
        ("1/cosh(x)^2", "-oo", "oo", sympy.Integer(2)),
        ("1/cosh(x/5)", "-oo", "oo", 5 * sympy.pi),
        ("exp(x)/(exp(x) + 1)^2", "-oo", "oo", sympy.Integer(1)),
        ("log(x)/sqrt(x)", 0, 1, sympy.Integer(-4)),
        ("log(x)/x^2", 1, "oo", sympy.Integer(1)),
        ("1/sqrt(1 - x^2)", -1, 1, sympy.pi),
        ("log(x - pi)", "pi", "pi + 1", sympy.Integer(-1)),
        ("1/(2 + cos(x))", 0, "600*pi", 200 * sympy.sqrt(3) * sympy.pi),
        ("sin(x)/sqrt(1 - cos(x))", 0, "pi", 2 * sympy.sqrt(2)),
        # Singular at the end that the infinite range begins with.
        ("1/(x*sqrt(x^2 - 1))", 1, "oo", sympy.pi / 2),
        ("-1/(x*sqrt(x^2 - 4))", "-oo", -2, sympy.pi / 4),
        # Jumps of the primitive.
        ("1/(2 + cos(x))", 0, "2*pi", 2 * sympy.pi / sympy.sqrt(3)),
        ("1/(5 + 4*sin(x))", "2*pi", 0, -2 * sympy.pi / 3),
        ("1/(x^4 + 1)", "-oo", "oo", sympy.pi / sympy.sqrt(2)),
        ("exp(-abs(x))", "-oo", "oo", sympy.Integer(2)),
        ("exp(-abs(x))", -1, "oo", 2 - sympy.exp(-1)),
        ("exp(-abs(x))*cos(x)", "-oo", "oo", sympy.Integer(1)),
        ("abs(sin(x))", 0, 10, 7 + sympy.cos(10)),
        ("abs(x - 1)*abs(x + 2)", 0, 3, sympy.Rational(59, 6)),
        # Removable and integrable singularities.
        ("sin(x - 2)/(x - 2)", 0, 4, 2 * sympy.Si(2)),
        ("log(abs(x - 1/2))", 0, 1, -1 - sympy.log(2)),
        ("exp(-1/x^2)", -1, 1, 2 * sympy.exp(-1) - 2 * sympy.sqrt(sympy.pi) * sympy.erfc(1)),
        ("sqrt(1 - cos(x))", 0, 10, sympy.sqrt(2) * (6 + 2 * sympy.cos(5))),
        ("abs(cos(x))", "pi/2", 2, 1 - sympy.sin(2)),
        ("1/(1 + abs(x) + abs(x - 1))", -2, 3, sympy.Rational(1, 2) + sympy.log(3)),
        # A ball in an exponent.
        ("2^x", 0, "1/2", (sympy.sqrt(2) - 1) / sympy.log(2)),
    ],
)
def test_values(integrand: str, lower: str, upper: str, value: sympy.Expr) -> None:
    found = symmath.integrate_between(integrand, lower, upper, mode="fit")
    assert sympy.N(found.expr - value, 30) == pytest.approx(0, abs=1e-25)
    assert float(found.value) == float(found.quadrature) == pytest.approx(float(value), rel=1e-14)


def test_logarithms_of_powers_are_multiples() -> None:
    found = symmath.integrate_between("2^x*x", 0, 3, mode="fit").expr
    assert found.atoms(sympy.log) == {sympy.log(2)}
    assert symmath.integrate_between("1/x", 1, 24, mode="fit").expr == sympy.log(24)


def test_small_jumps_are_jumps() -> None:
    found = symmath.integrate_between("1 + 10^-8/(2 + cos(x))", 0, 10, mode="fit")
    primitive = found.primitive.expr
    x = sympy.Symbol("x")
    missed = sympy.N(found.expr - primitive.subs(x, 10) + primitive.subs(x, 0), 30)
    assert missed == pytest.approx(float(4 * sympy.pi / sympy.sqrt(3)) * 1e-8)


def test_where_quadrature_cannot_follow_a_continuous_primitive_is_enough() -> None:
    found = symmath.integrate_between("sin(x)", 0, "10^40*pi", mode="fit", timeout=10)
    assert (found.expr, found.quadrature) == (0, "")
    found = symmath.integrate_between("cos(x)^2", 0, "10^30", mode="fit", timeout=10)
    assert float(found.value) == 5e29


def test_shorter_forms_are_of_the_same_value(monkeypatch: pytest.MonkeyPatch) -> None:
    one = sympy.sin(1) ** 2 + sympy.cos(1) ** 2
    assert simplified(sympy.log(2) * one.args[0] + sympy.log(2) * one.args[1], "1") == sympy.log(2)
    assert simplified(one - 1, "1") == 0
    assert simplified(one - 1, "0") == one - 1
    small = sympy.sqrt(2) / 10**20
    monkeypatch.setattr(sympy, "simplify", lambda e: sympy.Integer(0))
    assert simplified(small, "1") == small
    assert simplified(small, "1e+15") == 0


def test_forms_that_have_no_jumps() -> None:
    for text in ("x*sin(x) + exp(-x)", "atan(3*x)*abs(x)", "2^x - asinh(x)^3", "e*pi"):
        assert is_continuous_by_form(parse_expression(text, "x").expr), text
    for text in ("1/x", "tan(x)", "sqrt(x)", "sign(x)", "log(x)", "x^(-2)", "atan(tan(x))", "sin(1/x)"):
        assert not is_continuous_by_form(parse_expression(text, "x").expr), text
    assert not is_continuous_by_form(symengine.I * X)


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "reason"),
    [
        ("1/x", -1, 1, "no value"),
        ("1/(x - 1/3)", 0, 1, "pole"),
        ("1/(x - 1/3)^2", 0, 1, "pole"),
        ("tan(x)", 0, 2, "pole"),
        ("abs(sin(x))", 0, 300, "jumps|converge"),
        ("1/(2 + cos(x))", 0, 10**30, "quadrature did not converge"),
        ("1/x", 1, "oo", "diverges"),
        ("sin(x)", 0, "oo", "no limit at oo"),
        ("sqrt(x - 1)", 0, 2, "not real"),
        ("exp(x^3)", 0, 1, "nothing"),
    ],
)
def test_what_newton_and_leibniz_would_get_wrong_is_refused(
    integrand: str, lower: str, upper: str, reason: str
) -> None:
    with pytest.raises(NoSolutionError, match=reason):
        symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)


def test_limits_are_real() -> None:
    with pytest.raises(UnsupportedError, match="real number"):
        symmath.integrate_between("x", 0, sympy.I, mode="fit")


def test_a_limit_that_is_not_found_is_no_disagreement() -> None:
    # SymPy takes x^2/2 + polylog(2, -exp(-x)) for oo - oo at -oo; it is -pi^2/6.
    problem, primitive = (
        canonical_tokens(parse_expression(text).expr)
        for text in ("log(1 + exp(x))", "x^2/2 + polylog(2, -exp(-x))")
    )
    with pytest.raises(NotConvergedError, match="limit"):
        evaluate(problem, primitive, "x", -sympy.oo, sympy.Integer(0), True, 30.0)
