"""``symmath integrate`` and ``symmath verify``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symmath.cli.output import answer, note
from symmath.errors import ParseError, SymMathError
from symmath.expr.show import STYLES, Style, show

if TYPE_CHECKING:
    from symmath.solve.solution import Candidate, Solution
    from symmath.tasks.task import Problem
    from symmath.verification import Check

SOLVED, UNSOLVED, BAD_INPUT = 0, 1, 2


class Format(StrEnum):
    """Syntax of a printed answer; one member for each of `show.STYLES`."""

    PRETTY = "pretty"
    SYMPY = "sympy"
    LATEX = "latex"
    MATHEMATICA = "mathematica"
    MAXIMA = "maxima"


class Engine(StrEnum):
    """What proposes answers; the members of `solver.Mode`, without importing torch."""

    NEURAL = "neural"
    FIT = "fit"
    ANSATZ = "ansatz"
    AUTO = "auto"


assert {member.value for member in Format} == set(STYLES)

Solve = Callable[["Problem"], "Solution"]


def _read(text: str, var: str | None) -> Problem:
    from symmath.expr.parse import parse_expression
    from symmath.tasks.task import Problem

    parsed = parse_expression(text, var)
    return Problem(task="integrate", expr=parsed.expr, variable=parsed.variable)


def _report_bad_input(error: SymMathError) -> None:
    if isinstance(error, ParseError):
        note(error.caret())
    note(f"error: {error}")


def _lines(text: str) -> Iterator[str]:
    if text == "-":
        yield from (line.strip() for line in sys.stdin if line.strip())
    else:
        yield text


def _candidate_record(candidate: Candidate, variable: str) -> dict[str, Any]:
    return {
        "answer": show(candidate.expr, "sympy", variable),
        "score": round(candidate.score, 4),
        "verdict": candidate.check.verdict.value if candidate.check else None,
    }


def _record(text: str, solution: Solution, top: int) -> dict[str, Any]:
    variable = solution.problem.variable
    found = solution.candidate
    record: dict[str, Any] = {
        "input": text,
        "answer": show(found.expr, "sympy", variable) if found else None,
        "latex": show(found.expr, "latex", variable) if found else None,
        "verdict": solution.verdict.value if solution.verdict else None,
        "domain": solution.domain,
        "engine": solution.engine,
        "seconds": round(solution.seconds, 3),
        "error": None,
    }
    if top:
        record["candidates"] = [_candidate_record(c, variable) for c in solution.candidates[:top]]
    return record


def _error_record(text: str, error: SymMathError) -> dict[str, Any]:
    keys = ("answer", "latex", "verdict", "domain", "engine", "seconds")
    return {"input": text, **dict.fromkeys(keys), "error": str(error)}


def _print(text: str, solution: Solution, style: Style, top: int, *, as_json: bool) -> int:
    """Print one solution and return its exit code."""
    if as_json:
        answer(json.dumps(_record(text, solution, top)))
    else:
        variable = solution.problem.variable
        if solution.candidate is None:
            note(f"not found: {solution.reason} ({solution.seconds:.2f} s)")
        else:
            answer(f"{show(solution.candidate.expr, style, variable)} + C")
            note(f"{solution.verdict}, {solution.domain}; {solution.engine}, {solution.seconds:.2f} s")
        for number, candidate in enumerate(solution.candidates[:top], start=1):
            verdict = candidate.check.verdict if candidate.check else "not checked"
            shown = show(candidate.expr, "sympy", variable)
            note(f"{number:>3}. {candidate.score:8.3f}  {verdict:<10}  {shown}")
    return SOLVED if solution.candidate else UNSOLVED


def _solve_all(
    text: str, var: str | None, solve: Callable[[], Solve], style: Style, top: int, *, as_json: bool
) -> int:
    """Solve a problem, or one a line from stdin; return the worst exit code."""
    solve_one: Solve | None = None
    worst = SOLVED
    for line in _lines(text):
        try:
            problem = _read(line, var)
            solve_one = solve_one or solve()
            code = _print(line, solve_one(problem), style, top, as_json=as_json)
        except SymMathError as error:
            _report_bad_input(error)
            if as_json:
                answer(json.dumps(_error_record(line[:1000], error)))
            code = BAD_INPUT
        sys.stdout.flush()
        worst = max(worst, code)
    return worst


def integrate(
    integrand: Annotated[str, typer.Argument(help='For example "x*cos(x)"; - reads one a line from stdin.')],
    var: Annotated[str | None, typer.Option(help="The variable; by default x, or the only name.")] = None,
    engine: Annotated[
        Engine,
        typer.Option(help="neural: the network; fit: no network; ansatz: both; auto: then other systems."),
    ] = Engine.AUTO,
    engines: Annotated[
        str | None, typer.Option(help="Other systems that auto may ask, comma-separated; empty for none.")
    ] = None,
    beam: Annotated[int, typer.Option(min=1, max=200, help="Answers decoded a presentation.")] = 10,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a problem.")] = 10.0,
    top: Annotated[int, typer.Option(min=0, help="Also list this many candidates, each checked.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    style: Annotated[Format, typer.Option("--format", help="Syntax of the answer.")] = Format.SYMPY,
    checkpoint: Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")] = None,
) -> None:
    """Find a primitive and check it. Exit code: 0 verified, 1 not found, 2 bad input."""
    from symmath.engines import ENGINES

    if unknown := set((engines or "").split(",")) - {"", *ENGINES}:
        note(f"error: unknown engines {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
        raise typer.Exit(BAD_INPUT)

    def load() -> Solve:
        from symmath.solve.solver import Mode, Solver, shipped

        solver = Solver.load(checkpoint or shipped())
        names = None if engines is None else [name for name in engines.split(",") if name]
        return partial(
            solver.solve,
            mode=Mode(engine.value),
            beam_size=beam,
            timeout=timeout,
            check_all=top > 0,
            engines=names,
        )

    raise typer.Exit(_solve_all(integrand, var, load, style.value, top, as_json=as_json))


def verify(
    integrand: Annotated[str, typer.Argument(help="The integrand.")],
    claimed: Annotated[str, typer.Argument(metavar="ANSWER", help="The claimed primitive.")],
    var: Annotated[str | None, typer.Option(help="The variable; by default x, or the only name.")] = None,
) -> None:
    """Check a primitive of your own. Exit code: 0 it holds, 1 it doesn't or can't be told, 2 bad input."""
    from symmath.verification import Verdict
    from symmath.verification import verify as check_answer

    try:
        problem = _read(integrand, var)
        check: Check = check_answer(problem, _read(claimed, problem.variable).expr)
    except SymMathError as error:
        _report_bad_input(error)
        raise typer.Exit(BAD_INPUT) from error
    answer(check.verdict.value)
    note(", ".join(part for part in (check.domain, check.reason) if part))
    raise typer.Exit(SOLVED if check.verdict in (Verdict.PROVED, Verdict.NUMERIC) else UNSOLVED)
