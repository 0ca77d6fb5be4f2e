"""Notations of textbooks, LaTeX and Unicode; what plain text means is in `test_parse.py`."""

from __future__ import annotations

import pytest

from symmath.errors import ParseError
from symmath.expr.conditions import parse_conditions
from symmath.expr.differentials import split_limits
from symmath.expr.parse import parse_equation, parse_expression
from tests.unit.test_command_line import shell


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("eˣ", "exp(x)"),
        ("e⁻ˣ", "exp(-x)"),
        ("e²ˣ", "exp(2*x)"),
        ("x⁽ⁿ⁺¹⁾", "x^(n+1)"),
        ("sin²x", "sin(x)^2"),
        ("sin⁻¹x", "asin(x)"),
        ("½x", "x/2"),
        ("⅔x³", "2*x^3/3"),
        ("x^½", "sqrt(x)"),
        ("log_{10} x", "log(x)/log(10)"),
        ("log₂(x)", "log(x)/log(2)"),
        (r"\omega_0^2 x", "omega_0^2*x"),
        (r"\sin(\omega_{0}x)", "sin(omega_0*x)"),
        (r"\varphi_1 x", "phi_1*x"),
        (r"\Omega x", "Omega*x"),
        ("ω₀x", "ω_0*x"),
        ("k(x - a)", "k*(x - a)"),
        ("x e^{-x/L_{max}}", "x*exp(-x/L_max)"),
        ("$x^2$", "x^2"),
        (r" $$\frac{x}{2}$$ ", "x/2"),
        (r"\(x^2\)", "x^2"),
        (r"\[ x^2 \]", "x^2"),
    ],
)
def test_expressions(text: str, same: str) -> None:
    assert parse_expression(text, "x", parameters=None) == parse_expression(same, "x", parameters=None)


@pytest.mark.parametrize("text", ["2½", "x⁽ⁿ", "$x", "x₀₁y_", "e⁻", "x^2$"])
def test_half_notations_are_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_expression(text, "x", parameters=None)


@pytest.mark.parametrize(
    ("text", "same", "variable"),
    [
        ("x^2 dx", "x^2", "x"),
        (r"t^2 \, \mathrm{d}t", "t^2", "t"),
        ("x y dy", "x*y", "y"),
        ("∫dx", "1", "x"),
        ("∫ |x| dx", "abs(x)", "x"),
        ("∫ x² dx", "x^2", "x"),
        ("∫ dx x^2", "x^2", "x"),
        ("∫dx/x", "1/x", "x"),
        ("∫ 2 dt/t", "2/t", "t"),
        (r"\int \frac{dx}{1+x^2}", "1/(1+x^2)", "x"),
        (r"\int \frac{t\,dt}{1+t^2}", "t/(1+t^2)", "t"),
        ("∫ (c x + d x) dx", "c*x + d*x", "x"),
        ("∫ x + 1 dx", "x + 1", "x"),
        ("∫ 1/t - cos t d t", "1/t - cos(t)", "t"),
        (r"\int \sin\theta \, d\theta", "sin(theta)", "theta"),
        # Without the sign these are products.
        ("c x + d x", "c*x + d*x", "x"),
        ("d x", "d*x", "x"),
    ],
)
def test_differentials_name_the_variable(text: str, same: str, variable: str) -> None:
    assert parse_expression(text, parameters=None) == parse_expression(same, variable, parameters=None)


@pytest.mark.parametrize(
    "text",
    [
        *("∫x", "∫ x dx dy", "dx", "dx/x", "∫_0^1 x dx"),
        # Of these not every term has dx as a factor.
        *("∫ x dx + 1", "∫ e^x dx + x^2", "∫ sin(dx)", "∫ x dx^2", "∫ 1/dx", "∫ x^dx"),
    ],
)
def test_refuses_integrals(text: str) -> None:
    with pytest.raises(ParseError):
        parse_expression(text, parameters=None)


@pytest.mark.parametrize("text", ["sin(dx) + dy = 0", "dx^2 + dy = 0", "dx dy = 0", "y dx - x dy = 5"])
def test_refuses_equations_that_are_not_linear_in_differentials(text: str) -> None:
    with pytest.raises(ParseError, match="one differential as a factor"):
        parse_equation(text)


@pytest.mark.parametrize(
    ("text", "bare", "limits"),
    [
        (r"\int_0^1x^2dx", r"\int x^2dx", ("0", "1")),
        (r"\int_0^\frac12 x dx", r"\int x dx", ("0", r"\frac12")),
        (r"\int_0^\frac{1}{2} x dx", r"\int x dx", ("0", r"\frac{1}{2}")),
        ("∫_0^oo exp(-x) dx", "∫ exp(-x) dx", ("0", "oo")),
        ("∫_-oo^+oo exp(-x) dx", "∫ exp(-x) dx", ("-oo", "+oo")),
        ("∫_0^2π cos(x)^2 dx", "∫ cos(x)^2 dx", ("0", "2π")),
        ("∫_0^π/2 cos(x)^2 dx", "∫ cos(x)^2 dx", ("0", "π/2")),
        ("∫_0^ln2 exp(x) dx", "∫ exp(x) dx", ("0", "ln2")),
        ("∫_0^sqrt(1 + 2) x dx", "∫ x dx", ("0", "sqrt(1 + 2)")),
        ("∫_0^e^2 x dx", "∫ x dx", ("0", "e^2")),
        ("∫^1e3_0 x dx", "∫ x dx", ("0", "1e3")),
        ("∫_0^1(x+1)dx", "∫ (x+1)dx", ("0", "1")),
        ("∫_0^1x^2 dx", "∫ x^2 dx", ("0", "1")),
        ("∫_0^exp(1) x dx", "∫ x dx", ("0", "exp(1)")),
        (r"\int_{0}^{\frac{\pi}{2}} \cos x\,dx", r"\int \cos x\,dx", ("0", r"\frac{\pi}{2}")),
        ("∫_0^10 x dx", "∫ x dx", ("0", "10")),
        ("∫_-∞^∞ exp(-x^2) dx", "∫ exp(-x^2) dx", ("-∞", "∞")),
        (r"$\int^b_a x dx$", r"$\int x dx$", ("a", "b")),
        (r"\int\limits_0^\infty e^{-x}dx", r"\int e^{-x}dx", ("0", r"\infty")),
        ("∫_0^(1/2) x dx", "∫ x dx", ("0", "1/2")),
    ],
)
def test_limits_at_the_sign(text: str, bare: str, limits: tuple[str, str]) -> None:
    assert split_limits(text) == (bare, limits)


