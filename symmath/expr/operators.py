"""The operator table: the one place that knows which mathematics symmath speaks.

The parser, the prefix codec, the vocabulary, the numeric evaluator and the random-tree sampler are
derived from it. Adding an operator is one row (and, for a new function, one line in `balls.py`).
Functions that are not elementary are rows of their own, which the vocabulary doesn't hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import add, mul, neg, sub, truediv
from typing import Any

import symengine

from symmath.errors import UnsupportedError

Expr = Any
"""A symengine expression. symengine ships no type hints, so this alias carries the meaning."""

FIRST_PRIVATE_CODE_POINT = 0xE000


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One token of the prefix language that takes arguments.

    Attributes
    ----------
    token : str
        Its name in a prefix sequence, and in user text for functions.
    arity : int
        Number of arguments, 1 or 2.
    build : Callable
        Constructor on symengine expressions.
    sympy : str
        Name of the SymPy constructor, empty where SymPy spells it with an operator.
    weight : int
        Unnormalised sampling weight in random trees (Lample & Charton 2019, appendix C).
    slope : Callable or None
        Derivative of a function that symengine doesn't know.
    """

    token: str
    arity: int
    build: Callable[..., Expr]
    sympy: str = ""
    weight: int = 0
    slope: Callable[..., Expr] | None = None


def _function(token: str, weight: int, sympy: str = "") -> Operator:
    build = getattr(symengine, sympy or token)
    return Operator(token=token, arity=1, build=build, sympy=sympy or token, weight=weight)


def _has_negative_base(u: Expr) -> bool:
    """Whether `u` is, or is a product with, a power whose base has a negative or complex coefficient."""
    if type(u) is symengine.Mul:
        return any(_has_negative_base(factor) for factor in u.args)
    if type(u) is not symengine.Pow:
        return False
    base = u.args[0]
    if type(base) is symengine.Mul and base.args[0].is_Number:
        coefficient = base.args[0]
        if not coefficient.is_Rational or coefficient < 0:
            return True
    return _has_negative_base(base)


def _sign(u: Expr) -> Expr:
    """Build ``sign(u)``; at such as ``sign(sqrt(-x))`` symengine 0.15 recurses until the process dies."""
    if _has_negative_base(u):
        raise NotImplementedError(f"the sign of {u} can't be taken")
    return symengine.sign(u)


OPERATORS: tuple[Operator, ...] = (
    Operator(token="add", arity=2, build=add, weight=10),
    Operator(token="sub", arity=2, build=sub, weight=3),
    Operator(token="mul", arity=2, build=mul, weight=10),
    Operator(token="div", arity=2, build=truediv, weight=5),
    # The weight of pow is that of pow2..pow5 together; see POWER_WEIGHTS.
    Operator(token="pow", arity=2, build=pow, weight=8),
    Operator(token="neg", arity=1, build=neg),
    _function("sqrt", 4),
    _function("exp", 4),
    _function("log", 4),
    _function("sin", 4),
    _function("cos", 4),
    _function("tan", 4),
    _function("asin", 1),
    _function("acos", 1),
    _function("atan", 1),
    _function("sinh", 1),
    _function("cosh", 1),
    _function("tanh", 1),
    _function("asinh", 1),
    _function("acosh", 1),
    _function("atanh", 1),
    _function("abs", 0, "Abs"),
    Operator(token="sign", arity=1, build=_sign, sympy="sign"),
)


def _special(token: str, slope: Callable[[Expr], Expr], sympy: str = "") -> Operator:
    build = symengine.Function(token)
    return Operator(token=token, arity=1, build=build, sympy=sympy or token, slope=slope)


def whole_part(order: Expr) -> int:
    """Return the number in an order, such as n + 5/2, rounded down."""
    terms = order.args if type(order) is symengine.Add else (order,)
    number = next((term for term in terms if term.is_Rational), symengine.Integer(0))
    above, below = map(int, number.get_num_den())
    return above // below


def _of_order(token: str, below: int, above: int) -> Operator:
    """Return a function whose derivatives hold one other order: 0 and 1 go together, 2 and 3, and so on."""
    build = symengine.Function(token)

    def slope(n: Expr, u: Expr) -> Expr:
        if whole_part(n) % 2:
            return below * build(n - 1, u) - n / u * build(n, u)
        return n / u * build(n, u) + above * build(n + 1, u)

    return Operator(token=token, arity=2, build=build, sympy=token, slope=slope)


def _no_slope(u: Expr) -> Expr:
    raise UnsupportedError(f"the derivative of gamma({u})")


