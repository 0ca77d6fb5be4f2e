"""What each process of `test_ranks` runs: a few steps of the tiny recipe; one may die on the way."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import torch

from symmath.errors import LostRankError
from symmath.expr.vocab import Vocabulary
from symmath.train import loop
from symmath.train import run as run_module
from symmath.train.ranks import joined
from symmath.train.recipes import TINY
from symmath.train.run import Run

PATIENCE = 5.0


def main(shards: str, out: str, steps: str, die_at: str) -> None:
    torch.set_num_threads(1)
    # torchrun ends the rest as soon as one dies. As in `symmath train`, that is no sudden death.
    signal.signal(signal.SIGTERM, lambda *_: None)
    loop.LOG_STEPS = 1
    # In bfloat16 the order of a sum would show.
    run_module.best_dtype = lambda device: torch.float32
    with joined() as ranks:
        folder = Path(out)
        vocabulary = Vocabulary.load(folder / "vocab.model")
        run = Run(TINY, folder, vocabulary, device="cpu", ranks=ranks)

        def stopped() -> bool:
            if ranks.rank == 1 and run.progress.step == int(die_at):
                os.kill(os.getpid(), signal.SIGKILL)
            return run.progress.step >= int(steps)

        loop.fit(run, [Path(shards)], minutes=5, stopped=stopped)
    # A thread of the group that is left aborts the process at exit, now and then. One that has ended may
    # still be listed for a moment.
    give_up = time.monotonic() + PATIENCE
    while left := [name for name in threads() if "gloo" in name]:
        assert time.monotonic() < give_up, left
        time.sleep(0.01)


def threads() -> set[str]:
    """Return the names of this process's threads."""
    names = set()
    for path in Path("/proc/self/task").glob("*/comm"):
        with suppress(FileNotFoundError, ProcessLookupError):
            names.add(path.read_text().strip())
    return names


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except LostRankError as error:
        sys.exit(f"error: {error}")
