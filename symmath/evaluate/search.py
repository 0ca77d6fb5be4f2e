"""Compare training recipes at small budgets: ``python -m symmath.evaluate.search``.

Each arm trains for the same wall time on the same data in the same order, its learning rate decaying
over the last part; then its weights are measured on the same held-out problems. An arm's result is
one line of ``results.jsonl``; an arm that has one isn't run again, and one that was broken off goes on
from its folder. Wall time is only fair on a machine that does nothing else; the pairs tell.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from symmath.evaluate.validation import validation
from symmath.expr.vocab import Vocabulary
from symmath.model.checkpoint import VOCABULARY, Checkpoint
from symmath.shards import Record
from symmath.train.compute import training_operations
from symmath.train.config import Anneal, TrainConfig
from symmath.train.loop import LOG, fit, train_vocabulary
from symmath.train.recipes import arm
from symmath.train.run import Run
from symmath.train.validate import first_held_out, held_out_loss

RESULTS = "results.jsonl"
DECAY = 0.3
"""Share of an arm's time over which its learning rate falls to zero."""
LOSS_PAIRS = 2_000


def read_results(out: Path) -> dict[str, dict[str, Any]]:
    """Return the results so far, by arm."""
    path = out / RESULTS
    lines = path.read_text().splitlines() if path.exists() else []
    return {result["arm"]: result for result in map(json.loads, lines)}


def _vocabulary(out: Path, data: Sequence[Path], config: TrainConfig) -> Vocabulary:
    """Return the vocabulary of a size and kind, the same one for all arms."""
    path = out / f"{config.pieces}-{config.merges}.{VOCABULARY}"
    if not path.exists():
        train_vocabulary(data, config.pieces, merges=config.merges).save(path)
    return Vocabulary.load(path)


def _train(run: Run, data: Sequence[Path], minutes: float, decay: float) -> None:
    """Train, or go on training, for about so many minutes in all, a share of the steps with a decay.

    Steps, because a decay of seconds is too short to measure its length in time.
    """
    left = (1 - decay) * minutes - run.progress.seconds / 60
    if run.progress.anneal is None:
        if left > 0:
            fit(run, data, minutes=left)
        steps = max(1, round(steps_a_minute(run) * decay * minutes))
        run.progress = replace(run.progress, anneal=Anneal(run.progress.step, steps))
    fit(run, data, minutes=math.inf)


def steps_a_minute(run: Run) -> float:
    """Return how fast a run was in the second half of its time, by its log; early steps may differ."""
    progress, log = run.progress, run.directory / LOG
    lines = map(json.loads, log.read_text().splitlines()) if log.exists() else ()
    halfway = (n for n in lines if progress.seconds / 2 <= n.get("seconds", 0.0) < progress.seconds)
    first = next(halfway, {"step": 0, "seconds": 0.0})
    return 60 * (progress.step - first["step"]) / (progress.seconds - first["seconds"])


def operations(run: Run, records: Sequence[Record]) -> float:
    """Return the floating-point operations of a run so far, estimated from the lengths of some pairs."""
    encode = run.vocabulary.encode
    sources = [len(encode(record.source)) for record in records]
    targets = [len(encode(record.target)) + 1 for record in records]
    return sum(training_operations(run.model_config, sources, targets)) / len(records) * run.progress.pairs


def try_arm(
    config: TrainConfig,
    out: Path,
    data: Sequence[Path],
    *,
    held_out: Sequence[Path],
    minutes: float,
    problems: int,
    vocabulary: Vocabulary | None = None,
    init: Checkpoint | None = None,
    decay: float = DECAY,
) -> dict[str, Any]:
    """Train and measure one arm.

    Parameters
    ----------
    config : TrainConfig
    out : Path
        The arm's folder is made in it.
    data, held_out : sequence of Path
    minutes : float
    problems : int
        Held-out problems to decode.
    vocabulary : Vocabulary, optional
        By default one of the recipe's size, learned from the data.
    init : Checkpoint, optional
        Whose weights to start from.
    decay : float
        Share of the time over which the learning rate falls to zero, less than 1.

    Returns
    -------
    dict
        What `table` shows, and the whole recipe.
    """
    folder = out / config.name
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(config, folder, vocabulary or _vocabulary(out, data, config), device="cpu")
    if init and run.progress.step == 0:
        run.start_from(init)
    _train(run, data, minutes, decay)
    records, progress = first_held_out(held_out, LOSS_PAIRS), run.progress
    run.model.eval()
    with run.optimizer.weights_in_model(), torch.inference_mode():
        loss = held_out_loss(run.model, run.vocabulary, records)
        scores = validation(held_out, problems, beam_one_in=1)(run.model, run.vocabulary)
    return {
        "arm": config.name,
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "steps": progress.step,
        "pairs": progress.pairs,
        "minutes": round(progress.seconds / 60, 2),
        "pairs_per_second": round(progress.pairs / progress.seconds, 1),
        "operations": operations(run, records),
        "held_out_loss": round(loss, 5),
        **{name: round(score, 4) for name, score in scores.items()},
        "problems": len(first_held_out(held_out, problems)),
        "threads": torch.get_num_threads(),
        "recipe": asdict(config),
    }


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Write results as Markdown, the best first."""
    rows = [
        "| arm | parameters | pairs | minutes | pairs/s | held-out nats a token | greedy | beam 10 "
        "| combined | n |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in sorted(results.values(), key=lambda r: (-r["beam_verified"], r["held_out_loss"])):
        # Results of before it was measured have none.
        combined = f"{result['beam_combined']:.1%}" if "beam_combined" in result else ""
        rows.append(
            f"| {result['arm']} | {result['parameters'] / 1e6:.1f} M | {result['pairs']:,} "
            f"| {result['minutes']:.1f} | {result['pairs_per_second']:.0f} | {result['held_out_loss']:.4f} "
            f"| {result['greedy_exact']:.1%} | {result['beam_verified']:.1%} | {combined} "
            f"| {result['problems']} |"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what hasn't been run, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs and their results")
    parser.add_argument("--data", type=Path, action="append", default=[], help="folder of shards")
    parser.add_argument("--held-out", type=Path, action="append", help="those of --data by default")
    parser.add_argument("--arm", action="append", default=[], help="a+b changes both; repeat for several")
    parser.add_argument("--minutes", type=float, default=30.0, help="wall time of an arm")
    parser.add_argument("--problems", type=int, default=400, help="held-out problems, decoded by beam too")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--decay", type=float, default=DECAY, help="share of the time, at the end")
    options = parser.parse_args(arguments)
    if options.arm and not options.data:
        parser.error("--arm needs --data")
    try:
        arms = [arm(name) for name in options.arm]
    except ValueError as error:
        parser.error(str(error))
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    for config in arms:
        if config.name in read_results(options.out):
            continue
        result = try_arm(
            config,
            options.out,
            options.data,
            held_out=options.held_out or options.data,
            minutes=options.minutes,
            problems=options.problems,
            decay=options.decay,
        )
        with (options.out / RESULTS).open("a") as file:
            file.write(json.dumps(result) + "\n")
    print(table(read_results(options.out)))


if __name__ == "__main__":
    main()
