"""Does transfer help? ``python -m symmath.evaluate.transfer``: the same training from several starts.

An arm is a way to start and to train, such as ``scratch`` or ``full@integrate``: everything trained,
from the checkpoint that ``--source integrate=FOLDER`` names. Each arm trains for each share of the
budget, its learning rate decaying over the last part, and for each seed, which draws the first weights
and the order of the pairs. An arm's shares branch off one training at the peak rate, so they aren't
independent; seeds are. All arms have one vocabulary, that of the first source. Results are lines of
``results.jsonl``; what has one isn't run again. A study's settings can't be changed on the way, but for
more sources.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import torch

from symmath.evaluate.intervals import wilson
from symmath.evaluate.search import DECAY, RESULTS, try_arm
from symmath.expr.vocab import Vocabulary
from symmath.model.checkpoint import VOCABULARY, Checkpoint, load_checkpoint
from symmath.train.config import TrainConfig
from symmath.train.loop import fit
from symmath.train.run import STATE, Run

SCRATCH = "scratch"
WAYS: Mapping[str, dict[str, Any]] = {
    "frozen": {"freeze": "encoder"},
    "top-2": {"freeze": "encoder:2"},
    "slow": {"encoder_rate": 0.3},
    "full": {},
}
"""What is trained: all but embedding and encoder; all but the embedding and the lower half of the
encoder; all, the embedding and encoder at 0.3 of the rates; all."""
SHORT: Mapping[str, Any] = {"batch_tokens": 5_000, "warm_up": 20}
"""Changes to the recipe for budgets of a few minutes, where a hundred steps are much."""
_T_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""Student's t for a two-sided 95% interval of the mean, by number of runs."""
_Z_95 = statistics.NormalDist().inv_cdf(0.975)


def name_of(task: str, arm: str, share: Fraction, seed: int) -> str:
    """Return the name of a training, which is also its folder's."""
    return f"{task}-{arm}-{share.numerator}of{share.denominator}-{seed}".replace("@", "-from-")


def config_of(arm: str, name: str, seed: int) -> tuple[TrainConfig, str]:
    """Return an arm's recipe and the name of its source, "" for none.

    Raises
    ------
    ValueError
        If there is no such way.
    """
    way, _, source = arm.partition("@")
    if (way == SCRATCH) == bool(source) or way not in (SCRATCH, *WAYS):
        raise ValueError(f"unknown arm {arm!r}: {SCRATCH}, or one of {', '.join(WAYS)} @ a source")
    return TrainConfig(name=name, seed=seed, **SHORT, **WAYS.get(way, {})), source


def branch(trunk: Run, folder: Path, data: Sequence[Path], minutes: float) -> None:
    """Let `folder` begin where a training at the peak rate is after so many minutes.

    A trunk that is past them is of no use: then the folder stays empty, and its run starts afresh.
    """
    left = minutes - trunk.progress.seconds / 60
    if left < 0 or (folder / STATE).exists():
        return
    fit(trunk, data, minutes=left)
    partial = folder.with_name(f".{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(trunk.directory, partial)
    partial.replace(folder)


def _trunk(config: TrainConfig, folder: Path, vocabulary: Vocabulary, init: Checkpoint | None) -> Run:
    folder.mkdir(exist_ok=True)
    run = Run(config, folder, vocabulary, device="cpu")
    if init and run.progress.step == 0:
        run.start_from(init)
    return run


def read_results(out: Path) -> list[dict[str, Any]]:
    """Return the results so far."""
    path = out / RESULTS
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _student(runs: int) -> float:
    """Return Student's t of a 95% interval; beyond the table by the normal quantile, to 0.2%.

    References
    ----------
    Abramowitz and Stegun (1964), 26.7.5.
    """
    if runs in _T_95:
        return _T_95[runs]
    z, freedom = _Z_95, runs - 1
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def solved_interval(shares: Sequence[float], problems: int) -> tuple[float, float, float]:
    """Return mean and 95% interval: Student's over seeds, at least Wilson's over the problems.

    All seeds are measured on the same problems, so however well they agree, those are a sample.
    """
    mean = statistics.fmean(shares)
    low, high = wilson(round(mean * problems), problems)
    if len(shares) == 1:
        return mean, low, high
    half = _student(len(shares)) * statistics.stdev(shares) / len(shares) ** 0.5
    return mean, max(0.0, min(low, mean - half)), min(1.0, max(high, mean + half))


def _groups(results: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, float], list[Mapping[str, Any]]]:
    groups: dict[tuple[str, str, float], list[Mapping[str, Any]]] = defaultdict(list)
    for result in results:
        groups[result["task"], result["way"], result["share"]].append(result)
    return dict(sorted(groups.items()))


