import pytest

import symmath
from symmath.ansatz.primitive import primitives
from symmath.expr.corners import joined_at_corners
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict
from symmath.verification.integrals import verify_integral

EVERYWHERE = "all real x where the integrand is"


@pytest.mark.parametrize(
    "text",
    [
        # For one sign, a coefficient of what is found with both would be infinite.
        "exp(-x - abs(x))",
        "exp(-abs(x - 1) - abs(x + 1))",
        "1/(x + abs(x) + 1)",
        "sqrt(x + abs(x))",
        "abs(x)/(x^2 + abs(x) + 1)",
        # All four choices of two signs, and three of them.
        "1/(1 + abs(x) + abs(x^2 - 1))",
        "1/(1 + abs(x) + abs(x - 1))",
        "cos(x + abs(x))*exp(-abs(x - 1))",
        # The middle choice is met on a short stretch only.
        "1/(1 + abs(x - 1) + abs(x - 11/10))",
        "abs(sqrt(-x))",
    ],
)
def test_signs_are_solved_apart_and_joined(text: str) -> None:
    integrand = parse_expression(text).expr
    check = verify_integral(integrand, next(primitives(integrand)))
    assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    # Without a jump, too, or it would be mentioned.
    assert check.domain == EVERYWHERE


@pytest.mark.parametrize(
    ("primitive", "joined"),
    [
        ("x*exp(-x)*sign(1 - x)", "x*exp(-x)*sign(1 - x) + exp(-1)*sign(x - 1)"),
        ("(x^4 - 2*x^2)*sign(x^3 - x)", "(x^4 - 2*x^2)*sign(x^3 - x) + sign(x - 1) + sign(x + 1)"),
        # It touches zero at 1 and has no corner there.
        ("x*sign((x - 1)^2*(x + 2))", "x*sign((x - 1)^2*(x + 2)) + 2*sign(x + 2)"),
        ("log(x)*sign(x + 2)", "log(abs(x))*sign(x + 2) - log(2)*sign(x + 2)"),
        ("x*sign(sin(x))", "x*sign(sin(x))"),
    ],
)
def test_what_jumps_at_corners_is_joined(primitive: str, joined: str) -> None:
    found, expected = joined_at_corners(parse_expression(primitive).expr), parse_expression(joined).expr
    for point in ("-7/3", "-3/2", "-1/7", "2/5", "13/11"):
        at = {parse_expression("x").expr: parse_expression(point).expr}
        assert abs(complex((found - expected).subs(at).n(60))) < 1e-12


@pytest.mark.parametrize(
    ("text", "primitive"),
    [
        ("1/(1 + abs(x - 2))", "log(Abs(x - 2) + 1)*sign(x - 2)"),
        ("abs(x - 1)/x^2", "(x*log(x) - x + 1)*sign(x - 1)/x"),
        ("sign(x - a)", "Abs(a - x)"),
        ("abs(sqrt(-x)*x)", "2*x*Abs(x)**(3/2)/5"),
        ("sqrt(x^4 + x^2)", "(x**2 + 1)**(3/2)*sign(x)/3 - sign(x)/3"),
    ],
)
def test_primitives_are_real_and_go_on(text: str, primitive: str) -> None:
    found = symmath.integrate(text, "x", mode="fit")
    assert str(found.expr) == primitive
    assert (found.domain or "").startswith(EVERYWHERE) and "jumps" not in (found.domain or "")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        # By more than a floating-point number can be.
        ("x^200*abs(x - 50)", "it jumps at x = 50"),
        ("abs(log(x))", "it jumps at x = 1"),
        ("abs(asin(x))", "it jumps at x = 0"),
        ("sqrt(a + a*cos(x))", "it jumps where tan(x/2) has poles"),
    ],
)
def test_jumps_are_named(text: str, clause: str) -> None:
    assert clause in (symmath.integrate(text, "x", mode="fit", timeout=20).domain or "")


@pytest.mark.parametrize(
    "text",
    [
        # Seven choices of signs; at 720 the hyperbolic cosine is more than a double holds.
        "exp(-x - abs(x)) + " + " + ".join(f"abs(x - {n})" for n in range(1, 7)),
        "cosh(x)*abs(x - 720)",
        # Infinite at the corner, where nothing can be joined.
        "1/(x^2*(x + abs(x) + 1))",
        "log(x)*sign(x)",
    ],
)
def test_proposals_are_not_lost(text: str) -> None:
    assert symmath.integrate(text, "x", mode="fit").expr is not None


def test_what_has_no_choice_of_signs_gives_nothing() -> None:
    integrand = parse_expression("exp(x^2)*abs(sin(x))*abs(cos(x))*abs(x)*abs(x - 1)").expr
    assert list(primitives(integrand)) == []