@pytest.mark.parametrize(
    # In LaTeX a limit without braces is one digit; two are a slip.
    "text",
    [r"\int_0^10 x dx", "x", "∫ x dx", r"\int_0 x dx", r"\int_{0^1 x dx", r"\int_0_1 x dx", r"\int_"],
)
def test_one_limit_is_none(text: str) -> None:
    assert split_limits(text) == (text, None)


def test_the_command_line_takes_limits_at_the_sign() -> None:
    done = shell("integrate", r"\int_0^{\infty} x e^{-x} \, dx", "--engine", "fit")
    assert (done.exit_code, done.stdout.split(" = ")[0].strip()) == (0, "1")
    twice = shell("integrate", "∫_0^1 x dx", "--from", "0", "--to", "1", "--engine", "fit")
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "twice" in twice.stderr


@pytest.mark.parametrize(
    ("text", "same", "variable"),
    [
        (r"\ddot{x} + \omega_0^2 x = 0", "x'' + omega_0^2*x = 0", "t"),
        (r"m\ddot x + c\dot x + k x = 0", "m*x'' + c*x' + k*x = 0", "t"),
        (r"\ddot{\theta}(t) = -\theta(t)", "theta'' = -theta", "t"),
        ("ẍ + 2ẋ + x = 0", "x'' + 2*x' + x = 0", "t"),
        ("θ\N{COMBINING DIAERESIS} + θ = 0", "θ'' + θ = 0", "t"),
        ("ẏ(s) = s*y(s)", "y' = s*y", "s"),
        (r"\frac{d\theta}{dt} = -\theta", "theta' = -theta", "t"),
        ("d^2theta/dt^2 = -theta", "theta'' = -theta", "t"),
        (r"\frac{d^2}{dt^2} x = -x", "x'' = -x", "t"),
        ("d/dx (y(x)) = y(x)", "y' = y", "x"),
        (r"\frac{dT}{dt} = -k \left(T - T_{env}\right)", "T' = -k*(T - T_env)", "t"),
    ],
)
def test_equations(text: str, same: str, variable: str) -> None:
    read, other = parse_equation(text), parse_equation(same, variable)
    assert (read.residual, read.variable, read.function) == (other.residual, variable, other.function)
    assert read.parameters == other.parameters


def test_conditions_with_dots() -> None:
    assert parse_conditions(r"x(0) = 1, \dot{x}(0) = 2", "x") == parse_conditions("x(0) = 1, x'(0) = 2", "x")
    assert parse_conditions("ẋ(a) = 2", "x") == parse_conditions("x'(a) = 2", "x")


def test_a_coefficient_that_looks_like_a_function_is_pointed_out() -> None:
    with pytest.raises(ParseError, match=r"a product is written k\*\(\.\.\.\)"):
        parse_equation("dT/dt = -k(T)")
    with pytest.raises(ParseError, match="unknown function 'f'"):
        parse_expression("f(x + 1)", parameters=None)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("(2*x*y + 3) dx + (x^2 - 1) dy = 0", "(2*x*y + 3) + (x^2 - 1)*y' = 0"),
        ("y dx - x dy = 0", "y - x*y' = 0"),
        ("(y^2 + 2xy)dx = x^2 dy", "y^2 + 2*x*y = x^2*y'"),
        ("dx/x = -k dt", "x'/x = -k"),
        (r"\frac{dy}{y} = 2x\,dx", "y'/y = 2*x"),
        (r"-\frac{\hbar^2}{2m} \psi'' = W \psi", "-hbar^2/(2*m)*psi'' = W*psi"),
    ],
)
def test_equations_of_differentials(text: str, same: str) -> None:
    read = parse_equation(text)
    other = parse_equation(same, read.variable)
    assert (read.residual, read.function) == (other.residual, other.function)
    assert read.variable == ("t" if "dt" in text else "x")


def test_the_variable_of_differentials_may_be_named() -> None:
    assert parse_equation("y dx - x dy = 0", "y").function == "x"
    with pytest.raises(ParseError, match="no derivative"):
        parse_equation("y dx - x dy = 0", "s")


def test_what_maxima_is_told_is_read() -> None:
    assert parse_expression("%pi*x*%e^x") == parse_expression("pi*x*exp(x)")


def test_powers_of_e_are_exponentials_however_large() -> None:
    assert parse_expression("e^{1024}*x").expr == parse_expression("exp(1024)*x").expr
    with pytest.raises(ParseError):
        parse_expression("2^(1024*1024)*x")
