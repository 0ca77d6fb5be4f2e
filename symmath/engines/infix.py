"""Engine syntax: symengine expressions to text, and an engine's answers back, by a whitelist.

Smaller and faster than the users' parser: only what the engines print, complex numbers included.
Names that are not in the dialect (special functions, unevaluated integrals) make the text unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import symengine

from symmath.errors import PrefixError, SymMathError
from symmath.expr.functions import NAMED
from symmath.expr.operators import (
    BY_TOKEN,
    CONSTANTS_OF_INTEGRATION,
    POLYLOGARITHMS,
    SYMBOL_EXPRS,
    Expr,
    X,
)
from symmath.expr.prefix import apply

MAX_CHARACTERS = 50_000
MAX_DEPTH = 150
_LEXEME = re.compile(r"\s*(?:(\d+)|([A-Za-z_%][A-Za-z0-9_%]*'*)|(\*\*|[-+*/^(),]))")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*'*")
_END = ""


class UnreadableError(SymMathError, ValueError):
    """Text that is not an explicit elementary expression."""


def _power(base: Expr, exponent: Expr) -> Expr:
    return apply(BY_TOKEN["pow"], [base, exponent])


_OF_TWO: dict[str, Callable[[Expr, Expr], Expr]] = {
    # Differs from the true value by a constant between its jumps; the verifier decides.
    "atan2": lambda y, x: symengine.atan(y / x),
    "atan": lambda y, x: symengine.atan(y / x),
    "nthRoot": lambda u, n: _power(u, 1 / n),
    "surd": lambda u, n: _power(u, 1 / n),
    "logb": lambda u, b: symengine.log(u) / symengine.log(b),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How an engine spells things.

    Attributes
    ----------
    written : mapping of str to str
        Replacement of each of our names that the engine spells otherwise.
    leaves : mapping of str to Expr
        Constants and symbols in the engine's answers, beside x.
    functions : mapping of str to Callable
        Functions of one argument in its answers, beside those of `functions.NAMED`.
    """

    written: Mapping[str, str]
    leaves: Mapping[str, Expr]
    functions: Mapping[str, Callable[[Expr], Expr]]

    def write(self, e: Expr) -> str:
        """Print an expression for the engine."""
        text = str(e).replace("**", "^")
        return _WORD.sub(lambda match: self.written.get(match[0], match[0]), text)

    def read(self, text: str) -> Expr:
        """Read an expression the engine printed.

        Raises
        ------
        UnreadableError
            If it is not an explicit elementary expression.
        """
        reader = _Reader(_lexemes(text), self)
        try:
            e = reader.sum(0)
        except (PrefixError, ZeroDivisionError, RuntimeError, NotImplementedError) as error:
            raise UnreadableError(str(error)) from error
        reader.expect(_END)
        if not _is_finite(e):
            raise UnreadableError("an infinite or undefined expression")
        return e


def dialect(
    written: Mapping[str, str],
    leaves: Mapping[str, Expr],
    functions: Mapping[str, Callable[[Expr], Expr]] | None = None,
) -> Dialect:
    """Make a dialect; x is always a leaf."""
    # Others have other dilogarithms.
    known = {name: build for name, build in NAMED.items() if name not in POLYLOGARITHMS.values()}
    return Dialect(written=written, leaves={"x": X, **leaves}, functions={**known, **(functions or {})})


CONSTANTS = tuple(SYMBOL_EXPRS[name] for name in CONSTANTS_OF_INTEGRATION)


def _is_finite(e: Expr) -> bool:
    text = str(e)
    return "zoo" not in text and "nan" not in text and "oo" not in text


def _lexemes(text: str) -> list[str]:
    """Split into numbers, names and signs; numbers and names start with a digit, a letter, % or _."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"an answer of {len(text)} characters")
    lexemes: list[str] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _LEXEME.match(text, position)
        if match is None:
            raise UnreadableError(f"unexpected {text[position : position + 20]!r}")
        lexemes.append(match[match.lastindex or 0])
        position = match.end()
    return [*lexemes, _END]


class _Reader:
    """Recursive descent over sum, product, sign, power, atom."""

    def __init__(self, lexemes: list[str], speech: Dialect) -> None:
        self._lexemes = lexemes
        self._speech = speech
        self._position = 0

    def _next(self) -> str:
        lexeme = self._lexemes[self._position]
        if lexeme == _END:
            raise UnreadableError("the text ends too early")
        self._position += 1
        return lexeme

    def _peek(self) -> str:
        return self._lexemes[self._position]

    def expect(self, lexeme: str) -> None:
        if self._peek() != lexeme:
            raise UnreadableError(f"{lexeme!r} was expected, not {self._peek()!r}")
        self._position += 1

    def sum(self, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise UnreadableError(f"nested more than {MAX_DEPTH} deep")
        terms = [self._product(depth)]
        while self._peek() in ("+", "-"):
            terms.append(self._product(depth) if self._next() == "+" else -self._product(depth))
        return symengine.Add(*terms) if len(terms) > 1 else terms[0]

    def _product(self, depth: int) -> Expr:
        value = self._signed(depth)
        while self._peek() in ("*", "/"):
            value = value * self._signed(depth) if self._next() == "*" else value / self._signed(depth)
        return value

    def _signed(self, depth: int) -> Expr:
        if self._peek() == "-":
            self._next()
            return -self._signed(depth + 1)
        if self._peek() == "+":
            self._next()
        return self._raised(depth)

    def _raised(self, depth: int) -> Expr:
        base = self._atom(depth)
        if self._peek() in ("^", "**"):
            self._next()
            return _power(base, self._signed(depth + 1))
        return base

    def _atom(self, depth: int) -> Expr:
        lexeme = self._next()
        if lexeme.isdigit():
            return symengine.Integer(int(lexeme))
        if lexeme == "(":
            value = self.sum(depth + 1)
            self.expect(")")
            return value
        if self._peek() == "(":
            return self._applied(lexeme, depth)
        if lexeme not in self._speech.leaves:
            raise UnreadableError(f"{lexeme!r} is not a known constant or symbol")
        return self._speech.leaves[lexeme]

    def _applied(self, name: str, depth: int) -> Expr:
        self._next()
        arguments = [self.sum(depth + 1)]
        while self._peek() == ",":
            self._next()
            arguments.append(self.sum(depth + 1))
        self.expect(")")
        if len(arguments) == 1 and name in self._speech.functions:
            return self._speech.functions[name](*arguments)
        if len(arguments) == 2 and name in _OF_TWO:
            return _OF_TWO[name](*arguments)
        raise UnreadableError(f"{name!r} of {len(arguments)} arguments is not elementary")
