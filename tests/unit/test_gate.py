from pathlib import Path
from typing import Any

import pytest

from tests.gate import (
    SIGNIFICANCE,
    chance_of_at_most,
    complaints,
    least_solved,
    read_baseline,
    write_baseline,
)


def records(solved: int, n: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"p{k}",
            "input": "x",
            "answer": "x",
            "solved": k < solved,
            "disagreement": "",
            "outcome": "proved",
        }
        for k in range(n)
    ]


@pytest.fixture
def baseline(tmp_path: Path) -> Any:
    write_baseline(tmp_path / "b.json", {"s": records(58, 60)})
    return read_baseline(tmp_path / "b.json")


@pytest.mark.parametrize("solved", [60, 58, 57, 55, 54])
def test_luck_passes(baseline: Any, solved: int) -> None:
    assert not list(complaints(baseline, "s", records(solved, 60)))


@pytest.mark.parametrize("solved", [50, 45, 30, 0])
def test_a_real_drop_fails_and_names_what_was_lost(baseline: Any, solved: int) -> None:
    (complaint,) = complaints(baseline, "s", records(solved, 60))
    assert f"{solved} of 60 solved, 58 before" in complaint
    assert "p57" in complaint and "p58" not in complaint


@pytest.mark.parametrize(("solved", "n"), [(60, 60), (58, 60), (38, 40), (20, 40), (5, 20), (0, 20), (1, 1)])
def test_the_bound_is_exact(solved: int, n: int) -> None:
    rate, least = (solved + 1) / (n + 2), least_solved(solved, n)
    assert least <= solved
    assert chance_of_at_most(least, n, rate) >= SIGNIFICANCE
    assert least == 0 or chance_of_at_most(least - 1, n, rate) < SIGNIFICANCE


def test_a_perfect_baseline_is_no_hair_trigger() -> None:
    assert 55 <= least_solved(60, 60) <= 58


def test_one_refused_answer_fails_whatever_the_counts(baseline: Any) -> None:
    all_solved = records(60, 60)
    all_solved[3]["disagreement"] = "verdict"
    (complaint,) = complaints(baseline, "s", all_solved)
    assert "p3" in complaint


def test_a_baseline_of_other_problems_fails(baseline: Any) -> None:
    assert list(complaints(baseline, "s", records(59, 59)))
    assert list(complaints(baseline, "another", records(60, 60)))


def test_chance_of_at_most() -> None:
    assert chance_of_at_most(10, 10, 0.3) == pytest.approx(1.0)
    assert chance_of_at_most(0, 10, 0.3) == pytest.approx(0.7**10)
    assert chance_of_at_most(1, 3, 0.5) == pytest.approx(0.5)
