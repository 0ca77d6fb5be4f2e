"""The grammar (lark, LALR) and what each of its rules builds.

Precedence, from loose to tight: sum; product, implied products included; sign; power, which is
right-associative. Expressions are built while parsing, bottom-up, by the operator table's
constructors: no syntax tree, no recursion, nothing evaluated as code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial, reduce
from typing import Any

import symengine

from symmath.errors import PrefixError
from symmath.expr.functions import (
    APPLIED,
    EXTREMES,
    MAX_GAMMA,
    OF_ORDER,
    builder_where_applied,
    is_small_fraction,
    lookup,
)
from symmath.expr.juxtapose import MAX_DEPTH
from symmath.expr.lexer import Lexeme, Mode, Reject
from symmath.expr.operators import BY_TOKEN, POLYLOGARITHMS, Expr
from symmath.expr.prefix import MAX_DIGITS, MAX_POWER, apply
from symmath.expr.primes import DERIVATIVE
from symmath.expr.shape import summands_of
from symmath.expr.special import total_derivative

CONDITION_EXPECTED = "a condition such as y(0) = 1 was expected"
VALUE = "value_of_"
"""What a value of an unknown function in a condition is called as a function of the point, before numbers."""

_GRAMMAR = r"""
expression: sum
equation: sum (EQUALS sum)?
        | EQ _CALL sum _COMMA sum _CLOSE            -> equation_pair
conditions: condition (_COMMA condition)* _COMMA?
condition: sum (EQUALS sum)+

?sum: term ((PLUS | MINUS) term)*
?term: unary ((MUL | DIV | IMUL | FMUL | PMUL) unary)*
?unary: power | applied
      | MINUS unary                                 -> negative
      | PLUS unary                                  -> positive
?power: coefficient_power | other_power
?coefficient_power: coefficient
                  | coefficient POW exponent        -> power
?other_power: other
            | other POW exponent                    -> power
?exponent: power | applied
         | MINUS exponent                           -> negative
         | PLUS exponent                            -> positive
?coefficient: NUMBER                                -> leaf
            | PI                                    -> leaf
?other: SYMBOL                                      -> leaf
      | _OPEN sum _CLOSE                            -> bracket
      | LBAR sum _RBAR                              -> absolute
      | FUNC _CALL sum (_COMMA sum)* _CLOSE         -> call
      | UNKNOWN _CALL sum _CLOSE                    -> value
      | FUNC raised _CALL sum _CLOSE                -> call_raised
applied: FUNC bare
       | FUNC raised bare                           -> applied_raised
raised: FPOW _OPEN sum _PCLOSE
?bare: coefficient_power
     | coefficient_power IMUL bare                  -> run
     | other_power
     | applied
     | MINUS bare                                   -> negative
     | PLUS bare                                    -> positive

