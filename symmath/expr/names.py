"""What the names in a text mean: functions, constants, the variable, the unknown function.

The one free variable of a text is renamed to x and the unknown function to y, whatever they were
called. Any other free name is a parameter; problems may have four, which are renamed to
`operators.PARAMETERS`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from symmath.errors import UnsupportedError
from symmath.expr.derivatives import GREEK_NAMES
from symmath.expr.functions import NAMED, builder_where_applied, lookup
from symmath.expr.lexer import Lexeme, Reject
from symmath.expr.operators import CONSTANTS, DERIVATIVES, PARAMETERS, SYMBOL_EXPRS
from symmath.expr.primes import derivative_at, with_orders_as_primes
from symmath.expr.variables import (
    CONSTANT_NAMES,
    CONSTANT_OF_INTEGRATION,
    NOT_NUMBERS,
    choose_variable,
    is_known,
    stand_in_constants,
)

CURRENTS = ("i", "I")
"""Constants that have a derivative in circuits, and are the unknown then."""
_PLANCKS = ("hbar", "ħ", "ℏ")
"""Beside this constant E is an energy."""
_RATE = "[abdf-hj-npquvwABDF-HJ-NP-Z][1-9]"
"""Such as k1: no customary variable, whose power x2 may be, and no constant."""
# EI is the stiffness of beams; e times i is no factor of equations.
_VARIABLE = re.compile(
    rf"(?:[A-Za-zα-ωΩħℏ]|{'|'.join(GREEK_NAMES)})(?:_[A-Za-z0-9]{{1,8}})?|(?:[A-Za-zα-ωΩ]|{'|'.join(GREEK_NAMES)})0|EI|{_RATE}"
)
_COEFFICIENT = re.compile(r"(?:[a-eg-swzA-EG-Zα-ωΩ]|alpha|kappa|lambda|mu|nu|omega)(?:_[A-Za-z0-9]{1,8})?")
"""Customary constants: before a bracket that holds a sum, as in ``k(T - a)``, no functions."""


def _unknown_name(lexeme: Lexeme, is_applied: bool) -> Reject:
    """Explain a name that is neither function, constant nor a plausible variable."""
    name = str(lexeme.value)
    what = "function" if is_applied else "name"
    message = f"unknown {what} {name[:40]!r}"
    if name in ("Derivative", "diff"):
        return Reject(f"{name} is understood only as {name}(y(x), x) in an equation", lexeme.start)
    close = difflib.get_close_matches(name[:20].lower(), [*NAMED, "pi"], n=1, cutoff=0.75)
    split = next((f for f in sorted(NAMED, key=len, reverse=True) if name.startswith(f)), None)
    tail = next((f for f in sorted(NAMED, key=len, reverse=True) if name.endswith(f)), None)
    if len(name) == 2 and name.isalpha() and not split:
        message += f"; a product is written {name[0]}*{name[1]}, a name with an index {name[0]}_{name[1]}"
        message += f"; ∫ comes before an integrand that {name} isn't the end of" if name[0] == "d" else ""
    elif re.fullmatch(r"[A-Za-z][0-9]{1,3}", name):
        message += f"; write {name[0]}*{name[1:]}, {name[0]}^{name[1:]} or {name[0]}_{name[1:]}"
    elif split and re.fullmatch(r"[0-9]*[a-df-z]", name[len(split) :]):
        message += f"; did you mean {split}({name[len(split) :]})?"
    elif is_applied and len(name) == 1:
        message += f"; a product is written {name}*(...)"
    elif tail and len(name) - len(tail) == 1:
        message += f"; did you mean {name[0]}*{tail}?"
    elif close:
        message += f"; did you mean {close[0]!r}?"
    elif not is_applied:
        message += "; a variable is one letter, such as x or t"
    return Reject(message, lexeme.start)


def _could_be_variable(lexeme: Lexeme) -> bool:
    return bool(_VARIABLE.fullmatch(str(lexeme.value)))


def check_name(name: str, what: str) -> None:
    """Refuse a `variable` or `function` argument that can't be a name."""
    if (
        not re.fullmatch(r"[A-Za-zα-ω][A-Za-z0-9_]{0,20}", name)
        or lookup(name) is not None
        or name in ("pi", "π")
    ):
        raise Reject(f"{name[:40]!r} can't be the name of the {what}", 0)


