"""Whether hard and hostile integrands end in time: ``python -m symmath.evaluate.hostile``.

Every call is the whole of it, from the text to the answer, in one process, one after the other. A worker
is waited for before each call, because the start of one is no fault of the input.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from symmath.api import integrate
from symmath.deadline import warm
from symmath.errors import ParseError, UnsupportedError
from symmath.solve.solver import Mode, Solver, shipped

GRACE = 0.2
"""Seconds a call may take beyond its timeout."""
_FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "asin", "atan", "sinh", "cosh", "tanh", "asinh")
_SAMPLE_SECONDS = 0.05

Family = Callable[[random.Random], str]


def _polynomial(rng: random.Random, degree: int, height: int) -> str:
    return " + ".join(f"{rng.randint(1, height)}*x^{k}" for k in range(degree + 1))


def _nested(rng: random.Random) -> str:
    text = "x"
    for _ in range(rng.randint(5, 40)):
        text = f"{rng.choice(_FUNCTIONS)}({text}{rng.choice(['', '+1', '+x', '*x', '^2'])})"
    return text


def _brackets(rng: random.Random) -> str:
    depth = rng.choice([10, 60, 98, 3000])
    return "(" * depth + "x" + rng.choice([")", "+1)", "*x)"]) * depth


def _exponents(rng: random.Random) -> str:
    n = rng.choice([50, 99, 400, 999, 1000, 10**30])
    base = rng.choice(["x", "(x+1)", "(x^2+x+1)", "sin(x)", "(x+exp(x))", "(1+x^(1/3))", "2", "(7/3)"])
    return f"{base}^{n}*{rng.choice(['1', 'exp(x)', 'log(x)', 'sqrt(x^2+1)', 'x^-3'])}"


def _tower(rng: random.Random) -> str:
    height = rng.randint(3, 30)
    base = rng.choice(["x", "2", "exp(x)", "9", "sin(x)"])
    return "^".join([base] * height) + rng.choice(["", "*x", "/x"])


def _unintegrable(rng: random.Random) -> str:
    inner = rng.choice(["x^2", "x^3+x", "1/x", "x*sin(x)", "log(x)^2", "sqrt(x^5+1)"])
    around = rng.choice(["exp", "sin", "cos", "tan", "sqrt", "tanh"])
    return f"{around}({inner})*{rng.choice(['x^7', 'log(x+2)', '1/(x+3)', 'sqrt(1+x^3)', 'exp(-x^2)'])}"


def _simplifier_sink(rng: random.Random) -> str:
    n, m = rng.randint(5, 40), rng.randint(5, 40)
    return rng.choice(
        [
            f"tan(x)^{n}*cos({m}*x)^{n}/(1+sin({n}*x)^2)",
            f"sqrt(sqrt(x+{n})+sqrt(x+{m})+sqrt(x))/(sqrt(x)+sqrt(x+{n}))",
            f"(1+x^(1/{n})+x^(1/{m})+x^(1/7))^-3",
            f"sqrt({n}+sqrt({m}+sqrt(x)))*log(sqrt(x+{n})-sqrt(x))^{m}",
            f"(sin(x)+cos(x)+tan(x))^{n}*exp({m}*x)",
            f"exp(asinh(x)*{n}+acosh(x)*{m})",
        ]
    )


def _rational(rng: random.Random) -> str:
    top, bottom = rng.randint(0, 60), rng.randint(3, 90)
    below = f"({_polynomial(rng, bottom, 99)})*(x^{bottom}+x+1)^{rng.randint(1, 9)}"
    return f"({_polynomial(rng, top, 10**6)})/({below})"


def _kernels(rng: random.Random) -> str:
    inner = [rng.choice(["x", "x^2", "x+1", "3*x", "x/7", "1/x"]) for _ in range(rng.randint(8, 60))]
    terms = [f"{rng.randint(1, 9)}*{rng.choice(_FUNCTIONS)}({u})" for u in inner]
    return f"({'+'.join(terms)})^{rng.choice([1, 2, 3, 12])}"


def _oscillating(rng: random.Random) -> str:
    n = rng.choice([10, 1000, 10**6, 10**20, 10**50])
    return f"sin({n}*x+cos({n}*x^2))*exp(sin(exp({rng.randint(1, 60)}*x)))/cos({n + 1}*x)"


def _digits(rng: random.Random) -> str:
    digits = "".join(rng.choice("123456789") for _ in range(rng.choice([20, 40, 59, 60, 1000])))
    return rng.choice(
        [f"{digits}*x", f"x^{digits}", f"sin({digits}*x)", f"x/{digits}", f"{digits}^x", f"1e{digits}"]
    )


def _expansions(rng: random.Random) -> str:
    n = rng.choice([9, 60, 999])
    return rng.choice(
        [
            f"(x+sin(x)+cos(x)+exp(x)+log(x))^{n}",
            "*".join(f"(x+{i}+sin({i}x))" for i in range(1, n)),
            "+".join(f"(x+{i})^{n}" for i in range(1, 200)),
            f"(((x+1)^{n}+1)^{n}+1)^{n}",
            f"(2^{n})^{n}*x",
            f"(x+pi)^{n}*(x-pi)^{n}*(x+e)^{n}",
            f"sqrt((x+1)^{n}*(x+2)^{n}*(x+3)^{n})",
        ]
    )


def _nonsense(rng: random.Random) -> str:
    return "".join(rng.choice("x123+-*/^()sincoexplg.,= \\{}_'") for _ in range(rng.randint(1, 400)))


FAMILIES: dict[str, Family] = {
    "deep nesting": _nested,
    "brackets": _brackets,
    "huge exponents": _exponents,
    "towers": _tower,
    "unintegrable": _unintegrable,
    "sinks of simplify": _simplifier_sink,
    "giant rational functions": _rational,
    "many kernels": _kernels,
    "oscillating": _oscillating,
    "long integers": _digits,
    "huge expansions": _expansions,
    "nonsense": _nonsense,
}


def hostile_integrands(n: int, seed: int) -> list[tuple[str, str]]:
    """Return `n` pairs of a family's name and a text; the same for the same seed."""
    rng = random.Random(seed)
    names = list(FAMILIES)
    return [(names[i % len(names)], FAMILIES[names[i % len(names)]](rng)) for i in range(n)]


