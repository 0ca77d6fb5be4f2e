"""Print expressions for people and for other systems, through SymPy's printers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from symmath.errors import UnsupportedError
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.operators import BESSEL, Expr

Style = Literal["sympy", "latex", "mathematica", "maxima", "pretty"]
STYLES: tuple[Style, ...] = ("sympy", "latex", "mathematica", "maxima", "pretty")


def show(
    e: Expr,
    style: Style = "sympy",
    variable: str = "x",
    function: str = "y",
    parameters: Sequence[str] = (),
) -> str:
    """Print an expression.

    Parameters
    ----------
    e : Expr
        In the symbols of the operator table.
    style : {"sympy", "latex", "mathematica", "maxima", "pretty"}
        Syntax of the result; "pretty" may have several lines.
    variable, function : str
        What x and y are called in the result.
    parameters : sequence of str
        What `operators.PARAMETERS` are called, in that order.

    Returns
    -------
    str

    Raises
    ------
    UnsupportedError
        If `e` can't be written, or `style` is none of these.
    """
    return show_sympy(to_sympy(e, variable, function, parameters), style)


def show_sympy(s: SympyExpr, style: Style) -> str:
    """Print a SymPy expression; see `show`."""
    import sympy

    if style == "sympy":
        return str(sympy.sstr(s))
    if style == "latex":
        # Beside another factor SymPy writes 0^{x} without a dot.
        return re.sub(r"(?<=[\w})\]])(?<!\\cdot) (?=\d)", r" \\cdot ", str(sympy.latex(s)))
    if style == "pretty":
        return str(sympy.pretty(s, use_unicode=True, wrap_line=False))
    if style == "mathematica":
        indexed = {symbol: sympy.Symbol(_subscript(symbol.name)) for symbol in s.free_symbols}
        s = s.xreplace(indexed)
        return str(sympy.mathematica_code(s, user_functions={"sign": [(lambda *_: True, "Sign")]}))
    if style == "maxima":
        return str(_maxima_printer().doprint(s))
    raise UnsupportedError(f"unknown style {style!r}; the styles are {', '.join(STYLES)}")


def _subscript(name: str) -> str:
    """Write x_1 as Mathematica does, where an underscore makes a pattern."""
    stem, mark, index = name.partition("_")
    return f"Subscript[{stem}, {index}]" if mark else name


def beside(before: str, s: SympyExpr, after: str) -> str:
    """Print a SymPy expression of several lines with text before and after it, on its line."""
    from sympy.printing.pretty.pretty import PrettyPrinter
    from sympy.printing.pretty.stringpict import prettyForm

    form = PrettyPrinter({"use_unicode": True, "wrap_line": False})._print(s)
    return str(prettyForm(*prettyForm(*form.left(before)).right(after)))


_MAXIMA_NAMES = {
    **{name: f"expintegral_{name.lower()}" for name in ("Ei", "li", "Si", "Ci", "Shi", "Chi")},
    **{name: f"bessel_{name[-1]}" for name in BESSEL},
    **{f"airy{kind}": f"airy_{kind}" for kind in ("ai", "bi")},
    **{f"airy{kind}prime": f"airy_d{kind}" for kind in ("ai", "bi")},
    "fresnels": "fresnel_s",
    "fresnelc": "fresnel_c",
}


@cache
def _maxima_printer() -> Any:
    """Make SymPy's string printer speak Maxima, where the two differ."""
    from sympy.printing.str import StrPrinter

    class MaximaPrinter(StrPrinter):  # type: ignore[misc, unused-ignore]
        """Constants with %, powers with ^, quoted derivatives."""

        def _print_Exp1(self, expr: SympyExpr) -> str:
            return "%e"

        def _print_Pi(self, expr: SympyExpr) -> str:
            return "%pi"

        def _print_ImaginaryUnit(self, expr: SympyExpr) -> str:
            return "%i"

        def _print_Abs(self, expr: SympyExpr) -> str:
            return f"abs({self._print(expr.args[0])})"

        def _print_sign(self, expr: SympyExpr) -> str:
            return f"signum({self._print(expr.args[0])})"

        def _print_Function(self, expr: SympyExpr) -> str:
            name, arguments = type(expr).__name__, [self._print(argument) for argument in expr.args]
            if name == "polylog":
                return f"li[{arguments[0]}]({arguments[1]})"
            return f"{_MAXIMA_NAMES.get(name, name)}({', '.join(arguments)})"

        def _print_Pow(self, expr: SympyExpr, rational: bool = False) -> str:
            return super()._print_Pow(expr, rational=rational).replace("**", "^")

        def _print_Derivative(self, expr: SympyExpr) -> str:
            variable, count = expr.variable_count[0]
            return f"'diff({self._print(expr.expr)}, {self._print(variable)}, {count})"

    return MaximaPrinter()
