"""Printing, and the bridge between symengine and SymPy."""

from __future__ import annotations

import pytest
import symengine
import sympy

from symmath.errors import UnsupportedError
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.operators import CONSTANTS, OPERATORS, SYMBOL_EXPRS, Expr
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.show import STYLES, show

X = sympy.Symbol("x")
Y = sympy.Function("y")


@pytest.mark.parametrize(
    ("text", "sympy_text", "latex", "mathematica", "maxima"),
    [
        ("x sin x + cos x", "x*sin(x) + cos(x)", None, "x*Sin[x] + Cos[x]", "x*sin(x) + cos(x)"),
        ("e^x", "exp(x)", "e^{x}", "Exp[x]", "exp(x)"),
        ("sqrt(x)", "sqrt(x)", r"\sqrt{x}", "x^(1/2)", "sqrt(x)"),
        ("1/sqrt(x)", "1/sqrt(x)", r"\frac{1}{\sqrt{x}}", None, "1/sqrt(x)"),
        ("x^3/3", "x**3/3", r"\frac{x^{3}}{3}", None, "x^3/3"),
        ("|x|*sign(x)", "sign(x)*Abs(x)", None, "Abs[x]*Sign[x]", "signum(x)*abs(x)"),
        ("e pi I", "E*I*pi", None, None, "%e*%i*%pi"),
        ("exp(-x)/(1+x^2)", "exp(-x)/(x**2 + 1)", None, None, "exp(-x)/(x^2 + 1)"),
    ],
)
def test_prints(text: str, sympy_text: str, latex: str | None, mathematica: str | None, maxima: str) -> None:
    e = parse_expression(text).expr

    def factors(printed: str) -> list[str]:
        return sorted(printed.split("*"))

    assert factors(show(e)) == factors(sympy_text)
    assert latex is None or show(e, "latex") == latex
    assert mathematica is None or factors(show(e, "mathematica")) == factors(mathematica)
    assert factors(show(e, "maxima")) == factors(maxima)


def test_prints_the_users_variable() -> None:
    e = parse_expression("t^2 + 1").expr
    assert show(e, "sympy", "t") == "t**2 + 1"
    assert show(e, "pretty", "t") == " 2    \nt  + 1"


def test_prints_equations() -> None:
    residual = parse_equation("u'' + t*u' = 0").residual
    assert show(residual, "sympy", "t", "u") == "t*Derivative(u(t), t) + Derivative(u(t), (t, 2))"
    assert show(residual, "maxima", "t", "u") == "t*'diff(u(t), t, 1) + 'diff(u(t), t, 2)"


def test_unknown_style() -> None:
    with pytest.raises(UnsupportedError, match="unknown style"):
        show(SYMBOL_EXPRS["x"], "tex")  # type: ignore[arg-type]


def _every_operator() -> list[Expr]:
    x, two = SYMBOL_EXPRS["x"], symengine.Integer(2)
    return [o.build(x) if o.arity == 1 else o.build(x, two) for o in OPERATORS]


@pytest.mark.parametrize("e", [*_every_operator(), *CONSTANTS.values(), *SYMBOL_EXPRS.values()], ids=str)
def test_every_operator_crosses_the_bridge_and_prints(e: Expr) -> None:
    assert from_sympy(to_sympy(e), symbols=tuple(SYMBOL_EXPRS)) == e
    for style in STYLES:
        assert show(e, style)


def test_to_sympy_maps_the_unknown_function() -> None:
    y, y1, y2, c1 = (SYMBOL_EXPRS[name] for name in ("y", "y'", "y''", "c1"))
    expected = Y(X).diff(X, 2) + Y(X).diff(X) * Y(X) + sympy.Symbol("c1")
    assert to_sympy(y2 + y1 * y + c1) == expected


def test_to_sympy_refuses_other_nodes() -> None:
    with pytest.raises(UnsupportedError, match="gamma"):
        to_sympy(symengine.gamma(SYMBOL_EXPRS["x"]))


@pytest.mark.parametrize(
    ("s", "text"),
    [
        (sympy.sec(X) + sympy.acot(X), "1/cos(x) + atan(1/x)"),
        (sympy.acsch(X), "asinh(1/x)"),
        (sympy.Float(0.1) * X, "x/10"),
        (sympy.Rational(2, 3) * sympy.pi + sympy.E, "2*pi/3 + e"),
        (sympy.exp(2 * X), "exp(2*x)"),
        (sympy.cbrt(X), "x^(1/3)"),
        (5, "5"),
    ],
)
def test_from_sympy(s: sympy.Expr, text: str) -> None:
    assert from_sympy(s) == parse_expression(text).expr


def test_from_sympy_reads_equations_and_constants() -> None:
    equation = sympy.Eq(Y(X).diff(X, 2), Y(X) * X)
    assert from_sympy(equation) == parse_equation("y'' = x*y").residual
    assert from_sympy(sympy.Symbol("C1") * X) == SYMBOL_EXPRS["c1"] * SYMBOL_EXPRS["x"]
    t = sympy.Symbol("t")
    assert from_sympy(t * sympy.Function("u")(t), "t", "u") == SYMBOL_EXPRS["x"] * SYMBOL_EXPRS["y"]


@pytest.mark.parametrize(
    ("s", "message"),
    [
        (sympy.oo, "Infinity"),
        (sympy.nan, "NaN"),
        (sympy.zoo, "ComplexInfinity"),
        (sympy.gamma(X), "gamma"),
        (sympy.Piecewise((X, X > 0), (1, True)), "Piecewise"),
        (sympy.Integral(X**X, X), "Integral"),
        (sympy.Function("sin")(X), "not the unknown function"),
        (sympy.Function("y")(X + 1), "not the unknown function"),
        (Y(X).diff(X, 5), "order 1 to 4"),
        (sympy.Symbol("k") * X, "parameters are not supported here: k"),
        (sympy.Symbol("a") * X, "parameters are not supported here: a"),
        (sympy.Pow(9, sympy.Pow(9, 9, evaluate=False), evaluate=False), "beyond 1000"),
        (sympy.Float("1e400"), "NaN"),
        (sympy.true, "BooleanTrue"),
        ("x", "str"),
    ],
)
def test_from_sympy_refuses(s: object, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        from_sympy(s)


def test_from_sympy_bounds_the_depth() -> None:
    s = X
    for _ in range(300):
        s = sympy.sin(s, evaluate=False)
    with pytest.raises(UnsupportedError, match="nested"):
        from_sympy(s)
