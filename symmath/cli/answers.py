"""How answers are printed: one JSON object or a few lines each, and the loop over problems."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

from symmath.cli.explain import explanation
from symmath.cli.output import answer, note
from symmath.errors import ParseError, SymMathError
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, DERIVATIVES, SYMBOL_EXPRS
from symmath.expr.parse import order_of
from symmath.expr.reals import holds_i
from symmath.expr.shape import holds_bare_e
from symmath.expr.show import STYLES, Style, beside, show, show_sympy

if TYPE_CHECKING:
    from symmath.solve.solution import Candidate, Solution
    from symmath.tasks.task import Problem

SOLVED, UNSOLVED, BAD_INPUT = 0, 1, 2
_NAMED = 200
"""Characters of a problem that it is named by."""
_PLUS_CONSTANT = ("C", "K", "C1", "C2", "K1", "K2", "C3", "K3")
"""The first that is no name of the problem's: its variable and six parameters are seven at most."""


class Format(StrEnum):
    """Syntax of a printed answer; one member for each of `show.STYLES`."""

    PRETTY = "pretty"
    SYMPY = "sympy"
    LATEX = "latex"
    MATHEMATICA = "mathematica"
    MAXIMA = "maxima"


class ModeName(StrEnum):
    """What proposes answers: the members of `solver.Mode`, a module that only solving has to import."""

    NEURAL = "neural"
    FIT = "fit"
    ANSATZ = "ansatz"
    AUTO = "auto"


assert {member.value for member in Format} == set(STYLES)

Solve = Callable[..., "Solution"]
"""``solve(problem, seconds)``; without seconds, the command's."""


def report_bad_input(error: SymMathError) -> None:
    """Print an error, under the text it points at."""
    if isinstance(error, ParseError):
        note(error.caret())
    note(f"error: {error}")


def _lines(text: str) -> Iterator[str]:
    if text == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            # A byte that is no character costs its own line, not those after it.
            sys.stdin.reconfigure(errors="replace")
        yield from (line.strip() for line in sys.stdin if line.strip() and not line.lstrip().startswith("#"))
    else:
        yield text


def _candidate_record(candidate: Candidate, problem: Problem) -> dict[str, Any]:
    return {
        "answer": show(candidate.expr, "sympy", problem.variable, problem.function, problem.parameters),
        "score": round(candidate.score, 4),
        "verdict": candidate.check.verdict.value if candidate.check is not None else None,
    }


def _record(text: str, solution: Solution, top: int, style: Style) -> dict[str, Any]:
    record: dict[str, Any] = {
        "input": text,
        "answer": _text(solution, style),
        "latex": _text(solution, "latex"),
        "verdict": solution.verdict.value if solution.verdict else None,
        "domain": solution.domain,
        "engine": solution.engine,
        "seconds": round(solution.seconds, 3),
        "reason": solution.reason or None,
        "notes": _readings(solution.problem),
        "error": None,
    }
    if solution.problem.task != "integrate":
        record["kind"] = _kind(solution)
        branches = solution.branches
        record["branches"] = [_record(_equation(branch.problem), branch, 0, style) for branch in branches]
        record["singular"] = [_record(text, other, 0, style) for other in solution.singular]
        record["eigenfunctions"] = [
            {"answer": _text(one.function, style), "where": f"{show_sympy(one.condition.lhs, style)} = 0"}
            for one in solution.eigenfunctions
        ]
    if top:
        record["candidates"] = [_candidate_record(c, solution.problem) for c in solution.candidates[:top]]
    return record


def _kind(solution: Solution) -> str | None:
    """Say what kind of solution of a differential equation was found."""
    if solution.candidate is None:
        return None
    form = "implicit" if solution.is_implicit else "explicit"
    held = {str(symbol) for symbol in solution.candidate.expr.free_symbols}
    free = [name for name in CONSTANTS_OF_INTEGRATION if name in held]
    if solution.is_general or not free:
        return f"{'general' if solution.is_general else 'particular'}, {form}"
    return f"particular, {form}, for every {' and '.join(free)}"


