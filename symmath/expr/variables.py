"""Which names are constants, which rather variables, and which stand for constants of integration."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from symmath.errors import UnsupportedError
from symmath.expr.functions import lookup
from symmath.expr.lexer import Lexeme
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION

CONSTANT_NAMES = {"pi": "pi", "π": "pi", "E": "E", "e": "E", "ℯ": "E", "I": "I", "i": "I"}
INFINITE = frozenset({"oo", "inf", "Inf", "infinity", "Infinity"})
NOT_NUMBERS = INFINITE | {"nan", "NaN", "zoo"}
CONSTANT_OF_INTEGRATION = re.compile(r"[cC]_?([1-4])")
_USUAL_VARIABLES = frozenset("tszrτθφ") | {"theta", "phi", "tau"}
_USUAL_IN_EQUATIONS = frozenset("tz")
"""Without those that are as likely rates, or constants."""
_ANGLES = frozenset("θφ") | {"theta", "phi"}
"""Customary variables where a function is of them, as in ``y' = sin(theta)``; else as likely constants."""


def is_known(name: str) -> bool:
    """Whether a name is a function's or a constant's, and so no variable's."""
    return name in CONSTANT_NAMES or name in NOT_NUMBERS or name == "Eq" or lookup(name) is not None


def choose_variable(names: Collection[str]) -> str:
    """Return which of the free names of an integrand is its variable: the only one, x, t, or a customary one.

    Raises
    ------
    UnsupportedError
        If that can't be told.
    """
    usual = _USUAL_VARIABLES.intersection(names)
    for choice in (names, {"x"}.intersection(names), {"t"}.intersection(names), usual):
        if len(choice) == 1:
            return next(iter(choice))
    raise UnsupportedError(f"which of {', '.join(sorted(names)[:6])} is the variable? It must be named")


def usual_variable(lexemes: Sequence[Lexeme], function: str) -> str:
    """Return the independent variable of an equation that never shows it.

    The small letter of the unknown's, if it is customary, as in ``r*R' = R``; x, or t when the unknown
    function is x or a current, or t is there and x is not, or the only free name if it is a customary one: in
    ``y' + a*y = 0`` the name a is far more likely a parameter than the variable, but theta isn't in
    ``y' = sin(theta)``.
    """
    free = {str(x.value) for x in lexemes if x.kind == "NAME" and not is_known(str(x.value))} - {function}
    if function.lower() in free & _USUAL_VARIABLES and not {"x", "t"} & free:
        return function.lower()
    usual = _USUAL_IN_EQUATIONS | _ANGLES & _in_functions(lexemes)
    if len(free) == 1 and free <= usual:
        return free.pop()
    if "r" in free and not {"x", "t"} & free and function != "x" and _is_radius(lexemes):
        return "r"
    if "t" in free and "x" not in free:
        return "t"
    return "t" if function in ("x", "i", "I") else "x"


def _is_radius(lexemes: Sequence[Lexeme]) -> bool:
    """Whether an equation of order 2 is divided by r somewhere, T'' + T'/r = 0, or begins with r*T''."""
    words = ["r" if x.kind == "NAME" and x.value == "r" else str(x.value or x.kind) for x in lexemes]
    if "y''" not in words:
        return False
    before = [x.kind for x in lexemes[: words.index("y''")]]
    is_factor = words[0] == "r" and before in (_TIMES, _SQUARED_TIMES, _TIMES[:1], _SQUARED_TIMES[:-1])
    is_factor = is_factor and "y'" in words
    return is_factor or any(a.kind == "DIV" and b == "r" for a, b in zip(lexemes, words[1:], strict=False))


_TIMES = ["NAME", "MUL"]
_SQUARED_TIMES = ["NAME", "POW", "NUMBER", "MUL"]


def _in_functions(lexemes: Sequence[Lexeme]) -> set[str]:
    """Return the names that stand in the brackets of a function, or behind one without brackets."""
    found: set[str] = set()
    brackets: list[bool] = []
    is_behind = False
    for lexeme in lexemes:
        is_function = lexeme.kind == "NAME" and lookup(str(lexeme.value)) is not None
        if lexeme.kind == "OPEN":
            brackets.append(is_behind)
        elif lexeme.kind == "CLOSE" and brackets:
            brackets.pop()
        elif lexeme.kind == "NAME" and not is_function and (is_behind or any(brackets)):
            found.add(str(lexeme.value))
        is_behind = is_function or (is_behind and lexeme.kind == "NUMBER")
    return found


def stand_in_constants(names: Collection[str], order: int) -> dict[str, str]:
    """Return what other names of constants stand for in a solution, such as A and B for c1 and c2.

    None do where some are customary variables, or there are more than four. C_1 is c1 wherever it is, but C3
    stands for one of c1 and c2 where the equation is of order 2.
    """
    found = {name: CONSTANT_OF_INTEGRATION.fullmatch(name) for name in names}
    known = {name: f"c{match[1]}" for name, match in found.items() if match and int(match[1]) <= order}
    others = sorted(set(names) - set(known))
    left = [constant for constant in CONSTANTS_OF_INTEGRATION if constant not in known.values()]
    if len(others) > len(left) or any(map(is_usual_variable, others)):
        return known
    return known | dict(zip(others, left, strict=False))


def is_usual_variable(name: str) -> bool:
    """Whether a name is rather one of a variable than of a constant."""
    return name in ("x", "y", "t", "z", "s")
