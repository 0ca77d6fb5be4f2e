r"""Differentials: the dx of an integral, whose sign may have limits, and those of ``M dx + N dy = 0``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import symengine

from symmath.expr.derivatives import GREEK_NAMES
from symmath.expr.lexer import Lexeme, Reject

_CALLED = re.compile(r"\s*(?:int|integrate|Integral|Integrate)\s*[(\[](.*)[)\]]\s*", re.DOTALL)
_BETWEEN = re.compile(r"(.*\S)\s+from\s+(\S.*?)\s+to\s+(\S.*)", re.DOTALL)
_SIGN = re.compile(
    r"\s*(?:\$\$?|\\\(|\\\[)?\s*(?P<sign>(?P<unicode>∫)|\\int(?![A-Za-z]))\s*(?:\\limits(?![A-Za-z]))?\s*"
)
_ARGUMENT = r"\s*(?:[0-9]|\{[^{}]*\})"
_TOKEN = re.compile(
    rf"[0-9](?![0-9.])|∞|[A-Za-zα-ω]|\\[dt]?frac{_ARGUMENT}{_ARGUMENT}|\\(?![dt]?frac)[A-Za-z]+"
)
"""What LaTeX takes for a limit without braces."""
_SHORT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|oo|∞|pi|[A-Za-zα-ω])")
_LAST_DIFFERENTIAL = re.compile(r"d([A-Za-zα-ω])\W*$")
_OPERAND_ENDS = ("NAME", "NUMBER", "CLOSE", "BAR", "RBAR", "SUPER", "VULGAR")
_OPENING, _CLOSING = "{([", "})]"


def split_limits(text: str) -> tuple[str, tuple[str, str] | None]:
    r"""Take the limits off the integral sign that a text begins with.

    Parameters
    ----------
    text : str
        Such as ``\int_0^{\pi/2} \cos x \, dx`` or ``∫_0^1 x^2 dx``; ``x^2 from 0 to 1``; and as other systems
        have it, ``integrate(x^2, x, 0, 1)`` and ``Integral(x^2, (x, 0, 1))``.

    Returns
    -------
    str
        The text without them.
    tuple of str or None
        The lower limit and the upper one; None if there aren't both.
    """
    sign = _SIGN.match(text)
    if sign is None:
        return _called(text)
    limits: dict[str, str] = {}
    position = sign.end()
    while (
        len(limits) < 2 and position < len(text) and text[position] in "_^" and text[position] not in limits
    ):
        mark = text[position]
        begin = _behind(text, position + 1)
        if sign["unicode"] is None or text[begin : begin + 1] in ("{", "("):
            limit, end = _limit(text, begin)
        else:
            limit, end = _plain_limit(text, begin, "" if limits else "_^".replace(mark, ""))
        position = _behind(text, end)
        if not limit:
            return text, None
        limits[mark] = limit
    if len(limits) < 2:
        return text, None
    return f"{text[: sign.end('sign')]} {text[position:]}", (limits["_"], limits["^"])


def _called(text: str) -> tuple[str, tuple[str, str] | None]:
    """Return an integrand that is an argument, or has its limits behind it; else the text as it is."""
    called, between = _CALLED.fullmatch(text), _BETWEEN.fullmatch(text)
    if between is not None:
        return between[1], (between[2], between[3])
    parts = _arguments(called[1]) if called is not None else []
    if len(parts) == 2 and parts[1].startswith("(") and parts[1].endswith(")"):
        parts = [parts[0], *_arguments(parts[1][1:-1])]
    if len(parts) not in (2, 4) or not re.fullmatch("[A-Za-z]", parts[1]):
        return text, None
    return f"∫ ({parts[0]}) d{parts[1]}", (parts[2], parts[3]) if len(parts) == 4 else None


def _arguments(text: str) -> list[str]:
    """Split at the commas that are in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _limit(text: str, begin: int) -> tuple[str, int]:
    """Return the limit that begins at a place, without its braces, and where it ends; "" for none."""
    if text[begin : begin + 1] in ("{", "("):
        depth = 0
        for end in range(begin, len(text)):
            depth += (text[end] in "{(") - (text[end] in "})")
            if depth == 0:
                return text[begin + 1 : end].strip(), end + 1
        return "", begin
    match = _TOKEN.match(text, begin)
    return (match[0], match.end()) if match else ("", begin)


def _plain_limit(text: str, begin: int, mark: str) -> tuple[str, int]:
    """Return a limit of plain text, which goes as far as a space, or the mark of the limit after it."""
    end, depth = begin, 0
    while end < len(text) and (depth or not (text[end].isspace() or text[end] == mark)):
        depth += (text[end] in _OPENING) - (text[end] in _CLOSING)
        end += 1
    variable = _LAST_DIFFERENTIAL.search(text)
    if variable and re.search(rf"(?<![^\W\d]){variable[1]}(?![^\W\d])", text[begin:end]):
        # The integrand begins without a space, as in ∫_0^1(x + 1)dx.
        short = _SHORT.match(text, begin)
        end = short.end() if short else end
    return text[begin:end], end


