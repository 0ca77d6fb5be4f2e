import time

import pytest
from typer.testing import CliRunner

from symmath import dsolve, integrate
from symmath.cli import app
from symmath.errors import UnsupportedError
from symmath.expr.bridge import to_sympy
from symmath.expr.parse import parse_expression
from symmath.questions import read_limit

COSINE = "cos(exp(exp(exp(4))))"
RADICALS = "+".join(f"sqrt({p})" for p in (2, 3, 5, 7, 11))
SQUARE = "28+" + "+".join(f"2*sqrt({p * q})" for p in (2, 3, 5, 7, 11) for q in (2, 3, 5, 7, 11) if p < q)
VAST = (
    COSINE,
    f"log({COSINE})",
    f"abs({COSINE})",
    f"asin({COSINE})",
    f"({COSINE})^(1/3)",
    f"2^{COSINE}",
    f"log({RADICALS}-sqrt({SQUARE}))",
)


@pytest.mark.parametrize("text", VAST)
def test_what_takes_sympy_for_ever_is_refused_at_once(text: str) -> None:
    e = parse_expression(f"x*sqrt(x + {text}) + {text}", "x").expr
    begin = time.monotonic()
    for ask in (
        lambda: read_limit(text),
        lambda: to_sympy(e),
        lambda: integrate(f"x*{text}", "x"),
        lambda: dsolve(f"y' = {text}"),
    ):
        with pytest.raises(UnsupportedError, match="constant"):
            ask()
    assert time.monotonic() - begin < 2.0


@pytest.mark.parametrize(
    "text",
    [
        "exp(exp(5))",
        "10^40*pi",
        "exp(-exp(6))*x",
        "log(sqrt(2) + sqrt(3))",
        "x*sin(1)^2 + x*cos(1)^2",
        "sqrt(-3)*x",
        "log(log(4) - 2*log(2) + 3)",
        "sin(exp(exp(2)))",
        "(log(2) - 1)^(1/3)*x",
        "x^1000",
    ],
)
def test_other_constants_are_not(text: str) -> None:
    e = parse_expression(text, "x").expr
    assert {str(symbol) for symbol in to_sympy(e).free_symbols} == {str(symbol) for symbol in e.free_symbols}


def test_the_limits_of_an_integral_are_read_in_time() -> None:
    begin = time.monotonic()
    done = CliRunner().invoke(
        app, ["integrate", "x", "--from", "0", "--to", f"log({COSINE})", "--timeout", "2"]
    )
    assert done.exit_code == 2 and "too large" in done.output
    assert time.monotonic() - begin < 5.0
