"""Which mix of generators to train on: ``python -m symmath.evaluate.mixture``.

Each generator has a folder of shards, all with as many pairs a shard. An arm is a list of whole weights,
``now=bwd:8,fwd:3``: so many shards of each folder a round. All arms begin with one checkpoint, train for
the same wall time, the learning rate decaying over the last part, and are measured on the held-out
pairs of every generator apart. Results are lines of ``results.jsonl``; what has one isn't run again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch

from symmath.evaluate.intervals import wilson
from symmath.evaluate.search import LOSS_PAIRS, RESULTS, read_results, try_arm
from symmath.evaluate.validation import validation
from symmath.expr.vocab import Vocabulary
from symmath.model.checkpoint import VOCABULARY, load_checkpoint
from symmath.train.config import TrainConfig
from symmath.train.validate import first_held_out, held_out_loss

Weights = Mapping[str, int]


def read_weights(text: str) -> tuple[str, Weights]:
    """Read ``now=bwd:8,fwd:3``.

    Raises
    ------
    ValueError
        If it is not of that form.
    """
    name, equals, list_ = text.partition("=")
    parts = [part.partition(":") for part in list_.split(",")]
    if not name or not equals or not all(folder and weight.isdecimal() for folder, _, weight in parts):
        raise ValueError(f"{text!r} is not of the form NAME=FOLDER:WEIGHT,...")
    return name, {folder: int(weight) for folder, _, weight in parts}


def measure(checkpoint: Path, folder: Path, problems: int) -> dict[str, float]:
    """Return loss and accuracies of a checkpoint on a folder's held-out pairs."""
    loaded = load_checkpoint(checkpoint, dtype=torch.float32)
    loaded.model.eval()
    with torch.inference_mode():
        scores = validation([folder], problems, beam_one_in=1)(loaded.model, loaded.vocabulary)
        records = first_held_out([folder], LOSS_PAIRS)
        scores["loss"] = held_out_loss(loaded.model, loaded.vocabulary, records)
    return {**scores, "problems": len(first_held_out([folder], problems))}


def table(results: Iterable[Mapping[str, Any]], score: str) -> str:
    """Write one score of every arm and folder as Markdown; means are of the folders that all arms have."""
    results = list(results)
    folders = sorted({folder for result in results for folder in result["by_folder"]})
    common = [folder for folder in folders if all(folder in result["by_folder"] for result in results)]
    rows = [
        "| arm | weights | pairs | " + " | ".join(folders) + " | mean |",
        "|---" * (len(folders) + 4) + "|",
    ]
    for result in results:
        parts = [result["by_folder"].get(folder) for folder in folders]
        cells = [_cell(part[score], part["problems"], score) if part else "" for part in parts]
        mean = _cell(fmean(result["by_folder"][f][score] for f in common), 0, score) if common else ""
        weights = ", ".join(f"{folder} {weight}" for folder, weight in result["weights"].items())
        rows.append(f"| {result['arm']} | {weights} | {result['pairs']:,} | {' | '.join(cells)} | {mean} |")
    return "\n".join(rows)


def _cell(value: float, problems: int, score: str) -> str:
    if score == "loss":
        return f"{value:.3f}"
    if not problems:
        return f"{value:.1%}"
    low, high = wilson(round(value * problems), problems)
    return f"{value:.1%} ({low:.0%} to {high:.0%})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs and their results")
    parser.add_argument("--root", type=Path, default=Path(), help="where the generators' folders are")
    parser.add_argument("--init", type=Path, help="checkpoint that all arms begin with")
    parser.add_argument("--arm", action="append", default=[], help="NAME=FOLDER:WEIGHT,...")
    parser.add_argument("--before", action="store_true", help="measure the checkpoint itself as well")
    parser.add_argument("--held-out", action="append", default=[], help="more folders to be measured on")
    parser.add_argument("--minutes", type=float, default=8.0, help="wall time of an arm")
    parser.add_argument("--problems", type=int, default=200, help="held-out problems of each folder")
    parser.add_argument("--threads", type=int, default=1)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what hasn't been run, and print the tables."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        arms: dict[str, Weights] = dict(map(read_weights, options.arm))
    except ValueError as error:
        parser.error(str(error))
    if (arms or options.before) and options.init is None:
        parser.error("--arm and --before need --init")
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    folders = sorted({folder for weights in arms.values() for folder in weights} | set(options.held_out))
    paths = [options.root / folder for folder in folders]
    if options.before:
        arms = {"before": {}, **arms}
    for arm, weights in arms.items():
        if arm in read_results(options.out):
            continue
        result: dict[str, Any] = {"arm": arm, "pairs": 0}
        if weights:
            result |= try_arm(
                TrainConfig(name=arm),
                options.out,
                [options.root / folder for folder, weight in weights.items() for _ in range(weight)],
                held_out=paths,
                minutes=options.minutes,
                problems=len(paths),
                vocabulary=Vocabulary.load(options.init / VOCABULARY),
                init=load_checkpoint(options.init, dtype=torch.float32),
            )
        trained = options.out / arm if weights else options.init
        measured = [measure(trained, path, options.problems) for path in paths]
        result |= {"weights": weights, "by_folder": dict(zip(folders, measured, strict=True))}
        with (options.out / RESULTS).open("a") as file:
            file.write(json.dumps(result) + "\n")
    for score in ("beam_verified", "greedy_exact", "loss"):
        print(f"\n{score}\n\n{table(read_results(options.out).values(), score)}")


if __name__ == "__main__":
    main()
