"""Several differential equations for as many unknown functions, from text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import symengine

from symmath.errors import ParseError
from symmath.expr.derivatives import GREEK_NAMES, match_dots
from symmath.expr.juxtapose import arrange
from symmath.expr.lexer import Lexeme, Reject, scan
from symmath.expr.names import CURRENTS, resolve, split_products
from symmath.expr.operators import PARAMETERS, Expr
from symmath.expr.parse import pointing, split_list
from symmath.expr.primes import derivative_at, is_application, primes_first
from symmath.expr.syntax import build
from symmath.expr.variables import is_known


@dataclass(frozen=True, slots=True)
class ParsedSystem:
    """Equations for several functions.

    Attributes
    ----------
    residuals : tuple of Expr
        Left sides minus right sides, in x, `unknown` and `operators.PARAMETERS`.
    functions : tuple of str
        What the unknown functions are called, in the order in which their derivatives are met.
    variable : str
    parameters : tuple of str
        What the parameters are called.
    """

    residuals: tuple[Expr, ...]
    functions: tuple[str, ...]
    variable: str
    parameters: tuple[str, ...]


_AROUND = re.compile(r"\\(?:begin|end)\s*\{[a-z]+\*?\}|\\left\s*\\\{|\\right\s*\.|&")
"""What LaTeX writes around equations one below the other."""
_VALUE = re.compile(r"(?:\\d+ot\s*\{\s*)?(?P<name>[^\W\d_]\w*)(?:\s*\})?\s*'*\s*\((?P<point>[^()=]*)\)")
"""A function, or a derivative, at a point: ``y'(0)``."""
_A_VARIABLE = re.compile(rf"\s*(?:[a-zα-ω]|{'|'.join(sorted(GREEK_NAMES))})\s*")


def split_equations(text: str) -> list[str]:
    """Split a text that is several equations; one that is a single equation, or none, comes back whole."""
    parts = [part.strip() for part in split_list(_AROUND.sub(" ", text))]
    is_several = len(parts) > 1 and all("=" in part or part.startswith("Eq") for part in parts)
    return parts if is_several or ";" in text else [text]


def split_off_conditions(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell equations from what functions are at points: ``y(0) = 1``, ``y(0) = y(1)``."""
    functions: set[str] = set()
    for text in texts:
        with suppress(ParseError):
            functions |= set(_differentiated(_scanned(text)))

    def is_condition(text: str) -> bool:
        found = [v for v in _VALUE.finditer(text) if not _A_VARIABLE.fullmatch(v["point"])]
        stems = {unicodedata.normalize("NFD", v["name"])[:1] for v in found} | {v["name"] for v in found}
        if "=" not in text or not stems & functions:
            return False
        with suppress(ParseError):
            return not _differentiated(_scanned(_VALUE.sub("0", text)))
        return True

    conditions = [text for text in texts if is_condition(text)]
    if len(conditions) == len(texts):
        # y'(T) + y(T) = 0 alone is an equation.
        conditions = conditions[1:]
    return [text for text in texts if text not in conditions], conditions


def unknown(number: int, order: int = 0) -> Expr:
    """Return the symbol of a derivative of an unknown function, of which prefix sequences know none."""
    return symengine.Symbol(f"unknown{number}" + "'" * order)


def parse_system(texts: Sequence[str], variable: str | None = None) -> ParsedSystem:
    """Read equations such as ``x' = 2*x - y`` and ``y' = x``.

    Parameters
    ----------
    texts : sequence of str
        As for `parse_equation`, one for each unknown function.
    variable : str, optional
        By default what the texts show, else t where a function is called x or t is a name, else x.

    Raises
    ------
    ParseError
        If a text is no equation, or their number is not that of the functions that have derivatives.
    """
    scanned = [_scanned(text) for text in texts]
    functions = tuple(dict.fromkeys(name for lexemes in scanned for name in _differentiated(lexemes)))
    if len(functions) != len(texts) or not texts:
        named = ", ".join(functions) or "none"
        message = f"as many equations as functions were expected, not {len(texts)} for {named}"
        raise ParseError(message, texts[-1] if texts else "", 0)
    for function in functions:
        scanned = [split_products(lexemes, function) for lexemes in scanned]
    variable = variable or _variable(scanned, functions)
    pairs = list(zip(texts, scanned, strict=True))
    replaced = [_replaced(text, lexemes, functions, variable) for text, lexemes in pairs]
    pairs = list(zip(texts, replaced, strict=True))
    names = sorted({name for text, lexemes in pairs for name in _parameters(text, lexemes, variable)})
    if len(names) > len(PARAMETERS):
        raise ParseError(f"more than {len(PARAMETERS)} parameters: {', '.join(names)}", texts[0], 0)
    residuals = tuple(_residual(text, lexemes, variable, names) for text, lexemes in pairs)
    return ParsedSystem(residuals, functions, variable, tuple(names))


@pointing
def _scanned(text: str) -> list[Lexeme]:
    return primes_first(scan(text, "equation"))


def _differentiated(lexemes: Sequence[Lexeme]) -> list[str]:
    """Return the names of the functions that have derivatives."""
    found = [
        str(before.value)
        for before, after in zip(lexemes, lexemes[1:], strict=False)
        if before.kind == "NAME" and after.kind == "PRIME"
    ]
    return found + [lexeme.value.function for lexeme in lexemes if lexeme.kind == "DERIVATIVE"]


def _variable(scanned: Sequence[Sequence[Lexeme]], functions: Sequence[str]) -> str:
    """Return the variable that equations show, or the one that is usual."""
    lexemes = [lexeme for one in scanned for lexeme in one]
    for i, lexeme in enumerate(lexemes):
        if lexeme.kind == "DERIVATIVE":
            return str(lexeme.value.variable)
        if lexeme.value in functions and is_application(lexemes, i + 1):
            return str(lexemes[i + 2].value)
    is_newtons = any(lexeme.kind == "PRIME" and match_dots(lexeme.text, 0) for lexeme in lexemes)
    is_named = any(lexeme.kind == "NAME" and lexeme.value == "t" for lexeme in lexemes)
    return "t" if is_newtons or is_named or "x" in functions else "x"


@pointing
def _replaced(text: str, lexemes: Sequence[Lexeme], functions: Sequence[str], variable: str) -> list[Lexeme]:
    """Replace x, x', x''(t), dx/dt, ... by symbols."""
    found: list[Lexeme] = []
    i = 0
    while i < len(lexemes):
        lexeme = lexemes[i]
        written = derivative_at(lexemes, i, functions)
        if written is None:
            is_pair = i == 0 and lexeme.kind == "NAME" and lexeme.value == "Eq"
            found.append(Lexeme("EQ", lexeme.text, lexeme.start) if is_pair else lexeme)
            i += 1
            continue
        name, order, shown, i = written
        if is_known(name) and name not in CURRENTS:
            raise Reject(f"{name!r} can't be an unknown function", lexeme.start)
        if shown not in (None, variable):
            raise Reject(f"{name}({shown}) is no function of {variable}", lexeme.start)
        found.append(Lexeme("SYMBOL", lexeme.text, lexeme.start, unknown(functions.index(name), order)))
    return found


@pointing
def _parameters(text: str, lexemes: Sequence[Lexeme], variable: str) -> tuple[str, ...]:
    return resolve(lexemes, variable, parameters=None).parameters


@pointing
def _residual(text: str, lexemes: Sequence[Lexeme], variable: str, parameters: Sequence[str]) -> Expr:
    resolved = resolve(lexemes, variable, parameters=parameters).lexemes
    return build(arrange(resolved, len(text)), "equation", len(text)).expr
