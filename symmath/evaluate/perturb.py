"""Variations of problems that should not make a difference, after Welleck et al. (2021).

Every variation of a problem with an elementary answer has one too. The records are the same for the
same seed and the same problems.

References
----------
Welleck, West, Cao, Choi (2021), "Symbolic Brittleness in Sequence Models", arXiv:2109.13986.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.evaluate.suites import SuiteProblem, find_suite, read_suite
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.present import all_presentations
from symmath.expr.show import show

UNCHANGED = "unchanged"
_RENAMED = "renamed variable"
_LARGE = (101, 997)
_SUMMANDS = 4
_FORMS = 6
Perturb = Callable[[Expr, Sequence[Expr], random.Random], Expr | None]
"""Takes an integrand, all integrands of the suite and a random stream; None if it can't."""


def _larger_integers(e: Expr, _: Sequence[Expr], rng: random.Random) -> Expr:
    """Multiply x by a large integer, which makes other integers large as well."""
    return e.subs({X: rng.randint(*_LARGE) * X})


def _rewritten(e: Expr, _: Sequence[Expr], rng: random.Random) -> Expr | None:
    forms = [form for _, form in all_presentations(e, _FORMS)[1:]]
    return rng.choice(forms) if forms else None


def _substituted(e: Expr, _: Sequence[Expr], __: random.Random) -> Expr:
    """Substitute x**2 + 1 and multiply by its derivative."""
    return 2 * X * e.subs({X: X**2 + 1})


def _longer(e: Expr, others: Sequence[Expr], rng: random.Random) -> Expr:
    """Add several other integrands, with coefficients, which is longer than what is trained on."""
    return symengine.Add(e, *(rng.randint(2, 9) * rng.choice(others) for _ in range(_SUMMANDS)))


PERTURBATIONS: Mapping[str, Perturb] = {
    UNCHANGED: lambda e, _, __: e,
    "k*f": lambda e, _, rng: rng.randint(2, 100) * e,
    "f/k": lambda e, _, rng: e / rng.randint(2, 100),
    "f + exp(x)": lambda e, _, __: e + symengine.exp(X),
    "f + log(x)": lambda e, _, __: e + symengine.log(X),
    "f(2*x + 1)": lambda e, _, __: e.subs({X: 2 * X + 1}),
    "f1 + f2": lambda e, others, rng: e + rng.choice(others),
    "longer sum": _longer,
    "2*x*f(x**2 + 1)": _substituted,
    "larger integers": _larger_integers,
    "rewritten": _rewritten,
    _RENAMED: lambda e, _, __: e,
}


def perturbed(items: Sequence[SuiteProblem], seed: int) -> Iterator[dict[str, object]]:
    """Yield the records of a suite with every perturbation of every integrand.

    Parameters
    ----------
    items : sequence of SuiteProblem
        Those that are no solvable integrals are passed over.
    seed : int

    Yields
    ------
    dict
        ``group`` is the perturbation, ``base`` the id of the problem it came from. A variation that
        can't be made or written is left out.
    """
    items = [item for item in items if item.problem.task == "integrate" and item.is_solvable]
    integrands = [item.problem.expr for item in items]
    for item in items:
        for name, perturb in PERTURBATIONS.items():
            rng = random.Random(f"{seed} {item.id} {name}")
            try:
                e = perturb(item.problem.expr, integrands, rng)
                if e is None or X not in e.free_symbols:
                    continue
                canonical_tokens(e)
                text = show(e, variable="t" if name == _RENAMED else "x")
            except (UnsupportedError, PrefixError, RuntimeError):
                # RuntimeError is how symengine reports an undefined result.
                continue
            yield {
                "id": f"{item.id} {name}",
                "task": "integrate",
                "input": text,
                "answer": None,
                "source": f"{item.id}, perturbed with seed {seed}",
                "group": name,
                "base": item.id,
            }


def _solved_ids(results: Path, engine: str) -> set[str]:
    records = map(json.loads, results.read_text().splitlines())
    return {r["id"] for r in records if r["engine"] == engine and r["solved"]}


def main() -> None:
    """Write a perturbed suite as JSON lines."""
    parser = argparse.ArgumentParser(prog="python -m symmath.evaluate.perturb", description=__doc__)
    parser.add_argument("suites", nargs="+", help="files, or names of own held-out sets")
    parser.add_argument("--results", type=Path, help="take only problems solved there")
    parser.add_argument("--engine", default="ansatz-10x6x4", help="by this contestant")
    parser.add_argument("--problems", type=int, default=25, help="of each suite")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    solved = _solved_ids(arguments.results, arguments.engine) if arguments.results else None
    if solved is not None and not solved:
        parser.error(f"{arguments.results} holds nothing that {arguments.engine} solved; see --engine")
    with arguments.out.open("w") as file:
        for name in arguments.suites:
            items = (i for i in read_suite(find_suite(name)) if solved is None or i.id in solved)
            for record in perturbed(list(islice(items, arguments.problems)), arguments.seed):
                file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
