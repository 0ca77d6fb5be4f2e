import json
from pathlib import Path
from typing import Any

import pytest

from symmath.evaluate.intervals import wilson
from symmath.evaluate.kinds import kind_of
from symmath.evaluate.report import OUTCOMES, draw, read_results, report
from symmath.evaluate.suites import SuiteError
from symmath.expr.parse import parse_expression
from symmath.tasks.task import Problem


def record(engine: str, number: int, outcome: str, **changes: Any) -> dict[str, Any]:
    solved = outcome in ("proved", "numeric")
    return {
        "suite": "s", "engine": engine, "id": f"p{number}", "input": f"x**{number}", "group": "", "base": "",
        "kind": "rational", "solvable": True, "outcome": outcome, "solved": solved,
        "answer": "x",
        "verdict": outcome if solved else "refuted", "domain": "", "second": "agrees",
        "second_points": "20/20 real",
        "disagreement": "", "seconds": 0.1 * number, "machine": "m", "limit": 10.0,
        "commit": "abc", "version": "1",
    } | changes  # fmt: skip


def test_wilson_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) == (0.0, 1.0)
    assert (wilson(0, 10)[0], wilson(10, 10)[1]) == pytest.approx((0.0, 1.0))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1/(x**2 + 1)", "rational"),
        ("sqrt(2)*log(3)*x", "rational"),
        ("sqrt(x)/(x + 1)", "algebraic"),
        ("x*exp(x)", "exponential"),
        ("2**x", "exponential"),
        ("x**x", "exponential"),
        ("sin(x)**2", "trigonometric"),
        ("log(x)/sqrt(x)", "logarithmic"),
        ("atan(x)", "inverse"),
        ("sinh(x)", "hyperbolic"),
        ("abs(x)", "absolute value"),
        ("exp(x)*sin(x)", "mixed"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert kind_of(Problem(task="integrate", expr=parse_expression(text).expr)) == kind


def test_tables_count_what_was_recorded() -> None:
    records = [record("a", n, "proved") for n in range(1, 9)] + [
        record("a", 9, "unsolved"),
        record("a", 10, "wrong"),
    ]
    text = report(records, "Title")
    assert text.startswith("# Title\n")
    assert "| s | a | 10 | 80.0% (49% to 94%) | 0.550 | 0.910 | 1 | 0 |" in text
    assert f"| engine | {' | '.join(OUTCOMES)} |" in text
    assert "| a | 8 | 0 | 0 | 0 | 1 | 0 | 0 | 1 | 0 | 0 | 0 |" in text
    assert "| rational | 8/10 |" in text


def test_shares_stand_side_by_side_the_own_modes_first() -> None:
    records = [record("sympy", n, "proved") for n in (1, 2, 3)]
    records += [record("auto-10x6", n, "proved" if n < 3 else "wrong") for n in (1, 2, 3)]
    records += [record("neural-10x6", n, "unsolved") for n in (1, 2)]
    records.append(record("sympy", 1, "timeout", suite="other"))
    text = report(records, "t")
    assert "| solved, % | n | neural-10x6 | auto-10x6 | sympy |" in text
    assert "| s | 2 to 3 | 0 | 67 | 100 |" in text
    assert "| other | 1 |  |  | 0 |" in text


def test_pairs_compare_only_what_both_were_asked() -> None:
    records = [record("a", 1, "proved"), record("a", 2, "proved"), record("a", 3, "proved")]
    records += [record("b", 1, "unsolved"), record("b", 2, "numeric")]
    text = report(records, "t")
    assert "| a |  | 1 |" in text
    assert "| b | 0 |  |" in text
    assert "- a, not b: `x**1`" in text


def test_wrong_answers_and_disagreements_are_listed_in_full() -> None:
    long = "x + " * 60 + "x"
    records = [record("a", n, "wrong", answer=long) for n in range(40)]
    records += [record("b", n, "proved", second="differs", disagreement="verdict") for n in range(30)]
    text = report(records, "t")
    wrong, disagreeing = text.split("## Wrong answers")[1].split("## Where the two checkers disagree")
    assert wrong.count("\n- s, a, p") == 40 and long in wrong
    assert disagreeing.count("\n- s, b, p") == 30
    assert "None." in report([record("a", 1, "proved")], "t").split("## Wrong answers")[1]


def test_unsolvable_problems_and_groups_have_tables_of_their_own() -> None:
    records = [record("a", 1, "proved", group="k*f"), record("a", 2, "unsolved", group="f/k")]
    records += [record("a", 3, "nonelementary", solvable=False)]
    text = report(records, "t")
    assert "| k*f | 1/1 |" in text and "| f/k | 0/1 |" in text
    assert "| s | a | 2 | 50.0%" in text
    assert "| s | a | 1 | 0.0%" in text.split("## Problems without an elementary answer")[1]
    assert "## Wrong answers" in report([records[-1]], "only unsolvable ones")


def test_variations_are_counted_where_the_base_is_solved() -> None:
    records = [
        record("a", n, "proved" if n < 3 else "unsolved", group="unchanged", base=f"b{n}") for n in range(4)
    ]
    records += [
        record("a", 9 + n, "proved" if n < 2 else "unsolved", group="k*f", base=f"b{n}") for n in range(4)
    ]
    text = report(records, "t")
    assert "| k*f | 2/4 |" in text
    assert "| k*f | 2 of 3: 66.7% (21% to 94%) |" in text


def test_the_last_answer_counts_and_bad_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(record("a", 1, outcome)) + "\n" for outcome in ("wrong", "proved")))
    assert [r["outcome"] for r in read_results([path])] == ["proved"]
    twice = [
        record("a", 1, "proved"),
        record("a", 2, "wrong", input="x**1"),
        record("b", 2, "wrong", input="x**1"),
    ]
    twice.append(record("a", 3, "unsolved", input="x**1", group="k*f"))
    path.write_text("".join(json.dumps(line) + "\n" for line in twice))
    assert [(r["engine"], r["id"]) for r in read_results([path])] == [("a", "p1"), ("b", "p1"), ("a", "p3")]
    # In whatever order they were asked, a text has one id.
    asked = [record("a", 2, "proved", input="t"), record("a", 1, "proved", input="t")]
    asked += [record("b", 2, "unsolved", input="t")]
    path.write_text("".join(json.dumps(line) + "\n" for line in asked))
    assert [(r["engine"], r["id"]) for r in read_results([path])] == [("a", "p1"), ("b", "p1")]
    path.write_text(json.dumps({"suite": "s", "engine": "a", "id": "p"}) + "\n")
    with pytest.raises(SuiteError, match="line 1"):
        read_results([path])
    path.write_text("[1]\n")
    with pytest.raises(SuiteError, match="line 1"):
        read_results([path])


