"""What the parser reads, what it refuses, and where its errors point."""

from __future__ import annotations

import time

import pytest
import symengine

from symmath.errors import ParseError, PrefixError, UnsupportedError
from symmath.expr.conditions import Condition, parse_conditions
from symmath.expr.functions import INVERSES, NAMED
from symmath.expr.operators import BY_TOKEN, FUNCTIONS, SYMBOL_EXPRS
from symmath.expr.parse import (
    MAX_CHARACTERS,
    parse_equation,
    parse_expression,
)
from symmath.expr.prefix import decode

X = SYMBOL_EXPRS["x"]
Y, Y1, Y2 = (SYMBOL_EXPRS["y" + "'" * k] for k in range(3))
ONE = symengine.Integer(1)
HALF = symengine.Rational(1, 2)
SIN, COS, LOG, EXP, SQRT = (BY_TOKEN[name].build for name in ("sin", "cos", "log", "exp", "sqrt"))
PI, E = symengine.pi, symengine.E

READINGS = {
    "x**2": X**2,
    "x^2": X**2,
    "-x^2": -(X**2),
    "(-x)^2": X**2,
    "2^3^2": symengine.Integer(512),
    "x^-2": X**-2,
    "2**-x": 2**-X,
    "--x": X,
    "x*-2": -2 * X,
    "2x": 2 * X,
    "3 sin(x)": 3 * SIN(X),
    "x(x+1)": X * (X + 1),
    "(x+1)(x-1)": (X + 1) * (X - 1),
    "2pi x": 2 * PI * X,
    "2πx": 2 * PI * X,
    "e(x+1)": E * (X + 1),
    "sin(x)cos(x)": SIN(X) * COS(X),
    "1/2x": X / 2,
    "x/2/3": X / 6,
    "1-x-x": 1 - 2 * X,
    "ln(x)": LOG(X),
    "log(x, 2)": LOG(X) / LOG(symengine.Integer(2)),
    "log2(x)": LOG(X) / LOG(symengine.Integer(2)),
    "log_10(x)": LOG(X) / LOG(symengine.Integer(10)),
    "cbrt(x)": X ** symengine.Rational(1, 3),
    "max(x, 1)": (X + 1 + symengine.Abs(X - 1)) / 2,
    "max(1, 3, 2)*Min(x, 1)": 3 * (X + 1 - symengine.Abs(X - 1)) / 2,
    "Heaviside(x - 1)": (1 + symengine.sign(X - 1)) / 2,
    "E**x + e^x": 2 * EXP(X),
    "|x|": symengine.Abs(X),
    "|x||x+1|": symengine.Abs(X) * symengine.Abs(X + 1),
    "||x|+1|": symengine.Abs(symengine.Abs(X) + 1),
    "ln|x|": LOG(symengine.Abs(X)),
    "sign(x)": symengine.sign(X),
    "sec(x)": 1 / COS(X),
    "arccot(x)": symengine.atan(1 / X),
    "sin x": SIN(X),
    "sin 2x": SIN(2 * X),
    "sin 2 pi x": SIN(2 * PI * X),
    "sin x cos x": SIN(X) * COS(X),
    "sin cos x": SIN(COS(X)),
    "sin -x": -SIN(X),
    "sin x^2": SIN(X**2),
    "sin^2 x": SIN(X) ** 2,
    "sin^2(x)": SIN(X) ** 2,
    "sin**2(2x)": SIN(2 * X) ** 2,
    "sin^(-2) x": SIN(X) ** -2,
    "sin^{x}(x)": SIN(X) ** X,
    "sin^-1(x)": symengine.asin(X),
    "ln x/x": LOG(X) / X,
    "e^x sin x": EXP(X) * SIN(X),
    "2^sin x": 2 ** SIN(X),
    "0.1": ONE / 10,
    "1e-3 x": X / 1000,
    "2.50": symengine.Rational(5, 2),
    ".5x": X / 2,
    "[x+1]^2": (X + 1) ** 2,
    "x²": X**2,
    "x⁻¹": 1 / X,
    "x¹²": X**12,
    "√x": SQRT(X),
    "√(x+1)": SQRT(X + 1),
    "√2 sin x": SQRT(symengine.Integer(2)) * SIN(X),
    "x·x×2÷3−1": 2 * X**2 / 3 - 1,
    "sin²x": SIN(X) ** 2,
    r"\frac{x}{2}": X / 2,
    r"\frac12 x": X / 2,
    r"\frac1{\frac{x}2}": 2 / X,
    r"\frac{1}{\sqrt{1-x^{2}}}": 1 / SQRT(1 - X**2),
    r"\sqrt[3]{x}": X ** symengine.Rational(1, 3),
    r"\sin\left(x\right) \cdot \ln x": SIN(X) * LOG(X),
    r"\sin^{2}{\left(x \right)}": SIN(X) ** 2,
    r"e^{-\pi x}": EXP(-PI * X),
    r"\left|x\right|": symengine.Abs(X),
    r"\log_{2}{x}": LOG(X) / LOG(symengine.Integer(2)),
    r"\operatorname{arcsinh}(x)": symengine.asinh(X),
    r"\int x \cos(x)\, dx": X * COS(X),
    "∫ x e^x dx": X * EXP(X),
}


