"""``symmath embed`` and ``symmath attention``: what the network has learned, to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symmath.cli.answers import BAD_INPUT, UNSOLVED, report_bad_input
from symmath.cli.output import answer, note
from symmath.errors import UNUSABLE, CheckpointError, SymMathError
from symmath.solve.effort import MAX_BEAM_SIZE

if TYPE_CHECKING:
    from symmath.expr.operators import Expr
    from symmath.model.checkpoint import Checkpoint
    from symmath.tasks.task import Problem


def _in_a_folder(picture: Path) -> Path:
    """Refuse before the work is done what can't be written after it."""
    if not picture.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {picture.parent}")
    return picture


Picture = Annotated[Path, typer.Option(help="The picture to write, a PNG.", callback=_in_a_folder)]
_CHECK_SECONDS = 5.0
_NO_ANSWER = "not an answer: refuted or undecided"
OtherCheckpoint = Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")]


@contextmanager
def _errors_told() -> Iterator[None]:
    """Turn what a user can mend into a message and an exit status."""
    try:
        yield
    except ImportError as error:
        note(f"error: {error}; install the extra: pip install 'symmath[plots]'")
        raise typer.Exit(BAD_INPUT) from error
    except (SymMathError, OSError) as error:
        note(f"error: {error}")
        raise typer.Exit(BAD_INPUT) from error


def _load(checkpoint: Path | None, task: str) -> Checkpoint:
    import torch

    from symmath.model.checkpoint import load_checkpoint
    from symmath.solve.solver import CHECKPOINTS, shipped

    if checkpoint is None and task not in CHECKPOINTS:
        raise CheckpointError(f"no checkpoint for {task!r} comes with symmath; name one by --checkpoint")
    return load_checkpoint(checkpoint or shipped(CHECKPOINTS[task]), dtype=torch.float32)


def _written(loaded: Checkpoint, problem: Problem, beam: int) -> tuple[Expr, str] | None:
    """Return the network's best verified answer, or its best, with the verdict."""
    from symmath.deadline import run
    from symmath.expr.canonical import canonical_tokens
    from symmath.solve import work
    from symmath.solve.network import Network

    source = canonical_tokens(problem.expr)
    candidates = Network(loaded.model, loaded.vocabulary).decode(problem.task, [source], beam_size=beam)
    for candidate in candidates:
        try:
            tokens = canonical_tokens(candidate.expr)
            verdict = run(work.check, problem.task, source, tokens, timeout=_CHECK_SECONDS).verdict
        except UNUSABLE:
            continue
        if verdict in ("proved", "numeric"):
            return candidate.expr, verdict
    return (candidates[0].expr, _NO_ANSWER) if candidates else None


def embed(
    problems: Annotated[str, typer.Option(help="A suite: a file of JSON lines, or the name of an own one.")],
    out: Picture,
    color: Annotated[str, typer.Option(help="family, even, odd, periodic or scaled.")] = "family",
    limit: Annotated[int, typer.Option(min=5, help="Most problems.")] = 500,
    checkpoint: OtherCheckpoint = None,
) -> None:
    """Project the encoder's states of problems, and probe what a linear classifier reads from them."""
    from itertools import islice

    from symmath.evaluate.embedding import draw, encoder_states, fits, labels_of, probe, project, untrained
    from symmath.evaluate.intervals import wilson
    from symmath.evaluate.suites import find_suite, read_suite
    from symmath.solve.solver import CHECKPOINTS

    with _errors_told():
        read = [line.problem for line in islice(read_suite(find_suite(problems)), limit)]
        if len({CHECKPOINTS.get(problem.task) for problem in read}) != 1:
            raise SymMathError(f"{problems} holds no problems, or such of several checkpoints")
        loaded = _load(checkpoint, read[0].task)
        chosen = [problem for problem in read if fits(loaded.model, loaded.vocabulary, problem)]
        if len(chosen) < len(read):
            note(f"{len(read) - len(chosen)} problems are too long for the network")
        labels = labels_of(chosen)
        if color not in labels:
            raise SymMathError(f"no property {color!r} here; there are {', '.join(labels)}")
        states = encoder_states(loaded.model, loaded.vocabulary, chosen)
        draw(project(states), labels[color], color, out)
        probes = probe(states, labels)
        random_states = encoder_states(untrained(loaded.model), loaded.vocabulary, chosen)
        blind = probe(random_states, labels)
    answer(
        "| property | problems | most frequent | untrained network | probe | 95% |\n|---|---|---|---|---|---|"
    )
    for p, b in zip(probes, blind, strict=True):
        low, high = wilson(round(p.accuracy * p.problems), p.problems)
        cells = f"{p.majority:.1%} | {b.accuracy:.1%} | {p.accuracy:.1%} | {low:.1%} to {high:.1%}"
        answer(f"| {p.name} | {p.problems} | {cells} |")
    note(f"picture: {out}")


def attention(
    integrand: Annotated[str, typer.Argument(help='Such as "x*cos(x)".')],
    out: Picture,
    beam: Annotated[
        int, typer.Option(min=1, max=MAX_BEAM_SIZE, help="Answers decoded; the best verified one is shown.")
    ] = 10,
    checkpoint: OtherCheckpoint = None,
) -> None:
    """Draw where the network looks while it writes its answer to an integral, in canonical form."""
    from symmath.evaluate.attention import draw, maps_of
    from symmath.expr.canonical import canonical_tokens
    from symmath.expr.parse import parse_expression
    from symmath.expr.show import show
    from symmath.tasks import TASKS
    from symmath.tasks.task import Problem

    try:
        parsed = parse_expression(integrand)
    except SymMathError as error:
        report_bad_input(error)
        raise typer.Exit(BAD_INPUT) from error
    with _errors_told():
        problem = Problem(task="integrate", expr=parsed.expr)
        loaded = _load(checkpoint, problem.task)
        target = _written(loaded, problem, beam)
        source = TASKS[problem.task].encode(canonical_tokens(problem.expr))
        if target is None:
            note("the network wrote no whole answer")
            raise typer.Exit(UNSOLVED)
        expr, verdict = target
        maps, sources, targets = maps_of(loaded.model, loaded.vocabulary, source, canonical_tokens(expr))
        draw(maps, sources, targets, out)
    answer(f"{show(expr)}  ({verdict})")
    note(f"picture: {out}")
    if verdict == _NO_ANSWER:
        raise typer.Exit(UNSOLVED)
