"""User text to expressions and equations.

One whitelist language for SymPy and Python syntax, handwriting habits (``2x``, ``sin^2 x``, ``|x|``),
Unicode and a LaTeX subset. The steps: `lexer` (characters), `names` (meaning of names), `juxtapose`
(brackets, implied products), `syntax` (grammar and building). Nothing is ever evaluated as code, and
length, depth, digits and powers are bounded before anything is built.

Readings that habits leave open: ``1/2x`` is (1/2)*x, as with an explicit product; ``sin x/2`` is
sin(x)/2; ``sin^-1 x`` is asin(x); ``k(x + 1)`` is a product where k is a letter of constants, while
``f(x + 1)`` is refused, and ``sin 2*x`` and ``sin x(x+1)`` as ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import symengine

from symmath.errors import ParseError, PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.derivatives import match_dots
from symmath.expr.differentials import strip_integral, with_derivative
from symmath.expr.juxtapose import MAX_DEPTH, arrange
from symmath.expr.lexer import MAX_CHARACTERS, Lexeme, Reject, scan
from symmath.expr.names import (
    check_name,
    find_unknown,
    replace_unknown,
    resolve,
    split_products,
    with_constants_of_integration,
)
from symmath.expr.operators import (
    CONSTANTS_OF_INTEGRATION,
    DERIVATIVES,
    MAX_ORDER,
    SYMBOL_EXPRS,
    Expr,
)
from symmath.expr.prefix import MAX_DIGITS, MAX_POWER
from symmath.expr.primes import primes_first, with_derivatives_of_brackets
from symmath.expr.syntax import build
from symmath.expr.variables import is_known, usual_variable

__all__ = [
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_POWER",
    "Parsed",
    "ParsedEquation",
    "names_in",
    "parse_equation",
    "parse_expression",
    "parse_solution",
]


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression in x, and what x and the parameters were called in the text."""

    expr: Expr
    variable: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedEquation:
    """A differential equation.

    Attributes
    ----------
    residual : Expr
        Left side minus right side, in the symbols x and `operators.DERIVATIVES`.
    order : int
        1 to `operators.MAX_ORDER`.
    variable, function : str
        What x and y were called in the text.
    parameters : tuple of str
        What the parameters were called that are `operators.PARAMETERS` here, in that order.
    """

    residual: Expr
    order: int
    variable: str
    function: str
    parameters: tuple[str, ...] = ()


_P = ParamSpec("_P")
_R = TypeVar("_R")


def pointing(parse: Callable[_P, _R]) -> Callable[_P, _R]:
    """Turn `Reject` into a `ParseError` that carries the text."""

    @wraps(parse)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return parse(*args, **kwargs)
        except Reject as reject:
            raise ParseError(
                reject.message, str(args[0] if args else kwargs["text"]), reject.position
            ) from None

    return wrapped


def representable(e: Expr) -> Expr:
    """Return `e` if the vocabulary can write it."""
    try:
        canonical_tokens(e)
    except PrefixError as error:
        raise UnsupportedError(str(error)) from error
    return e


def arguments_are_names(variable: str | None, function: str | None = None) -> None:
    """Check what the caller calls the variable and the unknown function.

    Raises
    ------
    Reject
        If one of them is no name.
    """
    for name, what in ((variable, "variable"), (function, "function")):
        if name is not None:
            check_name(name, what)


@pointing
def parse_expression(
    text: str,
    variable: str | None = None,
    *,
    symbols: Collection[str] = (),
    parameters: Sequence[str] | None = (),
) -> Parsed:
    r"""Read an expression in one variable.

    Parameters
    ----------
    text : str
        SymPy or Python syntax, plain handwriting, Unicode or LaTeX; ``\int ... dx`` as well.
    variable : str, optional
        Name of the variable; by default x, or the only free name there is.
    symbols : collection of str
        Names of `operators.SYMBOLS` allowed beside x: c1, c2, ... when reading an answer.
    parameters : sequence of str or None
        Names that become `operators.PARAMETERS`, in this order; None for those there are, in alphabetical
        order.

    Returns
    -------
    Parsed

    Raises
    ------
    ParseError
        If `text` is not such an expression; it points at the character.
    UnsupportedError
        If the expression holds what the vocabulary can't write (huge or complex numbers).
    """
    arguments_are_names(variable)
    scanned = scan(text, "expression")

    def read(size: int) -> Parsed:
        lexemes, name = strip_integral(scanned, variable, size)
        resolved = resolve(lexemes, name, symbols, parameters)
        value = build(arrange(resolved.lexemes, len(text)), "expression", len(text))
        return Parsed(representable(value.expr), resolved.variable, resolved.parameters)

    found = read(1)
    if strip_integral(scanned, variable)[0] is not scanned:
        _check_linear(found.expr, read(2).expr)
    return found


def _check_linear(once: Expr, twice: Expr) -> None:
    """Check that an integrand or equation is linear in its differentials, by one with twice as large ones.

    Raises
    ------
    Reject
        If it isn't: ``x dx + 1``, ``sin(dx)``, ``dx dy``.
    """
    if symengine.expand(twice - 2 * once) != 0:
        raise Reject("every term was expected to have one differential as a factor: (x + 1) dx", 0)


