"""Prefix codec: symengine expression <-> list of tokens.

Sums and products are written right-nested with their arguments in one fixed order, so equal
expressions give equal sequences. Integers are a sign and digits, a rational is a quotient.
Decoding walks the whitelist of `operators.py`; nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.operators import (
    BY_TOKEN,
    CONSTANTS,
    DIGITS,
    OPERATORS,
    OTHER_SYMBOLS,
    SIGNS,
    SPECIAL_FUNCTIONS,
    SYMBOL_EXPRS,
    TOKENS,
    Expr,
    Operator,
    X,
)

Tokens = list[str]

UNWRITABLE = 10**6
"""The `length` of what can't be encoded."""
MAX_DIGITS = 60
MAX_POWER = 1000
"""Of what is read; answers may go beyond it."""
_MAX_BUILT_POWER = MAX_POWER + 100
MAX_POWER_BITS = 20_000
"""Bound on the size of the numbers a power makes; symengine would build any, until memory ends."""
_DIGITS = frozenset(DIGITS)
_NEGATIVE_ONE = symengine.Integer(-1)
_HALF = symengine.Rational(1, 2)
_E_TYPE, _HALF_TYPE, _NEGATIVE_ONE_TYPE = type(symengine.E), type(_HALF), type(_NEGATIVE_ONE)
"""symengine has a type for each of these numbers."""
_INTEGERS = (symengine.Integer(5), symengine.Integer(0), symengine.Integer(1), _NEGATIVE_ONE)
_RATIONAL_TYPES = frozenset(map(type, (*_INTEGERS, _HALF, symengine.Rational(2, 3))))
_KEEP_POWERS = frozenset(
    (
        symengine.Add,
        symengine.Symbol,
        *(type(getattr(symengine, name)(X)) for name in ("log", "sin", "cos", "tan")),
    )
)
"""A power of these is no other expression, so it need not be built to be seen."""
_ORDER = {
    token: i for i, token in enumerate((*TOKENS, *OTHER_SYMBOLS, *(o.token for o in SPECIAL_FUNCTIONS)))
}
_COMPLEX = (type(symengine.I), type(1 + symengine.I))


def _key(tokens: Tokens) -> tuple[int, list[int]]:
    return len(tokens), [_ORDER[token] for token in tokens]


def _comes_after(first: Tokens, second: Tokens) -> bool:
    if len(first) != len(second):
        return len(first) > len(second)
    return _key(first) > _key(second)


def _sort(parts: list[Tokens]) -> None:
    """Sort by length, then by tokens; mostly the lengths differ, and the costly keys aren't needed."""
    if len(parts) == 2:
        if _comes_after(*parts):
            parts.reverse()
    elif len(set(map(len, parts))) == len(parts):
        parts.sort(key=len)
    else:
        parts.sort(key=_key)


def _chain(token: str, parts: list[Tokens]) -> Tokens:
    """Right-nest `parts`: ``token a token b c``."""
    if len(parts) == 1:
        return parts[0]
    chained: Tokens = []
    for part in parts[:-1]:
        chained.append(token)
        chained += part
    chained += parts[-1]
    return chained


def _written_integer(text: str) -> Tokens:
    digits = text.removeprefix("-")
    if len(digits) > MAX_DIGITS:
        raise UnsupportedError(f"an integer of more than {MAX_DIGITS} digits")
    return ["-" if text.startswith("-") else "+", *digits]


def _written_number(text: str) -> Tokens:
    """Encode a rational as symengine writes it, which takes a tenth of the time of asking for its parts."""
    above, _, below = text.partition("/")
    if not below:
        return _written_integer(above)
    return ["div", *_written_integer(above), *_written_integer(below)]


def has_longer_integer(tokens: Tokens, digits: int) -> bool:
    """Whether an integer in a prefix sequence has more than so many digits."""
    # Between two integers there is a sign at least, and names hold one digit at most.
    return _run_of_digits(digits + 1).search("".join(tokens)) is not None


@cache
def _run_of_digits(length: int) -> re.Pattern[str]:
    return re.compile(rf"[0-9]{{{length}}}")


def _encode_number(e: Expr) -> Tokens:
    return _written_number(str(e))


def _encode_symbol(e: Expr) -> Tokens:
    name = str(e)
    if name not in SYMBOL_EXPRS:
        raise UnsupportedError(f"the symbol {name!r} is not in the vocabulary")
    return [name]