%declare FPOW _PCLOSE NUMBER PI SYMBOL FUNC UNKNOWN EQ
%declare PLUS MINUS MUL DIV IMUL FMUL PMUL POW EQUALS LBAR _RBAR _OPEN _CLOSE _CALL _COMMA
"""

_NOT_FINITE = tuple({type(v) for v in (symengine.oo, -symengine.oo, symengine.zoo, symengine.nan)})


@dataclass(slots=True)
class Value:
    """What a rule built.

    Attributes
    ----------
    expr : Expr
    start : int
        Offset of its first character.
    depth : int
        Nesting of the text it came from, to bound every later recursion.
    bare : str
        "" unless it ends with a function applied without brackets; then "number" if the argument
        was a number alone (``sin 2``), else "other".
    is_atom : bool
        One number, one name or one bracket.
    """

    expr: Expr
    start: int
    depth: int = 0
    bare: str = ""
    is_atom: bool = False


def _checked(build: Callable[[], Expr], at: int, parts: Sequence[Value]) -> Value:
    """Build an expression; refuse what is not finite, too large or too deep."""
    depth = 1 + max(part.depth for part in parts)
    if depth > MAX_DEPTH:
        raise Reject(f"an expression nested more than {MAX_DEPTH} deep", at)
    try:
        expr = build()
    except (
        PrefixError,
        RuntimeError,
        ZeroDivisionError,
        NotImplementedError,
        TypeError,
        ValueError,
    ) as error:
        raise Reject(str(error) or "can't be built", at) from error
    if isinstance(expr, _NOT_FINITE):
        raise Reject("the value here is infinite or undefined", at)
    return Value(expr, parts[0].start, depth)


class _Builder:
    """One method a rule; lark calls each with the values of the rule's parts."""

    def expression(self, parts: list[Value]) -> Value:
        return parts[0]

    def equation(self, parts: list[Any]) -> Value:
        if len(parts) == 1:
            return parts[0]
        left, right = parts[0], parts[2]
        # Term by term: y' - (x + y) would stay as it is, and isn't how equations are generated.
        terms = summands_of(right.expr)
        return _checked(
            lambda: symengine.Add(left.expr, *(-term for term in terms)), left.start, [left, right]
        )

    def equation_pair(self, parts: list[Any]) -> Value:
        return self.equation([parts[1], parts[0], parts[2]])

    def condition(self, parts: list[Any]) -> list[Value]:
        return parts[::2]

    def conditions(self, parts: list[list[Value]]) -> list[list[Value]]:
        return parts

    def value(self, parts: list[Any]) -> Value:
        unknown, point = parts
        symbols = (symengine.Symbol, symengine.FunctionSymbol)
        if any(str(part) == "x" or str(part).startswith(VALUE) for part in point.expr.atoms(*symbols)):
            raise Reject("a number was expected here", point.start)
        number, order = unknown.value
        function = symengine.Function(f"{VALUE}{number}_{order}")
        value = _checked(lambda: function(point.expr), point.start, [point])
        value.start, value.is_atom = unknown.start_pos, True
        return value

    def sum(self, parts: list[Any]) -> Value:
        return _total(parts[::2], [1, *(-1 if _kind(sign) == "MINUS" else 1 for sign in parts[1::2])])

    def term(self, parts: list[Any]) -> Value:
        left: Value = parts[0]
        depth = max(part.depth for part in parts[::2])
        for i in range(1, len(parts), 2):
            operator, right = _kind(parts[i]), parts[i + 1]
            at = parts[i].start_pos
            _refuse_ambiguous(left, operator, at)
            if operator == "DIV" and right.expr == 0:
                raise Reject("division by zero", right.start)
            token = BY_TOKEN["div" if operator == "DIV" else "mul"]
            start = left.start
            both = [left, right]
            left = _checked(partial(apply, token, [left.expr, right.expr]), right.start, both)
            left.start, left.depth, left.bare = start, depth, right.bare
        left.depth = depth + 1
        return left

    def negative(self, parts: list[Any]) -> Value:
        value = _checked(lambda: -parts[1].expr, parts[1].start, parts[1:])
        value.start, value.bare = parts[0].start_pos, parts[1].bare
        return value

    def positive(self, parts: list[Any]) -> Value:
        value = _checked(lambda: parts[1].expr, parts[1].start, parts[1:])
        value.start, value.bare = parts[0].start_pos, parts[1].bare
        return value

    def power(self, parts: list[Any]) -> Value:
        base, _, exponent = parts
        if exponent.expr.is_Rational and abs(exponent.expr) > MAX_POWER and base.expr != symengine.E:
            raise Reject(
                f"the exponent {str(exponent.expr)[:MAX_DIGITS]} is beyond {MAX_POWER}", exponent.start
            )
        value = _checked(
            lambda: apply(BY_TOKEN["pow"], [base.expr, exponent.expr]), exponent.start, [base, exponent]
        )
        value.start, value.bare = base.start, exponent.bare
        return value

    def leaf(self, parts: list[Any]) -> Value:
        return Value(parts[0].value, parts[0].start_pos, is_atom=True)

    def bracket(self, parts: list[Value]) -> Value:
        return Value(parts[0].expr, parts[0].start, parts[0].depth, is_atom=True)

    def absolute(self, parts: list[Any]) -> Value:
        value = _checked(lambda: BY_TOKEN["abs"].build(parts[1].expr), parts[1].start, parts[1:])
        value.start, value.is_atom = parts[0].start_pos, True
        return value

    def call(self, parts: list[Any]) -> Value:
        value = _call(parts[0], parts[1:])
        value.is_atom = True
        return value

    def applied(self, parts: list[Any]) -> Value:
        head, argument = parts
        if str(head) in ("√", "∛") and not argument.is_atom:
            raise Reject(
                f"put the argument of {head!s} in brackets: how far it reaches is ambiguous", argument.start
            )
        value = _call(head, [argument])
        value.bare = "number" if argument.expr.is_Number and str(head) not in ("√", "∛") else "other"
        return value

    def raised(self, parts: list[Any]) -> Value:
        return parts[1]

    def call_raised(self, parts: list[Any]) -> Value:
        value = self.power([self.call([parts[0], parts[2]]), None, parts[1]])
        value.is_atom = True
        return value

    def applied_raised(self, parts: list[Any]) -> Value:
        applied = self.applied([parts[0], parts[2]])
        value = self.power([applied, None, parts[1]])
        value.bare = applied.bare
        return value

    def run(self, parts: list[Any]) -> Value:
        value = self.term(parts)
        value.is_atom = False
        return value


def _kind(token: Any) -> str:
    return str(token.type)


def _total(terms: Sequence[Value], signs: Sequence[int]) -> Value:
    """Add terms at once: one by one takes time that grows with the square of their number."""
    signed = [t.expr if sign > 0 else -t.expr for t, sign in zip(terms, signs, strict=False)]
    total = _checked(lambda: symengine.Add(*signed), terms[0].start, terms)
    total.bare = terms[-1].bare
    return total


def _refuse_ambiguous(left: Value, operator: str, at: int) -> None:
    """Refuse a product after ``sin x`` whose second factor might belong inside the sine."""
    if (left.bare and operator in ("IMUL", "PMUL")) or (left.bare == "number" and operator == "MUL"):
        raise Reject("ambiguous: put the argument of the function before this in brackets", at)


