"""FriCAS, in a long-lived process.

Answers are asked for in linear form (``unparse`` of an ``InputForm``), which FriCAS prints as a
quoted string broken into lines.
"""

from __future__ import annotations

import re

import symengine

from symmath.engines.child import ChildEngine
from symmath.engines.infix import dialect
from symmath.engines.process import Process
from symmath.expr.operators import SYMBOL_EXPRS, Expr

_SETUP = """)set messages type off
)set messages time off
)set messages autoload off
)set output length 245
)set quit unprotected
symmathint: EXPR INT -> String
symmathint(f) == (r := integrate(f,x); r case EXPR INT => unparse(r::EXPR INT::InputForm); \
unparse(first(r::List EXPR INT)::InputForm))
"""
_STRING = re.compile(r'"([^"]*)"')
_SPACE = re.compile(r"\s+")

_DIALECT = dialect(
    written={"E": "%e", "pi": "%pi", "I": "%i", "Abs": "abs"},
    leaves={"%e": symengine.E, "%pi": symengine.pi, "%i": symengine.I}
    | {name: SYMBOL_EXPRS[name] for name in ("y", "c1", "c2")},
)


class FriCAS(ChildEngine):
    """The Debian package `fricas`."""

    name = "fricas"
    command = ("fricas", "-nosman")

    def __init__(self, memory_mb: int = 4096) -> None:
        process = Process(self.command, _SETUP, lambda mark: f'concat("symmath","{mark[7:]}")', memory_mb)
        super().__init__(process, _DIALECT)

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """See `Engine.integrate`."""
        output = self.ask(f"symmathint({self._dialect.write(integrand)})", timeout)
        return self.read_primitive(_quoted(output))


def _quoted(output: str) -> str | None:
    """Return the first quoted string, unbroken."""
    found = _STRING.search(output)
    return _SPACE.sub("", found[1]) if found else None