def _equation(problem: Problem) -> str:
    """Print an equation, solved for its highest derivative if it is so."""
    order = order_of(problem.expr)
    marks, top = "'" * order, SYMBOL_EXPRS[DERIVATIVES[order]]
    is_solved = problem.expr.diff(top) == 1
    side = top - problem.expr if is_solved else problem.expr
    shown = show(side, "sympy", problem.variable, problem.function, problem.parameters)
    return f"{problem.function}{marks} = {shown}" if is_solved else f"{shown} = 0"


def _text(solution: Solution, style: Style) -> str | None:
    """Print the answer; ``left = right`` if it is implicit."""
    if not solution.is_implicit or solution.expr is None:
        return solution.text(style)
    equals = "==" if style == "mathematica" else "="
    return f"{show_sympy(solution.expr.lhs, style)} {equals} {show_sympy(solution.expr.rhs, style)}"


def _error_record(text: str, error: SymMathError) -> dict[str, Any]:
    keys = ("answer", "latex", "verdict", "domain", "engine", "seconds", "reason")
    return {"input": text, **dict.fromkeys(keys), "notes": [], "error": str(error)}


def _lines_of(solution: Solution, style: Style) -> str:
    problem = solution.problem
    if problem.task == "integrate":
        taken = (problem.variable, *problem.parameters)
        constant = next(name for name in _PLUS_CONSTANT if name not in taken)
        before, after = "", f" + {constant}"
    else:
        before, after = "" if solution.is_implicit else f"{problem.function} = ", ""
    if style == "pretty" and solution.expr is not None:
        return beside(before, solution.expr, after)
    return f"{before}{_text(solution, style)}{after}"


def _print_one(solution: Solution, style: Style, of: str = "") -> None:
    """Print an answer and what is known of it."""
    if solution.candidate is None:
        note(f"not found: {of}{solution.reason} ({solution.seconds:.2f} s)")
    else:
        answer(_lines_of(solution, style))
        kind = "" if solution.problem.task == "integrate" else f"{_kind(solution)}; "
        note(f"{kind}{solution.verdict}, {solution.domain}; {solution.engine}, {solution.seconds:.2f} s")
    for reading in () if of else _readings(solution.problem):
        note(reading)


def _readings(problem: Problem) -> list[str]:
    """Say what names are taken for: E and I, and those of an equation that doesn't show its variable."""
    found = []
    if holds_bare_e(problem.expr):
        found.append("e and E are taken for 2.718...")
    if holds_i(problem.expr):
        found.append("i and I are taken for the imaginary unit")
    shows_variable = SYMBOL_EXPRS["x"] in problem.expr.free_symbols
    if problem.task != "integrate" and problem.parameters and not shows_variable:
        *names, last = problem.parameters
        given = f"{', '.join(names)} and {last}" if names else last
        found.append(
            f"{problem.function} is taken for a function of {problem.variable}, {given} for given (see --var)"
        )
    return found


def _print(text: str, solution: Solution, style: Style, top: int, *, as_json: bool) -> int:
    """Print one solution and return its exit code."""
    problem = solution.problem
    if as_json:
        answer(json.dumps(_record(text, solution, top, style)))
    else:
        _print_one(solution, style)
        for branch in solution.branches:
            _print_one(branch, style, of=f"the solutions of {_equation(branch.problem)}: ")
        for other in solution.singular:
            _print_one(other, style, of="singular: ")
        for one in solution.eigenfunctions:
            _print_one(one.function, style, of="eigenfunctions: ")
            note(f"this one where {show_sympy(one.condition.lhs, 'sympy')} = 0")
        for number, candidate in enumerate(solution.candidates[:top], start=1):
            verdict = candidate.check.verdict if candidate.check is not None else "not checked"
            shown = show(candidate.expr, "sympy", problem.variable, problem.function, problem.parameters)
            note(f"{number:>3}. {candidate.score:8.3f}  {verdict:<10}  {shown}")
    return SOLVED if solution.candidate else UNSOLVED


