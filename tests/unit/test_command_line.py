import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from symmath.cli import app


def shell(*arguments: str) -> Result:
    """Call a command in this process, whose workers are warm."""
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (("integrate", "C^2"), "C**3/3 + K"),
        (("integrate", "K*C", "--var", "C"), "C**2*K/2 + C1"),
        (("integrate", "x^2/3", "--format", "pretty"), " 3    \nx     \n── + C\n9"),
        (("integrate", "tan(pi/2 - x)"), "log(sin(x)) + C"),
        (("dsolve", "y' = 1 + y^2", "--ic", "y(pi/2)=0"), "y = -cos(x)/sin(x)"),
        (("dsolve", "y*y' = x", "--ic", "y(0)=A"), "-A**2 - x**2 + y(x)**2 = 0"),
    ],
)
def test_answers_are_written_without_misunderstanding(command: tuple[str, ...], printed: str) -> None:
    assert shell(*command, "--engine", "fit").stdout.rstrip() == printed


def test_definite_integrals_are_written_in_every_style_and_have_no_candidates() -> None:
    limits = ("integrate", "x^2", "--from", "0", "--to", "pi", "--engine", "fit")
    assert shell(*limits, "--format", "latex").stdout.startswith(r"\frac{\pi^{3}}{3} = 10.335")
    done = shell(*limits, "--explain")
    assert done.exit_code == 2 and "--explain" in done.stderr


def test_definite_integrals_come_one_a_line_too() -> None:
    limits = ("--from", "1", "--to", "2", "--engine", "fit", "--json")
    done = CliRunner().invoke(app, ["integrate", "-", *limits], input="x\na*x\n1/(x - 3/2)\n)\n")
    assert done.exit_code == 2
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["answer"] for line in found] == ["3/2", "3*a/2", None, None]
    assert [line["value"] for line in found] == ["1.50000000000000", None, None, None]
    assert "positive a" in found[1]["domain"] and "pole" in found[2]["reason"]
    assert found[2]["error"] is None and found[3]["reason"] is None


def test_lines_of_a_file_may_be_comments_and_answers_in_any_style() -> None:
    lines = "# squares\n\nx^2\n"
    options = ("--engine", "fit", "--json", "--format", "latex")
    done = CliRunner().invoke(app, ["integrate", "-", *options], input=lines)
    (found,) = map(json.loads, done.stdout.splitlines())
    assert found["answer"] == r"\frac{x^{3}}{3}"


def test_what_is_said_of_several_problems_says_of_which() -> None:
    done = CliRunner().invoke(app, ["integrate", "-", "--engine", "fit"], input="x^2\nx^x\n")
    assert done.stdout == "x**3/3 + C\n"
    said = done.stderr.splitlines()
    assert said[0] == "# x^2" and said[1].startswith("proved") and said[2] == "# x^x"
    assert "#" not in shell("integrate", "x^2", "--engine", "fit").stderr


def test_conditions_may_be_given_one_by_one() -> None:
    done = shell("dsolve", "y'' + y = 0", "--ic", "y(0)=1", "--ic", "y'(0)=2", "--engine", "fit")
    assert done.stdout == "y = 2*sin(x) + cos(x)\n"


def test_constants_that_may_be_taken_for_names_are_told() -> None:
    assert "2.718" in shell("integrate", "e*x", "--engine", "fit").stderr
    assert "imaginary" in shell("integrate", "1/(x + I)", "--engine", "fit").stderr
    assert "2.718" not in shell("integrate", "e^x*x", "--engine", "fit").stderr


def test_constants_that_conditions_leave_free_are_named() -> None:
    done = shell("dsolve", "y'' + y = 0", "--ic", "y(0)=0, y(pi)=0", "--engine", "fit")
    assert done.stdout == "y = c2*sin(x)\n"
    assert "particular, explicit, for every c2" in done.stderr


def test_a_name_is_the_variable_or_the_function() -> None:
    assert shell("dsolve", "y' = y", "--var", "y").exit_code == 2


@pytest.mark.parametrize(
    ("limits", "code"),
    [(("0", "0"), 1), (("1", "1"), 0), (("1", "+oo"), 1), (("-∞", "-1"), 1), (("-+oo", "1"), 2)],
)
def test_limits(limits: tuple[str, str], code: int) -> None:
    done = shell("integrate", "1/x", "--from", limits[0], "--to", limits[1], "--engine", "fit")
    assert done.exit_code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device to write to")
def test_an_output_that_takes_nothing_gives_one_error_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "symmath", "--version"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["error: standard output: No space left on device"]


def test_a_byte_that_is_no_character_costs_its_line_alone() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "symmath", "integrate", "-", "--engine", "fit"]
    done = subprocess.run(command, input=b"\xff*x\n2*x\n", capture_output=True)
    assert done.returncode == 2 and b"x**2" in done.stdout and b"Traceback" not in done.stderr


def test_suites_of_one_name_are_refused(tmp_path: Path) -> None:
    suite = tmp_path / "bwd.jsonl"
    suite.write_text('{"id": "1", "task": "integrate", "input": "x"}\n')
    done = shell("evaluate", "--suite", "bwd", "--suite", str(suite), "--engine", "fit", "--problems", "1")
    assert done.exit_code == 2 and "one name" in done.output


@pytest.mark.parametrize("option", ["--pairs", "--chunk"])
def test_no_pairs_are_refused(option: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "datagen",
        "integrate",
        "--out",
        str(tmp_path),
        "--pairs",
        "5",
        option,
        "0",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and "not a positive whole number" in done.stderr


@pytest.mark.parametrize(
    ("problem", "claimed", "told", "code"),
    [
        ("y' = y", "c1*exp(x)", "proved", 0),
        ("dy/dx = 2*x", "x^2 + C", "proved", 0),
        ("abs(x)", "x^2/2", "numeric, in part", 1),
        ("1/x", "log(x)", "proved", 0),
        ("y' = y", "exp(2*x)", "refuted", 1),
    ],
)
def test_claims_are_judged(problem: str, claimed: str, told: str, code: int) -> None:
    done = shell("verify", problem, claimed)
    assert (done.stdout.strip(), done.exit_code) == (told, code)
