"""FriCAS, in a long-lived process.

Answers are asked for in linear form (``unparse`` of an ``InputForm``), which FriCAS prints as a
quoted string broken into lines.
"""

from __future__ import annotations

import re

import symengine

from symmath.engines.child import VERSION_SECONDS, ChildEngine
from symmath.engines.infix import dialect
from symmath.engines.process import Process
from symmath.expr.operators import BY_TOKEN, CONSTANTS_OF_INTEGRATION, DERIVATIVES, SYMBOL_EXPRS, Expr

_SETUP = """)set messages type off
)set messages time off
)set messages autoload off
)set output length 245
)set quit unprotected
symmathint: EXPR INT -> String
symmathint(f) == (r := integrate(f,x); r case EXPR INT => unparse(r::EXPR INT::InputForm); \
unparse(first(r::List EXPR INT)::InputForm))
y := operator 'y
symmathode: EXPR INT -> List String
symmathode(f) == (r := solve(f,y,x); r case "failed" => []; \
r case EXPR INT => concat([unparse(rhs(s)::InputForm) for s in solve(eval(r::EXPR INT,y(x)=Y)=c1,Y)], \
"implicit"); \
\
l := r::Record(particular: EXPR INT, basis: List EXPR INT); \
[unparse((l.particular+reduce(+,[c*b for c in [c1,c2,c3,c4] for b in l.basis]))::InputForm)])
symmathint(x*log(x))
"""
_STRING = re.compile(r'"([^"]*)"')
_SPACE = re.compile(r"\s+")

_DIALECT = dialect(
    written={"E": "%e", "pi": "%pi", "I": "%i", "Abs": "abs", "y": "y(x)"}
    | {name: f"D(y(x),x,{order})" for order, name in enumerate(DERIVATIVES) if order},
    leaves={"%e": symengine.E, "%pi": symengine.pi, "%i": symengine.I}
    | {name: SYMBOL_EXPRS[name] for name in ("y", *CONSTANTS_OF_INTEGRATION)},
    # Spence's: the primitive of log(x)/(1 - x).
    functions={"dilog": lambda u: BY_TOKEN["dilog"].build(1 - u)},
)


class FriCAS(ChildEngine):
    """The Debian package `fricas`."""

    name = "fricas"
    command = ("fricas", "-nosman")

    def __init__(self, memory_mb: int = 4096) -> None:
        process = Process(self.command, _SETUP, lambda mark: f'"{mark}"', memory_mb=memory_mb)
        super().__init__(process, _DIALECT)

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """See `Engine.integrate`."""
        answers = _quoted(self.ask(f"symmathint({self._dialect.write(integrand)})", timeout))
        return self.read_primitive(answers[0] if answers else None)

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        """See `Engine.dsolve`."""
        output = self.ask(f"symmathode({self._dialect.write(equation)})", timeout)
        return self.read_solution(_quoted(output), order)

    def version(self) -> str:
        """See `Engine.version`."""
        found = re.search(r"FriCAS ([0-9.]+)", self.ask(")version", VERSION_SECONDS))
        return found[1] if found else "unknown"


def _quoted(output: str) -> list[str]:
    """Return the quoted strings, unbroken."""
    return [_SPACE.sub("", text) for text in _STRING.findall(output)]
