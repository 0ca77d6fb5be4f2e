import pytest
import symengine

from symmath.ansatz.primitive import primitives
from symmath.ansatz.residues import logarithmic_part, partial_fractions
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict, verify_integral

ACCEPTED = {Verdict.PROVED, Verdict.NUMERIC}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("1/(x^6 + 2)", "0"),
        ("x^8/(x^8 + 1)", "1"),
        ("(1 - x^4)/(x^8 - 5*x^4 + 1)", "0"),
        ("1/(3*x^3 - 2)", "0"),
        ("1/(x^6 + x^3 + 1)", "0"),
        ("x/(1 + x + x^2 + x^3 + x^4 + x^5 + x^6)", "0"),
        ("x/((x^5 + 3)*(x^2 + 1))", "(3*x + 1)/(10*(x^2 + 1))"),
        ("1/(x^3 + 2)^2", "0"),
        ("x^6/(2*x^5 + 3)^3", "0"),
        ("(x^3 + x + 2)/(x^4 - x^2 + 2)", "0"),
        ("1/((x + 1)^4 + 3*(x + 1)^2 + 7)^2", "0"),
        ("1/((x - 2)^5 + 3)", "0"),
        ("x/(x^4 + 2*x^2 + 4*x + 2)", "0"),
        ("1/(x^4 - 2*x^3 + x - 5)", "0"),
        ("x^2/(x^4 + 2*x^2 + 4*x + 2)^2", "0"),
        ("x/(x^8 + 6*x^4 + 1)", "0"),
    ],
)
def test_denominators_that_split_over_radicals(text: str, rest: str) -> None:
    integrand = parse_expression(text).expr
    split = logarithmic_part(integrand)
    assert split is not None
    total, left = split
    difference = (left - parse_expression(rest, "x").expr) * (X**2 + 1)
    assert symengine.expand(difference, deep=True).subs({X: 3}) == 0
    assert verify_integral(integrand - left, total).verdict in ACCEPTED


@pytest.mark.parametrize("text", ["1/(x^5 + 1)", "x^2/(x^10 - 1)"])
def test_fifths_of_a_circle_are_written_by_radicals_and_proved(text: str) -> None:
    integrand = parse_expression(text).expr
    found = next(primitives(integrand))
    assert "cos" not in str(found) and "sin" not in str(found)
    assert verify_integral(integrand, found).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "text", ["1/(x^3 + x + 1)", "sin(x)/(x^3 + 2)", "1/(x^4 + x + 1)", "x^2", "1/(x^2 + 2)"]
)
def test_other_functions_are_left_alone(text: str) -> None:
    assert logarithmic_part(parse_expression(text).expr) is None


@pytest.mark.parametrize(
    "text",
    [
        "3*sin(x)*cos(x)/(sin(x)^3 + 5)",
        "exp(x)/(exp(3*x) + 2)",
        "1/((x + 1)*(x^4 - 5))",
        "sqrt(1 - cos(x))",
        "x*sqrt(2 + 2*cos(3*x))",
        "sqrt(1 + sin(x))",
        "sqrt(1 - sin(2*x))",
        "acos(x)*asin(x)",
        "acos(x)^2*asin(x)/sqrt(1 - x^2)",
    ],
)
def test_fitting_uses_residues_half_angles_and_one_arc(text: str) -> None:
    integrand = parse_expression(text).expr
    verdicts = {verify_integral(integrand, found).verdict for found in primitives(integrand)}
    assert verdicts & ACCEPTED


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1/(x^3 - 2*x^2 + 2*x - 15)", 2),
        ("(x^5 + 1)/((x - 1)^3*(x^2 + 1)^2)", 5),
        ("x^3/(x + 1)", 2),
        ("3/x", 1),
    ],
)
def test_partial_fractions_add_up(text: str, count: int) -> None:
    e = parse_expression(text).expr
    found = partial_fractions(e)
    assert len(found) == count
    for value in (symengine.Rational(7, 3), symengine.Integer(-11)):
        assert symengine.expand((symengine.Add(*found) - e).subs({X: value})) == 0


@pytest.mark.parametrize("text", ["sin(x)/x", "sqrt(2)/(x^2 + x)", "exp(x)"])
def test_other_expressions_have_no_partial_fractions(text: str) -> None:
    assert partial_fractions(parse_expression(text).expr) == []


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("1/(x^4 + 6*x^2 + 1)", "sqrt(2)"),
        ("1/(x^4 + 4*x^2 + 1)", "sqrt(6)"),
        ("x/(x^6 + 4)", "2**(1/3)"),
        ("1/(x^4 + x^2 + 4)", "sqrt(5)"),
    ],
)
def test_roots_of_sums_and_of_powers_are_written_simply(text: str, inside: str) -> None:
    found = logarithmic_part(parse_expression(text).expr)
    assert found is not None
    written = str(found[0])
    assert inside in written and "sqrt(8)" not in written and "4**" not in written
    assert "sqrt(-" not in written and "+ sqrt(2))**" not in written
