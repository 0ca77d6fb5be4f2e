"""The table of definite integrals: right answers count, wrong ones are told apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sympy

from symmath.errors import NoSolutionError
from symmath.evaluate import definite

ITEM = definite.Item("one", "x*exp(-a*x)", "0", "oo", "a**-2")
a = sympy.Symbol("a")


def test_the_suites_are_read_and_their_values_are_numbers_or_of_parameters() -> None:
    for suite, least in (("development", 79), ("fresh", 60)):
        items = definite.items_of(suite)
        assert len({item.id for item in items}) == len(items) == least
        assert len({(item.integrand, item.lower, item.upper) for item in items}) == least
        names = {str(symbol) for item in items for symbol in sympy.sympify(item.value).free_symbols}
        assert names <= set(definite._PARAMETERS)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (1 / a**2, "solved"),
        (a**-2 + sympy.Rational(1, 10**6), "wrong"),
        (a, "wrong"),
        (sympy.nan, "unsolved"),
        (sympy.Function("f")(a), "unsolved"),
    ],
)
def test_an_answer_is_right_by_its_values(found: sympy.Expr, outcome: str) -> None:
    assert definite.outcome_of(found, ITEM) == outcome


def test_the_command_asks_sympy_in_a_worker(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "symmath.evaluate.definite",
        "--contestant",
        "sympy",
        "--timeout",
        "0.01",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and "| sympy | 0 | 0 | 60 |" in done.stdout


def test_sympy_has_positive_parameters() -> None:
    assert sympy.simplify(definite._by_sympy(ITEM) - a**-2) == 0
    with pytest.raises(NoSolutionError, match="left as an integral"):
        definite._by_sympy(definite.Item("two", "log(sin(x))", "0", "pi/2", "-pi*log(2)/2"))


def test_a_table_tells_wrong_from_unsolved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(item: definite.Item, timeout: float) -> sympy.Expr:
        if item.id == "fresh-002":
            raise NoSolutionError("no")
        return sympy.sympify(item.value) + int(item.id == "fresh-003")

    items = definite.items_of("fresh")[:4]
    monkeypatch.setattr(definite, "items_of", lambda suite: items)
    monkeypatch.setitem(definite.CONTESTANTS, "fit", answer)
    out = tmp_path / "records.jsonl"
    definite.main(["--contestant", "fit", "--out", str(out)])
    outcomes = [json.loads(line)["outcome"] for line in out.read_text().splitlines()]
    assert outcomes == ["solved", "unsolved", "wrong", "solved"]
    assert "| fit | 2 | 1 | 4 |" in capsys.readouterr().out
