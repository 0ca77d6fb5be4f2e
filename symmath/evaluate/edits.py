"""Small edits that make a wrong answer of a right one: what a verifier has to tell apart.

Edits are made on the prefix tree and rebuilt; nothing here knows whether the result is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import BY_TOKEN, DIGITS, FUNCTIONS, SIGNS
from symmath.expr.prefix import Tokens, decode

_TRIES = 20
_SWAPPED_OPERATORS = {
    "add": ("sub", "mul"),
    "sub": ("add",),
    "mul": ("div", "add"),
    "div": ("mul", "sub"),
}
_SWAPPED_FUNCTIONS = tuple(name for name in FUNCTIONS if name not in ("abs", "sign"))


def end_of(tokens: Sequence[str], start: int) -> int:
    """Return the position after the subexpression that begins at `start`."""
    position, open_arguments = start, 1
    while open_arguments:
        token = tokens[position]
        position += 1
        if token in SIGNS:
            while position < len(tokens) and tokens[position] in DIGITS:
                position += 1
        open_arguments += (BY_TOKEN[token].arity if token in BY_TOKEN else 0) - 1
    return position


def subexpressions(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield begin and end of every subexpression, the whole one first."""
    for start, token in enumerate(tokens):
        if token not in DIGITS:
            yield start, end_of(tokens, start)


def _exponents(tokens: Sequence[str]) -> frozenset[int]:
    """Return where the exponents of powers begin."""
    return frozenset(end_of(tokens, i + 1) for i, token in enumerate(tokens) if token == "pow")


def _integers(tokens: Sequence[str]) -> list[tuple[int, int]]:
    return [(i, end_of(tokens, i)) for i, token in enumerate(tokens) if token in SIGNS]


def _integer(value: int) -> Tokens:
    return ["-" if value < 0 else "+", *str(abs(value))]


def _moved(tokens: Tokens, place: tuple[int, int], rng: random.Random) -> Tokens:
    start, end = place
    value = int("".join(tokens[start:end]))
    moved = rng.choice([value + 1, value - 1, value + rng.randint(2, 9), 2 * value, value * 10 + 1])
    return [*tokens[:start], *_integer(moved), *tokens[end:]]


def _coefficient(tokens: Tokens, rng: random.Random) -> Tokens | None:
    exponents = _exponents(tokens)
    places = [place for place in _integers(tokens) if place[0] not in exponents]
    if places:
        return _moved(tokens, rng.choice(places), rng)
    start, end = rng.choice(list(subexpressions(tokens)))
    return [*tokens[:start], "mul", *_integer(rng.choice((2, 3, -2))), *tokens[start:]]


def _exponent(tokens: Tokens, rng: random.Random) -> Tokens | None:
    exponents = _exponents(tokens)
    places = [place for place in _integers(tokens) if place[0] in exponents]
    if places and rng.random() < 0.7:
        return _moved(tokens, rng.choice(places), rng)
    start, end = rng.choice(list(subexpressions(tokens)))
    if tokens[start] == "sqrt":
        return [*tokens[:start], *tokens[start + 1 :]]
    return [*tokens[:start], "pow", *tokens[start:end], *_integer(rng.choice((2, 3, -1))), *tokens[end:]]


def _sign(tokens: Tokens, rng: random.Random) -> Tokens | None:
    start, _ = rng.choice(list(subexpressions(tokens)))
    if tokens[start] == "neg":
        return [*tokens[:start], *tokens[start + 1 :]]
    return [*tokens[:start], "neg", *tokens[start:]]


def _operator(tokens: Tokens, rng: random.Random) -> Tokens | None:
    places = [i for i, token in enumerate(tokens) if token in _SWAPPED_OPERATORS]
    if not places:
        return None
    place = rng.choice(places)
    return [*tokens[:place], rng.choice(_SWAPPED_OPERATORS[tokens[place]]), *tokens[place + 1 :]]


def _dropped(tokens: Tokens, rng: random.Random) -> Tokens | None:
    places = [i for i, token in enumerate(tokens) if token in ("add", "sub", "mul")]
    if not places:
        return None
    place = rng.choice(places)
    middle, end = end_of(tokens, place + 1), end_of(tokens, place)
    kept = tokens[place + 1 : middle] if rng.random() < 0.5 else tokens[middle:end]
    return [*tokens[:place], *kept, *tokens[end:]]


def _function(tokens: Tokens, rng: random.Random) -> Tokens | None:
    places = [i for i, token in enumerate(tokens) if token in _SWAPPED_FUNCTIONS]
    if not places:
        return None
    place = rng.choice(places)
    return [*tokens[:place], rng.choice(_SWAPPED_FUNCTIONS), *tokens[place + 1 :]]


EDITS: dict[str, Callable[[Tokens, random.Random], Tokens | None]] = {
    "coefficient": _coefficient,
    "sign": _sign,
    "operator": _operator,
    "dropped term": _dropped,
    "exponent": _exponent,
    "function": _function,
}


def edit(answer: Tokens, rng: random.Random) -> tuple[str, Tokens] | None:
    """Return the kind of an edit and the edited answer in canonical form.

    Parameters
    ----------
    answer : Tokens
        In canonical form.
    rng : random.Random

    Returns
    -------
    tuple of str and Tokens, or None
        None if no edit gave another expression.
    """
    for _ in range(_TRIES):
        name = rng.choice(list(EDITS))
        edited = EDITS[name](answer, rng)
        if edited is None:
            continue
        try:
            tokens = canonical_tokens(decode(edited))
        except (PrefixError, UnsupportedError, RuntimeError):
            # RuntimeError is how symengine reports an undefined result.
            continue
        if tokens != answer:
            return name, tokens
    return None
