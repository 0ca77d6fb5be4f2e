import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from symmath.evaluate import perturb
from symmath.evaluate.perturb import PERTURBATIONS, perturbed
from symmath.evaluate.suites import SuiteProblem, find_suite, read_suite
from symmath.expr.parse import parse_equation, parse_expression
from symmath.tasks.task import Problem
from symmath.verification import Verdict, verify_integral


def items(*texts: str) -> list[SuiteProblem]:
    return [
        SuiteProblem(f"p{n}", Problem(task="integrate", expr=parse_expression(text).expr), text)
        for n, text in enumerate(texts)
    ]


def test_every_perturbation_is_made_and_says_where_it_came_from() -> None:
    records = list(perturbed(items("x*(x + 1)*cos(x)", "exp(x)*x"), 0))
    assert Counter(r["group"] for r in records)["unchanged"] == 2
    assert {r["group"] for r in records} == set(PERTURBATIONS)
    assert {r["base"] for r in records} == {"p0", "p1"}
    assert len({r["id"] for r in records}) == len(records)


def test_the_seed_decides() -> None:
    problems = items("x*cos(x)", "exp(x)*x", "log(x)")
    assert list(perturbed(problems, 1)) == list(perturbed(problems, 1))
    assert list(perturbed(problems, 1)) != list(perturbed(problems, 2))


@pytest.mark.parametrize(
    ("group", "answer"),
    [
        ("f + exp(x)", "x**3/3 + exp(x)"),
        ("f + log(x)", "x**3/3 + x*log(x) - x"),
        ("f(2*x + 1)", "(2*x + 1)**3/6"),
        ("2*x*f(x**2 + 1)", "(x**2 + 1)**3/3"),
        ("unchanged", "x**3/3"),
    ],
)
def test_perturbations_are_what_they_are_called(group: str, answer: str) -> None:
    (text,) = (str(r["input"]) for r in perturbed(items("x**2"), 0) if r["group"] == group)
    check = verify_integral(parse_expression(text).expr, parse_expression(answer).expr)
    assert check.verdict is Verdict.PROVED


def test_the_variable_is_renamed() -> None:
    (text,) = (r["input"] for r in perturbed(items("x**2"), 0) if r["group"] == "renamed variable")
    assert text == "t**2"


def test_only_solvable_integrals_are_varied() -> None:
    ode = Problem(task="ode1", expr=parse_equation("y' - y").residual)
    problems = [
        SuiteProblem("o", ode, ""),
        SuiteProblem("u", items("exp(x**3)")[0].problem, "", is_solvable=False),
    ]
    assert list(perturbed(problems, 0)) == []


def test_the_command_writes_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, results = tmp_path / "r.jsonl", tmp_path / "results.jsonl"
    results.write_text(json.dumps({"id": "fwd-0002", "engine": "e", "solved": True}) + "\n")
    arguments = ["perturb", "fwd", "--results", str(results), "--engine", "e", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    perturb.main()
    assert {item.base for item in read_suite(out)} == {"fwd-0002"}


def test_the_packaged_suite_can_be_read() -> None:
    read = list(read_suite(find_suite("robustness")))
    assert {item.group for item in read} == set(PERTURBATIONS)
    assert len({item.base for item in read}) == 50
