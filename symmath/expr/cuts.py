"""Where an expression may change its branch: the functions with cuts or corners, and what they are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symmath.expr.operators import BESSEL, BY_TOKEN, CONSTANTS, DIGITS, POLYLOGARITHMS, SIGNS
from symmath.expr.prefix import Tokens

_DIGITS = frozenset(DIGITS)
_NO_SYMBOLS = frozenset((*BY_TOKEN, *CONSTANTS, *SIGNS, *DIGITS))

CUT_FUNCTIONS = frozenset(
    ("sqrt", "pow", "log", "abs", "sign", "asin", "acos", "atan", "asinh", "acosh", "atanh")
    + ("Ei", "li", "Ci", "Chi", *POLYLOGARITHMS.values(), *BESSEL)
)
"""Functions that are not analytic in the whole plane up to poles; pow with other than whole exponents."""
_ENTIRE_OF_WHOLE_ORDER = ("besselj", "besseli")


def subexpressions(tokens: Sequence[str]) -> Iterator[tuple[str, list[Tokens]]]:
    """Yield each operator of a well-formed sequence with its arguments, innermost first.

    Parameters
    ----------
    tokens : sequence of str
        One prefix expression, task mark excluded.

    Yields
    ------
    tuple of str and list of Tokens
    """
    stack: list[tuple[int, int]] = []
    end = 0
    for start in range(len(tokens) - 1, -1, -1):
        token = tokens[start]
        if token in _DIGITS:
            end = end or start + 1
            continue
        operator = BY_TOKEN.get(token)
        if operator is None:
            stack.append((start, end or start + 1))
        else:
            spans = [stack.pop() for _ in range(operator.arity)]
            yield token, [list(tokens[first:last]) for first, last in spans]
            stack.append((start, spans[-1][1]))
        end = 0


def has_symbols(tokens: Sequence[str]) -> bool:
    """Whether an expression is no constant."""
    return not _NO_SYMBOLS.issuperset(tokens)


def is_whole(tokens: Sequence[str]) -> bool:
    """Whether an expression is an integer, written as such."""
    return tokens[0] in SIGNS


def cuts(tokens: Sequence[str]) -> Iterator[tuple[str, Tokens]]:
    """Yield each function with cuts or corners that is of no constant, with its argument.

    Yields
    ------
    tuple of str and Tokens
    """
    if CUT_FUNCTIONS.isdisjoint(tokens):
        return
    for name, arguments in subexpressions(tokens):
        if name not in CUT_FUNCTIONS or (name == "pow" and is_whole(arguments[1])):
            continue
        if name in BESSEL:
            order, argument = arguments
            if has_symbols(argument) and not (name in _ENTIRE_OF_WHOLE_ORDER and is_whole(order)):
                yield name, argument
        elif has_symbols(arguments[0]):
            yield name, arguments[0]


def has_cuts(*sequences: Sequence[str]) -> bool:
    """Whether any of the expressions may change its branch somewhere."""
    return any(next(cuts(tokens), None) is not None for tokens in sequences)