def print_definite(
    text: str,
    read: Callable[[str], Problem],
    solve: Solve,
    limits: tuple[str, str],
    timeout: float,
    *,
    style: Style,
    as_json: bool,
    may_ask_sympy: bool,
) -> int:
    """Evaluate and print a definite integral; return the exit code."""
    from symmath.errors import NoSolutionError, TimeLimitError
    from symmath.questions import read_limit
    from symmath.solve.definite import integral_between

    record: dict[str, Any] = {"input": text, "from": limits[0], "to": limits[1]}
    keys = ("answer", "latex", "value", "domain", "primitive", "verdict", "engine", "reason", "error")
    record |= {**dict.fromkeys(keys), "notes": []}
    try:
        ends, problem = map(read_limit, limits), read(text)
        record["notes"] = _readings(problem)
        solved = partial(solve, problem)
        found = integral_between(solved, problem, *ends, timeout=timeout, may_ask_sympy=may_ask_sympy)
    except SymMathError as error:
        is_unsolved = isinstance(error, (NoSolutionError, TimeLimitError))
        note(f"not found: {error}") if is_unsolved else report_bad_input(error)
        if as_json:
            answer(json.dumps({**record, "reason" if is_unsolved else "error": str(error)}))
        return UNSOLVED if is_unsolved else BAD_INPUT
    if as_json:
        record |= {
            "answer": show_sympy(found.expr, style),
            "latex": show_sympy(found.expr, "latex"),
            "value": found.value or None,
            "domain": found.domain or None,
            "primitive": found.primitive.text(style) if found.source == "primitive" else None,
            "verdict": found.primitive.verdict if found.source == "primitive" else "numeric",
            "engine": found.found_by,
        }
        answer(json.dumps(record))
    else:
        after = f" = {found.value}" if found.value else ""
        answer(beside("", found.expr, after) if style == "pretty" else show_sympy(found.expr, style) + after)
        note(found.support)
        for reading in record["notes"]:
            note(reading)
    return SOLVED


def print_system(
    text: str,
    texts: Sequence[str],
    conditions: str | None,
    variable: str | None,
    timeout: float,
    *,
    style: Style,
    as_json: bool,
) -> int:
    """Solve and print several equations; return the exit code."""
    from symmath.questions import read_system
    from symmath.solve.systems import solve_system

    record: dict[str, Any] = {"input": text, **dict.fromkeys(("answers", "latex", "verdict", "domain"))}
    record |= {"engine": None, "seconds": None, "reason": None, "error": None}
    try:
        solution = solve_system(*read_system(texts, conditions, variable), timeout=timeout)
    except SymMathError as error:
        report_bad_input(error)
        if as_json:
            answer(json.dumps({**record, "error": str(error)}))
        return BAD_INPUT
    exprs = solution.exprs
    if as_json:
        record |= {
            "answers": {name: show_sympy(e, style) for name, e in exprs.items()} or None,
            "latex": {name: show_sympy(e, "latex") for name, e in exprs.items()} or None,
            "verdict": solution.verdict,
            "domain": solution.domain or None,
            "engine": "fit" if solution else None,
            "seconds": round(solution.seconds, 3),
            "reason": solution.reason or None,
        }
        answer(json.dumps(record))
    elif solution:
        for name, e in exprs.items():
            left = f"{name} = "
            answer(beside(left, e, "") if style == "pretty" else left + show_sympy(e, style))
        note(f"{solution.verdict}, {solution.domain}; fit, {solution.seconds:.2f} s")
    else:
        note(f"not found: {solution.reason} ({solution.seconds:.2f} s)")
    return SOLVED if solution else UNSOLVED


def each_line(text: str, handle: Callable[[str], int], *, is_named: bool) -> int:
    """Handle a problem, or one a line from stdin if it is ``-``; return the worst exit code.

    The problems of several lines are named before what is said of them, if they are to be.
    """
    worst = SOLVED
    for line in _lines(text):
        if is_named and text == "-":
            note(f"# {line[:_NAMED]}")
        worst = max(worst, handle(line))
        sys.stdout.flush()
    return worst


def print_solved(
    text: str,
    read: Callable[[str], Problem],
    solve: Solve,
    style: Style,
    top: int,
    *,
    as_json: bool,
    is_explained: bool = False,
) -> int:
    """Solve and print a problem; return the exit code."""
    try:
        solution = solve(read(text))
        code = _print(text, solution, style, top, as_json=as_json)
        if is_explained:
            for explained in explanation(solution):
                note(explained)
    except SymMathError as error:
        report_bad_input(error)
        if as_json:
            answer(json.dumps(_error_record(text[:1000], error)))
        return BAD_INPUT
    return code
