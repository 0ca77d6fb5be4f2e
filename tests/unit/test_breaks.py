import math

import pytest

from symmath.expr.breaks import breaks
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression


@pytest.mark.parametrize(
    ("text", "places", "is_complete"),
    [
        ("sin(x)", [], True),
        ("abs(x-100) + log(x)", [0, 100], True),
        ("sqrt((x-30)**2)", [30], True),
        ("sqrt(x**2-2*x+1)", [1], True),
        ("log((x**2-2)/(x-1/50))", [-(2**0.5), 0.02, 2**0.5], True),
        ("asin(2*x-3)", [1, 2], True),
        ("abs(x-10**9)*sign(x+1/10**9)", [-1e-9, 1e9], True),
        ("abs(log(x)-10)", [0, 22026.465794806718], False),
        ("sqrt(1-2*exp(x)+exp(2*x))", [0], False),
        ("log(sqrt(x)-2)", [0, 4], False),
        ("sqrt(exp(x)+exp(-x)-2)", [0], False),
    ],
)
def test_breaks(text: str, places: list[float], is_complete: bool) -> None:
    found = breaks(canonical_tokens(parse_expression(text).expr))
    assert found.places == pytest.approx(places, rel=1e-11)
    assert found.is_complete is is_complete


def test_what_touches_zero_is_a_break() -> None:
    found = breaks(canonical_tokens(parse_expression("sqrt(1+sin(x))").expr)).places
    assert any(place == pytest.approx(-math.pi / 2, rel=1e-6) for place in found)
    assert any(place == pytest.approx(3 * math.pi / 2, rel=1e-6) for place in found)


def test_more_breaks_than_are_kept_are_said_to_be_more() -> None:
    found = breaks(canonical_tokens(parse_expression("abs(sin(x))").expr))
    assert len(found.places) > 20 and not found.is_complete
    assert found.places == tuple(sorted(found.places))


def test_breaks_too_close_to_look_between_are_said_to_be_more() -> None:
    found = breaks(canonical_tokens(parse_expression("sign((x - 1)*(x - 1 - 10^-9))").expr))
    assert (found.places, found.is_complete) == ((1.0,), False)
    assert breaks(canonical_tokens(parse_expression("sign(x - 1/3) + log(1 - 3*x)").expr)).is_complete
