"""Test problems: JSON lines of ``id``, ``task``, ``input``, ``answer``, ``source``.

The project's own held-out sets come with the package; any other file of the same form will do, and
so will the seed paper's tab-separated files (one pair of prefix expressions a line).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symmath.errors import SymMathError
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import decode
from symmath.expr.show import show
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.tasks.text import pair_of

OWN = Path(__file__).parent / "held_out"
UNREADABLE = "unreadable"
"""Outcome of a line that is no problem."""


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
    group : str
        What the report counts it under beside its kind: the perturbation it came by, say.
    is_solvable : bool
        Whether an elementary answer is known or presumed to exist.
    base : str
        Id of the problem that this one is a variation of.
    answer : str
        A reference, empty if none is known.
    """

    id: str
    problem: Problem
    input: str
    group: str = ""
    is_solvable: bool = True
    base: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no problem.

    Attributes
    ----------
    id : str
        Suite and number of the line.
    input : str
        The line.
    reason : str
        Names file and line.
    """

    id: str
    input: str
    reason: str


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
    for item in read_lines(path):
        if isinstance(item, Unreadable):
            raise SuiteError(item.reason)
        yield item


def read_lines(path: Path) -> Iterator[SuiteProblem | Unreadable]:
    """Read a suite in which some lines may be no problems."""
    read = _from_json if path.suffix == ".jsonl" else _from_text
    with path.open(errors="replace") as file:
        for number, line in enumerate(file, start=1):
            name = f"{path.stem}-{number:05d}"
            try:
                yield read(line, name)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                reason = f"no {error} there" if isinstance(error, KeyError) else str(error)
                yield Unreadable(name, line.strip(), f"{path}, line {number}: {reason}")


def _from_json(line: str, _: str) -> SuiteProblem:
    record: dict[str, Any] = json.loads(line)
    return SuiteProblem(
        record["id"],
        _problem(record["task"], record["input"]),
        record["input"],
        record.get("group", ""),
        record.get("solvable", True),
        record.get("base", ""),
        record.get("answer") or "",
    )


def _from_text(line: str, number: str) -> SuiteProblem:
    task, source, target = pair_of(line.rstrip("\n"), None)
    expr = decode(source)
    return SuiteProblem(number, Problem(task=task, expr=expr), show(expr), answer=show(decode(target)))


def _problem(task: str, text: str) -> Problem:
    if TASKS[task].order == 0:
        parsed = parse_expression(text)
        return Problem(task=task, expr=parsed.expr, variable=parsed.variable)
    return Problem(task=task, expr=parse_equation(text, "x", "y").residual)
