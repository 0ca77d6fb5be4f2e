"""Fit loss against compute, and say which size to train: ``python -m symmath.evaluate.scaling``.

Reads a folder that `symmath.evaluate.search` wrote. Two fits: one power law through the annealed
held-out losses of all sizes, and one for each size through its training log while the learning rate
stood still, which says how each would go on. Extrapolation by far more than the data spans is a guess.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symmath.evaluate.search import read_results
from symmath.train.loop import LOG

FLOORS = 200
POINTS_FOR_FLOOR = 8
"""A third coefficient through fewer points would fit their noise."""
SKIPPED = 0.15
"""Share of a log that warm-up and the first, steepest fall take."""

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """``loss = floor + scale * compute ** -exponent``."""

    scale: float
    exponent: float
    floor: float

    def at(self, compute: float | NDArray[np.float64]) -> Any:
        """Return the loss at some compute, in the unit it was fitted in."""
        return self.floor + self.scale * compute**-self.exponent


def fit_power_law(compute: ArrayLike, loss: ArrayLike) -> PowerLaw:
    """Fit lines to the logarithm of the loss above many floors; return the one nearest to the loss.

    Parameters
    ----------
    compute, loss : array of float
        At least two points; fewer than `POINTS_FOR_FLOOR` are fitted without a floor.

    Raises
    ------
    ValueError
        If there are fewer than two points.

    References
    ----------
    Hoffmann et al. (2022), arXiv:2203.15556, equation 2, with one of its two powers.
    """
    x, y = np.log(np.asarray(compute, float)), np.asarray(loss, float)
    if len(x) < 2:
        raise ValueError(f"a power law needs at least two points, not {len(x)}")
    floors = np.linspace(0, 0.99 * y.min(), FLOORS) if len(x) >= POINTS_FOR_FLOOR else np.zeros(1)
    best: tuple[float, PowerLaw] | None = None
    for floor in floors:
        slope, intercept = np.polyfit(x, np.log(y - floor), 1)
        law = PowerLaw(float(np.exp(intercept)), float(-slope), float(floor))
        error = float(((np.log(law.at(np.exp(x))) - np.log(y)) ** 2).sum())
        if best is None or error < best[0]:
            best = error, law
    assert best is not None
    return best[1]


def read_curve(folder: Path, operations_a_pair: float) -> Curve:
    """Return compute and training loss of a run's log while the learning rate was at its peak."""
    lines = [json.loads(line) for line in (folder / LOG).read_text().splitlines()]
    stable = [line for line in lines if line.get("rate") == 1.0 and "loss" in line]
    stable = stable[int(SKIPPED * len(stable)) :]
    pairs = np.array([line["pairs"] for line in stable], float)
    return operations_a_pair * pairs, np.array([line["loss"] for line in stable], float)


def table(out: Path, results: Mapping[str, Mapping[str, Any]], target: float) -> str:
    """Write both fits as Markdown, with what they predict for `target` operations."""
    rows = [
        "| size | parameters | operations | held-out loss | exponent | floor "
        f"| training loss at {target:.1e} |",
        "|---|---|---|---|---|---|---|",
    ]
    for arm, result in results.items():
        compute, loss = read_curve(out / arm, result["operations"] / result["pairs"])
        row = f"| {arm} | {result['parameters'] / 1e6:.1f} M | {result['operations']:.2e} "
        row += f"| {result['held_out_loss']:.4f} "
        if len(loss) < POINTS_FOR_FLOOR:
            rows.append(row + "| | | too short a log |")
            continue
        law = fit_power_law(compute, loss)
        rows.append(row + f"| {law.exponent:.3f} | {law.floor:.3f} | {law.at(target):.4f} |")
    finals = sorted((r["operations"], r["held_out_loss"]) for r in results.values())
    law = fit_power_law([c for c, _ in finals], [loss for _, loss in finals])
    if law.exponent <= 0:
        # Sizes at one compute are no frontier: the law is of the best size for each.
        return "\n".join(
            [*rows, "", "The annealed losses do not fall with compute: no power law through all sizes."]
        )
    formula = f"{law.floor:.3f} + {law.scale:.4g} x operations^-{law.exponent:.3f}"
    rows += ["", f"Annealed, all sizes: held-out loss = {formula}; {law.at(target):.4f} at {target:.1e}."]
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of a search")
    parser.add_argument("--arm", action="append", required=True, help="repeat for each size")
    parser.add_argument("--target", type=float, default=1e16, help="operations of the long run")
    options = parser.parse_args(arguments)
    results = read_results(options.out)
    missing = [arm for arm in options.arm if arm not in results]
    if missing or len(options.arm) < 2:
        parser.error(f"needs two arms or more with results; there are none of {', '.join(missing) or '-'}")
    print(table(options.out, {arm: results[arm] for arm in options.arm}, options.target))


if __name__ == "__main__":
    main()
