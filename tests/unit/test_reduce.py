import pytest
import symengine

from symmath.ansatz.modular import vanishes
from symmath.ansatz.primitive import primitives
from symmath.ansatz.reduce import groups, linear_change, parts
from symmath.ansatz.substitution import substitutions
from symmath.expr.derivation import written_out
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.expr.tidy import shorter_forms
from symmath.verification import Verdict, verify_integral


@pytest.mark.parametrize(
    "text",
    [
        "(1000*x + 7)^3*exp(1000*x + 7)",
        "sin(997*x)^4*cos(997*x)",
        "1/(1000000*x^2 + 1)",
        "x^7/(x^12 + 1)",
        "x/sqrt(x^4 + 36)",
        "sqrt(log(x) + 1)/(x*log(x))",
        "exp(x)/(exp(2*x) + 1)",
        "1/(sqrt(1 - 2*x)*(3*x + 2)*sqrt(5*x + 3))",
        "((x - 1)/(x + 1))^(1/3)",
        "1/((x + 1)*sqrt(x^2 + x + 1))",
        "1/(1 + sin(x)^2)",
        "1/cosh(x)",
        "x*cos(pi*x)",
        "1/((x + 2)*sqrt(3*x^2 - x + 5))",
        "(1 - x^2)^(3/2)*asin(x)",
        "x/sqrt(x^2)",
        "tan(x)^3 + x*exp(x)/(x + 1)^2 + 1/(x^2 + 3)",
    ],
)
def test_integrands_fitted_after_a_change(text: str) -> None:
    integrand = parse_expression(text).expr
    verdicts = [verify_integral(integrand, found).verdict for found in primitives(integrand)]
    assert Verdict.PROVED in verdicts or Verdict.NUMERIC in verdicts


def test_a_linear_change_must_shorten() -> None:
    assert linear_change(symengine.sin(X)) is None
    new, inner = linear_change(symengine.sin(5 * X + 1) ** 2 * symengine.exp(5 * X + 1))
    assert inner == 5 * X + 1
    assert new == symengine.sin(X) ** 2 * symengine.exp(X) / 5


def test_parts_add_up() -> None:
    e = X * (symengine.sin(X) + symengine.exp(X))
    assert vanishes(symengine.Add(*parts(e)) - e)
    assert list(parts(symengine.sin(X))) == []


@pytest.mark.parametrize(
    "text",
    [
        "x^3/(x^8 + 1)",
        "tan(x)^2",
        "sqrt((x + 1)/(x - 1))",
        "exp(x)/(1 + exp(x))",
        "1/(sin(4 - 6*x)*cos(4 - 6*x)^2)",
        "sinh(2*x)^3/cosh(2*x)",
    ],
)
def test_substitutions_keep_the_differential(text: str) -> None:
    integrand = parse_expression(text).expr
    found = list(substitutions(integrand))
    assert found
    point = {X: symengine.Rational(7, 3)}
    for new, inner in found:
        pulled_back = new.subs({X: inner}) * inner.diff(X)
        assert abs(complex((pulled_back - integrand).subs(point).n(100))) < 1e-20


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("1/(sin(x)*cos(x)^2)", "cos(x)"),
        ("cos(x)^3*sin(x)^2", "sin(x)"),
        ("1/cosh(3*x)^3", "sinh(3*x)"),
        ("tanh(x)/(1 + cosh(x))", "cosh(x)"),
    ],
)
def test_odd_degrees_leave_the_other_function(text: str, inner: str) -> None:
    found = dict((b, a) for a, b in substitutions(parse_expression(text).expr))
    assert not found[parse_expression(inner).expr].atoms(symengine.sin, symengine.cos)


def test_shorter_forms_are_shorter_and_equal() -> None:
    e = parse_expression("(2 - (1 + x))/(1 + x) + x*exp(x) + 2*exp(x)").expr
    forms = shorter_forms(e)
    assert len(forms) > 1
    assert len(str(forms[0])) < len(str(e))
    assert all(vanishes(form - e) for form in forms)
    assert shorter_forms(X) == []


def test_a_derivative_is_written_out_by_rules() -> None:
    lines = written_out(parse_expression("x*sin(x) + cos(3*x)").expr, str)
    assert lines[0].endswith("[sum]")
    assert any(line.endswith("[product]") for line in lines)
    assert any(line.endswith("[cos and chain]") for line in lines)


def test_groups_share_functions_also_by_their_derivatives() -> None:
    apart = groups(
        parse_expression("sin(x)*exp(x) + cos(x) + log(x^2 + 1) + x + 3*x^2 + asin(x)/7 + sqrt(1 - x^2)").expr
    )
    assert {len(group.args) if type(group) is symengine.Add else 1 for group in apart} == {1, 2}
    assert len(apart) == 5
    assert groups(parse_expression("x*sin(x)").expr) == []
