import random

import pytest
from flint import acb

from datagen.pipeline import _equal_at_a_point
from datagen.trees import draw
from symmath.errors import SymMathError
from symmath.expr import balls
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_expression
from symmath.expr.present import PRESENTATIONS, all_presentations, present
from tests.strategies import canonical

FORMS = {
    "x*(x+1)": ("expanded", "together", "apart"),
    "1/x + 1/(x+1)": ("together", "factored", "apart"),
    "(x**2-1)/(x-1)**2": ("expanded", "together", "factored", "apart"),
    "tan(x)/x": ("trig",),
    "sinh(x)*x + cosh(x)": ("trig", "exponential"),
    "exp(x)*(exp(2*x)+1)/x": ("expanded", "together", "apart"),
    "sqrt(x+1)*(x+sqrt(x+1))": ("expanded", "together", "factored", "apart"),
    "sin(x)*(log(x)+x)**2/cos(x)": ("expanded", "together", "apart", "trig"),
}
"""Every form of each text that is another than the text itself."""


@pytest.mark.parametrize(("text", "name"), [(text, name) for text, names in FORMS.items() for name in names])
def test_presentations_are_equal_expressions(text: str, name: str) -> None:
    e = parse_expression(text).expr
    shown = present(e, name)
    assert shown is not None and shown != e
    assert _equal_at_a_point(canonical_tokens(e), canonical_tokens(shown), random.Random(0))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x*(x+1)", "raw"),
        ("1/x + 1/(x+1)", "expanded"),
        ("tan(x)/x", "together"),
        ("x*(x+1)", "factored"),
        ("sinh(x)*x + cosh(x)", "apart"),
        ("exp(x)*(exp(2*x)+1)/x", "trig"),
        ("sqrt(x+1)*(x+sqrt(x+1))", "exponential"),
    ],
)
def test_what_has_a_form_already_is_not_shown_in_it(text: str, name: str) -> None:
    assert present(parse_expression(text).expr, name) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1 + tan(x)**2", "1/cos(x)**2"),
        ("exp(x)*(1 + tan(x**2)**2)", "exp(x)/cos(x**2)**2"),
        ("3*x - 3*x*tanh(x)**2", "3*x/cosh(x)**2"),
        ("tan(x)", "sin(x)/cos(x)"),
        ("sin(x)/x", "cos(x)*tan(x)/x"),
    ],
)
def test_trigonometric_forms(text: str, shown: str) -> None:
    assert present(parse_expression(text).expr, "trig") == parse_expression(shown).expr


def _values(e: Expr, points: list[acb]) -> list[acb | None]:
    """Evaluate at each point; None where the ball is not finite."""
    tokens = canonical_tokens(e)
    values: list[acb | None] = []
    for point in points:
        try:
            value = balls.evaluate(tokens, {"x": balls.variable(point, 1)}, 1)[0]
        except SymMathError:
            value = acb("nan")
        values.append(value if value.is_finite() else None)
    return values


def test_presentations_of_random_derivatives_agree_everywhere() -> None:
    rng = random.Random(0)
    points = [acb(0.7, 0.3), acb(1.9, -0.4), acb(-0.6, 0.9), acb(-1.3, -0.2), acb(0.31), acb(-1.7)]
    compared = 0
    for _ in range(100):
        try:
            e = canonical(draw(rng, rng.randint(2, 10)).diff(X))
        except SymMathError:
            continue
        for name in PRESENTATIONS:
            shown = present(e, name)
            if name == "raw" or shown is None:
                continue
            with balls.working_precision(200):
                for a, b in zip(_values(e, points), _values(shown, points), strict=True):
                    if a is not None and b is not None:
                        assert a.overlaps(b), (name, e, shown)
                        compared += 1
    assert compared > 500


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("expanded", "x*(x+1)", "x**2+x"),
        ("together", "1/x + 1/(x+1)", "(2*x+1)/(x**2+x)"),
        ("factored", "x**2+2*x+1", "(x+1)**2"),
        ("together", "(x**2-1)/(x-1)**2", "(x+1)/(x-1)"),
        ("exponential", "cosh(x)", "(exp(x)+exp(-x))/2"),
    ],
)
def test_known_forms(name: str, text: str, expected: str) -> None:
    assert present(parse_expression(text).expr, name) == parse_expression(expected).expr


def test_all_presentations_are_distinct_and_begin_with_the_expression() -> None:
    e = parse_expression("tan(x)*(x+1)/x + sinh(x)").expr
    shown = all_presentations(e, 5)
    assert shown[0] == ("raw", e)
    assert len({tuple(canonical_tokens(form)) for _, form in shown}) == len(shown) == 5


def test_what_grows_too_much_is_not_shown() -> None:
    assert present(parse_expression("(x+1)**40*(sin(x)+1)**40").expr, "expanded") is None
