"""The training loop: batches in, checkpoints out; stops and anneals at any step."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from symmath.errors import UNUSABLE, LostRankError
from symmath.expr.vocab import Merges, Vocabulary
from symmath.model.transformer import Transformer
from symmath.shards import Shard, read_shard, shard_paths
from symmath.stream import Stream
from symmath.train.batches import SHARDS_A_ROUND, Batches, Position
from symmath.train.config import Anneal, rate_at
from symmath.train.run import Progress, Run
from symmath.train.threads import ThreadGovernor

_log = logging.getLogger(__name__)

LOG = "log.jsonl"
SAVE_SECONDS = 240.0
LOG_STEPS = 25
UNMEASURED_STEPS = 10**9
VALIDATE_SECONDS = 900.0
_VOCABULARY_PAIRS = 100_000

Validate = Callable[[Transformer, Vocabulary], dict[str, float]]
"""Takes the model as it stands; returns named accuracies."""


def train_vocabulary(
    directories: Sequence[Path],
    pieces: int,
    *,
    merges: Merges = "free",
    streams: Sequence[Stream] = (),
) -> Vocabulary:
    """Train a vocabulary on the first pairs of every data directory and stream."""
    sources: list[Iterable[Shard]] = [map(read_shard, shard_paths(d, "train")) for d in directories]
    sources += [stream.shards(0, SHARDS_A_ROUND) for stream in streams]
    sequences: list[list[str]] = []
    for shards in sources:
        taken = 0
        for shard in shards:
            for index in range(min(len(shard), _VOCABULARY_PAIRS - taken)):
                record = shard.record(index)
                sequences += [record.source[1:], record.target]
            taken += len(shard)
            if taken >= _VOCABULARY_PAIRS:
                break
    return Vocabulary.train(sequences, pieces, merges=merges)


def fit(
    run: Run,
    data: Sequence[Path],
    *,
    minutes: float,
    anneal: bool = False,
    anneal_again: float | None = None,
    decay_steps: int | None = None,
    validate: Validate | None = None,
    adapt_threads: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    streams: Sequence[Stream] = (),
) -> Progress:
    """Train for a while, then save.

    Parameters
    ----------
    run : Run
    data : sequence of Path
        Data directories.
    minutes : float
        Wall time from now.
    anneal : bool
        Let the learning rate decay to zero over these minutes; the run ends there.
    anneal_again : float, optional
        Drop a decay that has ended, or began from another fraction of the peak rates, and begin a new one
        from this fraction.
    decay_steps : int, optional
        Length of a decay that begins now, as by `anneal`; by default what the minutes allow.
    validate : Callable, optional
        Called every `VALIDATE_SECONDS` and at the end.
    adapt_threads : bool
        Follow the cores other processes leave free. A resumed run is repeated bit for bit only
        with a fixed number of threads.
    stopped : Callable
        Asked after every step; True saves and returns, as when the time is over.
    streams : sequence of Stream
        Trained on beside, or instead of, `data`.

    Returns
    -------
    Progress
    """
    batches = _batches(run, data, streams)
    if _begins_decay(run.progress, anneal or decay_steps is not None, anneal_again):
        run.progress = replace(run.progress, anneal=_decay(run.progress.step, anneal_again, decay_steps))
    session = _Session(run, minutes, validate, ThreadGovernor() if adapt_threads else None)
    run.model.train()
    try:
        for position, batch in batches.iterate(run.progress.position):
            loss = run.step(batch)
            is_over = session.after_step(loss, len(batch), position) or stopped()
            if any(run.ranks.all(is_over)):
                break
    except LostRankError:
        # Its gradients are missing from the step that failed, not from those before.
        session.save()
        raise
    session.close()
    return run.progress


def _begins_decay(progress: Progress, anneal: bool, anneal_again: float | None) -> bool:
    """Whether a call begins a decay; one that was cut off goes on when the same is asked for again."""
    begun = progress.anneal
    if anneal_again is None or begun is None:
        return begun is None and (anneal or anneal_again is not None)
    return begun.peak != anneal_again or progress.step >= begun.end


def _decay(start: int, peak: float | None, steps: int | None) -> Anneal:
    """Return a decay; without a length it is provisional until the speed has been measured."""
    return Anneal(start, steps or UNMEASURED_STEPS, 1.0 if peak is None else peak)


def _batches(run: Run, data: Sequence[Path], streams: Sequence[Stream]) -> Batches:
    config = run.config
    return Batches(
        data,
        run.vocabulary,
        tokens=config.batch_tokens,
        early_tokens=config.early_batch_tokens,
        early_rounds=config.early_rounds,
        max_length=config.max_length,
        seed=config.seed,
        streams=streams,
        ranks=run.ranks,
    )


class _Session:
    """The clock and the log of one call of `fit`."""

    def __init__(
        self,
        run: Run,
        minutes: float,
        validate: Validate | None,
        governor: ThreadGovernor | None,
    ) -> None:
        self._run = run
        self._governor = governor
        self._validate = validate
        self._begin = time.monotonic()
        self._end = self._begin + 60 * minutes
        self._earlier = run.progress.seconds
        self._measured_from: tuple[float, int] | None = None
        self._saved = self._validated = self._begin
        self._losses: list[float] = []
        self._logged = (self._begin, run.progress.pairs)
        self._metrics: dict[str, float] = {}
        self._bar = tqdm(
            unit="pair",
            unit_scale=True,
            initial=run.progress.pairs,
            mininterval=1.0,
            disable=not run.ranks.is_first,
        )
        self._board = _board(run.directory) if run.ranks.is_first else None

    def after_step(self, loss: float, pairs: int, position: Position) -> bool:
        """Count a step, save and log when due; return True when the run should stop."""
        run, now = self._run, time.monotonic()
        run.progress = replace(
            run.progress,
            step=run.progress.step + 1,
            pairs=run.progress.pairs + pairs,
            seconds=self._earlier + now - self._begin,
            position=position,
        )
        self._losses.append(loss)
        self._bar.update(pairs)
        if self._governor is not None:
            self._governor.adjust()
        if run.progress.step % LOG_STEPS == 0:
            self._log(now)
        if self._validate is not None and now - self._validated > VALIDATE_SECONDS:
            self._score()
        if now - self._saved > SAVE_SECONDS:
            self.save()
        return self._is_over(now)

    def _is_over(self, now: float) -> bool:
        run = self._run
        # Not from the start: the first round of data may take minutes, and comes once.
        since, first = self._measured_from = self._measured_from or (now, run.progress.step)
        anneal, taken = run.progress.anneal, run.progress.step - first
        if anneal is not None and anneal.steps == UNMEASURED_STEPS and taken >= LOG_STEPS:
            # The decay is counted in steps, so that it resumes exactly; its length is what fits.
            steps = max(1, int(taken / (now - since) * (self._end - now) * 0.97))
            steps = run.ranks.same(steps)
            run.progress = replace(run.progress, anneal=replace(anneal, start=run.progress.step, steps=steps))
        if anneal is not None and run.progress.step >= anneal.end:
            return True
        return now >= self._end

    def _log(self, now: float) -> None:
        run = self._run
        since, pairs = self._logged
        line = {
            "step": run.progress.step,
            "pairs": run.progress.pairs,
            "seconds": round(run.progress.seconds, 1),
            "loss": round(sum(self._losses) / len(self._losses), 4),
            "pairs_per_second": round((run.progress.pairs - pairs) / (now - since), 1),
            "rate": round(rate_at(run.progress.step, run.config, run.progress.anneal), 4),
            "threads": torch.get_num_threads(),
        }
        self._write(line)
        self._bar.set_postfix(loss=line["loss"], refresh=False)
        self._losses.clear()
        self._logged = (now, run.progress.pairs)

    def _score(self) -> None:
        run = self._run
        if self._validate is None or not run.ranks.is_first:
            return
        run.model.eval()
        try:
            with run.optimizer.weights_in_model(), torch.inference_mode():
                self._metrics = self._validate(run.model, run.vocabulary)
        except UNUSABLE as error:
            # An odd answer of the network is no reason to lose what it has learned since.
            _log.warning("validation failed: %r", error)
            return
        finally:
            run.model.train()
            self._validated = time.monotonic()
        self._write({"step": run.progress.step, "pairs": run.progress.pairs, **self._metrics})

    def _write(self, line: dict[str, Any]) -> None:
        if not self._run.ranks.is_first:
            return
        with (self._run.directory / LOG).open("a") as file:
            file.write(json.dumps(line) + "\n")
        if self._board is not None:
            for name, value in line.items():
                self._board.add_scalar(name, value, line["step"])

    def save(self) -> None:
        """Save the run, with the last accuracies."""
        if self._run.ranks.is_first:
            self._run.save(self._metrics)
        self._saved = time.monotonic()

    def close(self) -> None:
        """Validate and save once more, even if validation fails."""
        self._bar.close()
        try:
            self._score()
        finally:
            self.save()
            if self._board is not None:
                self._board.close()


def _board(directory: Path) -> Any:
    """Return a TensorBoard writer, or None where the package is not installed (extra "logs")."""
    if find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(directory / "tensorboard"))
