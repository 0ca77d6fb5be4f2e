"""``symmath train``: make or continue a training run."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from symmath.cli.output import note


def _commit() -> str:
    """Return the commit of the checkout the code runs from, or "unknown"."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def train(
    data: Annotated[list[Path], typer.Option(help="Folder of shards; repeat to mix several.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; continued if it holds one.")],
    minutes: Annotated[float, typer.Option(help="Wall time from now.")],
    recipe: Annotated[str, typer.Option(help="Name of a training recipe.")] = "integrate",
    init: Annotated[Path | None, typer.Option(help="Checkpoint whose weights a new run starts from.")] = None,
    vocabulary_data: Annotated[
        list[Path] | None,
        typer.Option(help="Folders a new run's vocabulary is learned from; those of --data by default."),
    ] = None,
    anneal: Annotated[bool, typer.Option(help="Let the learning rate decay to zero; ends the run.")] = False,
    anneal_again: Annotated[
        float | None, typer.Option(help="Begin a new decay from this fraction of the peak rates.")
    ] = None,
    threads: Annotated[int, typer.Option(help="0 follows the cores that other processes leave free.")] = 0,
    device: Annotated[str, typer.Option(help="cpu, or cuda.")] = "cpu",
    validate: Annotated[int, typer.Option(help="Validation problems; 0 for none.")] = 128,
) -> None:
    """Train a model on shards; stop it by Ctrl-C or SIGTERM at any time, and run the same line again."""
    import torch

    from symmath.errors import SymMathError
    from symmath.evaluate.validation import validation
    from symmath.expr.vocab import Vocabulary
    from symmath.model.checkpoint import VOCABULARY, load_checkpoint
    from symmath.train.loop import Run, fit, train_vocabulary
    from symmath.train.recipes import RECIPES

    if recipe not in RECIPES:
        raise typer.BadParameter(f"unknown recipe {recipe!r}; there are {', '.join(sorted(RECIPES))}")
    if threads:
        torch.set_num_threads(threads)
    stop: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: stop.append(number))
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not (out / VOCABULARY).exists():
            train_vocabulary(vocabulary_data or data, RECIPES[recipe].pieces).save(out / VOCABULARY)
        run = Run(
            RECIPES[recipe],
            out,
            Vocabulary.load(out / VOCABULARY),
            device=device,
            provenance={
                "commit": _commit(),
                "data": ", ".join(folder.name for folder in data),
                **({"started_from": init.name} if init else {}),
            },
        )
        if init is not None and run.progress.step == 0:
            run.start_from(load_checkpoint(init, dtype=torch.float32))
        progress = fit(
            run,
            data,
            minutes=minutes,
            anneal=anneal,
            anneal_again=anneal_again,
            validate=validation(data, validate) if validate else None,
            adapt_threads=threads == 0 and device == "cpu",
            stopped=lambda: bool(stop),
        )
    except SymMathError as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    note(f"{progress.pairs:,} pairs in {progress.seconds / 3600:.2f} h: {out}")
