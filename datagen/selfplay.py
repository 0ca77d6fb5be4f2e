"""Self-play: random short integrands, solved by the project's own solver; verified answers only.

The integrands are those of `symmath.tasks.forward`. The solver is asked over its command line, in a
process that can be killed, so nothing here imports torch. A pair bears the name of what found its
answer and of the checkpoint that was asked. With ``--unsolved-by neural`` only those are kept that
the checkpoint's network alone does not solve by its first answers: what expert iteration learns from.

Drawing is decided by the seed; answers also by time limits, so another run may write other pairs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tqdm import tqdm

from datagen.arguments import positive
from datagen.forward import pair_of, pose
from datagen.pipeline import Chunk, Tally, collect, written_tally
from datagen.recipes import RAW, Recipe
from datagen.split import hash_text
from datagen.trees import draw as draw_tree
from symmath.engines.process import Process, ProcessDiedError
from symmath.errors import (
    CheckpointError,
    ParseError,
    PrefixError,
    SymMathError,
    TimeLimitError,
    UnsupportedError,
)
from symmath.expr.parse import parse_expression
from symmath.expr.show import show
from symmath.shards import SPLITS, SUFFIX, read_records, remove_partials
from symmath.tasks.task import Draw, Pair, Rejection

CHUNK_PAIRS = 1_000
MODES = ("ansatz", "fit", "neural")
"""Modes of the solver that ask no other system: its answers are to be its own."""
VERIFIED = ("proved", "numeric")
START_SECONDS = 120.0
GRACE_SECONDS = 2.0
MEMORY_MB = 8192
"""Address space, not memory in use: torch maps much more than it touches."""
DEFAULT_CHECKPOINT = Path(__file__).parents[1] / "checkpoints" / "integrate"
Record = dict[str, Any]
"""What ``symmath integrate --json`` says of a problem."""
Ask = Callable[[str], Record | None]

_HARD = "exp(x**3)"
"""Not elementary, so every mode tries all it has, and the checkpoint is loaded."""


class OwnSolver:
    """The project's solver behind its command line, one problem a line.

    Parameters
    ----------
    mode : str
        One of `MODES`.
    checkpoint : Path
    beam_size : int
    timeout : float
        Seconds a problem.
    """

    def __init__(self, mode: str, checkpoint: Path, *, beam_size: int, timeout: float) -> None:
        self.mode = mode
        self._timeout = timeout
        command = [sys.executable, "-m", "symmath", "integrate", "-", "--json", "--var", "x"]
        command += ["--engine", mode, "--checkpoint", str(checkpoint)]
        command += ["--beam", str(beam_size), "--timeout", str(timeout), "--rounds", "0"]
        # A line that can't be read is answered by an error that quotes it, which marks the end.
        self._process = Process(command, "", lambda mark: f"?{mark}", memory_mb=MEMORY_MB)

    def start(self) -> None:
        """Start the process and load the checkpoint.

        Raises
        ------
        CheckpointError
            If the solver does not work.
        """
        record = self._ask(_HARD, START_SECONDS)
        if record is None or record["error"] is not None:
            why = "no answer" if record is None else record["error"]
            raise CheckpointError(f"the solver can't be asked in mode {self.mode}: {why}")

    def ask(self, text: str) -> Record | None:
        """Return what the solver says of an integrand, None if it died or is late."""
        if not self._process.is_warm:
            # Its network is loaded at the first question, which would take that question's time.
            self._ask(_HARD, START_SECONDS)
        return self._ask(text, self._timeout + GRACE_SECONDS)

    def _ask(self, text: str, timeout: float) -> Record | None:
        try:
            self._process.warm(START_SECONDS)
            lines = self._process.ask(text, timeout).splitlines()
            return json.loads(lines[0])
        except (TimeLimitError, ProcessDiedError, ValueError, IndexError):
            return None

    def close(self) -> None:
        """Kill the process."""
        self._process.close()


@dataclass(slots=True)
class SelfPlay:
    """The self-play generator.

    Attributes
    ----------
    label : str
        What the checkpoint is called in the names of generators.
    ask : Callable
        The solver: integrand as text -> its JSON record, None if it died.
    ask_weaker : Callable, optional
        Problems that this one solves too are not kept.
    seen : set of int
        Hashes of the integrands posed before, which are not posed again; grows.
    """

    label: str
    ask: Ask
    ask_weaker: Ask | None = None
    seen: set[int] = field(default_factory=set)

    def propose(self, draw: Draw, rng: random.Random) -> tuple[str, Pair | Rejection]:
        """Draw an integrand and solve it; return what found the answer, and the pair."""
        posed = pose(draw, rng, self.seen)
        if isinstance(posed, Rejection):
            return "", posed
        integrand, source = posed
        try:
            text = show(integrand)
            record = self.ask(text)
            if record is None or not _is_solved(record):
                return "", Rejection.UNSOLVED
            answer = parse_expression(record["answer"], "x").expr
        except (ParseError, UnsupportedError, PrefixError, RuntimeError):
            return "", Rejection.UNREPRESENTABLE
        pair = pair_of(source, answer, rng)
        if isinstance(pair, Pair) and self.ask_weaker is not None:
            weaker = self.ask_weaker(text)
            # One that died says nothing of how hard the problem is.
            if weaker is None or weaker["error"] is not None or _is_solved(weaker):
                pair = Rejection.ALREADY_SOLVED
        return record["engine"], pair

    def proposals(self, rng: random.Random) -> Iterator[tuple[str, str, Pair | Rejection]]:
        """Propose forever, as `datagen.pipeline.collect` takes it."""
        while True:
            found_by, pair = self.propose(draw_tree, rng)
            yield "integrate", "-".join(filter(None, ("selfplay", found_by, self.label))), pair


def _is_solved(record: Record) -> bool:
    return record["answer"] is not None and record["verdict"] in VERIFIED


def fingerprint(checkpoint: Path) -> str:
    """Return 8 hexadecimal digits that tell a checkpoint from others.

    Raises
    ------
    CheckpointError
        If there is none in the folder.
    """
    try:
        weights = (checkpoint / "weights.safetensors").read_bytes()
    except OSError as error:
        raise CheckpointError(f"{checkpoint} holds no checkpoint: {error}") from error
    return blake2b(weights, digest_size=4).hexdigest()


def _written_before(directory: Path) -> set[int]:
    """Return the hashes of the integrands in a folder's shards."""
    return {
        hash_text(" ".join(record.source[1:]))
        for split in SPLITS
        if any(directory.glob(f"{split}-*{SUFFIX}"))
        for record in read_records(directory, split)
    }


