"""Conditions on an unknown function: values of it and its derivatives at points, and combinations of them."""

from __future__ import annotations

from collections.abc import Sequence
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


class Term(NamedTuple):
    """A value of a function, ``factor*y^(order)(point)``; point and factor hold no symbols but parameters."""

    factor: Expr
    order: int
    point: Expr


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
    """

    order: int
    point: Expr
    value: Expr
    others: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms of the left side."""
        return (Term(symengine.Integer(1), self.order, self.point), *self.others)


def points_of(conditions: Sequence[Condition]) -> list[Expr]:
    """Return the points that conditions are on, each once."""
    return list(dict.fromkeys(term.point for condition in conditions for term in condition.terms))


def highest_order(conditions: Sequence[Condition]) -> int:
    """Return the order of the highest derivative in conditions; 0 if there is none."""
    return max((term.order for condition in conditions for term in condition.terms), default=0)


@pointing
def parse_conditions(
    text: str, function: str = "y", variable: str = "x", parameters: Sequence[str] = ()
) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """Read conditions: initial values ``y(0)=1, y'(0)=v``, or equations ``y(0) = y(1)``, ``k*y'(L) = h``.

    Parameters
    ----------
    text : str
        Each is linear in values of the function and its derivatives; ``y(0) = y(1) = 0`` is two of them.
    function, variable : str
        What the equation calls them.
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
        If `text` is not a list of conditions on `function` and its derivatives up to the third.
    UnsupportedError
        If a number can't be written with the vocabulary.
    """
    arguments_are_names(None, function)
    lexemes = _marked(text, function)
    found = resolve(lexemes, variable, parameters=None).parameters
    names = tuple(dict.fromkeys((*parameters, *found)))
    if len(names) > len(PARAMETERS):
        raise Reject(f"more than {len(PARAMETERS)} parameters: {', '.join(names)}", 0)
    lexemes = resolve(lexemes, variable, parameters=names).lexemes
    chains: list[list[Value]] = build(arrange(lexemes, len(text)), "conditions", len(text))
    conditions = [_condition(side, chain[-1]) for chain in chains for side in chain[:-1]]
    return tuple(conditions), names


def _marked(text: str, function: str) -> list[Lexeme]:
    """Scan conditions, and look at each whether it has the function, of an order that there is."""
    lexemes = mark_conditions(split_products(scan(text, "conditions"), function), function)
    for lexeme in lexemes:
        if lexeme.kind == "UNKNOWN" and int(lexeme.value) >= MAX_ORDER:
            message = f"conditions on derivatives up to order {MAX_ORDER - 1} are supported"
            raise Reject(message, lexeme.start)
    begin, depth = 0, 0
    for i, lexeme in enumerate([*lexemes, Lexeme("_COMMA", "", len(text))]):
        depth += (lexeme.kind == "OPEN") - (lexeme.kind == "CLOSE")
        if lexeme.kind != "_COMMA" or depth:
            continue
        part = lexemes[begin:i]
        if part and not any(x.kind == "UNKNOWN" for x in part):
            raise Reject(CONDITION_EXPECTED, part[0].start)
        begin = i + 1
    return lexemes


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
            terms.append(Term(factor, int(u.get_name().removeprefix(VALUE)), u.args[0]))
    if not terms:
        raise Reject(CONDITION_EXPECTED, left.start)
    # A number is no zero, which a parameter might be.
    terms.sort(key=lambda term: (not term.factor.is_Number, term.order, str(term.point)))
    first = terms[0]
    others = tuple(
        Term(representable(expand(term.factor / first.factor)), term.order, representable(term.point))
        for term in terms[1:]
    )
    value = representable(expand(-rest / first.factor))
    return Condition(first.order, representable(first.point), value, others)