@lru_cache(256)
def _sum_tokens(e: Expr) -> tuple[str, ...]:
    """Encode a sum; a derivative, and the primitive after it, hold the same ones again and again."""
    parts = [encode(arg) for arg in e.args]
    _sort(parts)
    return tuple(_chain("add", parts))


def _encode_add(e: Expr) -> Tokens:
    return list(_sum_tokens(e))


def _inverse(base: Expr, exponent: Expr) -> Tokens | None:
    """Encode one over a power if its exponent is a negative number; return None if not."""
    kind = type(exponent)
    if kind is _NEGATIVE_ONE_TYPE:
        return encode(base)
    if kind in _RATIONAL_TYPES and exponent.is_negative:
        if type(base) not in _KEEP_POWERS:
            return encode(base ** (-exponent))
        text = str(exponent)[1:]
        return ["sqrt", *encode(base)] if text == "1/2" else ["pow", *encode(base), *_written_number(text)]
    return None


def _encode_pow(e: Expr) -> Tokens:
    base, exponent = e.args
    if type(base) is _E_TYPE:
        return ["exp", *encode(exponent)]
    if type(exponent) is _HALF_TYPE:
        return ["sqrt", *encode(base)]
    inverse = _inverse(base, exponent)
    if inverse is not None:
        return ["div", "+", "1", *inverse]
    return ["pow", *encode(base), *encode(exponent)]


def _encode_mul(e: Expr) -> Tokens:
    above: list[Tokens] = []
    below: list[Tokens] = []
    p, q = "1", ""
    for arg in e.args:
        kind = type(arg)
        if kind in _RATIONAL_TYPES:
            p, _, q = str(arg).partition("/")
            continue
        inverse = _inverse(*arg.args) if kind is symengine.Pow else None
        if inverse is None:
            above.append(encode(arg))
        else:
            below.append(inverse)
    _sort(above)
    _sort(below)
    negate = p == "-1" and bool(above)
    if not above or p not in ("1", "-1"):
        above.insert(0, _written_integer(p))
    if q:
        below.insert(0, _written_integer(q))
    tokens = _chain("mul", above)
    if below:
        tokens = ["div", *tokens, *_chain("mul", below)]
    return ["neg", *tokens] if negate else tokens


def _encode_complex(e: Expr) -> Tokens:
    real, imaginary = e.real_part(), e.imaginary_part()
    p, _, q = str(imaginary).partition("/")
    unit = {"1": ["I"], "-1": ["neg", "I"]}.get(p) or ["mul", *_written_integer(p), "I"]
    parts = [["div", *unit, *_written_integer(q)] if q else unit]
    if real != 0:
        parts.append(encode(real))
    _sort(parts)
    return _chain("add", parts)


def _unary(token: str) -> Callable[[Expr], Tokens]:
    return lambda e: [token, *encode(e.args[0])]


def _constant(name: str) -> Callable[[Expr], Tokens]:
    return lambda e: [name]


def _encode_special(e: Expr) -> Tokens:
    operator = BY_TOKEN.get(e.get_name())
    if operator is None or len(e.args) != operator.arity:
        raise UnsupportedError(f"the function {e} is not in the vocabulary")
    return [operator.token, *(token for argument in e.args for token in encode(argument))]


_ENCODERS: dict[type[Any], Callable[[Expr], Tokens]] = {
    symengine.Add: _encode_add,
    symengine.Mul: _encode_mul,
    symengine.Pow: _encode_pow,
    symengine.Symbol: _encode_symbol,
    symengine.FunctionSymbol: _encode_special,
    **dict.fromkeys(_RATIONAL_TYPES, _encode_number),
    type(2 * symengine.I): _encode_complex,
    # What symengine makes of tan(x + pi/2).
    type(symengine.cot(X)): lambda e: encode(symengine.cos(e.args[0]) / symengine.sin(e.args[0])),
    **{type(value): _constant(name) for name, value in CONSTANTS.items()},
    **{
        type(operator.build(SYMBOL_EXPRS["x"])): _unary(operator.token)
        for operator in OPERATORS
        if operator.arity == 1 and operator.token not in ("neg", "sqrt", "exp")
    },
}


def encode(e: Expr) -> Tokens:
    """Encode a symengine expression as prefix tokens.

    Raises
    ------
    UnsupportedError
        If `e` holds a node the vocabulary can't represent (infinities, unknown functions or
        symbols, floating-point numbers).
    """
    encoder = _ENCODERS.get(type(e))
    if encoder is None:
        raise UnsupportedError(f"{type(e).__name__} ({e}) is not in the vocabulary")
    return encoder(e)


