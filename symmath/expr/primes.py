"""Primes behind a function: where they stand, and what else means as many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from symmath.expr.lexer import Lexeme, Reject
from symmath.expr.operators import MAX_ORDER
from symmath.expr.variables import is_known

DERIVATIVE = "derivative"
"""What the derivative of a bracket is called as a function, which nobody can write."""
_OPERATORS = (
    ["NAME", "DIV", "NAME", "OPEN"],
    ["FRAC", "OPEN", "NAME", "CLOSE", "OPEN", "NAME", "CLOSE", "OPEN"],
)
"""The beginnings of ``d/dx (...)`` and of its LaTeX."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def is_application(lexemes: Sequence[Lexeme], i: int) -> bool:
    """Whether ``(x)`` begins at a place, with a name that is no constant."""
    kinds = [lexeme.kind for lexeme in lexemes[i : i + 3]]
    return kinds == ["OPEN", "NAME", "CLOSE"] and not is_known(str(lexemes[i + 1].value))


class Written(NamedTuple):
    """A function or its derivative, the variable if it is shown, and where the text goes on."""

    function: str
    order: int
    variable: str | None
    end: int


def derivative_at(lexemes: Sequence[Lexeme], i: int, functions: Sequence[str]) -> Written | None:
    """Return the unknown function or derivative that begins at a place: y, ``y''(x)``, ``dy/dx``; or None.

    Raises
    ------
    Reject
        At a prime that follows none, or a derivative of too high an order.
    """
    lexeme = lexemes[i]
    if lexeme.kind == "PRIME":
        raise Reject(f"a prime must follow the unknown function {' or '.join(functions)}", lexeme.start)
    if lexeme.kind == "DERIVATIVE":
        written = Written(lexeme.value.function, lexeme.value.order, lexeme.value.variable, i + 1)
    elif lexeme.kind == "NAME" and lexeme.value in functions:
        end = i + 1
        order = lexemes[end].value if end < len(lexemes) and lexemes[end].kind == "PRIME" else 0
        end += order > 0
        applied = is_application(lexemes, end)
        shown = str(lexemes[end + 1].value) if applied else None
        written = Written(str(lexeme.value), order, shown, end + 3 * applied)
    else:
        return None
    if written.order > MAX_ORDER or (written.order < 1 and lexeme.kind == "DERIVATIVE"):
        supported = f"derivatives of order {written.order} are not supported; 1 to {MAX_ORDER} are"
        raise Reject(supported, lexeme.start)
    return written


def primes_first(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    r"""Read ``y(x)''`` as ``y''(x)``, and ``y^{(4)}`` as ``y''''``."""
    found = with_orders_as_primes(lexemes)
    for i in range(4, len(found)):
        if found[i].kind == "PRIME" and found[i - 4].kind == "NAME" and is_application(found, i - 3):
            found[i - 3 : i + 1] = [found[i], *found[i - 3 : i]]
    return found


def with_orders_as_primes(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Read ``y^{(4)}``, ``y^{(iv)}`` and ``y^{''}``, also small and high, as primes.

    They stand behind a function that has derivatives elsewhere, if there is one: ``x^{(2)}`` is a power.
    """
    found = list(lexemes)
    functions = {x.value for x, y in pairwise(found) if x.kind == "NAME" and y.kind == "PRIME"}
    functions |= {x.value.function for x in found if x.kind == "DERIVATIVE"}
    for i in range(len(found) - 4, 0, -1):
        applied = found[i - 1].kind == "CLOSE" and i > 3 and is_application(found, i - 3)
        name = found[i - 4 if applied else i - 1]
        if name.kind != "NAME" or is_known(str(name.value)) or (functions and name.value not in functions):
            continue
        if functions and _is_power_or_order(found[i : i + 4]):
            n = found[i + 2].value
            raise Reject(
                f"this may be a power or a derivative: write {name.value}^{n} or {name.value}^{{({n})}}",
                found[i].start,
            )
        for inside in (6, 4):
            order = _order_in_brackets(found[i : i + inside])
            if order:
                text = "".join(lexeme.text for lexeme in found[i : i + inside])
                found[i : i + inside] = [Lexeme("PRIME", text, found[i].start, order)]
    return found


def _is_power_or_order(lexemes: Sequence[Lexeme]) -> bool:
    """Whether lexemes are ``^(4)``, which people write for the fourth derivative, and few for a power."""
    if [lexeme.kind for lexeme in lexemes] != ["POW", "OPEN", "NUMBER", "CLOSE"] or lexemes[0].text == "**":
        return False
    return lexemes[1].text == "(" and bool(lexemes[2].value.is_Integer and lexemes[2].value > 2)


def _order_in_brackets(lexemes: Sequence[Lexeme]) -> int:
    """Return the order that lexemes behind a function show, 0 if they are none."""
    kinds = [lexeme.kind for lexeme in lexemes]
    if not lexemes or lexemes[0].text == "**":
        return 0
    if kinds == ["POW", "OPEN", "PRIME", "CLOSE"]:
        return int(lexemes[2].value)
    if len(kinds) != 6 or kinds[:3] + kinds[4:] != ["POW", "OPEN", "OPEN", "CLOSE", "CLOSE"]:
        return 0
    inner = lexemes[3]
    if inner.kind == "NUMBER" and inner.value.is_Integer:
        return int(inner.value)
    return _ROMAN.get(str(inner.value).lower(), 0) if inner.kind == "NAME" else 0


def with_derivatives_of_brackets(
    lexemes: Sequence[Lexeme], variable: str | None
) -> tuple[list[Lexeme], str | None]:
    """Read ``(x*y')'`` and ``d/dx (x*y')`` as a function of the bracket; return the variable, if shown."""
    found = list(lexemes)
    for i in range(len(found) - 1, -1, -1):
        for written in _OPERATORS:
            part = found[i : i + len(written)]
            if [lexeme.kind for lexeme in part] != written:
                continue
            above, below = (str(lexeme.value) for lexeme in part if lexeme.kind == "NAME")
            if above == "d" and re.fullmatch("d[A-Za-z]", below) and (variable or below[1]) == below[1]:
                variable = below[1]
                text = "".join(lexeme.text for lexeme in part[:-1])
                found[i : i + len(written) - 1] = [Lexeme("FUNC", text, part[0].start, DERIVATIVE)]
    i = 0
    while i < len(found):
        if found[i].kind == "PRIME" and i and found[i - 1].kind == "CLOSE":
            prime = found.pop(i)
            for _ in range(prime.value):
                found.insert(i, Lexeme("CLOSE", ")", prime.start))
                begin = _opening(found, i - 1)
                found[begin:begin] = [
                    Lexeme("FUNC", prime.text, prime.start, DERIVATIVE),
                    Lexeme("OPEN", "(", prime.start),
                ]
                i += 3
        i += 1
    return found, variable


def _opening(lexemes: Sequence[Lexeme], end: int) -> int:
    """Return where the bracket opens that closes at a place.

    Raises
    ------
    Reject
        If it doesn't.
    """
    depth = 0
    for i in range(end, -1, -1):
        depth += (lexemes[i].kind == "CLOSE") - (lexemes[i].kind == "OPEN")
        if depth == 0:
            return i
    raise Reject("a closing parenthesis without an opening one", lexemes[end].start)
