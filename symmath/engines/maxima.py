"""Maxima, in a long-lived process.

Maxima's questions ("Is a positive?") are answered by a rule instead of being read from the input:
positive, non-zero, not equal, not an integer. A wrong guess only costs an answer the verifier
refutes; an open question would block the process.

The integrals of the setup load what Maxima loads when it first needs it (risch, polylogarithms, ...).
A time limit that interrupts such a load makes the next question load again, and the process may not
take the interrupt at all.
"""

from __future__ import annotations

import symengine

from symmath.engines.child import VERSION_SECONDS, ChildEngine, marked_lines
from symmath.engines.infix import dialect
from symmath.engines.process import Process
from symmath.expr.operators import BY_TOKEN, DERIVATIVES, SYMBOL_EXPRS, Expr

_SETUP = r"""
:lisp-quiet (defvar *symmath-asked* 0)
:lisp-quiet (defun symmath-reply (text) (cond ((search "zero or nonzero" text) '$nonzero) ((search "ositive" text) '$pos) ((search "egative" text) '$neg) (t '$no)))
:lisp-quiet (defun retrieve (msg flag) (declare (ignore flag)) (when (> (incf *symmath-asked*) 20) (merror "too many questions")) (symmath-reply (format nil "~a" msg)))
display2d:false$
nolabels:true$
linel:1000000$
symmathshow(e):=if freeof(y,e) then print("symmath-answer ",string(e))$
symmathsolve(s):=if listp(s) then false else if lhs(s)=y and freeof(y,rhs(s)) then symmathshow(rhs(s))
  else for t in solve(logcontract(s),y) do if lhs(t)=y then symmathshow(rhs(t))$
setup_autoload(contrib_ode,contrib_ode)$
symmathode(e):=block([%e_to_numlog:true,found],
  found:contrib_ode(e,y,x), if listp(found) then (for s in found do errcatch(symmathsolve(s)),
  if found#[] then print("symmath-answer implicit")))$
integrate(1/(x^2+x+1)+log(log(x))/x,x)$
integrate(x^2*tan(x),x)$ integrate(x*tanh(x),x)$ integrate(x^3/log(x^2+9),x)$ integrate(log(x^2+4*x-4)^2,x)$
"""  # noqa: E501
_RESET = ":lisp-quiet (setq *symmath-asked* 0)\n"
_MARK = "symmath-answer "

_DIALECT = dialect(
    written={"E": "%e", "pi": "%pi", "I": "%i", "Abs": "abs", "sign": "signum"}
    | {name: f"'diff(y,x,{order})" for order, name in enumerate(DERIVATIVES) if order},
    leaves={"%e": symengine.E, "%pi": symengine.pi, "%i": symengine.I, "y": SYMBOL_EXPRS["y"]}
    | {"%c": SYMBOL_EXPRS["c1"], "%k1": SYMBOL_EXPRS["c1"], "%k2": SYMBOL_EXPRS["c2"]},
    functions={"signum": BY_TOKEN["sign"].build}
    | {f"expintegral_{name.lower()}": BY_TOKEN[name].build for name in ("Ei", "li", "Si", "Ci", "Shi", "Chi")}
    | {f"fresnel_{name}": BY_TOKEN[f"fresnel{name}"].build for name in "sc"},
)


class Maxima(ChildEngine):
    """The Debian packages `maxima` and `maxima-share`."""

    name = "maxima"
    command = ("maxima", "--very-quiet")

    def __init__(self, memory_mb: int = 4096) -> None:
        super().__init__(
            Process(
                self.command,
                _SETUP,
                lambda mark: f'print(sconcat("symmath","{mark[7:]}"))$',
                memory_mb=memory_mb,
                max_interrupts=200,
            ),
            _DIALECT,
        )

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """See `Engine.integrate`."""
        question = f'errcatch(print("{_MARK}",string(integrate({self._dialect.write(integrand)},x))))$'
        lines = marked_lines(self.ask(_RESET + question, timeout), _MARK)
        return self.read_primitive(lines[0] if lines else None)

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        """See `Engine.dsolve`."""
        question = f"errcatch(symmathode({self._dialect.write(equation)}=0))$"
        output = self.ask(_RESET + question, timeout)
        return self.read_solution(marked_lines(output, _MARK), order)

    def version(self) -> str:
        """See `Engine.version`."""
        lines = marked_lines(self.ask(f'print("{_MARK}",build_info()@version)$', VERSION_SECONDS), _MARK)
        return lines[0].strip() if lines else "unknown"