@pytest.mark.parametrize("text", READINGS, ids=str)
def test_reads(text: str) -> None:
    parsed = parse_expression(text)
    assert parsed.expr == READINGS[text]
    assert parsed.variable == "x"


@pytest.mark.parametrize("name", [*FUNCTIONS, *NAMED])
def test_every_function_is_known_by_name(name: str) -> None:
    assert parse_expression(f"{name}(x)").expr == NAMED[name](X)


@pytest.mark.parametrize("name", INVERSES)
def test_inverse_spellings_agree(name: str) -> None:
    expected = parse_expression(f"a{name}(x)").expr
    for spelling in (
        f"arc{name}(x)",
        f"{name}^-1(x)",
        f"{name}⁻¹ x",
        *([f"ar{name} x"] if name[-1] == "h" else []),
    ):
        assert parse_expression(spelling).expr == expected


@pytest.mark.parametrize("text", ["t**2", "θ^2", "theta^2", r"\theta^2", "x_1**2", "t*t"])
def test_the_only_free_name_becomes_x(text: str) -> None:
    parsed = parse_expression(text)
    assert parsed.expr == X**2
    assert parsed.variable in ("t", "θ", "theta", "x_1")


def test_variable_can_be_named() -> None:
    assert parse_expression("foo**2", "foo").expr == X**2
    assert parse_expression("u(u+1)", variable="u").expr == X * (X + 1)
    assert parse_expression("5", variable="t").variable == "t"
    with pytest.raises(ParseError, match="parameters are not supported here: x"):
        parse_expression("t*x", variable="t")
    with pytest.raises(ParseError, match="can't be the name"):
        parse_expression("x", variable="sin")


def test_constants_of_integration_on_request() -> None:
    assert (
        parse_expression("C1*x + c_2", symbols=("c1", "c2")).expr
        == SYMBOL_EXPRS["c1"] * X + SYMBOL_EXPRS["c2"]
    )
    with pytest.raises(ParseError):
        parse_expression("C1*x")


REFUSALS = {
    "": (0, "empty"),
    "   ": (0, "empty"),
    "(x": (2, "expected a closing parenthesis for the one at character 1"),
    "x)": (1, "a closing parenthesis without an opening one"),
    "(x]": (2, "expected a closing parenthesis"),
    "|x": (2, "expected a closing bar"),
    "x+": (2, "was expected before the end"),
    "x*/2": (2, "was expected before '/'"),
    "sin": (3, "the argument of 'sin' was expected"),
    "sin()": (4, "was expected before '\\)'"),
    "sin(x, 2)": (7, "one argument"),
    "log(x, 1)": (7, "base of a logarithm"),
    "x + foo(x)": (4, "unknown function 'foo'"),
    "sine(x)": (0, "unknown function 'sine'; did you mean 'sin'"),
    "Sqrt(x)": (0, "did you mean 'sqrt'"),
    "f(x)": (0, "unknown function 'f'"),
    "gamma(x)": (6, "of rational numbers"),
    "xsin(x)": (0, r"did you mean x\*sin"),
    "sinx": (0, r"did you mean sin\(x\)"),
    "xy": (0, r"a product is written x\*y"),
    "x2": (0, r"write x\*2, x\^2"),
    "a*x + b": (0, "parameters are not supported here: a, b"),
    "x**y": (3, "parameters are not supported here: y"),
    "2 3": (2, "operator"),
    "x 2": (2, "operator"),
    "1,5": (1, "comma"),
    "x = 1": (2, "not an equation"),
    "x < 1": (2, "comparisons"),
    "x!": (1, "factorials"),
    "x.diff(x)": (1, "attribute access"),
    "lambda x: x": (8, "unexpected character ':'"),
    "'x'": (0, "quotes"),
    '"x"': (0, "quotes"),
    "__import__('os').system('id')": (0, "underscore"),
    "(lambda: 0)()": (7, "unexpected character ':'"),
    "x[0].__class__": (4, "attribute access"),
    "nan": (0, "not a finite number"),
    "x + oo": (4, "not a finite number"),
    r"\infty": (0, "not a finite number"),
    "1/0": (2, "division by zero"),
    "x/(x-x)": (3, "division by zero"),
    "0**-1": (3, "infinite or undefined"),
    "log(0)": (0, "infinite or undefined"),
    "9**9**9**9": (6, "the exponent 387420489 is beyond 1000"),
    "x**10**10": (3, "the exponent 10000000000 is beyond 1000"),
    "2**(1000**3)": (4, "the exponent 1000000000 is beyond 1000"),
    "(10**50)**999": (10, "20000 bits"),
    "(2x)**1001": (6, "beyond 1000"),
    "1e999999999": (0, "more than 60 digits"),
    "9" * 61: (0, "more than 60 digits"),
    "х+1": (0, r"U\+0445 CYRILLIC SMALL LETTER HA\); did you mean 'x'"),
    "\U0001d465": (0, "MATHEMATICAL ITALIC SMALL X.*did you mean 'x'"),
    "x\u200b": (1, "ZERO WIDTH SPACE"),
    "sin 2*x": (5, "ambiguous"),
    "sin x(x+1)": (5, "ambiguous"),
    "sin x e^x": (6, "ambiguous"),
    "√2x": (1, "ambiguous"),
    "exp^-1(x)": (0, "no meaning"),
    "sin^x x": (4, "whole number"),
    r"\frac{1}": (8, "two arguments"),
    r"\foo x": (0, "unknown name 'foo'"),
    r"\sqrt[n]{x}": (0, "degree of a root"),
    r"\int x": (6, "to end with dx"),
    "∫": (1, "to end with dx"),
    "sign(sqrt(-x))": (0, "can't be"),
    "(" * 5000: (100, "nested more than 100"),
    "(" * 101 + "x" + ")" * 101: (100, "nested more than 100"),
    "-" * 5000 + "x": (4900, "nested more than 100"),
    "sqrt " * 1000 + "x": (4495, "nested more than 100"),
    "x^" * 4000 + "x": (7800, "nested more than 100"),
    "x" * 10_000_000: (MAX_CHARACTERS, "10,000,000 characters"),
    "\x00": (0, "unexpected character"),
}


