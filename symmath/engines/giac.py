"""Giac, in a long-lived process.

Giac echoes its input after a prompt; answers are asked for as strings, which it prints in quotes
on a line of their own.
"""

from __future__ import annotations

import re

import symengine

from symmath.engines.child import VERSION_SECONDS, ChildEngine
from symmath.engines.infix import dialect
from symmath.engines.process import Process
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr

_SETUP = """threads:=1:;
over(u):=1/u:;
integrate(1/(x^2+x+1),x):;
"""
_REAL = ("complex_mode:=0", "complex_variables:=0")
"""An interrupted question may leave these on, and later answers be complex. Two in a line are not heard."""
_STRING = re.compile(r'^"([^"]*)"$', re.MULTILINE)
_LIST = re.compile(r"(?:list)?\[(.*)\]", re.DOTALL)


def _with_quotients(e: Expr) -> Expr:
    """Write u**(-n) as over(u**n), that is 1/u**n: Giac integrates (x^2 + 1)^(-1/2) wrongly."""
    if not e.args or e.is_Number:
        return e
    arguments = [_with_quotients(argument) for argument in e.args]
    if type(e) is symengine.Pow and arguments[1].is_Rational and arguments[1] < 0:
        return symengine.Function("over")(arguments[0] ** -arguments[1])
    return e.func(*arguments)


def _logarithm(u: Expr) -> Expr:
    """Read ln(abs(u)) as log(u): the same derivative, and defined off the real line too."""
    return symengine.log(u.args[0] if type(u) is symengine.Abs else u)


_DIALECT = dialect(
    written={"E": "e", "I": "i", "Abs": "abs"},
    leaves={"e": symengine.E, "pi": symengine.pi, "i": symengine.I, "y": SYMBOL_EXPRS["y"]}
    | {f"c_{k}": SYMBOL_EXPRS[name] for k, name in enumerate(CONSTANTS_OF_INTEGRATION)},
    functions={"ln": _logarithm},
)


class Giac(ChildEngine):
    """The program `giac` of the Debian package `xcas`."""

    name = "giac"
    command = ("giac",)

    def __init__(self, memory_mb: int = 4096) -> None:
        process = Process(
            self.command,
            _SETUP,
            lambda mark: f'"symmath"+"{mark[7:]}"',
            memory_mb=memory_mb,
            max_interrupts=50,
        )
        super().__init__(process, _DIALECT)

    def _ask_real(self, question: str, timeout: float) -> str:
        for setting in _REAL:
            self.ask(setting, timeout)
        return self.ask(question, timeout)

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """See `Engine.integrate`."""
        output = self._ask_real(
            f"string(integrate({self._dialect.write(_with_quotients(integrand))},x))", timeout
        )
        found = _STRING.search(output)
        return self.read_primitive(found[1] if found else None)

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        """See `Engine.dsolve`."""
        output = self._ask_real(f"string(desolve({self._dialect.write(equation)}=0,x,y))", timeout)
        found = _STRING.search(output)
        return self.read_solution(_split(found[1]) if found else [], order)

    def version(self) -> str:
        """See `Engine.version`."""
        found = re.search(r"giac ([0-9.]+)", self.ask("version()", VERSION_SECONDS))
        return found[1] if found else "unknown"


def _split(text: str) -> list[str]:
    """Split a list of solutions at its own commas; anything else is one solution."""
    found = _LIST.fullmatch(text)
    if found is None:
        return [text]
    parts, depth = [""], 0
    for character in found[1]:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
