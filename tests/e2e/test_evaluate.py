"""The commands that measure: results that a second run goes on with, and their report."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from symmath.cli import app
from symmath.evaluate import contestants


def symmath(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_results_are_written_resumed_and_reported(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "results.jsonl"
    for problems in (2, 3):
        engines = ("--engine", "fit", "--engine", "sympy-manual")
        done = symmath(
            "evaluate", "--suite", "fwd", *engines, "--problems", problems, "--limit", 5, "--out", out
        )
        assert done.exit_code == 0, done.output
        assert f"| fwd | fit | {problems} |" in done.output
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["id"] for r in records] == ["fwd-0001", "fwd-0002"] * 2 + ["fwd-0003"] * 2
    assert all(r["machine"] and r["commit"] and r["version"] and r["seconds"] >= 0 for r in records)

    done = symmath("report", out, "--out", tmp_path / "report", "--name", "peers", "--title", "Peers")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "report" / "peers.md").read_text()
    assert text.startswith("# Peers\n") and "| fwd | sympy-manual | 3 |" in text
    assert (tmp_path / "report" / "fwd.png").is_file()


def test_bad_lines_are_named_and_the_others_asked(tmp_path: Path) -> None:
    suite = tmp_path / "some.jsonl"
    suite.write_text('{"id": "a", "task": "integrate", "input": "2*x"}\n{"id": "b"}\n')
    done = symmath("evaluate", "--suite", suite, "--engine", "fit", "--limit", 5)
    assert done.exit_code == 2
    assert "| some | fit | 1 | 100.0%" in done.output and f"{suite}, line 2" in done.output


def test_an_engine_that_does_not_start_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contestants, "_START_SECONDS", 0.0)
    out = tmp_path / "results.jsonl"
    done = symmath("evaluate", "--suite", "fwd", "--engine", "fit", "--problems", 1, "--out", out)
    assert done.exit_code == 2 and "fit did not start" in done.output
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "--suite", "nowhere", "--engine", "fit"),
        ("evaluate", "--suite", "fwd", "--engine", "mathematica"),
        ("evaluate", "--suite", "fwd", "--engine", "fit", "--checkpoint", "nowhere"),
        ("evaluate", "--suite", "fwd", "--engine", "fit", "--problems", "0"),
        ("report", "nowhere.jsonl", "--out", "nowhere"),
    ],
)
def test_bad_requests_are_errors(arguments: tuple[str, ...]) -> None:
    done = symmath(*arguments)
    assert done.exit_code == 2
    assert done.exception is None or isinstance(done.exception, SystemExit)