def write_selfplay(
    directory: Path, play: SelfPlay, recipe: Recipe, *, pairs: int, seed: int, chunk_pairs: int = CHUNK_PAIRS
) -> Tally:
    """Write at least `pairs` pairs as shards; chunks that are there already are kept.

    Parameters
    ----------
    directory : Path
    play : SelfPlay
    recipe : Recipe
        Its name goes into the manifests.
    pairs : int
        Rounded up to whole chunks.
    seed : int
    chunk_pairs : int

    Returns
    -------
    Tally
        Of the chunks that this call wrote.

    Raises
    ------
    ShardError
        If the directory holds shards of another recipe, seed or number of pairs a chunk.
    """
    directory.mkdir(parents=True, exist_ok=True)
    remove_partials(directory)
    play.seen |= _written_before(directory)
    tally = Tally()
    chunks = -(-pairs // chunk_pairs)
    with tqdm(total=chunks * chunk_pairs, unit="pair") as bar:
        for index in range(chunks):
            chunk = Chunk(recipe=recipe, seed=seed, index=index, pairs=chunk_pairs, directory=directory)
            if written_tally(chunk) is None:
                rng = random.Random(f"{recipe.name}/{seed}/{index}")
                manifest = {"recipe": recipe.name, "seed": seed, "chunk": index}
                drawn = collect(_shown(play.proposals(rng), bar), chunk_pairs, manifest)
                chunk.write(drawn)
                tally.add(drawn.tally)
    return tally


def _shown(
    proposals: Iterator[tuple[str, str, Pair | Rejection]], bar: tqdm[Any]
) -> Iterator[tuple[str, str, Pair | Rejection]]:
    for proposal in proposals:
        bar.update(isinstance(proposal[2], Pair))
        yield proposal


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m datagen.selfplay",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=positive, required=True)
    parser.add_argument("--engine", choices=MODES, default="ansatz", help="mode of the solver")
    parser.add_argument("--checkpoint", type=Path, default=DEFAULT_CHECKPOINT)
    parser.add_argument("--unsolved-by", choices=MODES, help="keep what this mode leaves unsolved")
    parser.add_argument("--beam", type=positive, default=10, help="answers decoded a presentation")
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds a problem")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chunk", type=positive, default=CHUNK_PAIRS, help="pairs a shard")
    return parser


def main() -> int:
    """Parse the arguments and write."""
    arguments = _parser().parse_args()
    modes = [mode for mode in (arguments.engine, arguments.unsolved_by) if mode is not None]
    solvers = [
        OwnSolver(mode, arguments.checkpoint, beam_size=arguments.beam, timeout=arguments.timeout)
        for mode in modes
    ]
    try:
        label = fingerprint(arguments.checkpoint)
        for solver in solvers:
            solver.start()
        tally = write_selfplay(
            arguments.out,
            SelfPlay(label, solvers[0].ask, solvers[1].ask if solvers[1:] else None),
            Recipe(name=f"selfplay-{'-not-'.join(modes)}-{label}", generators={}, presentations=RAW),
            pairs=arguments.pairs,
            seed=arguments.seed,
            chunk_pairs=arguments.chunk,
        )
    except SymMathError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        for solver in solvers:
            solver.close()
    for reason, count in (tally.written + tally.rejected).most_common():
        print(f"{count:>8,}  {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