@pytest.mark.parametrize("text", REFUSALS, ids=lambda text: repr(text[:30]))
def test_refuses_quickly_and_points(text: str) -> None:
    position, message = REFUSALS[text]
    plain = "x+" * (min(len(text), MAX_CHARACTERS) // 2) + "x"
    reading, refusing = [], []
    for _ in range(3):  # the best of three: the machine may be busy with something else
        before = time.process_time()
        parse_expression(plain[-MAX_CHARACTERS:])
        between = time.process_time()
        with pytest.raises(ParseError, match=message) as caught:
            parse_expression(text)
        reading.append(between - before)
        refusing.append(time.process_time() - between)
    # No longer than a sum of that length takes to read here, but for the few milliseconds of any refusal.
    assert min(refusing) < min(reading) * 1.5 + 0.005
    assert caught.value.position == position
    assert caught.value.text == text
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["2**1000", "(x**1000)**1000", "x*" * 4999 + "x"])
def test_unrepresentable_is_unsupported(text: str) -> None:
    with pytest.raises(UnsupportedError):
        parse_expression(text)


def test_caret_points_at_the_character() -> None:
    with pytest.raises(ParseError) as caught:
        parse_expression("x + foo(x)")
    assert caught.value.caret() == "x + foo(x)\n    ^"


def test_long_sums_are_read() -> None:
    assert parse_expression("x+" * 4999 + "x").expr == 5000 * X


def test_deep_but_allowed_nesting_is_read() -> None:
    assert parse_expression("(" * 100 + "x" + ")" * 100).expr == X
    assert SIN(X) in parse_expression("cos(" * 90 + "sin(x)" + ")" * 90).expr.atoms(type(SIN(X)))


def test_prefix_refuses_huge_numeric_powers() -> None:
    huge = ["+", *"9" * 50]
    for base in (huge, ["mul", "x", *huge], ["div", "+", "1", *huge], ["add", "I", *huge]):
        with pytest.raises(PrefixError, match="bits"):
            decode(["pow", *base, "+", "9", "9", "9"])
    assert decode(["pow", "+", "2", "+", "1", "0"]) == 1024


