"""Conditions on an unknown function: values of it and its derivatives at points, and combinations of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import symengine

from symmath.expr.expansion import expand
from symmath.expr.juxtapose import arrange
from symmath.expr.lexer import Lexeme, Reject, scan
from symmath.expr.names import mark_conditions, resolve, split_products
from symmath.expr.operators import MAX_ORDER, PARAMETERS, Expr, X
from symmath.expr.parse import arguments_are_names, pointing, representable
from symmath.expr.syntax import CONDITION_EXPECTED, VALUE, Value, build
from symmath.expr.variables import INFINITE


class Term(NamedTuple):
    """A value of a function, ``factor*y^(order)(point)``, or its limit at plus or minus infinity.

    Point and factor hold no symbols but parameters. Of a system's functions the number says which.
    """

    factor: Expr
    order: int
    point: Expr
    function: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ``y^(order)(point) + ... = value``.

    Attributes
    ----------
    order : int
    point, value : Expr
        No symbols but parameters.
    others : tuple of Term
        What else is on the left side: of an initial value nothing, of y(0) = y(1) minus the value at 1.
    function : int
        Of a system: which one y is, by number.
    """

    order: int
    point: Expr
    value: Expr
    others: tuple[Term, ...] = ()
    function: int = 0

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms of the left side."""
        return (Term(symengine.Integer(1), self.order, self.point, self.function), *self.others)

    def defect(self, value: Callable[[int, Expr, int], Expr]) -> Expr:
        """Return what has to vanish, given a derivative's value by its order, the point and the function."""
        left = (factor * value(order, point, k) for factor, order, point, k in self.terms)
        return symengine.Add(*left) - self.value


def points_of(conditions: Sequence[Condition], *, are_finite: bool = False) -> list[Expr]:
    """Return the points that conditions are on, each once, and if asked but infinity."""
    points = dict.fromkeys(term.point for condition in conditions for term in condition.terms)
    return [point for point in points if not (are_finite and is_infinite(point))]


def is_infinite(point: Expr) -> bool:
    """Whether a point is plus or minus infinity."""
    return bool(point in (symengine.oo, -symengine.oo))


def highest_order(conditions: Sequence[Condition]) -> int:
    """Return the order of the highest derivative in conditions; 0 if there is none."""
    return max((term.order for condition in conditions for term in condition.terms), default=0)


@pointing
def parse_conditions(
    text: str, function: str | Sequence[str] = "y", variable: str = "x", parameters: Sequence[str] = ()
) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """Read conditions: initial values ``y(0)=1, y'(0)=v``, or equations ``y(0) = y(1)``, ``k*y'(L) = h``.

    Parameters
    ----------
    text : str
        Each is linear in values of the function and its derivatives; ``y(0) = y(1) = 0`` is two of them,
        and ``y(oo) = 0`` one, too.
    function : str or sequence of str
        What the equation calls it; of a system, the functions.
    variable : str
    parameters : sequence of str
        What the equation calls its parameters.

    Returns
    -------
    conditions : tuple of Condition
    parameters : tuple of str
        Those of the equation, and what other names the conditions hold.

    Raises
    ------
    ParseError
        If `text` is not a list of conditions on functions and their derivatives up to the third.
    UnsupportedError
        If a number can't be written with the vocabulary.
    """
    functions = (function,) if isinstance(function, str) else tuple(function)
    for name in functions:
        arguments_are_names(None, name)
    lexemes = _marked(text, functions)
    found = resolve(lexemes, variable, parameters=None).parameters
    names = tuple(dict.fromkeys((*parameters, *found)))
    if len(names) > len(PARAMETERS):
        raise Reject(f"more than {len(PARAMETERS)} parameters: {', '.join(names)}", 0)
    lexemes = resolve(lexemes, variable, parameters=names).lexemes
    chains: list[list[Value]] = build(arrange(lexemes, len(text)), "conditions", len(text))
    for chain in chains:
        for side in chain[1:-1]:
            # "y(0) = 1 y'(0) = 0" lacks a comma.
            if not (side.is_atom and type(side.expr) is symengine.FunctionSymbol):
                raise Reject("a comma was expected between two conditions", side.start)
    conditions = [_condition(side, chain[-1]) for chain in chains for side in chain[:-1]]
    return tuple(conditions), names