def table(results: Iterable[Mapping[str, Any]]) -> str:
    """Write results as Markdown, seeds pooled."""
    rows = [
        "| task | arm | share of the budget | pairs | pairs/s | held-out nats a token | greedy | beam 10 "
        "| 95% | seeds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (task, way, share), group in _groups(results).items():
        mean, low, high = solved_interval([r["beam_verified"] for r in group], group[0]["problems"])
        averages = {
            key: statistics.fmean(r[key] for r in group)
            for key in ("pairs", "pairs_per_second", "held_out_loss", "greedy_exact")
        }
        rows.append(
            f"| {task} | {way} | {Fraction(share).limit_denominator(64)} | {averages['pairs']:,.0f} "
            f"| {averages['pairs_per_second']:.0f} | {averages['held_out_loss']:.3f} "
            f"| {averages['greedy_exact']:.1%} | {mean:.1%} | {low:.1%} to {high:.1%} | {len(group)} |"
        )
    return "\n".join(rows)


def draw(results: Iterable[Mapping[str, Any]], task: str, out: Path) -> None:
    """Draw solved share and loss against pairs seen and against wall time, a line an arm."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    groups = _groups(r for r in results if r["task"] == task)
    figure, axes = pyplot.subplots(2, 2, figsize=(11, 8), sharey="row", sharex="col")
    for way in sorted({way for _, way, _ in groups}):
        lines = [group for (_, w, _), group in groups.items() if w == way]
        for row, score in zip(axes, ("beam_verified", "held_out_loss"), strict=True):
            for axis, effort in zip(row, ("pairs", "minutes"), strict=True):
                x = [statistics.fmean(r[effort] for r in group) for group in lines]
                y = [statistics.fmean(r[score] for r in group) for group in lines]
                axis.plot(x, y, "o-", label=way)
                axis.set_xscale("log")
                axis.set_ylabel(score.replace("_", " "))
                axis.set_xlabel(effort)
    axes[0][0].legend(fontsize="small")
    figure.suptitle(task)
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    pyplot.close(figure)


def _source(text: str) -> tuple[str, Path]:
    name, _, folder = text.partition("=")
    return name, Path(folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the runs and their results")
    parser.add_argument("--task", default="ode1", help="only names the results")
    parser.add_argument("--data", type=Path, action="append", default=[], help="folder of shards")
    parser.add_argument(
        "--source", type=_source, action="append", default=[], help="NAME=FOLDER of a checkpoint"
    )
    parser.add_argument("--arm", action="append", default=[], help=f"{SCRATCH}, or {', '.join(WAYS)} @NAME")
    parser.add_argument("--share", type=Fraction, action="append", help="of the budget; repeat for several")
    parser.add_argument("--seed", type=int, action="append", help="repeat for several; 0 by default")
    parser.add_argument("--minutes", type=float, default=8.0, help="the whole budget, wall time")
    parser.add_argument("--problems", type=int, default=200, help="held-out problems, decoded by beam too")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--png", action="store_true", help="draw TASK.png of every task into --out")
    return parser


def _keep_settings(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Write what all runs of a task share beside their results, or refuse if it differs."""
    path = options.out / f"{options.task}.json"
    sources = {name: str(folder) for name, folder in options.source}
    settings = {
        "minutes": options.minutes,
        "problems": options.problems,
        "threads": options.threads,
        "data": sorted(map(str, options.data)),
        "vocabulary": next(iter(sources.values())),
        "recipe": asdict(TrainConfig(name="", **SHORT)),
        "sources": sources,
    }
    if path.exists():
        kept = json.loads(path.read_text())
        before = kept.get("sources", {})
        settings["sources"] = before | sources
        # Unequal too where a name that was known has another folder now.
        if settings != kept | {"sources": sources | before}:
            parser.error(f"{options.out} holds a study with other settings, see {path}")
    path.write_text(json.dumps(settings, indent=2) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what hasn't been run, and print the table."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.arm and not (options.data and options.source):
        parser.error("--arm needs --data, and --source for the vocabulary at least")
    sources: dict[str, Path] = dict(options.source)
    try:
        needed = {config_of(arm, "", 0)[1] for arm in options.arm} - {""}
    except ValueError as error:
        parser.error(str(error))
    if missing := sorted(needed - sources.keys()):
        parser.error(f"no --source for {', '.join(missing)}")
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.arm:
        _keep_settings(options, parser)
    vocabulary = Vocabulary.load(next(iter(sources.values())) / VOCABULARY) if sources else None
    shares = sorted(options.share or [Fraction(1)])
    for seed, arm, share in product(options.seed or [0], options.arm, shares):
        name = name_of(options.task, arm, share, seed)
        if vocabulary is None or name in {result["arm"] for result in read_results(options.out)}:
            continue
        config, source = config_of(arm, name, seed)
        init = load_checkpoint(sources[source], dtype=torch.float32) if source else None
        minutes = options.minutes * float(share)
        trunk = _trunk(config, options.out / f"{options.task}-{arm}-{seed}-trunk", vocabulary, init)
        branch(trunk, options.out / name, options.data, (1 - DECAY) * minutes)
        result = try_arm(
            config,
            options.out,
            options.data,
            held_out=options.data,
            minutes=minutes,
            problems=options.problems,
            vocabulary=vocabulary,
            init=init,
        )
        line = {**result, "task": options.task, "way": arm, "share": float(share), "seed": seed}
        line["source"] = str(sources[source]) if source else ""
        with (options.out / RESULTS).open("a") as file:
            file.write(json.dumps(line) + "\n")
    results = read_results(options.out)
    for task in {result["task"] for result in results} if options.png else ():
        draw(results, task, options.out / f"{task}.png")
    print(table(results))


if __name__ == "__main__":
    main()
