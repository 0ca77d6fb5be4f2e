"""Variations of solved problems that should not make a difference, after Welleck et al. (2021).

References
----------
Welleck, West, Cao, Choi (2021), "Symbolic Brittleness in Sequence Models", arXiv:2109.13986.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.evaluate.suites import SuiteProblem, find_suite, read_suite
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.present import all_presentations
from symmath.expr.show import show

_LARGE = (101, 997)
Perturb = Callable[[Expr, Sequence[Expr], random.Random], Expr]
"""Takes an integrand, all integrands of the suite and a random stream."""


def _larger_integers(e: Expr, _: Sequence[Expr], rng: random.Random) -> Expr:
    """Multiply x by a large integer, which makes every other integer large as well."""
    return e.subs({X: rng.randint(*_LARGE) * X})


def _rewritten(e: Expr, _: Sequence[Expr], rng: random.Random) -> Expr:
    forms = [form for _, form in all_presentations(e, 6)[1:]]
    return rng.choice(forms) if forms else e


PERTURBATIONS: Mapping[str, Perturb] = {
    "k*f": lambda e, _, rng: rng.randint(2, 100) * e,
    "f/k": lambda e, _, rng: e / rng.randint(2, 100),
    "f + exp(x)": lambda e, _, __: e + symengine.exp(X),
    "f + log(x)": lambda e, _, __: e + symengine.log(X),
    "f(2*x + 1)": lambda e, _, __: e.subs({X: 2 * X + 1}),
    "f1 + f2": lambda e, others, rng: e + rng.choice(others),
    "larger integers": _larger_integers,
    "rewritten": _rewritten,
    "renamed variable": lambda e, _, __: e,
}


def perturbed(items: Sequence[SuiteProblem], seed: int) -> Iterator[dict[str, str]]:
    """Yield the records of a suite with every perturbation of every integrand.

    Yields
    ------
    dict
        ``group`` is the perturbation, ``source`` the problem it came from.
    """
    rng = random.Random(seed)
    integrands = [item.problem.expr for item in items]
    for item in items:
        for name, perturb in PERTURBATIONS.items():
            try:
                e = perturb(item.problem.expr, integrands, rng)
                canonical_tokens(e)
                text = show(e, variable="t" if name == "renamed variable" else "x")
            except (UnsupportedError, PrefixError, RuntimeError):
                continue
            yield {
                "id": f"{item.id} {name}",
                "task": "integrate",
                "input": text,
                "group": name,
                "source": item.id,
            }


def _solved_ids(results: Path, engine: str) -> set[str]:
    records = map(json.loads, results.read_text().splitlines())
    return {r["id"] for r in records if r["engine"] == engine and r["solved"]}


def main() -> None:
    """Write a perturbed suite as JSON lines."""
    parser = argparse.ArgumentParser(prog="python -m symmath.evaluate.perturb", description=__doc__)
    parser.add_argument("suite")
    parser.add_argument("--results", type=Path, help="take only problems solved there")
    parser.add_argument("--engine", default="ansatz-10x6", help="by this contestant")
    parser.add_argument("--problems", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    items = list(read_suite(find_suite(arguments.suite)))
    if arguments.results:
        solved = _solved_ids(arguments.results, arguments.engine)
        items = [item for item in items if item.id in solved]
    with arguments.out.open("w") as file:
        for record in perturbed(items[: arguments.problems], arguments.seed):
            file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