def _refuse_parameters(others: Sequence[Lexeme], are_allowed: bool) -> Reject:
    names = list(dict.fromkeys(str(lexeme.value) for lexeme in others))
    shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
    if are_allowed:
        return Reject(f"more than {len(PARAMETERS)} parameters: {shown}", others[0].start)
    return Reject(f"parameters are not supported here: {shown}", others[0].start)


def _is_before_a_sum(lexemes: Sequence[Lexeme], begin: int) -> bool:
    """Whether the bracket that opens at a place holds a sum or a difference."""
    depth = 0
    for i in range(begin, len(lexemes)):
        kind = lexemes[i].kind
        depth += (kind == "OPEN") - (kind == "CLOSE")
        if depth == 0:
            return False
        if depth == 1 and kind in ("PLUS", "MINUS") and i > begin + 1:
            return True
    return False


class Resolved(NamedTuple):
    """Lexemes without names, and what the variable and the parameters are called in the text."""

    lexemes: list[Lexeme]
    variable: str
    parameters: tuple[str, ...]


def _symbol(name: str) -> str:
    """Return what a name is called in the operator table: C_1 and C1 are c1."""
    constant = CONSTANT_OF_INTEGRATION.fullmatch(name)
    return f"c{constant[1]}" if constant else name


class _Free(NamedTuple):
    """A free name: its place among the lexemes, and whether a bracket follows it."""

    place: int
    lexeme: Lexeme
    is_applied: bool

    @property
    def name(self) -> str:
        return str(self.lexeme.value)


def resolve(
    lexemes: Sequence[Lexeme],
    variable: str | None,
    symbols: Collection[str] = (),
    parameters: Sequence[str] | None = (),
) -> Resolved:
    """Turn every NAME into FUNC, PI or SYMBOL.

    Parameters
    ----------
    lexemes : sequence of Lexeme
        As scanned.
    variable : str or None
        Name of the variable; None means x or else the only free name.
    symbols : collection of str
        Of `operators.SYMBOLS`, those allowed beside x (c1, c2, ...).
    parameters : sequence of str or None
        Names allowed beside the variable; None for whatever there are, up to the number of `PARAMETERS`.

    Returns
    -------
    Resolved

    Raises
    ------
    Reject
        At an unknown function, an unlikely name, or a free name too many.
    """
    lexemes = _with_letters_apart(lexemes, variable, parameters)
    is_quantum = any(lexeme.kind == "NAME" and lexeme.value in _PLANCKS for lexeme in lexemes)
    resolved: list[Lexeme] = []
    free: list[_Free] = []
    for i, lexeme in enumerate(lexemes):
        if lexeme.kind != "NAME":
            resolved.append(lexeme)
            continue
        name = str(lexeme.value)
        is_applied = lexemes[i + 1 : i + 2] != [] and lexemes[i + 1].kind == "OPEN"
        if is_applied and _COEFFICIENT.fullmatch(name):
            is_applied = not _is_before_a_sum(lexemes, i + 1)
        if name == variable:
            resolved.append(Lexeme("SYMBOL", lexeme.text, lexeme.start, SYMBOL_EXPRS["x"]))
        elif name in NOT_NUMBERS:
            raise Reject(f"{lexeme.text!r} is not a finite number", lexeme.start)
        elif name in CONSTANT_NAMES and not (is_quantum and name == "E"):
            value = CONSTANTS[CONSTANT_NAMES[name]]
            resolved.append(
                Lexeme("PI" if value == CONSTANTS["pi"] else "SYMBOL", lexeme.text, lexeme.start, value)
            )
        elif lookup(name) is not None or (is_applied and builder_where_applied(name)):
            resolved.append(Lexeme("FUNC", lexeme.text, lexeme.start, name))
        elif name not in (parameters or ()) and (symbol := _symbol(name)) in symbols:
            resolved.append(Lexeme("SYMBOL", lexeme.text, lexeme.start, SYMBOL_EXPRS[symbol]))
        elif not _could_be_variable(lexeme) or (is_applied and len(name) > 1):
            raise _unknown_name(lexeme, is_applied)
        else:
            free.append(_Free(len(resolved), lexeme, is_applied))
            resolved.append(Lexeme("SYMBOL", lexeme.text, lexeme.start, SYMBOL_EXPRS["x"]))
    variable = _the_variable(free, variable, parameters)
    return _with_parameters(resolved, variable, [f for f in free if f.name != variable], parameters)