_SQUARE_OF_WAVE = symengine.pi / 2
SPECIAL_FUNCTIONS: tuple[Operator, ...] = (
    _special("erf", lambda u: 2 * symengine.exp(-(u**2)) / symengine.sqrt(symengine.pi)),
    _special("erfi", lambda u: 2 * symengine.exp(u**2) / symengine.sqrt(symengine.pi)),
    _special("Ei", lambda u: symengine.exp(u) / u),
    _special("li", lambda u: 1 / symengine.log(u)),
    _special("Si", lambda u: symengine.sin(u) / u),
    _special("Ci", lambda u: symengine.cos(u) / u),
    _special("Shi", lambda u: symengine.sinh(u) / u),
    _special("Chi", lambda u: symengine.cosh(u) / u),
    _special("fresnels", lambda u: symengine.sin(_SQUARE_OF_WAVE * u**2)),
    _special("fresnelc", lambda u: symengine.cos(_SQUARE_OF_WAVE * u**2)),
    _special("dilog", lambda u: -symengine.log(1 - u) / u, "polylog"),
    _special("trilog", lambda u: symengine.Function("dilog")(u) / u, "polylog"),
    _special("tetralog", lambda u: symengine.Function("trilog")(u) / u, "polylog"),
    _special("airyai", lambda u: symengine.Function("airyaiprime")(u)),
    _special("airybi", lambda u: symengine.Function("airybiprime")(u)),
    _special("airyaiprime", lambda u: u * symengine.Function("airyai")(u)),
    _special("airybiprime", lambda u: u * symengine.Function("airybi")(u)),
    _of_order("besselj", 1, -1),
    _of_order("bessely", 1, -1),
    _of_order("besseli", 1, 1),
    _of_order("besselk", -1, -1),
    # Of constants: values of Bessel's functions at zero.
    _special("gamma", _no_slope),
)
"""Functions that are not elementary: answers may hold them, and neither shards nor networks do."""

BESSEL: tuple[str, ...] = ("besselj", "bessely", "besseli", "besselk")
"""Those special functions whose first argument is an order."""

POLYLOGARITHMS: dict[int, str] = {2: "dilog", 3: "trilog", 4: "tetralog"}
"""Those special functions that others write with an order: ``polylog(2, x)``."""

POWER_WEIGHTS: dict[int, int] = {2: 4, 3: 2, 4: 1, 5: 1}
"""Sampling weights of the exponents of `pow` (pow2..pow5 in the seed paper)."""

SYMBOLS: tuple[str, ...] = ("x", "y", "y'", "y''", "c1", "c2", "a", "b")
"""Leaves that are names, of the alphabet."""
OTHER_PARAMETERS: tuple[str, ...] = ("p", "q", "r", "s")
OTHER_SYMBOLS: tuple[str, ...] = ("y'''", "y''''", "c3", "c4", *OTHER_PARAMETERS)
"""Names that neither shards nor networks hold."""
PARAMETERS: tuple[str, ...] = ("a", "b", *OTHER_PARAMETERS)
"""What parameters are called inside; the network isn't asked about problems that have some."""
DERIVATIVES: tuple[str, ...] = ("y", "y'", "y''", "y'''", "y''''")
"""The unknown function and its derivatives, by order."""
CONSTANTS_OF_INTEGRATION: tuple[str, ...] = ("c1", "c2", "c3", "c4")
"""As many as an equation's order are in its general solution."""
MAX_ORDER = 4

CONSTANTS: dict[str, Expr] = {"pi": symengine.pi, "E": symengine.E, "I": symengine.I}
SIGNS: tuple[str, str] = ("+", "-")
DIGITS: tuple[str, ...] = tuple("0123456789")
TASK_MARKS: tuple[str, ...] = ("<integrate>", "<differentiate>", "<ode1>", "<ode2>", "<terms>")
"""First token of a source sequence; says what is asked."""

TOKENS: tuple[str, ...] = (
    *TASK_MARKS,
    *SIGNS,
    *DIGITS,
    *SYMBOLS,
    *CONSTANTS,
    *(operator.token for operator in OPERATORS),
)
TOKEN_IDS: dict[str, int] = {token: i for i, token in enumerate(TOKENS)}
"""Position of each token in `TOKENS`; shards store these as uint8."""

BY_TOKEN: dict[str, Operator] = {operator.token: operator for operator in (*OPERATORS, *SPECIAL_FUNCTIONS)}
FUNCTIONS: tuple[str, ...] = tuple(o.token for o in OPERATORS if o.arity == 1 and o.token != "neg")

SYMBOL_EXPRS: dict[str, Expr] = {name: symengine.Symbol(name) for name in (*SYMBOLS, *OTHER_SYMBOLS)}
X: Expr = SYMBOL_EXPRS["x"]


def private_character(token: str) -> str:
    """Return the Unicode private-use character that stands for `token` in the vocabulary."""
    return chr(FIRST_PRIVATE_CODE_POINT + TOKEN_IDS[token])


def parameters_in(*exprs: Expr) -> list[Expr]:
    """Return the parameters that occur."""
    free = {symbol for e in exprs for symbol in e.free_symbols}
    return [SYMBOL_EXPRS[name] for name in PARAMETERS if SYMBOL_EXPRS[name] in free]
