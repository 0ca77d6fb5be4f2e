"""How fast training is, and what its time goes into: ``python -m symmath.train.benchmark``.

The steps are those of a training run, on the batches it would see; the cost of encoding a round of
data is shared among its pairs. Large matrix products in the type the model computes in are timed
between the steps, so that other work on the machine slows both, and the best of them is the measure.
Wall time says how long it takes beside that other work; processor time says what it costs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from symmath.expr.vocab import Vocabulary
from symmath.machine import machine
from symmath.train.batches import Batch, Batches, IdPair, collate, padding_share
from symmath.train.compute import orthogonalisation_operations, training_operations
from symmath.train.config import TrainConfig
from symmath.train.loop import train_vocabulary
from symmath.train.recipes import INTEGRATE
from symmath.train.run import Run

WARM_UP = 3
PRODUCT_SIZES = (1024, 2048)
PRODUCTS_EVERY = 5


@dataclass(slots=True)
class Clock:
    """Wall and processor seconds of named parts."""

    wall: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted under a name."""

        def call(*arguments: Any, **options: Any) -> Any:
            wall, processor = time.perf_counter(), time.process_time()
            result = function(*arguments, **options)
            self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
            self.processor[name] = self.processor.get(name, 0.0) + time.process_time() - processor
            return result

        return call


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a benchmark of one model has measured; seconds are of all steps.

    Attributes
    ----------
    parameters, pairs, tokens : int
        Of the model; trained on; pieces in them.
    padding : float
        Share of the positions computed.
    weights, attention : float
        Operations, see `training_operations`.
    muon : float
        Operations, see `orthogonalisation_operations`.
    parts : Clock
        The time of each part.
    best : tuple of float, float
        Operations a second of the best matrix product, by wall and by processor time.
    """

    config: TrainConfig
    parameters: int
    dtype: torch.dtype
    pairs: int
    tokens: int
    padding: float
    weights: float
    attention: float
    muon: float
    parts: Clock
    best: tuple[float, float]


def _products(dtype: torch.dtype) -> tuple[float, float]:
    """Return operations a wall second and a processor second, best of the sizes."""
    rates = []
    for size in PRODUCT_SIZES:
        a = torch.ones(size, size, dtype=dtype)
        clock = Clock()
        clock.timed("product", torch.mm)(a, a)
        rates.append((2 * size**3 / clock.wall["product"], 2 * size**3 / clock.processor["product"]))
    return max(wall for wall, _ in rates), max(processor for _, processor in rates)


def _instrument(run: Run, clock: Clock) -> None:
    """Count the parts of the run's steps; a part that holds another is told apart later."""
    model, optimizer = run.model, run.optimizer
    model.forward = clock.timed("forward", model.forward)  # type: ignore[method-assign]
    run.backward = clock.timed("passes", run.backward)  # type: ignore[method-assign]
    optimizer.collect = clock.timed("collect", optimizer.collect)  # type: ignore[method-assign]
    optimizer.copy_to_model = clock.timed("copy", optimizer.copy_to_model)  # type: ignore[method-assign]
    for part in optimizer.optimizers:
        # Optimisers wrap their own step, and so would time be counted twice if it were nested.
        part.step = clock.timed(type(part).__name__, part.step)  # type: ignore[method-assign]


def _name_parts(total: dict[str, float]) -> dict[str, float]:
    """Return the parts of a step, disjoint, in the order they are taken."""
    known = {name: total.get(name, 0.0) for name in ("data", "forward")}
    known["loss and backward"] = total["passes"] - total["forward"]
    for name in ("Muon", "AdamW"):
        if name in total:
            known[name] = total[name]
    known["gradients to float32, weights to the model"] = total["collect"] + total["copy"]
    known["rest"] = total["step"] + total["data"] - sum(known.values())
    return known


def measure(config: TrainConfig, data: Sequence[Path], vocabulary: Vocabulary, steps: int) -> Measurement:
    """Train for some steps in a temporary folder and time them."""
    clock = Clock()
    batches = Batches(
        data, vocabulary, tokens=config.batch_tokens, seed=config.seed, max_length=config.max_length
    )
    pairs, groups = clock.timed("round", batches.round)(0)
    groups = groups[: steps + WARM_UP]
    with tempfile.TemporaryDirectory() as folder:
        run = Run(config, Path(folder), vocabulary, device="cpu")
    for group in groups[:WARM_UP]:
        run.step(collate([pairs[i] for i in group]))
    _instrument(run, clock)
    step, load = clock.timed("step", run.step), clock.timed("data", collate)
    best = (0.0, 0.0)
    done: list[Batch] = []
    for count, group in enumerate(groups[WARM_UP:]):
        if count % PRODUCTS_EVERY == 0:
            wall, processor = _products(run.dtype)
            best = max(best[0], wall), max(best[1], processor)
        done.append(load([pairs[i] for i in group]))
        step(done[-1])
    used = [pairs[i] for group in groups[WARM_UP:] for i in group]
    for total in (clock.wall, clock.processor):
        total["data"] += total["round"] * len(used) / len(pairs)
    return _summary(run, used, done, clock, best)


