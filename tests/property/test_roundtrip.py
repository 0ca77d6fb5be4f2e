"""Round trips between expressions, tokens, text and SymPy."""

from __future__ import annotations

import symengine
from flint import acb
from hypothesis import HealthCheck, assume, given, settings

from symmath.errors import ParseError, PrefixError, SymMathError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.operators import BY_TOKEN, DIGITS, FUNCTIONS, SYMBOL_EXPRS, TOKEN_IDS, Expr
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens, decode, encode
from symmath.expr.show import show
from tests.strategies import canonical, canonical_expressions, prefix_tokens

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
MANY = settings(FEW, max_examples=250)
SMOOTH = tuple(name for name in FUNCTIONS if name not in ("abs", "sign"))
POINTS = (acb("0.37", "0.21"), acb("1.3", "-0.4"), acb("-0.83", "0.6"), acb("2.1", "1.7"))


@MANY
@given(canonical_expressions())
def test_decode_undoes_encode(e: Expr) -> None:
    assert decode(encode(e)) == e


@MANY
@given(canonical_expressions())
def test_canonical_is_idempotent(e: Expr) -> None:
    assert canonical(e) == e
    assert encode(canonical(e)) == encode(e)


@MANY
@given(canonical_expressions())
def test_parse_undoes_str(e: Expr) -> None:
    assert canonical(parse_expression(str(e)).expr) == e


def _agree(a: Tokens, b: Tokens) -> bool | None:
    """Whether two expressions are equal at every point where both are finite; None if nowhere."""
    met = None
    with working_precision(200):
        for point in POINTS:
            try:
                left, right = (evaluate(t, {"x": variable(point, 1)}, 1)[0] for t in (a, b))
            except PrefixError:
                continue
            if left.is_finite() and right.is_finite():
                if not left.overlaps(right):
                    return False
                met = True
    return met


def _raises_a_constant(tokens: Tokens) -> bool:
    """Whether a power or root has a base free of x.

    symengine merges (1/a)**b into a**-b, which is the other branch where a is real and negative.
    """
    stack: list[bool] = []  # whether each subexpression holds x
    for token in reversed(tokens):
        if token in DIGITS:
            continue
        if token == "x":
            stack.append(True)
        elif token in BY_TOKEN:
            arguments = [stack.pop() for _ in range(BY_TOKEN[token].arity)]
            if token in ("pow", "sqrt") and not arguments[0]:
                return True
            stack.append(any(arguments))
        else:
            stack.append(False)
    return False


@MANY
@given(prefix_tokens(functions=SMOOTH))
def test_canonical_keeps_the_value(tokens: Tokens) -> None:
    assume(not _raises_a_constant(tokens))
    try:
        same = encode(canonical(decode(tokens)))
    except (PrefixError, UnsupportedError):
        assume(False)
    assert _agree(tokens, same) is not False


@FEW
@given(canonical_expressions(functions=SMOOTH))
def test_sympy_there_and_back_keeps_the_value(e: Expr) -> None:
    try:
        back = from_sympy(to_sympy(e))
        tokens = encode(canonical(back))
    except (PrefixError, UnsupportedError):
        assume(False)
    assert _agree(encode(e), tokens) is not False


@FEW
@given(canonical_expressions(functions=SMOOTH))
def test_parse_reads_what_show_prints(e: Expr) -> None:
    for style in ("sympy", "latex"):
        try:
            again = parse_expression(show(e, style)).expr
        except UnsupportedError:
            assume(False)
        except ParseError as error:
            # SymPy evaluates further than symengine and may meet a pole or a huge power on the way.
            assert any(word in error.text for word in ("zoo", "oo", "infty", "nan", "NaN")), error.text
            assume(False)
        assert _agree(encode(e), encode(again)) is not False


@FEW
@given(canonical_expressions(symbols=("x", "y", "y'")))
def test_equations_survive_being_printed(e: Expr) -> None:
    derivative = SYMBOL_EXPRS["y'"]
    residual = canonical(symengine.Add(e, derivative))
    assume(derivative in residual.free_symbols)
    assert canonical(parse_equation(f"{residual} = 0").residual) == residual


@MANY
@given(prefix_tokens(max_leaves=14))
def test_decode_builds_or_refuses(tokens: Tokens) -> None:
    try:
        assert set(encode(decode(tokens))) <= set(TOKEN_IDS)
    except SymMathError:
        pass