def length(e: Expr) -> int:
    """Return how many tokens an expression has, `UNWRITABLE` if it can't be encoded."""
    try:
        return len(encode(e))
    except (PrefixError, UnsupportedError):
        return UNWRITABLE


def _number_bits(e: Expr) -> int:
    """Bound the bits of the numeric factors of `e`, which a power of `e` multiplies."""
    if e.is_Rational:
        return max(int(part).bit_length() for part in e.get_num_den())
    if type(e) is symengine.Mul:
        return sum(map(_number_bits, e.args))
    if type(e) is symengine.Pow and e.args[1].is_Rational:
        return _number_bits(e.args[0]) * (int(abs(e.args[1])) + 1)
    if isinstance(e, _COMPLEX):
        return 1 + _number_bits(e.real) + _number_bits(e.imag)
    return 0


def _check_power(base: Expr, exponent: Expr) -> None:
    """Refuse a power whose numbers would be huge, before building it."""
    # Comparing symengine's own numbers takes ten times as long.
    above, _, below = str(exponent).removeprefix("-").partition("/")
    is_long = max(len(above), len(below)) > MAX_DIGITS
    size = _MAX_BUILT_POWER + 1 if is_long else -(-int(above) // int(below or 1))
    if size > _MAX_BUILT_POWER and (is_long or base != symengine.E):
        raise PrefixError(f"the exponent {str(exponent)[:MAX_DIGITS]} is beyond {MAX_POWER}")
    if _number_bits(base) * size > MAX_POWER_BITS:
        raise PrefixError(f"a power that makes numbers of more than {MAX_POWER_BITS} bits")


def _power(base: Expr, exponent: Expr) -> Expr:
    if exponent.is_Rational:
        _check_power(base, exponent)
    return base**exponent


_UNDEFINED = (RuntimeError, ZeroDivisionError, NotImplementedError, TypeError)
"""What symengine raises where an expression has no value."""


def apply(operator: Operator, arguments: Sequence[Expr]) -> Expr:
    """Build ``operator(*arguments)``.

    Raises
    ------
    PrefixError
        If the result is undefined, or a power is too large to build.
    """
    build = _power if operator.token == "pow" else operator.build
    try:
        return build(*arguments)
    except _UNDEFINED as error:
        raise PrefixError(f"{operator.token!r} can't be built: {error}") from error


_LEAVES: dict[str, Expr] = {**SYMBOL_EXPRS, **CONSTANTS}
_UNARY = {o.token: o.build for o in (*OPERATORS, *SPECIAL_FUNCTIONS) if o.arity == 1}
_BINARY = {o.token: o.build for o in (*OPERATORS, *SPECIAL_FUNCTIONS) if o.arity == 2} | {"pow": _power}


def decode(tokens: Sequence[str]) -> Expr:
    """Build the symengine expression a prefix sequence stands for.

    Raises
    ------
    PrefixError
        If `tokens` is not exactly one well-formed expression, or holds a power too large to build.
    """
    stack: list[Expr] = []
    digits: list[str] = []
    token = ""
    try:
        for token in reversed(tokens):
            if token in _DIGITS:
                digits.append(token)
            elif token in SIGNS:
                stack.append(_integer(token, "".join(digits)))
                digits.clear()
            elif digits:
                raise PrefixError(f"the digits after {token!r} have no sign")
            elif token in _BINARY:
                first = stack.pop()
                stack.append(_BINARY[token](first, stack.pop()))
            elif token in _LEAVES:
                stack.append(_LEAVES[token])
            else:
                stack.append(_UNARY[token](stack.pop()))
    except KeyError:
        raise PrefixError(f"unknown token {token!r}") from None
    except IndexError:
        raise PrefixError(f"{token!r} lacks an argument") from None
    except _UNDEFINED as error:
        raise PrefixError(f"{token!r} can't be built: {error}") from error
    if digits:
        raise PrefixError("the leading digits have no sign")
    if len(stack) != 1:
        raise PrefixError(f"{len(stack)} expressions where one was expected")
    return stack[0]


@lru_cache(4096)
def _integer(sign: str, reversed_digits: str) -> Expr:
    if not reversed_digits:
        raise PrefixError(f"the sign {sign!r} is not followed by a digit")
    value = int(reversed_digits[::-1])
    return symengine.Integer(-value if sign == "-" else value)