def _marked(text: str, functions: Sequence[str]) -> list[Lexeme]:
    """Scan conditions, and look at each whether it has a function, of an order that there is."""
    lexemes = scan(text, "conditions")
    for function in functions:
        lexemes = split_products(lexemes, function)
    lexemes = mark_conditions(lexemes, functions)
    for lexeme in lexemes:
        if lexeme.kind == "UNKNOWN" and lexeme.value[1] >= MAX_ORDER:
            message = f"conditions on derivatives up to order {MAX_ORDER - 1} are supported"
            raise Reject(message, lexeme.start)
    lexemes = _with_infinite_points(lexemes)
    begin, depth = 0, 0
    for i, lexeme in enumerate([*lexemes, Lexeme("_COMMA", "", len(text))]):
        depth += (lexeme.kind == "OPEN") - (lexeme.kind == "CLOSE")
        if lexeme.kind != "_COMMA" or depth:
            continue
        part = lexemes[begin:i]
        if part and not any(x.kind == "UNKNOWN" for x in part):
            named = f"a condition on {' or '.join(functions)} was expected"
            raise Reject(CONDITION_EXPECTED if len(functions) == 1 else named, part[0].start)
        begin = i + 1
    return lexemes


def _with_infinite_points(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Read ``y(oo)`` and ``y(-oo)``, where infinity stands alone in the brackets."""
    found: list[Lexeme] = []
    for i, lexeme in enumerate(lexemes):
        kinds = [x.kind for x in found[-3:]]
        is_signed = kinds[-1:] in (["MINUS"], ["PLUS"])
        opened = found[-3:-1] if is_signed else found[-2:]
        is_point = [x.kind for x in opened] == ["UNKNOWN", "OPEN"]
        is_closed = lexemes[i + 1 : i + 2] != [] and lexemes[i + 1].kind == "CLOSE"
        if is_point and is_closed and lexeme.kind == "NAME" and lexeme.value in INFINITE:
            sign = -1 if kinds[-1] == "MINUS" else 1
            if is_signed:
                found.pop()
            found.append(Lexeme("NUMBER", lexeme.text, lexeme.start, sign * symengine.oo))
        else:
            found.append(lexeme)
    return found


def _condition(left: Value, right: Value) -> Condition:
    """Return the condition that two sides are equal.

    Raises
    ------
    Reject
        If it isn't linear in values of the unknown, or holds none of them, or the variable.
    """
    for side in (left, right):
        if X in side.expr.free_symbols:
            raise Reject("a number was expected here", side.start)
    values = [u for u in left.expr.atoms(symengine.FunctionSymbol) if u.get_name().startswith(VALUE)]
    values += [u for u in right.expr.atoms(symengine.FunctionSymbol) if u.get_name().startswith(VALUE)]
    names = {u: symengine.Symbol(f"{VALUE}_{i}") for i, u in enumerate(sorted(set(values), key=str))}
    difference = expand(left.expr.xreplace(names) - right.expr.xreplace(names))
    rest = difference.subs(dict.fromkeys(names.values(), symengine.Integer(0)))
    terms = []
    for u, name in names.items():
        factor = difference.diff(name)
        if not factor.free_symbols.isdisjoint(names.values()):
            raise Reject("a condition is to be linear in the unknown function", left.start)
        if factor != 0:
            number, order = map(int, u.get_name().removeprefix(VALUE).split("_"))
            terms.append(Term(factor, order, u.args[0], number))
    if not terms:
        raise Reject(CONDITION_EXPECTED, left.start)
    # A number is no zero, which a parameter might be.
    terms.sort(key=lambda term: (not term.factor.is_Number, term.function, term.order, str(term.point)))
    first = terms[0]
    others = tuple(
        Term(representable(expand(term.factor / first.factor)), term.order, _point(term.point), term.function)
        for term in terms[1:]
    )
    value = representable(expand(-rest / first.factor))
    return Condition(first.order, _point(first.point), value, others, first.function)


def _point(e: Expr) -> Expr:
    return e if is_infinite(e) else representable(e)
