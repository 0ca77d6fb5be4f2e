import time

import pytest

from symmath.errors import UnsupportedError
from symmath.expr.expansion import count_terms, expand
from symmath.expr.parse import parse_expression


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("x", 1),
        ("x+1", 2),
        ("(x+1)*(x+2)*(x+3)", 8),
        ("(x+sin(x)+1)^3", 10),
        ("1/(x+1)^2", 1),
        ("sin((x+1)^2)", 1),
    ],
)
def test_counts(text: str, terms: int) -> None:
    assert count_terms(parse_expression(text).expr) == terms


def test_small_sums_are_expanded() -> None:
    assert expand(parse_expression("(x+1)^2").expr) == parse_expression("x^2+2x+1").expr


@pytest.mark.parametrize(
    "text",
    [
        "(x+sin(x)+cos(x)+exp(x)+log(x))^40",
        "sin((x+sin(x)+cos(x)+1)^60)",
        "(x+sin(x)+exp(x)+1)^-60",
        "(x+1)^30*(sin(x)+1)^90",
    ],
)
def test_what_would_explode_is_refused_at_once(text: str) -> None:
    e = parse_expression(text).expr
    begin = time.perf_counter()
    with pytest.raises(UnsupportedError):
        expand(e)
    assert time.perf_counter() - begin < 0.1