def test_limits_and_versions_are_contestants_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asked = [
        record("auto", 1, "proved"),
        record("auto", 1, "unsolved", limit=1.0),
        record("fit", 1, "proved"),
    ]
    asked += [record("fit", 1, "wrong", version="2"), record("fit", 1, "proved", suite="other")]
    path.write_text("".join(json.dumps(line) + "\n" for line in asked))
    found = {(r["suite"], r["engine"]): r["outcome"] for r in read_results([path])}
    assert found == {
        ("s", "auto (10 s)"): "proved",
        ("s", "auto (1 s)"): "unsolved",
        ("s", "fit (1)"): "proved",
        ("s", "fit (2)"): "wrong",
        ("other", "fit"): "proved",
    }
    assert "| solved, % | n | fit | fit (1) | fit (2) | auto (1 s) | auto (10 s) |" in report(
        read_results([path]), "t"
    )


def test_reports_say_which_code_and_whether_it_was_changed() -> None:
    clean, dirty = "a" * 40, "b" * 40 + "-dirty"
    text = report([record("a", 1, "proved", commit=clean), record("a", 2, "proved", commit=dirty)], "t")
    assert f"Commit: {'a' * 12}." in text and f"Commit: {'b' * 12}-dirty." in text


def test_plots_are_pictures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw([record("a", n, "proved") for n in range(5)] + [record("b", 1, "unsolved")], "s", tmp_path / "s.png")
    assert (tmp_path / "s.png").read_bytes().startswith(b"\x89PNG")