def _matrices(muon: torch.optim.Muon) -> list[tuple[int, int]]:
    """Return the shapes that it has gradients for at all."""
    return [(m.shape[0], m.shape[1]) for m in muon.state]


def _summary(
    run: Run, used: Sequence[IdPair], done: Sequence[Batch], clock: Clock, best: tuple[float, float]
) -> Measurement:
    sources = [len(source) for source, _ in used]
    targets = [len(target) + 1 for _, target in used]
    weights, attention = training_operations(run.model_config, sources, targets)
    positions = [batch.source_BS.numel() + batch.target_BT.numel() for batch in done]
    matrices = [m for o in run.optimizer.optimizers if isinstance(o, torch.optim.Muon) for m in _matrices(o)]
    padded = sum(padding_share(b) * n for b, n in zip(done, positions, strict=True))
    return Measurement(
        config=run.config,
        parameters=sum(p.numel() for p in run.model.parameters()),
        dtype=run.dtype,
        pairs=len(used),
        tokens=sum(sources) + sum(targets),
        padding=padded / sum(positions),
        weights=weights,
        attention=attention,
        muon=orthogonalisation_operations(matrices) * len(done),
        parts=Clock(_name_parts(clock.wall), _name_parts(clock.processor)),
        best=best,
    )


def table(result: Measurement) -> str:
    """Write a measurement as Markdown."""
    size, parts = result.config, result.parts
    wall, processor = sum(parts.wall.values()), sum(parts.processor.values())
    operations = result.weights + result.attention
    shares = [operations / s / b for s, b in zip((wall, processor), result.best, strict=True)]
    with_muon = [share * (1 + result.muon / operations) for share in shares]
    products = operations / (parts.processor["forward"] + parts.processor["loss and backward"])
    best = [rate / 1e9 for rate in result.best]
    layers = f"{size.encoder_layers} + {size.decoder_layers} layers"
    lines = [
        f"d = {size.width}, {layers}, {result.parameters / 1e6:.1f} million parameters, "
        f"{str(result.dtype).removeprefix('torch.')}, {torch.get_num_threads()} thread(s), "
        f"{result.pairs:,} pairs",
        "",
        "| | by wall time | by processor time |",
        "|---|---|---|",
        f"| pairs/s | {result.pairs / wall:.0f} | {result.pairs / processor:.0f} |",
        f"| tokens/s | {result.tokens / wall:.0f} | {result.tokens / processor:.0f} |",
        f"| padding | {result.padding:.1%} | |",
        f"| operations a pair, weights + attention | {result.weights / result.pairs / 1e9:.3f}"
        f" + {result.attention / result.pairs / 1e9:.3f} billion | |",
        f"| best matrix product, billions a second | {best[0]:.0f} | {best[1]:.0f} |",
        f"| share of it, data included | {shares[0]:.1%} | {shares[1]:.1%} |",
        f"| share of it, Muon's products counted, too | {with_muon[0]:.1%} | {with_muon[1]:.1%} |",
        f"| share of it, forward and backward alone | | {products / result.best[1]:.1%} |",
        *(
            f"| {name} | {parts.wall[name] / wall:.1%} | {seconds / processor:.1%} |"
            for name, seconds in parts.processor.items()
        ),
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="folder of shards")
    parser.add_argument("--vocabulary", type=Path, help="vocab.model; learned from the data by default")
    parser.add_argument("--pieces", type=int, default=INTEGRATE.pieces, help="of a learned vocabulary")
    parser.add_argument("--width", type=int, action="append", help="256 and 384 by default")
    parser.add_argument("--batch-tokens", type=int, default=INTEGRATE.batch_tokens)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    if options.vocabulary is None:
        vocabulary = train_vocabulary(options.data, options.pieces)
    else:
        vocabulary = Vocabulary.load(options.vocabulary)
    print(f"{machine()}, {options.threads} of its cores used", end="\n\n")
    for width in options.width or (256, 384):
        sized = replace(INTEGRATE, width=width, heads=width // 64, batch_tokens=options.batch_tokens)
        print(table(measure(sized, options.data, vocabulary, options.steps)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