EQUATIONS = {
    "y' + y = x": Y1 + Y - X,
    "y'' + y = sin(x)": Y2 + Y - SIN(X),
    "x**2*y'' + x*y' + y = 0": X**2 * Y2 + X * Y1 + Y,
    "dy/dx = y": Y1 - Y,
    "d^2y/dx^2 + y": Y2 + Y,
    "d**2y/dx**2 + y": Y2 + Y,
    "d²y/dx² + y = 0": Y2 + Y,
    "d^2y/(dx^2) + dy(x)/dx": Y2 + Y1,
    "(dy/dx)^2 = 1": Y1**2 - 1,
    "Derivative(y(x), x) + y(x)": Y1 + Y,
    "Derivative(y(x), (x, 2)) - y": Y2 - Y,
    "Derivative(y(x), x, x)": Y2,
    "diff(y(x), x, 2) = y": Y2 - Y,
    "Eq(Derivative(f(t), t), t*f(t))": Y1 - X * Y,
    "Eq(y', x)": Y1 - X,
    r"\frac{dy}{dx} = x y": Y1 - X * Y,
    r"\frac{\mathrm{d}^{2} y}{\mathrm{d}x^{2}} + y": Y2 + Y,
    r"y^{\prime\prime} + y": Y2 + Y,
    "y″ + y′ = 0": Y2 + Y1,
    "u'' + u = cos(t)": Y2 + Y - COS(X),
    "x'' + x = 0": Y2 + Y,
    "x' = t": Y1 - X,
    "2xy' = y": 2 * X * Y1 - Y,
    "y'(t) = y(t) + t": Y1 - Y - X,
    "y y' = e^x": Y * Y1 - EXP(X),
    "sin(y') = y'/y": SIN(Y1) - Y1 / Y,
}


@pytest.mark.parametrize("text", EQUATIONS, ids=str)
def test_reads_equations(text: str) -> None:
    parsed = parse_equation(text)
    assert parsed.residual == EQUATIONS[text]
    assert parsed.order == (2 if Y2 in parsed.residual.free_symbols else 1)


@pytest.mark.parametrize(
    ("text", "variable", "function"),
    [
        ("y'=x", "x", "y"),
        ("u''=t", "t", "u"),
        ("x''=-x", "t", "x"),
        ("f'(z)=1", "z", "f"),
        ("dv/ds=s", "s", "v"),
    ],
)
def test_names_of_an_equation(text: str, variable: str, function: str) -> None:
    parsed = parse_equation(text)
    assert (parsed.variable, parsed.function) == (variable, function)
    assert parse_equation(text, variable, function) == parsed


EQUATION_REFUSALS = {
    "": (0, "empty"),
    "x + 1 = 0": (0, "no derivative found"),
    "y' - y' = 0": (0, "no derivative of y is left"),
    "y''''' = 0": (0, "order 5"),
    "y^{(6)} = 0": (0, "order 6"),
    "d^5y/dx^5 = 0": (0, "order 5"),
    "y' + a*y = b*c*d*f*g*h": (5, "more than 6 parameters: a, b, c, d, f, g, ..."),
    "y' = y = 1": (7, "before '='"),
    "y' = y(0)": (6, "initial conditions"),
    "y' + y(x+1)": (6, r"y\*\(\.\.\.\) for a product"),
    "u' + y' = 0": (5, "one unknown function was expected, not u and y"),
    "dy/dt + dy/dx = 0": (8, "the variable is t, but here it is x"),
    "Eq(y', x": (8, "closing parenthesis"),
    "y' +": (4, "end of the text"),
    "y' + 2'": (6, "a prime must follow"),
    "y' + 1/0": (7, "division by zero"),
    "y'" + "+y" * 10_000: (MAX_CHARACTERS, "characters"),
}


@pytest.mark.parametrize("text", EQUATION_REFUSALS, ids=lambda text: repr(text[:30]))
def test_refuses_equations(text: str) -> None:
    position, message = EQUATION_REFUSALS[text]
    with pytest.raises(ParseError, match=message) as caught:
        parse_equation(text)
    assert caught.value.position == position


def test_reads_conditions() -> None:
    conditions, parameters = parse_conditions("y(0)=1, y'(0)=0")
    assert conditions == (Condition(0, 0 * ONE, ONE), Condition(1, 0 * ONE, 0 * ONE)) and parameters == ()
    conditions, _ = parse_conditions("u(pi) = e; u'(1/2) = -2", "u")
    assert conditions == (Condition(0, PI, E), Condition(1, HALF, -2 * ONE))
    assert len(parse_conditions("y(0)=1 and y'(0)=2")[0]) == 2


def test_names_in_conditions_are_parameters() -> None:
    (condition,), parameters = parse_conditions("v(x_0) = 2*k", "v", "t", ("k",))
    assert parameters == ("k", "x_0")
    assert condition == Condition(0, SYMBOL_EXPRS["b"], 2 * SYMBOL_EXPRS["a"])
    with pytest.raises(ParseError, match="more than 6 parameters: k, m, n, r, s, u, v"):
        parse_conditions("y(0) = m*n*r*s*u*v", parameters=("k",))


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "empty"),
        ("y(0)", 4, "a condition such as"),
        ("y = 1", 2, "a condition such as"),
        ("u(0) = 1", 0, "a condition such as"),
        ("y(0) = x", 7, "a number was expected"),
        ("y''''(0) = 1", 0, "up to order 3"),
        ("y(1/0) = 1", 4, "division by zero"),
    ],
)
def test_refuses_conditions(text: str, position: int, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        parse_conditions(text)
    assert caught.value.position == position
