"""Definite integrals with known values: what this package and SymPy make of them.

    python -m symmath.evaluate.definite --suite fresh --contestant auto --contestant fit --contestant sympy

An answer is right if it has the known value to 12 digits, with parameters at three choices of positive
numbers for them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import sympy

from symmath.api import integrate_between
from symmath.deadline import run, warm
from symmath.errors import FAILURES, NoSolutionError, SymMathError
from symmath.expr.bridge import SympyExpr
from symmath.machine import machine

FOLDER = Path(__file__).parent / "definite_integrals"
_CHOICES = ((5, 3), (2, 7), (11, 4))
"""Numerators, over 4, of numbers for parameters in alphabetical order; n is 2 more."""
_PARAMETERS = "abkmn"
_TOLERANCE = sympy.Float("1e-12")


class Item(NamedTuple):
    """A definite integral and its value, in SymPy's syntax; other names than x are positive parameters."""

    id: str
    integrand: str
    lower: str
    upper: str
    value: str


def items_of(suite: str) -> list[Item]:
    """Return the problems of a suite, "development" or "fresh"."""
    return [Item(**json.loads(line)) for line in (FOLDER / f"{suite}.jsonl").read_text().splitlines()]


def _by_sympy(item: Item) -> SympyExpr:
    """Integrate by SymPy alone, its parameters declared positive."""
    symbols = {name: sympy.Symbol(name, positive=True) for name in _PARAMETERS}
    integrand, lower, upper = (
        sympy.sympify(text.replace("^", "**"), locals=symbols)
        for text in (item.integrand, item.lower, item.upper)
    )
    found = sympy.integrate(integrand, (sympy.Symbol("x"), lower, upper))
    if isinstance(found, sympy.Piecewise):
        # The case that there is an integral comes first.
        found = found.args[0].expr
    if found.has(sympy.Integral):
        raise NoSolutionError("left as an integral")
    return found.xreplace({symbol: sympy.Symbol(name) for name, symbol in symbols.items()})


def _by_symmath(mode: str, item: Item, timeout: float) -> SympyExpr:
    asked = item.integrand, item.lower, item.upper, "x"
    return integrate_between(*asked, mode=mode, timeout=timeout).expr


CONTESTANTS: dict[str, Callable[[Item, float], SympyExpr]] = {
    "auto": lambda item, timeout: _by_symmath("auto", item, timeout),
    "fit": lambda item, timeout: _by_symmath("fit", item, timeout),
    "sympy": lambda item, timeout: run(_by_sympy, item, timeout=timeout),
}


def outcome_of(found: SympyExpr, item: Item) -> str:
    """Return "solved", "wrong", or "unsolved" of an answer that can't be evaluated."""
    expected = sympy.sympify(item.value)
    names = sorted((found.free_symbols | expected.free_symbols), key=str)
    for choice in _CHOICES:
        values = (
            sympy.Rational(k + 8 * (str(name) == "n"), 4) for k, name in zip(choice, names, strict=False)
        )
        difference = sympy.N((found - expected).subs(dict(zip(names, values, strict=False))), 25)
        if not all(part.is_Number and part.is_finite for part in difference.as_real_imag()):
            return "unsolved"
        if not abs(difference) < _TOLERANCE:
            return "wrong"
    return "solved"


def ask(contestant: str, item: Item, timeout: float) -> dict[str, Any]:
    """Return a record: solved, wrong or not, the answer or why there is none, and seconds."""
    begun = time.monotonic()
    try:
        found = CONTESTANTS[contestant](item, timeout)
        outcome, answer = run(outcome_of, found, item, timeout=60.0), str(found)
    except (SymMathError, AttributeError, *FAILURES) as error:
        # An AttributeError is SymPy's own.
        outcome, answer = "unsolved", str(error)
    seconds = round(time.monotonic() - begun, 2)
    return {"id": item.id, "contestant": contestant, "outcome": outcome, "answer": answer, "seconds": seconds}


def table(records: Sequence[dict[str, Any]]) -> str:
    """Return a Markdown table, a line for each contestant."""
    lines = ["| | solved | wrong | n | median seconds |", "|---|---|---|---|---|"]
    for contestant in dict.fromkeys(record["contestant"] for record in records):
        own = [record for record in records if record["contestant"] == contestant]
        counts = {outcome: sum(r["outcome"] == outcome for r in own) for outcome in ("solved", "wrong")}
        middle = sorted(record["seconds"] for record in own)[len(own) // 2]
        lines.append(f"| {contestant} | {counts['solved']} | {counts['wrong']} | {len(own)} | {middle} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--suite", choices=("development", "fresh"), default="fresh")
    parser.add_argument("--contestant", choices=sorted(CONTESTANTS), action="append")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds a problem")
    parser.add_argument("--out", type=Path, help="JSON lines, one a problem and contestant")
    options = parser.parse_args(arguments)
    warm()
    records = []
    for contestant in options.contestant or sorted(CONTESTANTS):
        for item in items_of(options.suite):
            records.append(ask(contestant, item, options.timeout))
            if options.out:
                with options.out.open("a") as file:
                    file.write(json.dumps(records[-1]) + "\n")
    print(machine(), table(records), sep="\n\n")


if __name__ == "__main__":
    # A worker can't find what belongs to the main script.
    from symmath.evaluate import definite

    definite.main()