def _behind(text: str, end: int) -> int:
    return end + len(text[end:]) - len(text[end:].lstrip())


def strip_integral(
    lexemes: list[Lexeme], variable: str | None, size: int = 1
) -> tuple[list[Lexeme], str | None]:
    """Drop an integral sign and its dx, which names the variable and may stand in a numerator.

    A dx at the end shows the variable of an integrand without the sign, too. In place of dx there is the
    factor `size`: what it isn't a linear factor of is no integrand. Between the sign and a dx at the end all
    is integrand, ``∫ x + 1 dx`` as people write it.

    Raises
    ------
    Reject
        If there is a sign without a dx, or with more than one.
    """
    is_signed = lexemes[0].kind == "INT"
    inner = _with_greek_differentials(lexemes[1:]) if is_signed else lexemes
    places = [i for i, x in enumerate(inner) if _is_differential(x)]
    if not places and _ends_apart(inner) and (is_signed or inner[-2].text != "d"):
        start = inner[-1].start
        before = _in_brackets(inner[:-2]) if is_signed else inner[:-2]
        rest = [*before, *_times(size, start)] if before else [_number(size, start)]
        return rest, str(inner[-1].value)
    if not is_signed and (places != [len(inner) - 1] or len(inner) == 1):
        return lexemes, variable
    if len(places) != 1:
        at = inner[places[1]].start if places else lexemes[-1].start + len(lexemes[-1].text)
        raise Reject(f"an integral was expected to {'have one' if places else 'end with'} dx", at)
    variable = str(inner[places[0]].value)[1:]
    if is_signed and places == [len(inner) - 1]:
        inner = [*_in_brackets(inner[:-1]), inner[-1]]
        places = [len(inner) - 1]
    return _without(inner, places[0], size), variable


def with_derivative(
    lexemes: list[Lexeme], variable: str | None, size: int = 1
) -> tuple[list[Lexeme], str | None]:
    """Read an equation of two differentials, such as ``y dx - x dy = 0``, as one of y and y'.

    Both are multiplied by `size`.

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
                found = _without(found, place, size)
            else:
                start = found[place].start
                derivative = [Lexeme("NAME", name, start, name), Lexeme("PRIME", "'", start, 1)]
                found[place : place + 1] = [*derivative, *_times(size, start)]
    return found, variable


def _is_differential(lexeme: Lexeme) -> bool:
    name = str(lexeme.value)
    is_letter = len(name) == 2 or name[1:] in GREEK_NAMES
    return lexeme.kind == "NAME" and is_letter and name[0] == "d"


def _with_greek_differentials(lexemes: list[Lexeme]) -> list[Lexeme]:
    r"""Join ``d`` and ``\theta``, which are two words."""
    found: list[Lexeme] = []
    for lexeme in lexemes:
        name = str(lexeme.value)
        is_greek = lexeme.kind == "NAME" and (name in GREEK_NAMES or (len(name) == 1 and not name.isascii()))
        if is_greek and found and found[-1].kind == "NAME" and found[-1].value == "d":
            found[-1] = Lexeme("NAME", found[-1].text + lexeme.text, found[-1].start, f"d{name}")
        else:
            found.append(lexeme)
    return found


def _without(lexemes: Sequence[Lexeme], place: int, size: int) -> list[Lexeme]:
    """Write a number for a dx, and nothing for 1 where it is a factor of what is before it."""
    is_factor = place > 0 and lexemes[place - 1].kind in _OPERAND_ENDS
    start = lexemes[place].start
    number = _times(size, start) if is_factor else [_number(size, start)]
    return [*lexemes[:place], *number, *lexemes[place + 1 :]]


def _times(size: int, start: int) -> list[Lexeme]:
    return [] if size == 1 else [Lexeme("MUL", "*", start), _number(size, start)]


def _in_brackets(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    if len(lexemes) < 2:
        return list(lexemes)
    first, last = lexemes[0], lexemes[-1]
    end = last.start + len(last.text)
    return [Lexeme("OPEN", "(", first.start), *lexemes, Lexeme("CLOSE", ")", end)]


def _ends_apart(lexemes: Sequence[Lexeme]) -> bool:
    """Whether the end is ``d x``."""
    kinds = [x.kind for x in lexemes[-2:]]
    return kinds == ["NAME", "NAME"] and lexemes[-2].value == "d"


def _number(size: int, start: int) -> Lexeme:
    return Lexeme("NUMBER", str(size), start, symengine.Integer(size))
