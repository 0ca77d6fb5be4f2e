"""Canonical form: one expression, one prefix sequence, the same at training and at solving.

symengine's constructors already collect equal terms and factors, sort nothing visibly and never
call a simplifier, so the canonical form is the fixed point of encoding and rebuilding. It doesn't
expand, factor or rewrite: that is what `present.py` is for.
"""

from __future__ import annotations

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode, encode

_MAX_ROUNDS = 6


def canonical_tokens(e: Expr) -> Tokens:
    """Return the prefix tokens of the canonical form of `e`.

    Raises
    ------
    UnsupportedError
        If `e` holds something outside the vocabulary, or does not settle.
    """
    tokens = encode(e)
    for _ in range(_MAX_ROUNDS):
        rebuilt = decode(tokens)
        if rebuilt == e:
            return tokens
        again = encode(rebuilt)
        if again == tokens:
            return tokens
        e, tokens = rebuilt, again
    raise UnsupportedError(f"no canonical form after {_MAX_ROUNDS} rounds: {e}")
