"""How long an answer takes: ``python -m symmath.evaluate.benchmark``.

Cold: the whole command line, from its start to the printed answer. Warm: a problem in a process that
has solved before. SymPy's `integrate` is measured on the same integrands in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from symmath.engines import ENGINES
from symmath.expr.parse import parse_expression
from symmath.machine import machine
from symmath.solve.solver import Mode, Solver, shipped
from symmath.tasks.task import Problem

INTEGRANDS = (
    "x*cos(x)",
    "x**2*exp(x)",
    "1/(x**2 + 2*x + 5)",
    "sin(x)**2",
    "x*atan(x)",
    "sqrt(1 - x**2)",
    "exp(x)*sin(x)",
    "log(x)/x",
    "1/(x*log(x))",
    "(x*cos(x) - sin(x))/x**2",
)
COLD_RUNS = 3
LIMIT = 30.0
_SYMPY = "import sympy; x = sympy.Symbol('x'); print(sympy.integrate(x*sympy.cos(x), x))"


def _cold(command: list[str]) -> float:
    """Return the median wall time of a command in seconds, after one run to warm the disk."""
    seconds = []
    for _ in range(COLD_RUNS + 1):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        seconds.append(time.perf_counter() - begin)
    return median(seconds[1:])


def _warm(solve: Callable[[str], bool]) -> tuple[int, float]:
    """Return how many integrands were solved, and the median seconds of one, in the second round."""
    seconds: list[float] = []
    for _ in range(2):
        solved = 0
        seconds.clear()
        for text in INTEGRANDS:
            begin = time.perf_counter()
            solved += solve(text)
            seconds.append(time.perf_counter() - begin)
    return solved, median(seconds)


def main() -> None:
    """Print both tables."""
    print(machine(), end="\n\n")
    print("| cold start | seconds |\n|---|---|")
    for mode in (Mode.FIT, Mode.NEURAL):
        command = ["-m", "symmath", "integrate", "x*cos(x)", "--engine", mode.value]
        print(f"| symmath integrate, {mode} | {_cold(command):.2f} |")
    print(f"| SymPy: import, integrate, print | {_cold(['-c', _SYMPY]):.2f} |\n")
    solver = Solver.load(shipped())
    print(f"| warm, {len(INTEGRANDS)} integrands | solved | median ms |\n|---|---|---|")
    for mode in (Mode.FIT, Mode.NEURAL, Mode.ANSATZ):

        def solve(text: str, mode: Mode = mode) -> bool:
            problem = Problem(task="integrate", expr=parse_expression(text).expr)
            return solver.solve(problem, mode=mode, timeout=LIMIT).candidate is not None

        solved, seconds = _warm(solve)
        print(f"| symmath, {mode} | {solved} | {1000 * seconds:.1f} |")
    engine = ENGINES["sympy"]()
    solved, seconds = _warm(lambda text: engine.integrate(parse_expression(text).expr, LIMIT) is not None)
    print(f"| SymPy | {solved} | {1000 * seconds:.1f} |")


if __name__ == "__main__":
    main()