@pointing
def names_in(text: str) -> set[str]:
    """Return the names in a text that are neither functions' nor constants'.

    Raises
    ------
    ParseError
        At a character that belongs to no word of the language.
    """
    names = {str(lexeme.value) for lexeme in scan(text, "equation") if lexeme.kind == "NAME"}
    return {name for name in names if not is_known(name)}


def order_of(residual: Expr) -> int:
    """Return the order of the highest derivative in an equation; 0 if there is none."""
    free = residual.free_symbols
    return next((k for k in range(MAX_ORDER, 0, -1) if SYMBOL_EXPRS[DERIVATIVES[k]] in free), 0)


@pointing
def parse_equation(text: str, variable: str | None = None, function: str | None = None) -> ParsedEquation:
    """Read an ordinary differential equation of order 1 to 4.

    Parameters
    ----------
    text : str
        With ``y'``, ``dy/dx``, ``d^2y/dx^2``, ``Derivative(y(x), x)``, ``Eq(a, b)``, Newton's dots, then by
        t, or ``M dx + N dy = 0``; without ``=`` the expression is equated to zero. Up to six other names
        are parameters.
    variable, function : str, optional
        Names of the variable and of the unknown function; by default they are found in the text.

    Returns
    -------
    ParsedEquation

    Raises
    ------
    ParseError
        If `text` is not such an equation; it points at the character.
    UnsupportedError
        If it holds what the vocabulary can't write.
    """
    arguments_are_names(variable, function)
    scanned, variable = with_derivatives_of_brackets(primes_first(scan(text, "equation")), variable)
    found = _equation(text, scanned, variable, function, size=1)
    if with_derivative(scanned, variable)[0] is not scanned:
        _check_linear(found.residual, _equation(text, scanned, variable, function, size=2).residual)
    return found


def _equation(
    text: str, scanned: list[Lexeme], variable: str | None, function: str | None, *, size: int
) -> ParsedEquation:
    """Read an equation whose differentials, if there are some, are of that size; see `parse_equation`."""
    lexemes, variable = with_derivative(scanned, variable, size)
    is_newtons = any(lexeme.kind == "PRIME" and match_dots(lexeme.text, 0) for lexeme in lexemes)
    function = find_unknown(lexemes, function)
    lexemes, variable = replace_unknown(split_products(lexemes, function), function, variable)
    variable = variable or ("t" if is_newtons else usual_variable(lexemes, function))
    first = lexemes[0]
    if first.kind == "NAME" and first.value == "Eq":
        lexemes[0] = Lexeme("EQ", first.text, first.start)
    resolved = resolve(lexemes, variable, parameters=None)
    value = build(arrange(resolved.lexemes, len(text)), "equation", len(text))
    residual = representable(value.expr)
    order = order_of(residual)
    if order == 0:
        raise Reject(f"no derivative of {function} is left in this equation", 0)
    return ParsedEquation(residual, order, variable, function, resolved.parameters)


@pointing
def parse_solution(
    text: str,
    variable: str = "x",
    function: str = "y",
    parameters: Sequence[str] = (),
    order: int = MAX_ORDER,
) -> tuple[Expr, ...]:
    """Read a claimed solution of a differential equation.

    Parameters
    ----------
    text : str
        An expression of x and the constants c1, c2, ..., with or without ``y =``; or an equation of x and y.
        Without these, up to four other names stand for them.
    variable, function : str
        What the equation calls them.
    parameters : sequence of str
        What the equation calls its parameters.
    order : int
        Of the equation.

    Returns
    -------
    tuple of Expr
        y in x, c1, c2, ...; or the two sides of an equation of x and y.

    Raises
    ------
    ParseError
        If `text` is no such solution; it points at the character.
    UnsupportedError
        If it holds what the vocabulary can't write.
    """
    arguments_are_names(variable, function)
    scanned = split_products(primes_first(scan(text, "equation")), function)
    lexemes, _ = replace_unknown(scanned, function, variable)
    for lexeme in lexemes:
        if lexeme.kind == "SYMBOL" and lexeme.value != SYMBOL_EXPRS["y"]:
            raise Reject("a solution without derivatives was expected", lexeme.start)
    lexemes = with_constants_of_integration(lexemes, variable, parameters, order)
    split = next((i for i, lexeme in enumerate(lexemes) if lexeme.kind == "EQUALS"), len(lexemes))
    sides = [lexemes[:split], lexemes[split + 1 :]] if split < len(lexemes) else [lexemes]
    for side in sides:
        if not side or any(lexeme.kind == "EQUALS" for lexeme in side):
            raise Reject("an expression or one equation was expected", side[0].start if side else len(text))
    if len(sides) == 2 and [lexeme.value for lexeme in sides[0]] == [SYMBOL_EXPRS["y"]]:
        sides.pop(0)
    found = []
    for side in sides:
        resolved = resolve(side, variable, CONSTANTS_OF_INTEGRATION, parameters)
        found.append(representable(build(arrange(resolved.lexemes, len(text)), "expression", len(text)).expr))
    return tuple(found)


def split_list(text: str) -> list[str]:
    r"""Split equations or conditions at commas, semicolons, "and" and ``\\\\`` that are in no brackets."""
    parts, depth = [""], 0
    for piece in re.split(r"(\band\b|\\\\|[,;()])", text):
        depth += (piece == "(") - (piece == ")")
        if depth == 0 and piece in (",", ";", "and", "\\\\"):
            parts.append("")
        else:
            parts[-1] += piece
    return [part for part in parts if part.strip()]
