"""``symmath evaluate``: the solved share of a suite."""

from __future__ import annotations

import json
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmath.cli.output import answer, note
from symmath.errors import SymMathError

if TYPE_CHECKING:
    from symmath.evaluate.run import Tally


def _record(checkpoint: Path, name: str, tally: Tally) -> None:
    path = checkpoint / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics.setdefault("solved", {})[name] = {"share": round(tally.share, 4), "n": tally.problems}
    path.write_text(json.dumps(metrics, indent=2, sort_keys=True) + "\n")


def evaluate(
    suite: Annotated[str, typer.Option(help="A JSON-lines file, or the name of an own held-out set.")],
    engine: Annotated[list[str], typer.Option(help="neural, fit or ansatz; repeat for several.")],
    limit: Annotated[float, typer.Option(help="Seconds a problem.")] = 10.0,
    beam: Annotated[
        list[int] | None, typer.Option(help="Beam size, 10 by default; repeat for several.")
    ] = None,
    presentations: Annotated[int, typer.Option(help="Forms of a problem decoded together.")] = 6,
    record: Annotated[bool, typer.Option(help="Keep the figures in the checkpoint's metrics.")] = False,
    problems: Annotated[int | None, typer.Option(help="The first so many problems.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON lines of results; a cut-off run goes on.")] = None,
) -> None:
    """Print the solved share of a suite, every answer verified."""
    from symmath.evaluate.run import evaluate as run
    from symmath.evaluate.suites import find_suite, read_suite
    from symmath.solve.solver import Mode, Solver, shipped

    try:
        items = list(islice(read_suite(find_suite(suite)), problems))
        solver = Solver.load(checkpoint or shipped())
        modes = [Mode(name) for name in engine]
    except (SymMathError, ValueError) as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    answer("| suite | engine | beam | presentations | n | solved | s a problem |")
    answer("|---|---|---|---|---|---|---|")
    for mode in modes:
        for size in beam or [10]:
            solve = partial(
                solver.solve, mode=mode, beam_size=size, timeout=limit, presentations=presentations
            )
            tally = run(items, f"{mode}-{size}-{presentations}", solve, out)
            if record and solver.checkpoint is not None:
                _record(
                    solver.checkpoint,
                    f"{Path(suite).stem}, {mode}, beam {size}, {presentations} forms",
                    tally,
                )
            answer(
                f"| {Path(suite).stem} | {mode} | {size} | {presentations} | {tally.problems} "
                f"| {tally.share:.1%} | {tally.seconds / max(1, tally.problems):.3f} |"
            )