def _is_pair_of_letters(name: str) -> bool:
    """Whether a name may be a product of two: kx is, nu is one letter."""
    return len(name) == 2 and name.isalpha() and name not in GREEK_NAMES


def _with_letters_apart(
    lexemes: Sequence[Lexeme], variable: str | None, parameters: Sequence[str] | None
) -> list[Lexeme]:
    """Read ``kx`` as k*x, and ``sin kx`` as ``sin(k*x)``: two letters of which the second is the variable.

    But ``sin kx^2`` could be either of two.
    """
    found: list[Lexeme] = []
    for i, lexeme in enumerate(lexemes):
        name = str(lexeme.value)
        is_pair = lexeme.kind == "NAME" and _is_pair_of_letters(name)
        first, second = (name[0], name[1:]) if is_pair else ("d", "")
        is_first = first not in "dD" if parameters is None else first in (*parameters, variable)
        is_known_first = is_first or is_known(first)
        if not is_known_first or second not in ((variable,) if variable else ("x", "t")) or is_known(name):
            found.append(lexeme)
            continue
        parts = [Lexeme("NAME", name[k], lexeme.start + k, name[k]) for k in range(2)]
        if found and found[-1].kind == "NAME" and lookup(str(found[-1].value)) is not None:
            if [x.kind for x in lexemes[i + 1 : i + 2]] == ["POW"]:
                found.append(lexeme)
                continue
            opened = Lexeme("OPEN", "(", lexeme.start)
            parts = [opened, *parts, Lexeme("CLOSE", ")", lexeme.start + 1)]
        found += parts
    return found


def _with_parameters(
    lexemes: list[Lexeme], variable: str, others: Sequence[_Free], allowed: Sequence[str] | None
) -> Resolved:
    """Turn the free names that are not the variable into parameters."""
    names = tuple(sorted({f.name for f in others})) if allowed is None else tuple(allowed)
    unknown = [f.lexeme for f in others if f.name not in names]
    if unknown or len(names) > len(PARAMETERS):
        raise _refuse_parameters(unknown or [f.lexeme for f in others], allowed is None)
    for place, lexeme, _ in others:
        symbol = SYMBOL_EXPRS[PARAMETERS[names.index(str(lexeme.value))]]
        lexemes[place] = Lexeme("SYMBOL", lexeme.text, lexeme.start, symbol)
    return Resolved(lexemes, variable, names)


def _the_variable(free: Sequence[_Free], variable: str | None, parameters: Sequence[str] | None) -> str:
    """Choose the variable among the free names."""
    names = {f.name for f in free}
    if variable is None and len(names) == 1:
        return names.pop()
    if variable is None and parameters is None and names:
        try:
            variable = choose_variable(names)
        except UnsupportedError as error:
            raise Reject(str(error), free[0].lexeme.start) from None
    variable = variable or "x"
    bare = {f.name for f in free if not f.is_applied} | {variable}
    for f in free:
        if f.name not in bare:
            raise _unknown_name(f.lexeme, is_applied=True)
    return variable


def find_unknown(lexemes: Sequence[Lexeme], function: str | None) -> str:
    """Return the name of the function that is differentiated; there must be exactly one."""
    found: dict[str, int] = {}
    for lexeme, following in zip(lexemes, [*lexemes[1:], None], strict=True):
        if lexeme.kind == "DERIVATIVE":
            found.setdefault(lexeme.value.function, lexeme.start)
        elif lexeme.kind == "NAME" and following is not None and following.kind == "PRIME":
            name = str(lexeme.value)
            found.setdefault(
                name[-1] if _is_pair_of_letters(name) and name != function else name, lexeme.start
            )
    others = [name for name in found if name != function]
    if function is None and others:
        function = others.pop(0)
    if others:
        position = max(found[name] for name in others)
        names = " and ".join(dict.fromkeys([str(function), *found]))
        raise Reject(f"one unknown function was expected, not {names}", position)
    if not found or function is None:
        raise Reject("no derivative found; an equation such as y' + y = x was expected", 0)
    if is_known(function) and function not in CURRENTS:
        raise Reject(f"{function!r} can't be the unknown function", found[function])
    return function


