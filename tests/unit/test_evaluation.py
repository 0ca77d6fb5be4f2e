import json
from collections import Counter
from pathlib import Path

import pytest

from symmath.cli.evaluate import _keep
from symmath.evaluate.contestants import Contestant, Reply
from symmath.evaluate.perturb import PERTURBATIONS, perturbed
from symmath.evaluate.report import read_results, report
from symmath.evaluate.run import evaluate
from symmath.evaluate.suites import SuiteError, find_suite, read_suite
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.tasks.task import Problem

LINES = (
    '{"id": "a", "task": "integrate", "input": "x*cos(x)", "answer": null, "source": "test"}',
    '{"id": "b", "task": "integrate", "input": "1/t", "answer": null, "source": "test", "group": "g"}',
    '{"id": "c", "task": "ode1", "input": "Derivative(y(x), x) - y(x)", "answer": null, "source": "test"}',
)
PROVENANCE = {"machine": "m", "commit": "c" * 40, "seed": "0"}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "three.jsonl"
    path.write_text("\n".join(LINES) + "\n")
    return path


def saying(answers: dict[str, str]) -> Contestant:
    """A contestant that says what it was told to."""

    def ask(problem: Problem, timeout: float) -> Reply:
        said = answers[problem.task]
        answer = parse_expression(said, "x", symbols=("c1",)).expr if said else None
        return Reply(answer, 0.25, failure="" if said else "unsolved")

    return Contestant("parrot", "1", ask, lambda: None)


def run(suite: Path, one: Contestant, out: Path | None = None) -> list[dict]:
    return evaluate("three", read_suite(suite), one, timeout=1.0, out=out, provenance=PROVENANCE)


def test_outcomes(suite: Path) -> None:
    records = run(suite, saying({"integrate": "x*sin(x) + cos(x)", "ode1": "exp(x)"}))
    assert [r["outcome"] for r in records] == ["proved", "wrong", "particular"]
    assert [r["second"] for r in records] == ["agrees", "differs", "agrees"]
    assert not any(r["disagreement"] for r in records)
    records = run(suite, saying({"integrate": "", "ode1": "c1*exp(x)"}))
    assert [r["outcome"] for r in records] == ["unsolved", "unsolved", "proved"]


def test_a_run_goes_on_where_it_was(suite: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    first = run(suite, saying({"integrate": "log(x)", "ode1": "c1*exp(x)"}), out)
    again = run(suite, saying({"integrate": "", "ode1": ""}), out)
    assert again == first
    assert len(out.read_text().splitlines()) == 3


def test_reports_name_shares_pairs_and_wrong_answers(suite: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    run(suite, saying({"integrate": "log(x)", "ode1": "c1*exp(x)"}), out)
    text = report(read_results([out]), "Title")
    assert text.startswith("# Title")
    assert "66.7%" in text and "Wrong answers" in text and "`x*cos(x)`" in text


def test_suites_say_where_they_are_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(LINES[0] + "\n{}\n")
    with pytest.raises(SuiteError, match="line 2"):
        list(read_suite(path))
    with pytest.raises(SuiteError, match="no suite"):
        find_suite("nowhere")


def test_the_seed_papers_files_are_suites(tmp_path: Path) -> None:
    path = tmp_path / "data.txt"
    path.write_text("1|sub Y' cos x\tsin x\n2|sub Y' Y\tmul a8 exp x\n")
    first, second = read_suite(path)
    assert (first.problem.task, first.input) == ("integrate", "cos(x)")
    assert second.problem.task == "ode1"


def test_perturbations_are_problems_again(suite: Path, tmp_path: Path) -> None:
    items = list(read_suite(suite))[:2]
    records = list(perturbed(items, seed=1))
    assert records == list(perturbed(items, seed=1))
    assert set(Counter(r["group"] for r in records)) <= set(PERTURBATIONS)
    path = tmp_path / "perturbed.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    read = {item.id: item for item in read_suite(path)}
    assert read["a k*f"].problem.expr != items[0].problem.expr
    assert read["a renamed variable"].problem.expr == items[0].problem.expr
    assert read["a renamed variable"].problem.variable == "t"
    assert read["a f(2*x + 1)"].problem.expr.subs({X: 0}) == items[0].problem.expr.subs({X: 1})


def test_kept_figures_never_leave_half_a_file(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise OSError("no space left on device")

    metrics = tmp_path / "metrics.json"
    metrics.write_text('{"steps": 1}')
    asked = list(read_suite(suite)), "three, neural-10", [{"solved": True}, {"solved": False}]
    with monkeypatch.context() as patch, pytest.raises(OSError, match="no space"):
        patch.setattr(Path, "replace", cut_off)
        _keep(tmp_path, *asked)
    assert json.loads(metrics.read_text()) == {"steps": 1}
    _keep(tmp_path, *asked)
    assert json.loads(metrics.read_text())["solved"] == {"three, neural-10": {"n": 2, "share": 0.5}}