def _call(head: Any, arguments: Sequence[Value]) -> Value:
    """Apply the function of a FUNC token, with the power written on its name."""
    name, power = head.value
    if name == DERIVATIVE:
        slope = _checked(lambda: total_derivative(arguments[0].expr), head.start_pos, arguments)
        return _raised(slope, power, head.start_pos)
    if name == "polylog":
        order = str(arguments[0].expr)
        if len(arguments) != 2 or order not in map(str, POLYLOGARITHMS):
            raise Reject("polylog is known of orders 2 to 4 only: polylog(2, x)", head.start_pos)
        name, arguments = POLYLOGARITHMS[int(order)], arguments[1:]
    if name in OF_ORDER:
        if len(arguments) != 2:
            raise Reject(f"{name} takes an order and an argument: {name}(0, x)", head.start_pos)
        of_both = partial(OF_ORDER[name], *(argument.expr for argument in arguments))
        return _raised(_checked(of_both, head.start_pos, arguments), power, head.start_pos)
    if name in EXTREMES:
        values = [argument.expr for argument in arguments]
        of_all = partial(reduce, EXTREMES[name], values)
        arguments = [_checked(of_all, head.start_pos, arguments)]
    allowed = 2 if name in ("log", "ln") else 1
    if len(arguments) > allowed:
        takes = "one argument" if allowed == 1 else "at most two arguments"
        raise Reject(f"{name} takes {takes}, {len(arguments)} given", arguments[allowed].start)
    build = lookup(name) or builder_where_applied(name)
    assert build is not None, "names.py lets only known functions through"
    if name in APPLIED and not is_small_fraction(arguments[0].expr):
        raise Reject(f"{name} is known of rational numbers up to {MAX_GAMMA} only", arguments[0].start)
    value = _checked(lambda: build(arguments[0].expr), head.start_pos, arguments)
    if len(arguments) == 2:
        base = arguments[1]
        below = _checked(lambda: symengine.log(base.expr), base.start, [base])
        if below.expr == 0:
            raise Reject("1 is not the base of a logarithm", base.start)
        value = _checked(lambda: value.expr / below.expr, head.start_pos, [value, below])
    return _raised(value, power, head.start_pos)


def _raised(value: Value, power: int, at: int) -> Value:
    """Return the value of a call with the power written on its name."""
    if power != 1:
        exponent = symengine.Integer(power)
        base = value
        value = _checked(lambda: apply(BY_TOKEN["pow"], [base.expr, exponent]), at, [base])
    value.start = at
    return value


@cache
def _parser() -> Any:
    """Make the parser at its first use: lark's import and table take 0.1 s."""
    import lark
    from lark.lexer import Lexer

    class Ready(Lexer):
        """Passes lexemes on; `lexer.py` and `juxtapose.py` have done the work."""

        def __init__(self, lexer_conf: Any) -> None:
            del lexer_conf

        def lex(self, lexemes: Any, parser_state: Any = None) -> Iterator[Any]:
            for lexeme in lexemes:
                token = lark.Token(lexeme.kind, lexeme.text, lexeme.start)
                token.value = lexeme.value
                yield token

    rules = ["expression", "equation", "conditions"]
    return lark.Lark(_GRAMMAR, parser="lalr", lexer=Ready, start=rules, transformer=_Builder())


def _explain(lexemes: Sequence[Lexeme], error: Any, length: int, mode: Mode) -> Reject:
    """Say in plain words what was expected instead of the token lark stumbled on."""
    kind = error.token.type
    at_end = kind == "$END"
    index = next(
        (
            i
            for i, x in enumerate(lexemes)
            if not at_end and x.start == error.token.start_pos and x.kind == kind
        ),
        len(lexemes),
    )
    position = length if at_end else lexemes[index].start
    before = lexemes[index - 1] if index else None
    written = "the end of the text" if at_end else repr(lexemes[index].text)
    if kind == "EQUALS" and mode == "expression":
        return Reject("an expression was expected, not an equation", position)
    if before is not None and before.kind == "FUNC":
        return Reject(f"the argument of {before.text!r} was expected before {written}", position)
    after_unknown = before is not None and before.kind == "UNKNOWN"
    if mode == "conditions" and (after_unknown or {"UNKNOWN", "EQUALS"} & error.expected):
        return Reject(CONDITION_EXPECTED, position)
    if {"NUMBER", "SYMBOL"} & error.expected:
        return Reject(f"a number, a variable, a function or '(' was expected before {written}", position)
    if kind == "_COMMA":
        return Reject("unexpected comma; decimals are written with a point", position)
    return Reject(f"an operator was expected before {written}", position)


def build(lexemes: Sequence[Lexeme], mode: Mode, length: int) -> Any:
    """Parse arranged lexemes.

    Returns
    -------
    Value or list of list of Value
        The expression; or, in mode "conditions", the sides of each that are to be equal.

    Raises
    ------
    Reject
        Where the grammar is violated or a value can't be built.
    """
    from lark.exceptions import UnexpectedToken

    try:
        return _parser().parse(lexemes, start=mode)
    except UnexpectedToken as error:
        raise _explain(lexemes, error, length, mode) from error