def split_products(lexemes: Sequence[Lexeme], function: str) -> list[Lexeme]:
    """Read ``xy'`` as x*y': in an equation, two letters of which one is the function are a product.

    But ``Ta`` beside T is no T*a: where the function comes first, the other has to be a variable's name.
    """
    split: list[Lexeme] = []
    for lexeme in lexemes:
        name = str(lexeme.value)
        if (
            lexeme.kind == "NAME"
            and _is_pair_of_letters(name)
            and (name[1] == function or (name[0] == function and name[1] in "xt"))
            and not is_known(name)
        ):
            split += [Lexeme("NAME", name[i], lexeme.start + i, name[i]) for i in range(2)]
        else:
            split.append(lexeme)
    return split


def _holds(lexemes: Sequence[Lexeme], begin: int, function: str) -> bool:
    """Whether the bracket that opens at a place holds the function itself: a factor, as in ``N(1 - N/K)``."""
    depth = 0
    for lexeme in lexemes[begin:]:
        depth += (lexeme.kind == "OPEN") - (lexeme.kind == "CLOSE")
        if depth == 0:
            return False
        if lexeme.kind == "NAME" and lexeme.value == function:
            return True
    return False


def replace_unknown(
    lexemes: Sequence[Lexeme], function: str, variable: str | None
) -> tuple[list[Lexeme], str | None]:
    """Replace y, y', y''(x), dy/dx, ... by the symbols of the operator table.

    Returns
    -------
    list of Lexeme
        The unknown function and its derivatives are SYMBOL.
    str or None
        The independent variable, where the text shows it.
    """
    replaced: list[Lexeme] = []
    i = 0
    while i < len(lexemes):
        lexeme = lexemes[i]
        written = derivative_at(lexemes, i, (function,))
        if written is None:
            replaced.append(lexeme)
            i += 1
            continue
        _, order, shown, i = written
        is_called = shown is None and i < len(lexemes) and lexemes[i].kind == "OPEN"
        if is_called and not _holds(lexemes, i, function):
            raise Reject(
                f"{function} must be followed by an operator: write {function}*(...) for a product; "
                "initial conditions are given apart",
                lexemes[i].start,
            )
        if shown is not None and shown != (variable or shown) or shown == function:
            raise Reject(f"the variable is {variable or 'unclear'}, but here it is {shown}", lexeme.start)
        variable = shown or variable
        replaced.append(Lexeme("SYMBOL", lexeme.text, lexeme.start, SYMBOL_EXPRS[DERIVATIVES[order]]))
    return replaced, variable


def with_constants_of_integration(
    lexemes: Sequence[Lexeme], variable: str, parameters: Collection[str], order: int
) -> list[Lexeme]:
    """Turn names that only stand for constants in a solution into c1, c2, ...; see `stand_in_constants`."""
    kinds = [lexeme.kind for lexeme in lexemes]
    names = {
        str(x.value)
        for i, x in enumerate(lexemes)
        if x.kind == "NAME"
        and not is_known(str(x.value))
        and _could_be_variable(x)
        # A bracket with no sum in it belongs to a function.
        and (kinds[i + 1 : i + 2] != ["OPEN"] or _is_before_a_sum(lexemes, i + 1))
    }
    stand_ins = stand_in_constants(names - {variable, *parameters}, order)
    return [
        Lexeme("SYMBOL", x.text, x.start, SYMBOL_EXPRS[stand_ins[str(x.value)]])
        if x.kind == "NAME" and str(x.value) in stand_ins
        else x
        for x in lexemes
    ]


def mark_conditions(lexemes: Sequence[Lexeme], functions: Sequence[str]) -> list[Lexeme]:
    """Turn ``y'(`` into one UNKNOWN lexeme: which function by number, and the order of the derivative."""
    marked: list[Lexeme] = []
    for lexeme in with_orders_as_primes(lexemes):
        if lexeme.kind == "NAME" and lexeme.value in functions:
            number = functions.index(str(lexeme.value))
            marked.append(Lexeme("UNKNOWN", lexeme.text, lexeme.start, (number, 0)))
        elif lexeme.kind == "PRIME":
            if not marked or marked[-1].kind != "UNKNOWN":
                named = " or ".join(functions)
                raise Reject(f"a prime must follow the unknown function {named}", lexeme.start)
            number, order = marked[-1].value
            marked[-1].value = (number, order + lexeme.value)
        elif lexeme.kind == "NAME" and lexeme.value == "and":
            marked.append(Lexeme("_COMMA", lexeme.text, lexeme.start))
        else:
            marked.append(lexeme)
    return marked
