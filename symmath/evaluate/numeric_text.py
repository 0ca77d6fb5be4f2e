"""Text in SymPy's syntax as a function of mpmath numbers; for the second checker alone.

Python's own grammar is used to read, a whitelist to evaluate. On purpose nothing of `symmath.expr`
is used: two readers that agree are worth more than one.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath

from symmath.errors import SymMathError

MAX_CHARACTERS = 100_000
MAX_BITS = 20_000
"""Of the whole part of what a function is taken of; mpmath would compute with as many digits."""

Number = Any
"""An mpmath number."""
Evaluate = Callable[[Mapping[str, Number]], Number]


class UnreadableTextError(SymMathError, ValueError):
    """Text outside the whitelist."""


_CONSTANTS: Mapping[str, Callable[[], Number]] = {
    "pi": lambda: +mpmath.pi,
    "E": lambda: +mpmath.e,
    "I": lambda: mpmath.mpc(0, 1),
}
_OPERATORS: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_CIRCULAR = ("sin", "cos", "tan", "sec", "csc", "cot")
_FUNCTIONS: Mapping[str, Callable[..., Number]] = {
    name: getattr(mpmath, name)
    for name in (
        "sqrt",
        "exp",
        *_CIRCULAR,
        *(f"{name}h" for name in _CIRCULAR),
        *(f"a{name}" for name in _CIRCULAR),
        *(f"a{name}h" for name in _CIRCULAR),
    )
} | {
    "log": mpmath.log,
    "ln": mpmath.log,
    "Abs": mpmath.fabs,
    "abs": mpmath.fabs,
    "sign": mpmath.sign,
    "cbrt": lambda u: u ** (mpmath.mpf(1) / 3),
}
_NOT_ANALYTIC = frozenset({"Abs", "abs", "sign"})
CONSTANTS = ("c1", "c2", "c3", "c4")
UNKNOWNS = ("y", "y'", "y''", "y'''", "y''''")
_SYMBOLS: Mapping[str, str] = {"x": "x", "y": "y"} | {
    name: constant for constant in CONSTANTS for name in (constant, constant.upper())
}


@dataclass(frozen=True, slots=True)
class Function:
    """A text that can be evaluated.

    Attributes
    ----------
    evaluate : Callable
    names : frozenset of str
        Of x, y, its derivatives and constants, those that occur.
    is_analytic : bool
        Whether it may be differentiated along the real direction at complex points.
    """

    evaluate: Evaluate
    names: frozenset[str]
    is_analytic: bool

    def __call__(self, **values: Number) -> Number:
        """Return the value; a name that occurs must be given."""
        return self.evaluate(values)


def compiled(text: str, variable: str = "x") -> Function:
    """Read a text.

    Parameters
    ----------
    text : str
    variable : str
        What it calls x.

    Returns
    -------
    Function

    Raises
    ------
    UnreadableTextError
        If it is not an expression of the whitelist.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableTextError(f"a text of {len(text)} characters")
    reader = _Reader(variable)
    try:
        evaluate = reader.read(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, RecursionError, MemoryError) as error:
        # MemoryError is how Python's parser reports nesting beyond its stack.
        raise UnreadableTextError(f"not an expression: {error}") from error
    return Function(evaluate, frozenset(reader.names), reader.is_analytic)


def _bounded(z: Number) -> Number:
    """Return a number that a function can be taken of in time."""
    if mpmath.mag(z) > MAX_BITS:
        raise OverflowError("an argument of too many digits")
    return z


class _Reader:
    """Turns syntax nodes into closures and remembers what they hold."""

    def __init__(self, variable: str) -> None:
        self._symbols = {**_SYMBOLS, "x": "x"} if variable == "x" else {"y": "y", variable: "x"}
        self._variable = variable
        self.names: set[str] = set()
        self.is_analytic = True

    def read(self, node: ast.expr) -> Evaluate:
        """Return the closure of a node."""
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                digits = str(value)
                # Made when evaluated: at the moment of reading it would be rounded to another precision.
                return lambda _: mpmath.mpf(digits)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.read(operand)
                return lambda values: -inner(values)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                apply, a, b = _OPERATORS[type(op)], self.read(left), self.read(right)
                if isinstance(op, ast.Pow):
                    return lambda values: a(values) ** _bounded(b(values))
                return lambda values: apply(a(values), b(values))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
        raise UnreadableTextError(f"{ast.unparse(node)[:60]!r} is not an expression of the whitelist")

    def _name(self, name: str) -> Evaluate:
        if name in _CONSTANTS:
            constant = _CONSTANTS[name]
            return lambda _: constant()
        if name not in self._symbols:
            raise UnreadableTextError(f"unknown name {name!r}")
        return self._value(self._symbols[name])

    def _value(self, name: str) -> Evaluate:
        self.names.add(name)
        return lambda values: values[name]

    def _call(self, name: str, arguments: list[ast.expr]) -> Evaluate:
        if name == "Derivative":
            return self._value("y" + "'" * self._order(arguments))
        if name == "y" and [ast.unparse(a) for a in arguments] == [self._variable]:
            return self._value("y")
        if name not in _FUNCTIONS or len(arguments) > 1 + (name == "log") or not arguments:
            raise UnreadableTextError(f"{name!r} of {len(arguments)} arguments is not in the whitelist")
        self.is_analytic &= name not in _NOT_ANALYTIC
        function, inner = _FUNCTIONS[name], [self.read(argument) for argument in arguments]
        return lambda values: function(*(_bounded(a(values)) for a in inner))

    def _order(self, arguments: list[ast.expr]) -> int:
        """Return the order of ``Derivative(y(x), x)``, ``(y(x), x, x)`` or ``(y(x), (x, 3))``."""
        x = self._variable
        spelled = [ast.unparse(argument) for argument in arguments]
        for order in range(1, len(UNKNOWNS)):
            if spelled[:1] == [f"y({x})"] and spelled[1:] in ([x] * order, [f"({x}, {order})"]):
                return order
        raise UnreadableTextError(f"Derivative({', '.join(spelled)[:60]}) is not of order 1 to 4 of y")
