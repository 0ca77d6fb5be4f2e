"""Test problems: JSON lines of ``id``, ``task``, ``input``, ``answer``, ``source``.

The project's own held-out sets come with the package; any other file of the same form will do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from symmath.errors import SymMathError
from symmath.expr.parse import parse_equation, parse_expression
from symmath.tasks.task import Problem

OWN = Path(__file__).parent / "held_out"


class SuiteError(SymMathError, ValueError):
    """A suite that can't be found or read."""


@dataclass(frozen=True, slots=True)
class SuiteProblem:
    """One line of a suite.

    Attributes
    ----------
    id : str
    problem : Problem
    input : str
        As written in the suite.
    """

    id: str
    problem: Problem
    input: str


def find_suite(name: str) -> Path:
    """Return the file of a suite given by path, or by the name of an own one.

    Raises
    ------
    SuiteError
        If there is no such file.
    """
    for path in (Path(name), OWN / f"{name}.jsonl"):
        if path.is_file():
            return path
    own = ", ".join(sorted(path.stem for path in OWN.glob("*.jsonl")))
    raise SuiteError(f"no suite {name!r}: neither a file nor one of {own}")


def read_suite(path: Path) -> Iterator[SuiteProblem]:
    """Read a suite.

    Raises
    ------
    SuiteError
        If a line is not of the form above; it names file and line.
    """
    with path.open() as file:
        for number, line in enumerate(file, start=1):
            try:
                record = json.loads(line)
                yield SuiteProblem(record["id"], _problem(record["task"], record["input"]), record["input"])
            except (ValueError, KeyError) as error:
                raise SuiteError(f"{path}, line {number}: {error}") from error


def _problem(task: str, text: str) -> Problem:
    if task == "integrate":
        return Problem(task=task, expr=parse_expression(text, "x").expr)
    return Problem(task=task, expr=parse_equation(text, "x", "y").residual)
