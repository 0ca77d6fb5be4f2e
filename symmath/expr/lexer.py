"""Characters to lexemes: plain text, Unicode mathematics and a LaTeX subset.

It decides spelling only. Brackets and implied products are `juxtapose.py`'s matter, the meaning of
names is `names.py`'s.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import symengine

from symmath.errors import SymMathError
from symmath.expr.derivatives import GREEK_NAMES, match_derivative, match_dots
from symmath.expr.prefix import MAX_DIGITS

Mode = Literal["expression", "equation", "conditions"]

MAX_CHARACTERS = 10_000


class Reject(SymMathError):
    """Why a text is refused and where; `parse.py` turns it into a `ParseError`."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(slots=True)
class Lexeme:
    """One word of the input.

    Attributes
    ----------
    kind : str
        NAME, NUMBER, OPEN, ...: a terminal of `syntax.py`, or something resolved before it is met.
    text : str
        As written.
    start : int
        Offset of its first character.
    value : object
        What it stands for, where the kind alone does not say it.
    """

    kind: str
    text: str
    start: int
    value: Any = None


_COMMAND_NAMES = {
    **{f"var{name}": name for name in ("theta", "phi", "epsilon", "rho", "sigma")},
    **{name: name for name in (*GREEK_NAMES, "pi")},
    "infty": "oo",
}
_HIGH = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᶿᵠᵡ⁰¹²³⁴-⁹"
"""Superscripts that an exponent may begin with, as a character class."""
_INDEX = r"(?: _ \s* \{ \s* [A-Za-z0-9]+ \s* \} | _? [₀-₉]+ )"
_GREEK_COMMAND = rf"\\(?:{'|'.join(_COMMAND_NAMES)})(?![A-Za-z])"
_WORDS = re.compile(
    rf"""
      (?P<SPACE>      (?: \s | ~ | \\[,;:!\ ] | \\q?quad\b
                          | \\(?:left|right|[bB]igg?[lr]?)\b (?!\s*(?:\||\.)) )+ )
    | (?P<NUMBER>     (?: [0-9]+ (?:\.[0-9]*)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<FUNC>       \\sqrt \s* \[ [^\]]* \]?
                    | \\?(?:log|ln) \s* _ \s* \{{ \s* [1-9][0-9]{{0,2}} \s* \}}
                    | \\(?:log|ln) \s* _ \s* [1-9] )
    | (?P<NAME>       [A-Za-z][A-Za-z0-9]* (?: {_INDEX} | (?: _[A-Za-z0-9]+ )* )
                    | [α-ξπ-ωΩħℏ] (?: {_INDEX} | _[A-Za-z0-9]+ | 0(?![0-9.]) )? | ℯ
                    | %(?:pi|e|i)(?![A-Za-z0-9])
                    | {_GREEK_COMMAND} (?: \s* {_INDEX} | \s* _ \s* [A-Za-z0-9] )?
                    | \\(?:operatorname|mathrm|text) \s* \{{ \s* [A-Za-z]+ \s* \}} )
    | (?P<PRIME>      ['′’´″‴⁗]+ | \^ \s* \{{ \s* (?: \\prime \s* )+ \}} )
    | (?P<LBAR>       \\left \s* \| | \\lvert\b )
    | (?P<RBAR>       \\right \s* \| | \\rvert\b )
    | (?P<COMMAND>    \\[A-Za-z]+ )
    | (?P<POW>        \*\* | \^ )
    | (?P<SUPER>      [⁺⁻]? [{_HIGH}⁽] [{_HIGH}⁺⁻⁽⁾]* )
    | (?P<VULGAR>     [¼½¾⅐-⅞] )
    | (?P<OPEN>       [(\[{{] | \\\{{ )
    | (?P<CLOSE>      [)\]}}] | \\\}} )
    | (?P<BAR>        \| )
    | (?P<PLUS>       \+ )
    | (?P<MINUS>      [-−–] )
    | (?P<MUL>        [*·⋅∙×∗] )
    | (?P<DIV>        [/÷∕⁄] )
    | (?P<_COMMA>     , )
    | (?P<EQUALS>     ==? )
    | (?P<ROOT>       [√∛] )
    | (?P<INT>        ∫ )
    """,
    re.VERBOSE,
)

