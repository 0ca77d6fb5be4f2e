"""symengine expressions to SymPy and back, node by node from a whitelist.

SymPy is imported at the first call: it takes half a second, and parsing or verifying don't need it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.functions import EXTREMES, MAX_GAMMA, NAMED
from symmath.expr.operators import (
    BESSEL,
    BY_TOKEN,
    CONSTANTS_OF_INTEGRATION,
    DERIVATIVES,
    FUNCTIONS,
    MAX_ORDER,
    PARAMETERS,
    POLYLOGARITHMS,
    SYMBOL_EXPRS,
    Expr,
)
from symmath.expr.prefix import apply
from symmath.expr.vast import refuse_vast_constants

SympyExpr = Any
"""A SymPy expression; SymPy's classes carry no useful type hints."""

MAX_DEPTH = 150
_ORDERS = {name: order for order, name in enumerate(DERIVATIVES)}
_CONSTANTS = {name.upper(): name for name in CONSTANTS_OF_INTEGRATION}


@cache
def _sympy_functions() -> dict[type[Any], Any]:
    """Return the SymPy class of each symengine function class."""
    import sympy

    x = SYMBOL_EXPRS["x"]
    names = [name for name in FUNCTIONS if name not in ("sqrt", "exp")]
    return {type(BY_TOKEN[name].build(x)): getattr(sympy, BY_TOKEN[name].sympy) for name in names}


def _sympy_special(name: str, *arguments: SympyExpr) -> SympyExpr:
    import sympy

    for order, known in POLYLOGARITHMS.items():
        if name == known:
            return sympy.polylog(order, *arguments)
    return getattr(sympy, BY_TOKEN[name].sympy)(*arguments)


@cache
def _sympy_constants() -> dict[type[Any], Any]:
    import sympy

    return {
        type(symengine.pi): sympy.pi,
        type(symengine.E): sympy.E,
        type(symengine.I): sympy.I,
        type(symengine.oo): sympy.oo,
    }


def to_sympy(e: Expr, variable: str = "x", function: str = "y", parameters: Sequence[str] = ()) -> SympyExpr:
    """Convert a symengine expression to SymPy.

    Parameters
    ----------
    e : Expr
        In the symbols of the operator table.
    variable : str
        What x is called in the result.
    function : str
        What y is called: y, y', ... become ``y(x)`` and its derivatives.
    parameters : sequence of str
        What the parameters are called, where not a and b.

    Raises
    ------
    UnsupportedError
        If `e` holds a node outside the operator table, or a constant that SymPy takes for ever to evaluate.
    """
    import sympy

    refuse_vast_constants(e)
    x = sympy.Symbol(variable)
    names = dict(zip(PARAMETERS, parameters, strict=False))

    def symbol(name: str) -> SympyExpr:
        if name == "x":
            return x
        if name in _ORDERS:
            unknown = sympy.Function(function)(x)
            return sympy.Derivative(unknown, (x, _ORDERS[name])) if _ORDERS[name] else unknown
        return sympy.Symbol(names.get(name, name))

    def walk(node: Expr) -> SympyExpr:
        if node.is_Rational:
            return sympy.Rational(*(int(part) for part in node.get_num_den()))
        kind = type(node)
        if kind is symengine.Symbol:
            return symbol(node.name)
        if kind in _sympy_constants():
            return _sympy_constants()[kind]
        arguments = [walk(argument) for argument in node.args]
        if kind is symengine.Add:
            return sympy.Add(*arguments)
        if kind is symengine.Mul:
            return sympy.Mul(*arguments)
        if kind is symengine.Pow:
            return sympy.Pow(*arguments)
        if kind is symengine.FunctionSymbol:
            return _sympy_special(node.get_name(), *arguments)
        if kind in _sympy_functions():
            return _sympy_functions()[kind](*arguments)
        if node.is_Number and hasattr(node, "imaginary_part"):
            return walk(node.real_part()) + sympy.I * walk(node.imaginary_part())
        raise UnsupportedError(f"{kind.__name__} ({node}) has no counterpart in SymPy's elementary functions")

    return walk(e)


