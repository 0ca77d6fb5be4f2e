import pytest

from symmath.expr.canonical import canonical_tokens
from symmath.expr.cuts import cuts, has_cuts, subexpressions
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import Tokens, decode


def tokens(text: str) -> Tokens:
    return canonical_tokens(parse_expression(text).expr)


def test_every_operator_is_met_with_its_arguments() -> None:
    found = list(subexpressions(tokens("sin(12*x) + x**3/7")))
    assert ("sin", [["mul", "+", "1", "2", "x"]]) in found
    assert ("pow", [["x"], ["+", "3"]]) in found
    assert found[-1][0] == "add"


@pytest.mark.parametrize("text", ["x**3 + 1/x", "exp(x)*sqrt(2)", "sin(x)/log(7)", "2**x", "tan(x)**-2"])
def test_what_is_meromorphic_has_no_cuts(text: str) -> None:
    assert not has_cuts(tokens(text))


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("sqrt(x-1)", ["x - 1"]),
        ("abs(log(x))", ["x", "log(x)"]),
        ("x**(1/3) + x**x", ["x"]),
        ("3*atan(x/2)", ["x/2"]),
    ],
)
def test_cuts_come_with_what_they_are_of(text: str, arguments: list[str]) -> None:
    found = {decode(argument) for _, argument in cuts(tokens(text))}
    assert found == {parse_expression(argument).expr for argument in arguments}