_DELIMITED = re.compile(
    r"""\s* (?: (?P<mark>\$\$?) (?P<dollars>[^$]*) (?P=mark)
              | \\\( (?P<inline>.*) \\\) | \\\[ (?P<display>.*) \\\] ) \s*""",
    re.DOTALL | re.VERBOSE,
)
"""How a LaTeX text marks a formula."""
_INDEXED = re.compile(r"(.*?)(?:_?([₀-₉]+)|_([A-Za-z0-9]+))?")
_ROMAN = ("operatorname", "mathrm", "text")
_BRACED = re.compile(r"\{\s*([A-Za-z0-9]+)\s*\}|\[\s*([1-9][0-9]{0,5})\s*\]|([0-9])\s*$")
_COMMANDS = {
    **{name: "FRAC" for name in ("frac", "dfrac", "tfrac")},
    **{name: "MUL" for name in ("cdot", "times", "ast")},
    "div": "DIV",
    "int": "INT",
    "vert": "BAR",
}
_LOOK_ALIKES = dict(zip("аеорсухіѕјοχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxisjoxABEZHIKMNOPTYX", strict=True))
_MEANINGLESS = {
    "'": "quotes and primes have no meaning in an expression",
    '"': "quotes have no meaning here; a second derivative is written y''",
    "!": "factorials are not supported",
    ".": "a name was expected to end here: attribute access is not part of the language",
    "_": "a name can't begin with an underscore",
    "<": "comparisons are not supported, but abs, sign, max, min and Heaviside are",
    ">": "comparisons are not supported, but abs, sign, max, min and Heaviside are",
    "%": "the remainder operator is not supported",
    "∞": "infinity is not a number of this language",
    ";": "one expression was expected; ';' has no meaning here",
}


def _unexpected(character: str, position: int) -> Reject:
    """Explain a character that opens no word."""
    if character in _MEANINGLESS:
        return Reject(_MEANINGLESS[character], position)
    if character.isascii():
        return Reject(f"unexpected character {character!r}", position)
    name = unicodedata.name(character, "unnamed")
    likely = _LOOK_ALIKES.get(character) or unicodedata.normalize("NFKC", character)
    hint = f"; did you mean {likely!r}?" if likely.isascii() and likely.isprintable() and likely else ""
    return Reject(f"unexpected character {character!r} (U+{ord(character):04X} {name}){hint}", position)


def _number(text: str, start: int) -> list[Lexeme]:
    """Read a decimal numeral as an exact rational."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    scale = int(exponent[:8] or "0") - len(fraction)
    if len(whole) + len(fraction) > MAX_DIGITS or abs(scale) >= MAX_DIGITS or len(exponent) > 8:
        raise Reject(f"a number of more than {MAX_DIGITS} digits", start)
    value = symengine.Integer(int(whole + fraction))
    power = symengine.Integer(10 ** abs(scale))
    return [Lexeme("NUMBER", text, start, value * power if scale >= 0 else value / power)]


def _superscript(text: str, start: int) -> list[Lexeme]:
    """Read what is written small and high as an exponent, in brackets if it isn't one number."""
    inner = scan(unicodedata.normalize("NFKC", text), "expression")
    for lexeme in inner:
        lexeme.start += start
    exponent = Lexeme("POW", text, start)
    if inner[-1].kind == "NUMBER" and len(inner) <= 2:
        return [exponent, *inner]
    return [exponent, Lexeme("OPEN", "(", start), *inner, Lexeme("CLOSE", ")", start + len(text) - 1)]


def _vulgar(text: str, start: int) -> list[Lexeme]:
    above, below = unicodedata.normalize("NFKC", text).split("⁄")
    return [Lexeme("NUMBER", text, start, symengine.Rational(int(above), int(below)))]


