"""A checkpoint as a source of candidates: presentations in, decoded answers out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock

import torch

from symmath.deadline import Deadline
from symmath.errors import PrefixError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.prefix import Tokens, decode
from symmath.expr.vocab import Vocabulary
from symmath.model.beam import Hypothesis, decode_batch
from symmath.model.checkpoint import load_checkpoint
from symmath.model.grammar import Grammar
from symmath.model.precision import best_dtype
from symmath.model.sample import sample_batch
from symmath.model.transformer import Transformer
from symmath.solve.pool import distinct
from symmath.solve.solution import Candidate
from symmath.tasks import TASKS

ENGINE = "neural"
MAX_ROWS = 500
"""Hypotheses that are decoded together, for the memory that each takes."""
BEAM_TIME_SHARE = 0.75
"""Most of the time left that the beam may take where answers are to be drawn too."""


class _OneThread:
    """Runs bodies on one thread of the CPU each; they may overlap.

    The steps of decoding are small: where another process holds a core, threads that wait for each
    other made them 300 times slower, and on an idle machine they gain little.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before = 1

    def __enter__(self) -> None:
        with self._lock:
            # The setting is the whole program's: a later body would remember the 1 of an earlier one.
            if self._inside == 0:
                self._before = torch.get_num_threads()
            self._inside += 1
            torch.set_num_threads(1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                torch.set_num_threads(self._before)


_ONE_THREAD = _OneThread()


class Network:
    """A model with its vocabulary.

    Parameters
    ----------
    model : Transformer
        In evaluation mode.
    vocabulary : Vocabulary
    """

    def __init__(self, model: Transformer, vocabulary: Vocabulary) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._grammars: dict[str, Grammar] = {}

    @classmethod
    def load(cls, checkpoint: str | Path, *, device: str | None = None) -> Network:
        """Read a checkpoint folder onto a device, by default a GPU if there is one.

        Raises
        ------
        CheckpointError
            If it is not a whole checkpoint of the present alphabet.
        """
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        loaded = load_checkpoint(checkpoint, dtype=best_dtype(device), device=device)
        return cls(loaded.model, loaded.vocabulary)

    def decode(
        self,
        task: str,
        forms: Sequence[Tokens],
        *,
        beam_size: int,
        samples: int = 0,
        deadline: Deadline | None = None,
    ) -> list[Candidate]:
        """Return the answers to all forms of a problem, pooled, best first.

        Parameters
        ----------
        task : str
        forms : sequence of Tokens
            Presentations of one problem.
        beam_size : int
            Answers decoded for each form.
        samples : int
            Answers drawn besides, over all forms.
        deadline : Deadline, optional
            When to end with what is finished by then.
        """
        sources = [self._vocabulary.encode(TASKS[task].encode(tokens)) for tokens in forms]
        sources = [ids for ids in sources if len(ids) < self._model.config.max_length]
        if not sources:
            return []
        grammar = self._grammar(task)
        in_time = deadline.earlier(BEAM_TIME_SHARE * deadline.remaining) if samples and deadline else deadline
        with _ONE_THREAD:
            beams = self._beams(sources, grammar, beam_size, in_time)
            pool = [hypothesis for beam in beams for hypothesis in beam]
            if samples:
                each = -(-samples // len(sources))
                pool += sample_batch(self._model, sources, grammar, samples=each, deadline=deadline)
        return list(self._build(sorted(pool, key=lambda h: -h.score)))

    def answers(
        self, task: str, problems: Sequence[Tokens], beam_size: int, deadline: Deadline
    ) -> list[list[Tokens]]:
        """Return the answers to each of some problems, as tokens, best first; see `decode`."""
        sources = [self._vocabulary.encode(TASKS[task].encode(tokens)) for tokens in problems]
        short = [n for n, ids in enumerate(sources) if len(ids) < self._model.config.max_length]
        found: list[list[Tokens]] = [[] for _ in problems]
        with _ONE_THREAD:
            beams = self._beams([sources[n] for n in short], self._grammar(task), beam_size, deadline)
        for n, beam in zip(short, beams, strict=True):
            # What is undefined or imaginary as it is read can't be spelled, and is left out.
            built = distinct(self._build(beam), set())
            found[n] = [canonical_tokens(candidate.expr) for candidate in built]
        return found

    def _beams(
        self, sources: Sequence[list[int]], grammar: Grammar, beam_size: int, deadline: Deadline | None
    ) -> list[list[Hypothesis]]:
        """Decode sources, `MAX_ROWS` hypotheses at a time; those not begun before the deadline have none."""
        together = max(1, MAX_ROWS // beam_size)
        beams: list[list[Hypothesis]] = []
        for first in range(0, len(sources), together):
            if first and deadline is not None and deadline.has_passed:
                break
            part = sources[first : first + together]
            beams += decode_batch(self._model, part, grammar, beams=beam_size, deadline=deadline)
        return beams + [[] for _ in sources[len(beams) :]]

    def _build(self, hypotheses: Sequence[Hypothesis]) -> Iterator[Candidate]:
        for hypothesis in hypotheses:
            try:
                expr = decode(self._vocabulary.decode(hypothesis.ids))
            except PrefixError:
                # Well-formed, but undefined: a division by zero, say.
                continue
            yield Candidate(expr, hypothesis.score, ENGINE)

    def _grammar(self, task: str) -> Grammar:
        if task not in self._grammars:
            device = str(self._model.output.weight.device)
            self._grammars[task] = Grammar(self._vocabulary, TASKS[task].answer_symbols, device=device)
        return self._grammars[task]
