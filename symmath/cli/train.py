"""``symmath train``: make or continue a training run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symmath.cli.output import note
from symmath.machine import commit

if TYPE_CHECKING:
    from symmath.stream import Stream
    from symmath.train.config import TrainConfig
    from symmath.train.ranks import Ranks
    from symmath.train.run import Run


Streams = Annotated[
    list[str] | None,
    typer.Option(help="Command that writes shards to its output, such as python -m datagen stream."),
]
VocabularyFolders = Annotated[
    list[Path] | None,
    typer.Option(help="Folders a new run's vocabulary is learned from; those of --data by default."),
]
ValidationFolders = Annotated[
    list[Path] | None,
    typer.Option(help="Folders validation problems are taken from; those of --data by default."),
]
Freeze = Annotated[
    str | None, typer.Option(help="none, encoder or encoder:k; by default what the recipe says.")
]
FrozenSteps = Annotated[int | None, typer.Option(help="Steps after which frozen layers are set free.")]
AnnealAgain = Annotated[
    float | None, typer.Option(help="Begin a new decay from this fraction of the peak rates.")
]
DecaySteps = Annotated[
    int | None,
    typer.Option(min=1, help="Begin a decay of so many steps; by default it has what the minutes allow."),
]
Parts = Annotated[
    int, typer.Option(min=1, help="Parts of a process's share computed one after another, to save memory.")
]


def _provenance(data: Sequence[str], init: Path | None) -> dict[str, str]:
    return {
        "commit": commit(),
        "data": ", ".join(data),
        **({"started_from": init.name} if init else {}),
    }


def _prepare_vocabulary(
    out: Path, folders: Sequence[Path], streams: Sequence[Stream], config: TrainConfig, init: Path | None
) -> None:
    """Write the run's vocabulary, unless it has one.

    A run that starts from a checkpoint takes that one's; another new run learns it, from streams only where
    there are no folders.
    """
    from symmath.expr.vocab import Vocabulary
    from symmath.model.checkpoint import VOCABULARY
    from symmath.train.loop import train_vocabulary

    path = out / VOCABULARY
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        if init is not None:
            Vocabulary.load(init / VOCABULARY).save(path)
        else:
            source = () if folders else streams
            train_vocabulary(folders, config.pieces, merges=config.merges, streams=source).save(path)


def _start(
    config: TrainConfig,
    out: Path,
    folders: Sequence[Path],
    streams: Sequence[Stream],
    init: Path | None,
    ranks: Ranks,
    **options: Any,
) -> Run:
    """Make or continue a run; the first process learns a new run's vocabulary from folders or streams."""
    import torch

    from symmath.expr.vocab import Vocabulary
    from symmath.model.checkpoint import VOCABULARY, load_checkpoint
    from symmath.train.run import Run

    if ranks.is_first:
        _prepare_vocabulary(out, folders, streams, config, init)
    ranks.same(None)
    run = Run(config, out, Vocabulary.load(out / VOCABULARY), ranks=ranks, **options)
    if init is not None and run.progress.step == 0:
        run.start_from(load_checkpoint(init, dtype=torch.float32))
    return run


def _config(recipe: str, freeze: str | None, frozen_steps: int | None) -> TrainConfig:
    """Return a recipe with what the command line changes in it."""
    from symmath.train.recipes import RECIPES

    if recipe not in RECIPES:
        raise typer.BadParameter(f"unknown recipe {recipe!r}; there are {', '.join(sorted(RECIPES))}")
    config = RECIPES[recipe]
    config = config if freeze is None else replace(config, freeze=freeze)
    return config if frozen_steps is None else replace(config, frozen_steps=frozen_steps)


def _place(device: str, threads: int, ranks: Ranks) -> str:
    """Give this process its threads, or its GPU; return the device's name."""
    import torch

    if device == "cuda" and ranks.size > 1:
        device = f"cuda:{ranks.local_rank}"
        torch.cuda.set_device(device)
    if threads == 0 and ranks.size > 1:
        # Processes that follow each other's idle cores would never settle.
        threads = max(1, (os.cpu_count() or 1) // ranks.local_size)
    if threads:
        torch.set_num_threads(threads)
    return device


def _stop_signals() -> Callable[[], bool]:
    """Catch Ctrl-C and SIGTERM from now on; return whether one has come."""
    stop: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: stop.append(number))
    return lambda: bool(stop)


def train(
    out: Annotated[Path, typer.Option(help="Folder of the run; continued if it holds one.")],
    minutes: Annotated[float, typer.Option(help="Wall time from now.")],
    data: Annotated[list[Path] | None, typer.Option(help="Folder of shards; repeat to mix several.")] = None,
    stream: Streams = None,
    recipe: Annotated[str, typer.Option(help="Name of a training recipe.")] = "integrate",
    init: Annotated[
        Path | None, typer.Option(help="Checkpoint whose weights and vocabulary a new run starts from.")
    ] = None,
    freeze: Freeze = None,
    frozen_steps: FrozenSteps = None,
    vocabulary_data: VocabularyFolders = None,
    anneal: Annotated[bool, typer.Option(help="Let the learning rate decay to zero; ends the run.")] = False,
    anneal_again: AnnealAgain = None,
    decay_steps: DecaySteps = None,
    threads: Annotated[int, typer.Option(help="0 follows the cores that other processes leave free.")] = 0,
    device: Annotated[str, typer.Option(help="cpu, or cuda.")] = "cpu",
    validate: Annotated[int, typer.Option(help="Validation problems; 0 for none.")] = 128,
    validation_data: ValidationFolders = None,
    accumulate: Parts = 1,
) -> None:
    """Train a model on shards; stop it by Ctrl-C or SIGTERM at any time, and run the same line again."""
    from symmath.errors import SymMathError
    from symmath.evaluate.validation import validation
    from symmath.stream import Stream
    from symmath.train.loop import fit
    from symmath.train.ranks import joined

    data = data or []
    if not data and not stream:
        raise typer.BadParameter("there is nothing to train on; name a folder by --data, or use --stream")
    with ExitStack() as stack:
        streams = [stack.enter_context(closing(Stream(command))) for command in stream or []]
        try:
            ranks = stack.enter_context(joined())
            device = _place(device, threads, ranks)
            config = _config(recipe, freeze, frozen_steps)
            provenance = _provenance([*(folder.name for folder in data), *(stream or [])], init)
            options = {"device": device, "provenance": provenance, "accumulate": accumulate}
            folders = vocabulary_data or ([] if init else data)
            run = _start(config, out, folders, [] if init else streams, init, ranks, **options)
            held_out = validation_data or data
            progress = fit(
                run,
                data,
                minutes=minutes,
                anneal=anneal,
                anneal_again=anneal_again,
                decay_steps=decay_steps,
                validate=validation(held_out, validate) if validate and held_out else None,
                adapt_threads=threads == 0 and device == "cpu" and ranks.size == 1,
                stopped=_stop_signals(),
                streams=streams,
            )
        except SymMathError as error:
            note(f"error: {error}")
            raise typer.Exit(2) from error
    note(f"{progress.pairs:,} pairs in {progress.seconds / 3600:.2f} h: {out}")