def _name(text: str, start: int) -> list[Lexeme]:
    """Read a name and its index: x₀, x_{0} and x_0 are one name."""
    if text.startswith("\\") and (braced := _BRACED.search(text)) and text[1:].startswith(_ROMAN):
        return [Lexeme("NAME", text, start, braced[1])]
    indexed = _INDEXED.fullmatch(re.sub(r"[{}\s]", "", text))
    assert indexed is not None, "every text is a name with an index or without"
    name, index = indexed[1], indexed[2] or indexed[3]
    if name.startswith("\\"):
        name = _COMMAND_NAMES[name[1:]]
    # As Maxima writes constants.
    name = name.removeprefix("%")
    return [Lexeme("NAME", text, start, f"{name}_{unicodedata.normalize('NFKC', index)}" if index else name)]


def _numbered_function(text: str, start: int) -> list[Lexeme]:
    braced = _BRACED.search(text)
    if braced is None:
        raise Reject("the degree of a root was expected to be a whole number of at most 6 digits", start)
    number = braced[1] or braced[2] or braced[3]
    return [Lexeme("NAME", text, start, f"{'root' if 'sqrt' in text else 'log'}_{number}")]


def _command(text: str, start: int) -> list[Lexeme]:
    name = text[1:]
    if name in ("left", "right"):
        raise Reject(f"{text} must be followed by a bracket", start)
    if name in _COMMANDS:
        return [Lexeme(_COMMANDS[name], text, start)]
    return [Lexeme("NAME", text, start, _COMMAND_NAMES.get(name, name))]


def _prime(text: str, start: int) -> list[Lexeme]:
    count = text.count("prime") or sum({"″": 2, "‴": 3, "⁗": 4}.get(mark, 1) for mark in text)
    return [Lexeme("PRIME", text, start, count)]


_READERS: dict[str, Callable[[str, int], list[Lexeme]]] = {
    "SPACE": lambda text, start: [],
    "NUMBER": _number,
    "SUPER": _superscript,
    "VULGAR": _vulgar,
    "NAME": _name,
    "FUNC": _numbered_function,
    "COMMAND": _command,
    "PRIME": _prime,
    "ROOT": lambda text, start: [Lexeme("FUNC", text, start, "sqrt" if text == "√" else "cbrt")],
}


def scan(text: str, mode: Mode) -> list[Lexeme]:
    """Split `text` into lexemes.

    Raises
    ------
    Reject
        At the first character that belongs to no word of the language, or a text or number too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise Reject(
            f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read", MAX_CHARACTERS
        )
    lexemes: list[Lexeme] = []
    position, end = 0, len(text)
    if delimited := _DELIMITED.fullmatch(text):
        position, end = delimited.span(str(delimited.lastgroup))
    while position < end:
        if mode != "expression" and (dots := match_dots(text, position)):
            written, function, order = dots
            lexemes += [
                Lexeme("NAME", written, position, function),
                Lexeme("PRIME", written, position, order),
            ]
            position += len(written)
            continue
        if mode == "equation" and text[position] in "dD\\":
            derivative = match_derivative(text, position)
            if derivative is not None:
                lexemes.append(Lexeme("DERIVATIVE", derivative.text, position, derivative))
                position += len(derivative.text)
                continue
        word = _WORDS.match(text, position, end)
        if mode == "conditions" and text[position] == ";":
            lexemes.append(Lexeme("_COMMA", ";", position))
            position += 1
            continue
        if mode == "conditions" and text[position] == "∞":
            lexemes.append(Lexeme("NAME", "∞", position, "oo"))
            position += 1
            continue
        if lexemes and lexemes[-1].kind == "INT" and text[position] in "_^":
            raise Reject("limits of integration are no part of an integrand", position)
        if word is None or (mode == "expression" and word.lastgroup == "PRIME"):
            raise _unexpected(text[position], position)
        kind, written = str(word.lastgroup), word[0]
        reader = _READERS.get(kind)
        lexemes += reader(written, position) if reader else [Lexeme(kind, written, position)]
        position = word.end()
    if not lexemes:
        raise Reject("the text is empty; an expression such as x*cos(x) was expected", 0)
    return lexemes
