"""``symmath integrate``, ``symmath dsolve`` and ``symmath verify``."""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symmath import deadline
from symmath.cli.answers import (
    BAD_INPUT,
    SOLVED,
    UNSOLVED,
    Format,
    ModeName,
    Solve,
    each_line,
    print_definite,
    print_solved,
    print_system,
    report_bad_input,
)
from symmath.cli.output import answer, note
from symmath.errors import SymMathError
from symmath.solve.effort import EFFORTS, MAX_BEAM_SIZE

if TYPE_CHECKING:
    from symmath.solve.solution import Solution
    from symmath.solve.solver import Solver
    from symmath.tasks.task import Problem
    from symmath.verification import Check

Variable = Annotated[str | None, typer.Option(help="The variable; by default x, or the only name.")]
Mode = Annotated[
    ModeName,
    typer.Option(
        "--engine", help="neural: the network; fit: no network; ansatz: both; auto: then other systems."
    ),
]
Others = Annotated[
    str | None, typer.Option(help="Other systems that auto may ask, comma-separated; empty for none.")
]
Beam = Annotated[
    int | None,
    typer.Option(min=1, max=MAX_BEAM_SIZE, help="Answers decoded a presentation; by default --effort's."),
]
Timeout = Annotated[float, typer.Option(min=0.1, help="Seconds a problem.")]
Top = Annotated[int, typer.Option(min=0, help="Also list this many candidates, each checked.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
AnswerStyle = Annotated[Format, typer.Option("--format", help="Syntax of the answer.")]
Explain = Annotated[bool, typer.Option(help="Also print the check, step by step, and what found it.")]
Effort = Annotated[
    int,
    typer.Option(
        min=1,
        max=3,
        help="1, 2 or 3: more answers of the network to more forms, more rounds; at 3 drawn answers too.",
    ),
]
Rounds = Annotated[
    int | None,
    typer.Option(
        min=0, help="Times that the network is asked again, about what is left; by default --effort's."
    ),
]
Checkpoint = Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")]


def _loader(
    mode: ModeName,
    engines: str | None,
    beam: int | None,
    effort: int,
    timeout: float,
    top: int,
    checkpoint: Path | None,
    rounds: int | None,
) -> Solve:
    """Return what solves a problem; nothing is loaded before the first one was read.

    Raises
    ------
    typer.Exit
        If an engine is unknown.
    """
    from symmath.engines import ENGINES

    if unknown := set((engines or "").split(",")) - {"", *ENGINES}:
        note(f"error: unknown engines {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
        raise typer.Exit(BAD_INPUT)
    names = None if engines is None else [name for name in engines.split(",") if name]
    deadline.start("symmath.solve.work")

    @cache
    def solver(task: str) -> Solver:
        from symmath.api import default_solver
        from symmath.solve.solver import Solver

        return Solver.load(checkpoint) if checkpoint else default_solver(task)

    def solve(problem: Problem, seconds: float = timeout) -> Solution:
        # What prints the answer is read while a worker looks for it.
        Thread(target=import_module, args=("sympy",)).start()
        from symmath.solve.solver import Mode

        size, presentations, samples, default_rounds = EFFORTS[effort]
        return solver(problem.task).solve(
            problem,
            mode=Mode(mode.value),
            beam_size=beam or size,
            presentations=presentations,
            samples=samples,
            rounds=default_rounds if rounds is None else rounds,
            timeout=seconds,
            check_all=top > 0,
            engines=names,
        )

    return solve


def integrate(
    integrand: Annotated[str, typer.Argument(help='For example "x*cos(x)"; - reads one a line from stdin.')],
    var: Variable = None,
    engine: Mode = ModeName.AUTO,
    engines: Others = None,
    beam: Beam = None,
    timeout: Timeout = 10.0,
    top: Top = 0,
    as_json: AsJson = False,
    style: AnswerStyle = Format.SYMPY,
    checkpoint: Checkpoint = None,
    lower: Annotated[
        str | None, typer.Option("--from", help="Lower limit of a definite integral; -oo for none.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--to", help="Upper limit of a definite integral; oo for none.")
    ] = None,
    explain: Explain = False,
    effort: Effort = 2,
    rounds: Rounds = None,
) -> None:
    """Find a primitive and check it. Exit code: 0 verified, 1 not found, 2 bad input."""
    if (lower is None) != (upper is None):
        note("error: --from and --to go together")
        raise typer.Exit(BAD_INPUT)
    given = None if lower is None or upper is None else (lower, upper)

    def read(text: str) -> Problem:
        from symmath.questions import read_integrand

        return read_integrand(text, var)

    solve = _loader(engine, engines, beam, effort, timeout, top, checkpoint, rounds)
    shared: dict[str, Any] = {"read": read, "solve": solve, "style": style.value, "as_json": as_json}

    def handle(text: str) -> int:
        from symmath.expr.differentials import split_limits

        bare, written = split_limits(text)
        limits = written or given
        plain = {**shared, "read": lambda _: read(bare)}
        if limits is None:
            return print_solved(text, **plain, top=top, is_explained=explain)
        if top or explain or (written and given):
            twice = "the limits are given twice, at the sign and by --from and --to"
            note(f"error: {twice if given and written else '--top and --explain are for primitives'}")
            return BAD_INPUT
        asked = engine is ModeName.AUTO and (engines is None or "sympy" in engines.split(","))
        return print_definite(text, **plain, may_ask_sympy=asked, limits=limits, timeout=timeout)

    raise typer.Exit(each_line(integrand, handle, is_named=not as_json))


def dsolve(
    equation: Annotated[
        str, typer.Argument(help="For example \"y'' + y = sin(x)\"; - reads one a line from stdin.")
    ],
    ic: Annotated[
        list[str] | None, typer.Option(help='Conditions: "y(0)=1, y\'(0)=0", "y(0)=y(1)"; repeatable.')
    ] = None,
    func: Annotated[str | None, typer.Option(help="The unknown function; found in the text.")] = None,
    var: Variable = None,
    engine: Mode = ModeName.AUTO,
    engines: Others = None,
    beam: Beam = None,
    timeout: Timeout = 10.0,
    top: Top = 0,
    as_json: AsJson = False,
    style: AnswerStyle = Format.SYMPY,
    checkpoint: Checkpoint = None,
    explain: Explain = False,
    effort: Effort = 2,
    rounds: Rounds = None,
) -> None:
    """Solve an ordinary differential equation of order 1 to 4, or a linear system, and check the solution.

    The equations of a system are separated by semicolons or commas: "x' = y; y' = -x".

    Exit code: 0 verified, 1 not found, 2 bad input.
    """

    def read(text: str, conditions: list[str] | None) -> Problem:
        from symmath.questions import read_equation

        return read_equation(text, func, conditions, var)

    solve = _loader(engine, engines, beam, effort, timeout, top, checkpoint, rounds)

    printed: dict[str, Any] = {"style": style.value, "as_json": as_json}

    def handle(text: str) -> int:
        from symmath.expr.systems import split_equations, split_off_conditions

        texts, conditions = split_off_conditions(split_equations(text))
        given = [*(ic or ()), *conditions] or None
        if len(texts) < 2:
            only = texts[0] if texts else text
            about: dict[str, Any] = {"read": partial(read, conditions=given), "solve": solve, "top": top}
            return print_solved(only, **about, **printed, is_explained=explain)
        if engine is ModeName.NEURAL or func or top or explain:
            note("error: systems are solved by fitting; --func, --top and --explain are for one equation")
            return BAD_INPUT
        return print_system(text, texts, ", ".join(given or ()) or None, var, timeout, **printed)

    raise typer.Exit(each_line(equation, handle, is_named=not as_json))


def verify(
    problem: Annotated[str, typer.Argument(help="The integrand, or with --ode the equation.")],
    claimed: Annotated[
        str, typer.Argument(metavar="ANSWER", help="The claimed primitive, or solution with c1, c2, ....")
    ],
    ode: Annotated[
        bool, typer.Option("--ode", help="The problem is a differential equation, as it is if it holds y'.")
    ] = False,
    ic: Annotated[list[str] | None, typer.Option(help="Conditions to be met, too; as for dsolve.")] = None,
    var: Variable = None,
    timeout: Timeout = 30.0,
) -> None:
    """Check an answer of your own.

    Exit code: 0 it holds, 1 it doesn't, or can't be told, or a primitive holds in a part only, 2 bad input.
    """
    from symmath.api import verify as check_answer
    from symmath.api import verify_solution
    from symmath.expr.systems import split_equations, split_off_conditions
    from symmath.questions import is_equation
    from symmath.verification import Verdict

    equations, conditions = split_off_conditions(split_equations(problem))
    if len(equations) == 1:
        (problem,), ic = equations, [*(ic or ()), *conditions]
    ode = ode or bool(ic) or is_equation(problem)
    try:
        asked: dict[str, Any] = {"var": var, "timeout": timeout, **({"ics": ic or None} if ode else {})}
        check: Check = (verify_solution if ode else check_answer)(problem, claimed, **asked)
    except SymMathError as error:
        report_bad_input(error)
        raise typer.Exit(BAD_INPUT) from error
    is_part = not ode and check.where.is_part
    answer(check.verdict.value + ", particular" * (not check.is_general and not ic) + ", in part" * is_part)
    note(", ".join(part for part in (check.domain, check.reason) if part))
    holds = check.verdict in (Verdict.PROVED, Verdict.NUMERIC) and not is_part
    raise typer.Exit(SOLVED if holds else UNSOLVED)
