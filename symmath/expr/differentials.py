r"""Differentials: the dx of an integral, whose sign may have limits, and those of ``M dx + N dy = 0``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import symengine

from symmath.expr.lexer import Lexeme, Reject

_SIGN = re.compile(
    r"\s*(?:\$\$?|\\\(|\\\[)?\s*(?P<sign>(?P<unicode>∫)|\\int(?![A-Za-z]))\s*(?:\\limits(?![A-Za-z]))?\s*"
)
_COMMAND = re.compile(r"[+-]?\s*(?:\\[A-Za-z]+|∞|[A-Za-zα-ω])")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DIGIT = re.compile(r"[0-9]")


def split_limits(text: str) -> tuple[str, tuple[str, str] | None]:
    r"""Take the limits off the integral sign that a text begins with.

    Parameters
    ----------
    text : str
        Such as ``\int_0^{\pi/2} \cos x \, dx`` or ``∫_0^1 x^2 dx``.

    Returns
    -------
    str
        The text without them.
    tuple of str or None
        The lower limit and the upper one; None if there aren't both.
    """
    sign = _SIGN.match(text)
    if sign is None:
        return text, None
    limits: dict[str, str] = {}
    position = sign.end()
    while (
        len(limits) < 2 and position < len(text) and text[position] in "_^" and text[position] not in limits
    ):
        mark = text[position]
        limit, position = _limit(text, position + 1, is_plain=sign["unicode"] is not None)
        if not limit:
            return text, None
        limits[mark] = limit
    if len(limits) < 2:
        return text, None
    return f"{text[: sign.end('sign')]} {text[position:]}", (limits["_"], limits["^"])


def _limit(text: str, begin: int, *, is_plain: bool) -> tuple[str, int]:
    """Return the limit that begins at a place, without its braces, and where the text goes on; "" for none.

    LaTeX takes one digit without braces; plain text a whole number.
    """
    begin += len(text[begin:]) - len(text[begin:].lstrip())
    if text[begin : begin + 1] in ("{", "("):
        depth = 0
        for end in range(begin, len(text)):
            depth += (text[end] in "{(") - (text[end] in "})")
            if depth == 0:
                return text[begin + 1 : end].strip(), _behind(text, end + 1)
        return "", begin
    for pattern in (_NUMBER if is_plain else _DIGIT, _COMMAND):
        if match := pattern.match(text, begin):
            return match[0], _behind(text, match.end())
    return "", begin


def _behind(text: str, end: int) -> int:
    return end + len(text[end:]) - len(text[end:].lstrip())


def strip_integral(lexemes: list[Lexeme], variable: str | None) -> tuple[list[Lexeme], str | None]:
    """Drop an integral sign and its dx, which names the variable and may stand in a numerator.

    A dx at the end shows the variable of an integrand without the sign, too.

    Raises
    ------
    Reject
        If there is a sign without a dx, or with more than one.
    """
    is_signed = lexemes[0].kind == "INT"
    inner = lexemes[is_signed:]
    places = [i for i, x in enumerate(inner) if _is_differential(x)]
    if not places and _ends_apart(inner) and (is_signed or inner[-2].text != "d"):
        return inner[:-2] or [_one(inner[-1])], str(inner[-1].value)
    if not is_signed and (places != [len(inner) - 1] or len(inner) == 1):
        return lexemes, variable
    if len(places) != 1:
        at = inner[places[1]].start if places else lexemes[-1].start + len(lexemes[-1].text)
        raise Reject(f"an integral was expected to {'have one' if places else 'end with'} dx", at)
    place = places[0]
    return _without(inner, place), str(inner[place].value)[1]


def with_derivative(lexemes: list[Lexeme], variable: str | None) -> tuple[list[Lexeme], str | None]:
    """Read an equation of two differentials, such as ``y dx - x dy = 0``, as one of y and y'.

    Returns
    -------
    list of Lexeme
        As they are, if they hold derivatives or not two differentials.
    str or None
        The variable, where it is found here: x, or t where that is one of the two.
    """
    names = dict.fromkeys(str(x.value)[1] for x in lexemes if _is_differential(x))
    is_asked = variable is None or variable in names
    if len(names) != 2 or not is_asked or any(x.kind in ("PRIME", "DERIVATIVE") for x in lexemes):
        return lexemes, variable
    variable = variable or next((name for name in ("t", "x") if name in names), min(names))
    found = list(lexemes)
    for place in range(len(found) - 1, -1, -1):
        if _is_differential(found[place]):
            name = str(found[place].value)[1]
            if name == variable:
                found = _without(found, place)
            else:
                start = found[place].start
                found[place : place + 1] = [Lexeme("NAME", name, start, name), Lexeme("PRIME", "'", start, 1)]
    return found, variable


def _is_differential(lexeme: Lexeme) -> bool:
    name = str(lexeme.value)
    return lexeme.kind == "NAME" and len(name) == 2 and name[0] == "d"


def _without(lexemes: Sequence[Lexeme], place: int) -> list[Lexeme]:
    """Leave out a dx that is a factor of what is before it, and write 1 for another one."""
    is_factor = place > 0 and lexemes[place - 1].kind in ("NAME", "NUMBER", "CLOSE")
    return [*lexemes[:place], *([] if is_factor else [_one(lexemes[place])]), *lexemes[place + 1 :]]


def _ends_apart(lexemes: Sequence[Lexeme]) -> bool:
    """Whether the end is ``d x``."""
    kinds = [x.kind for x in lexemes[-2:]]
    return kinds == ["NAME", "NAME"] and lexemes[-2].value == "d"


def _one(differential: Lexeme) -> Lexeme:
    return Lexeme("NUMBER", "1", differential.start, symengine.Integer(1))
