import pytest
import sympy

from symmath.expr.bridge import to_sympy
from symmath.expr.operators import CONSTANTS, OPERATORS, SYMBOLS, TOKENS, X, private_character
from symmath.expr.prefix import decode, encode
from symmath.expr.show import show

ARGUMENTS = {1: [["x"]], 2: [["x", "+", "3"]]}


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.token)
def test_each_row_builds_encodes_decodes_and_prints(operator) -> None:
    for arguments in ARGUMENTS[operator.arity]:
        built = decode([operator.token, *arguments])
        assert X in built.free_symbols
        assert decode(encode(built)) == built
        assert sympy.Symbol("x") in to_sympy(built).free_symbols
        assert "x" in show(built)


def test_tokens_are_distinct_and_fit_a_byte() -> None:
    assert len(set(TOKENS)) == len(TOKENS) < 256
    assert len({private_character(token) for token in TOKENS}) == len(TOKENS)


@pytest.mark.parametrize("leaf", [*SYMBOLS, *CONSTANTS])
def test_leaves_decode_to_themselves(leaf: str) -> None:
    assert encode(decode([leaf])) == [leaf]