def _resident_mb(process: int) -> float:
    """Return the resident memory of a process and its descendants, in MiB (Linux; elsewhere 0)."""
    folder = Path(f"/proc/{process}")
    try:
        # A child belongs to the thread that started it.
        children = [c for file in folder.glob("task/*/children") for c in file.read_text().split()]
        pages = int((folder / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 2**20 + sum(_resident_mb(int(child)) for child in children)


class MemoryWatch:
    """Samples the memory of this process and of its workers while it is open."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._stop.wait(_SAMPLE_SECONDS)
            self.peak_mb = max(self.peak_mb, _resident_mb(os.getpid()))


def attempt(text: str, mode: Mode, solver: Solver, timeout: float) -> tuple[str, float]:
    """Return how a call ended, and the seconds it took."""
    warm()
    begin = time.monotonic()
    try:
        solution = integrate(text, mode=mode, solver=solver, timeout=timeout)
        outcome = "solved" if solution.candidate else "not solved"
    except (ParseError, UnsupportedError) as error:
        outcome = f"refused ({type(error).__name__})"
    except Exception as error:  # Any other is a crash, which is what is counted here.
        outcome = f"crash ({type(error).__name__}: {str(error)[:80]})"
    return outcome, time.monotonic() - begin


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--timeout", type=float, default=2.0, help="seconds a call")
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.FIT.value)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    mode = Mode(options.mode)
    solver = Solver(None) if mode is Mode.FIT else Solver.load(shipped())
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    late: list[str] = []
    with MemoryWatch() as memory:
        # Loads the network as well, which no input is to blame for.
        integrate("exp(x**2)*x**x", mode=mode, solver=solver)
        for family, text in hostile_integrands(options.n, options.seed):
            outcome, took = attempt(text, mode, solver, options.timeout)
            outcomes[outcome] += 1
            seconds.append(took)
            if took > options.timeout + GRACE or outcome.startswith("crash"):
                late.append(f"- {family}, {took:.2f} s, {outcome}: `{text[:200]}`")
    solver.close()
    n, ordered = len(seconds), sorted(seconds)
    is_late = sum(took > options.timeout + GRACE for took in seconds)
    print(f"| hostile integrands, mode {mode}, timeout {options.timeout:g} s | n = {n} |\n|---|---|")
    for outcome, count in outcomes.most_common():
        print(f"| {outcome} | {count} |")
    print(f"| longer than {options.timeout + GRACE:g} s | {is_late} |")
    print(f"| longest call | {ordered[-1]:.2f} s |\n| p99 | {ordered[int(0.99 * (n - 1))]:.2f} s |")
    print(
        f"| median | {ordered[n // 2]:.3f} s |\n| peak memory, all processes | {memory.peak_mb:.0f} MiB |\n"
    )
    print("\n".join(late))


if __name__ == "__main__":
    main()
