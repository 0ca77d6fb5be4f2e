"""``symmath evaluate`` and ``symmath report``: solved shares of suites."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symmath.cli.output import answer, note
from symmath.errors import SymMathError
from symmath.files import write_whole

if TYPE_CHECKING:
    from symmath.evaluate.suites import SuiteProblem, Unreadable


def _keep(
    checkpoint: Path | None,
    part: Sequence[SuiteProblem | Unreadable],
    name: str,
    records: list[dict[str, Any]],
) -> None:
    """Keep figures of an own mode with the checkpoint that was asked."""
    from symmath.evaluate.suites import SuiteProblem
    from symmath.solve.solver import CHECKPOINTS, Mode, shipped

    if name.rsplit(", ", 1)[1].split("-")[0] not in set(Mode):
        return
    task = next(item.problem.task for item in part if isinstance(item, SuiteProblem))
    if checkpoint is None and task not in CHECKPOINTS:
        return
    path = (checkpoint or shipped(CHECKPOINTS[task])) / "metrics.json"
    metrics = json.loads(path.read_text())
    share = mean(r["solved"] for r in records)
    metrics.setdefault("solved", {})[name] = {"share": round(share, 4), "n": len(records)}
    write_whole(path, (json.dumps(metrics, indent=2, sort_keys=True) + "\n").encode())


def _read(path: Path, problems: int | None) -> list[SuiteProblem | Unreadable]:
    """Read a suite, and name the lines of it that are no problems.

    Raises
    ------
    SuiteError
        If there are no others.
    """
    from symmath.evaluate.suites import SuiteError, Unreadable, read_lines

    items = list(islice(read_lines(path), problems))
    bad = [item for item in items if isinstance(item, Unreadable)]
    for item in bad:
        note(f"error: {item.reason}")
    if len(bad) == len(items):
        raise SuiteError(f"no problems in {path.stem}")
    return items


def _row(records: list[dict[str, Any]]) -> str:
    outcomes = Counter(r["outcome"] for r in records)
    return (
        f"{len(records)} | {mean(r['solved'] for r in records):.1%} "
        f"| {mean(r['seconds'] for r in records):.3f} | {outcomes['implicit']} | {outcomes['wrong']} "
        f"| {sum(bool(r['disagreement']) for r in records)}"
    )


def evaluate(
    suite: Annotated[list[str], typer.Option(help="A suite's file, or an own held-out set; repeatable.")],
    engine: Annotated[
        list[str], typer.Option(help="neural, fit, ansatz, auto, or another system; repeatable.")
    ],
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds a problem.")] = 10.0,
    beam: Annotated[
        list[int] | None, typer.Option(min=1, help="Beam size, 10 by default; repeat for several.")
    ] = None,
    presentations: Annotated[int, typer.Option(min=1, help="Forms of a problem decoded together.")] = 6,
    rounds: Annotated[
        int | None,
        typer.Option(min=0, help="Rounds in which the network is asked again; 0 for none."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--record", help="Keep the figures in the checkpoint's metrics.")
    ] = False,
    problems: Annotated[int | None, typer.Option(min=1, help="The first so many problems.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON lines of results; a cut-off run goes on.")] = None,
) -> None:
    """Print the solved shares of suites, every answer verified and checked a second time."""
    from symmath.evaluate.contestants import NotStartedError, contestant
    from symmath.evaluate.run import evaluate as run
    from symmath.evaluate.suites import SuiteError, Unreadable, find_suite
    from symmath.machine import commit, machine
    from symmath.solve.solver import DEFAULT_ROUNDS

    # One core each: torch and other libraries would take all.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    folder = str(checkpoint or "")
    try:
        paths = [find_suite(name) for name in suite]
        settings = [(name, size) for name in engine for size in beam or [10]]
        times = DEFAULT_ROUNDS if rounds is None else rounds
        contestants = [contestant(name, size, presentations, folder, rounds=times) for name, size in settings]
        items = {path.stem: _read(path, problems) for path in paths}
        if len(items) < len(paths):
            raise SuiteError("two of the suites have one name")
    except SymMathError as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    provenance = {"machine": machine(), "commit": commit(), "seed": "0"}
    answer("| suite | engine | n | solved | s a problem | implicit | wrong | checkers disagree |")
    answer("|---|---|---|---|---|---|---|---|")
    try:
        for name, part in items.items():
            for one in {c.name: c for c in contestants}.values():
                records = run(name, part, one, timeout=limit, out=out, provenance=provenance)
                if keep:
                    _keep(checkpoint, part, f"{name}, {one.name}", records)
                answer(f"| {name} | {one.name} | {_row(records)} |")
    except NotStartedError as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    finally:
        for one in contestants:
            one.close()
    if any(isinstance(item, Unreadable) for part in items.values() for item in part):
        raise typer.Exit(2)


def report(
    results: Annotated[list[Path], typer.Argument(help="JSON lines written by symmath evaluate --out.")],
    out: Annotated[Path, typer.Option(help="Folder of the Markdown file and its plots.")],
    name: Annotated[str, typer.Option(help="Name of the Markdown file.")] = "report",
    title: Annotated[str, typer.Option(help="First line.")] = "Results",
) -> None:
    """Write tables and plots of results: shares with intervals, times, pairs of systems, wrong answers."""
    from symmath.evaluate.report import draw, read_results
    from symmath.evaluate.report import report as write
    from symmath.evaluate.suites import SuiteError

    try:
        records = read_results(results)
        if not records:
            raise SuiteError("no results in these files")
    except (SuiteError, OSError) as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    out.mkdir(parents=True, exist_ok=True)
    text = write(records, title)
    (out / f"{name}.md").write_text(text + "\n")
    for suite in sorted({r["suite"] for r in records}):
        try:
            draw(records, suite, out / f"{suite}.png")
        except ImportError:
            note("no plots: matplotlib is not installed")
            break
    answer(text)
