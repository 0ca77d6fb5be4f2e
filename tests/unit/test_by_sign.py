import pytest

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