def from_sympy(
    s: SympyExpr,
    variable: str = "x",
    function: str = "y",
    *,
    symbols: Collection[str] = CONSTANTS_OF_INTEGRATION,
    parameters: Sequence[str] = (),
) -> Expr:
    """Convert a SymPy expression or equation to symengine.

    An equation becomes left side minus right side. Decimal numbers become the rational they are
    printed as. The secant family is rewritten.

    Parameters
    ----------
    s : SympyExpr
        In the symbol `variable`, the applied function ``function(variable)`` and its derivatives up to
        order `operators.MAX_ORDER`.
    variable : str
        Name of the symbol that becomes x.
    function : str
        Name of the function that becomes y.
    symbols : collection of str
        Of `operators.SYMBOLS`, those allowed beside x; C1, C2, ... are read as c1, c2, ....
    parameters : sequence of str
        Names that become `operators.PARAMETERS`.

    Raises
    ------
    UnsupportedError
        If `s` holds anything else, or a number too large.
    """
    import sympy

    if len(parameters) > len(PARAMETERS):
        raise UnsupportedError(f"more than {len(PARAMETERS)} parameters: {', '.join(parameters[:6])}")
    renamed = dict(zip(parameters, PARAMETERS, strict=False))
    reader = _Reader(variable, function, frozenset(symbols), renamed)
    if isinstance(s, sympy.Equality):
        return reader.read(s.lhs, 0) - reader.read(s.rhs, 0)
    return reader.read(s, 0)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Walks a SymPy expression; the names are `from_sympy`'s arguments."""

    variable: str
    function: str
    symbols: frozenset[str]
    parameters: Mapping[str, str]

    def read(self, s: SympyExpr, depth: int) -> Expr:
        import sympy

        if depth > MAX_DEPTH:
            raise UnsupportedError(f"an expression nested more than {MAX_DEPTH} deep")
        if isinstance(s, sympy.Float):
            s = sympy.Rational(str(s)) if s.is_finite and abs(s) < 1e60 else sympy.nan
        if (
            isinstance(s, (int, sympy.Rational))
            and not isinstance(s, bool)
            and s not in (sympy.oo, -sympy.oo)
        ):
            return symengine.Integer(int(s.numerator)) / symengine.Integer(int(s.denominator))
        if isinstance(s, sympy.Symbol):
            return self._symbol(s.name)
        if isinstance(s, (sympy.Derivative, sympy.core.function.AppliedUndef)):
            return self._unknown(s)
        for ours, theirs in ((symengine.pi, sympy.pi), (symengine.E, sympy.E), (symengine.I, sympy.I)):
            if s is theirs:
                return ours
        build = _builder(s)
        arguments = [self.read(argument, depth + 1) for argument in s.args]
        try:
            return build(*arguments)
        except (PrefixError, RuntimeError) as error:
            raise UnsupportedError(str(error)) from error

    def _symbol(self, name: str) -> Expr:
        if name == self.variable:
            return SYMBOL_EXPRS["x"]
        if name in self.parameters:
            return SYMBOL_EXPRS[self.parameters[name]]
        ours = _CONSTANTS.get(name, name)
        if ours not in self.symbols:
            raise UnsupportedError(f"parameters are not supported here: {name}")
        return SYMBOL_EXPRS[ours]

    def _unknown(self, s: SympyExpr) -> Expr:
        """Read ``y(x)`` or one of its derivatives."""
        import sympy

        unknown, order = s, 0
        if isinstance(s, sympy.Derivative):
            unknown, counts = s.expr, s.variable_count
            order = int(counts[0][1]) if len(counts) == 1 and counts[0][0].name == self.variable else -1
        expected = f"{self.function}({self.variable})"
        if not isinstance(unknown, sympy.core.function.AppliedUndef) or str(unknown) != expected:
            raise UnsupportedError(f"{unknown} is not the unknown function {expected}")
        if not 0 <= order <= MAX_ORDER:
            raise UnsupportedError(f"{s} is no derivative of order 1 to {MAX_ORDER} by {self.variable}")
        return SYMBOL_EXPRS[DERIVATIVES[order]]


def _builder(s: SympyExpr) -> Callable[..., Expr]:
    """Return the symengine constructor of a SymPy node, or refuse the node."""
    import sympy

    if isinstance(s, sympy.Add):
        return symengine.Add
    if isinstance(s, sympy.Mul):
        return symengine.Mul
    if isinstance(s, sympy.Pow):
        return lambda base, exponent: apply(BY_TOKEN["pow"], [base, exponent])
    if isinstance(s, sympy.Expr):
        name = s.func.__name__
        # The class is compared too: a user's undefined function may bear the name of a known one.
        if s.func is sympy.polylog and s.args[0] in POLYLOGARITHMS:
            build = NAMED[POLYLOGARITHMS[int(s.args[0])]]
            return lambda order, argument: build(argument)
        if name in BESSEL and getattr(sympy, name) is s.func:
            return BY_TOKEN[name].build
        if s.func is sympy.gamma and s.args[0].is_Rational and abs(s.args[0]) <= MAX_GAMMA:
            return BY_TOKEN["gamma"].build
        if isinstance(s, (sympy.Max, sympy.Min)):
            return lambda *arguments: reduce(EXTREMES[name], arguments)
        if isinstance(s, sympy.Heaviside):
            if s.args[1] != sympy.Rational(1, 2):
                raise UnsupportedError("Heaviside is a half at zero here")
            return lambda argument, at_zero: NAMED[name](argument)
        if name in NAMED and getattr(sympy, name, None) is s.func and len(s.args) == 1:
            return NAMED[name]
    raise UnsupportedError(f"{type(s).__name__} is not supported")
