"""Draw a run's learning curve: ``python -m symmath.evaluate.curve RUN/log.jsonl OUT.png``."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def draw(log: Path, out: Path) -> None:
    """Draw training loss, learning rate and validation figures against pairs seen.

    Parameters
    ----------
    log : Path
        The `log.jsonl` of a run.
    out : Path
        A PNG file.
    """
    # An extra: pip install 'symmath[plots]'.
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    steps = [line for line in lines if "loss" in line]
    figure, (upper, lower) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 6))
    millions = [line["pairs"] / 1e6 for line in steps]
    upper.plot(millions, [line["loss"] for line in steps], label="training loss, nats a piece")
    upper.plot(millions, [line["rate"] for line in steps], label="learning rate over its peak")
    upper.set_ylim(0, 4)
    upper.legend()
    for name in ("greedy_exact", "beam_verified"):
        scored = [line for line in lines if name in line]
        lower.plot(
            [line["pairs"] / 1e6 for line in scored], [line[name] for line in scored], "o-", label=name
        )
    lower.set_xlabel("pairs seen, millions")
    lower.set_ylim(0, 1)
    lower.legend()
    figure.tight_layout()
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
