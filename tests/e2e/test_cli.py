"""What a user types, and what comes back: answers, notes and exit codes."""

import json
import os
import subprocess
import sys

import pytest


def symmath(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "symmath", *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_integrate_prints_the_answer_alone_to_stdout() -> None:
    done = symmath("integrate", "x*cos(x)")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "x*sin(x) + cos(x) + C\n"
    assert "proved" in done.stderr


def test_json_has_every_documented_key() -> None:
    done = symmath("integrate", "1/t", "--json", "--top", "2")
    record = json.loads(done.stdout)
    assert {
        "input",
        "answer",
        "latex",
        "verdict",
        "domain",
        "engine",
        "seconds",
        "candidates",
        "reason",
        "notes",
        "error",
    } == set(record)
    assert record["answer"] == "log(t)"
    assert {"answer", "score", "verdict"} == set(record["candidates"][0])


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("latex", r"x \sin{\left(x \right)}"),
        ("mathematica", "x*Sin[x]"),
        ("maxima", "x*sin(x)"),
        ("pretty", "x⋅sin(x)"),
    ],
)
def test_formats(style: str, expected: str) -> None:
    assert expected in symmath("integrate", "x*cos(x)", "--format", style).stdout


def test_unsolvable_gives_exit_code_1_and_no_answer() -> None:
    done = symmath("integrate", "exp(x**3)", "--engine", "fit")
    assert (done.returncode, done.stdout) == (1, "")
    assert "not found" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "(x",
        "foo(x)",
        "",
        "__import__('os').system('id')",
        "(" * 5000 + "x" + ")" * 5000,
        "\u0445 + 1",
        "nan",
        "1/0",
        "x+y+z+w+u+v+a+b",
    ],
)
def test_bad_input_gives_one_error_line_and_exit_code_2(text: str) -> None:
    done = symmath("integrate", text)
    assert done.returncode == 2
    assert done.stdout == ""
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert "Traceback" not in done.stderr


def test_ten_megabytes_of_text_are_refused() -> None:
    done = symmath("integrate", "-", text="x+" * 5_000_000 + "x")
    assert done.returncode == 2
    assert "error: " in done.stderr
    assert len(done.stderr) < 1000


def test_verify_judges_a_persons_answer() -> None:
    right = symmath("verify", "1/x", "log(x)")
    assert (right.returncode, right.stdout) == (0, "proved\n")
    wrong = symmath("verify", "1/x", "log(2*x)+x")
    assert (wrong.returncode, wrong.stdout) == (1, "refuted\n")


def test_a_leading_minus_is_no_option() -> None:
    assert symmath("integrate", "-x", "--engine", "fit").stdout == "-x**2/2 + C\n"
    assert symmath("verify", "-1", "-x").stdout == "proved\n"
    broken = symmath("integrate", "-x*cos(")
    assert broken.returncode == 2 and broken.stderr.splitlines()[:2] == ["-x*cos(", "       ^"]
    assert "--beam" in symmath("integrate", "-x", "--bema", "3").stderr


def test_help_and_version_do_not_load_torch() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from symmath.cli import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "assert CliRunner().invoke(app, ['--version']).exit_code == 0;"
        "assert CliRunner().invoke(app, ['verify', '1/x', 'log(x)']).exit_code == 0;"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_dsolve_prints_the_solution() -> None:
    done = symmath("dsolve", "y'' + y = sin(x)", "--engine", "fit")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("y = ") and "c1" in done.stdout and "c2" in done.stdout
    assert "general" in done.stderr and "proved" in done.stderr


def test_dsolve_meets_conditions_and_writes_json() -> None:
    done = symmath("dsolve", "dy/dt + y = t", "--ic", "y(0)=0", "--engine", "fit", "--json")
    record = json.loads(done.stdout)
    assert record["answer"] == "t - 1 + exp(-t)"
    assert record["kind"] == "particular, explicit" and record["verdict"] == "proved"


def test_dsolve_points_at_a_mistake() -> None:
    done = symmath("dsolve", "y' + = x")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[:2] == ["y' + = x", "     ^"]


@pytest.mark.parametrize(
    ("claimed", "printed", "code"),
    [
        ("x - 1 + c1*exp(-x)", "proved", 0),
        ("y(x) = x - 1 + c1*exp(-x)", "proved", 0),
        ("x - 1", "proved, particular", 0),
        ("x", "refuted", 1),
    ],
)
def test_verify_judges_solutions(claimed: str, printed: str, code: int) -> None:
    done = symmath("verify", "y' + y = x", claimed, "--ode")
    assert (done.stdout.strip(), done.returncode) == (printed, code)
