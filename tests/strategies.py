"""Hypothesis strategies shared by the property tests: random expressions from the operator table."""

from __future__ import annotations

from hypothesis import strategies as st
from symengine import Integer

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import FUNCTIONS, Expr
from symmath.expr.prefix import Tokens, decode, encode


def canonical(e: Expr) -> Expr:
    """Return the canonical form of an expression."""
    return decode(canonical_tokens(e))


def integer_tokens(value: int) -> Tokens:
    return encode(Integer(value))


SMALL_INTEGERS = st.integers(-12, 12).map(integer_tokens)
_NAMED_FUNCTIONS = [name for name in FUNCTIONS if name not in ("abs", "sign")]


def _leaves(symbols: tuple[str, ...]) -> st.SearchStrategy[Tokens]:
    return (
        st.sampled_from(symbols).map(lambda name: [name]) | SMALL_INTEGERS | st.sampled_from([["pi"], ["E"]])
    )


def prefix_tokens(
    symbols: tuple[str, ...] = ("x",), functions: tuple[str, ...] = FUNCTIONS, max_leaves: int = 8
) -> st.SearchStrategy[Tokens]:
    """Well-formed prefix expressions; some are undefined, such as 1/0."""

    def grow(children: st.SearchStrategy[Tokens]) -> st.SearchStrategy[Tokens]:
        binary = st.tuples(st.sampled_from(["add", "sub", "mul", "div", "pow"]), children, children)
        power = st.tuples(children, st.integers(-3, 5)).map(lambda p: ["pow", *p[0], *integer_tokens(p[1])])
        unary = st.tuples(st.sampled_from(["neg", *functions]), children).map(lambda p: [p[0], *p[1]])
        return binary.map(lambda p: [p[0], *p[1], *p[2]]) | power | unary

    return st.recursive(_leaves(symbols), grow, max_leaves=max_leaves)


def _build(tokens: Tokens) -> Expr | None:
    try:
        return canonical(decode(tokens))
    except (PrefixError, UnsupportedError):
        return None


def canonical_expressions(
    symbols: tuple[str, ...] = ("x",), functions: tuple[str, ...] = FUNCTIONS
) -> st.SearchStrategy[Expr]:
    """Canonical symengine expressions the vocabulary can write."""
    return prefix_tokens(symbols, functions).map(_build).filter(lambda e: e is not None)
