"""Batched beam search under the grammar.

Shape suffixes: B problems still decoding, K beams, N = B * K rows, V pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from symmath.deadline import Deadline
from symmath.expr.vocab import BEGIN, END, PAD
from symmath.model.grammar import Grammar, State
from symmath.model.transformer import Transformer

MAX_ANSWER_PIECES = 96


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One decoded answer: piece ids without begin and end, and its normalised log-probability."""

    ids: list[int]
    score: float


class Decoder(Protocol):
    """What beam search needs of a model; the tests have one without weights."""

    def step(self, last_N: Tensor) -> Tensor:
        """Return logits of the next piece, (N, V), after piece `last_N` of every row."""

    def select(self, rows_N: Tensor) -> None:
        """Keep rows `rows_N`, in that order."""


class TransformerDecoder:
    """A transformer that decodes `beams` rows of every source.

    Parameters
    ----------
    model : Transformer
    source_BS : int tensor of shape (B, S)
    beams : int
    """

    def __init__(self, model: Transformer, source_BS: Tensor, beams: int) -> None:
        self._model = model
        self._cache = model.start(source_BS)
        self._cache.widen(beams)

    def step(self, last_N: Tensor) -> Tensor:
        """Return logits of the next piece, (N, V)."""
        return self._model.step(last_N, self._cache).float()

    def select(self, rows_N: Tensor) -> None:
        """Keep rows, in order."""
        if len(rows_N) == len(self._cache.past[0][0]):
            self._cache.reorder(rows_N)
        else:
            self._cache.select(rows_N)


def length_penalty(length: int) -> float:
    """Return ``((5 + length) / 6) ** 0.6``.

    References
    ----------
    Wu et al. (2016), arXiv:1609.08144, section 7.
    """
    return ((5 + length) / 6) ** 0.6


def beam_search(
    decoder: Decoder,
    grammar: Grammar,
    *,
    problems: int,
    beams: int,
    device: torch.device,
    max_pieces: int = MAX_ANSWER_PIECES,
    deadline: Deadline | None = None,
) -> list[list[Hypothesis]]:
    """Decode the `beams` best answers of every problem.

    Parameters
    ----------
    decoder : Decoder
        Holds ``problems * beams`` rows, those of one problem together.
    grammar : Grammar
        Every hypothesis returned is a well-formed expression.
    problems, beams : int
    device : torch.device
    max_pieces : int
        Longest answer.
    deadline : Deadline, optional
        When to end with what is finished by then; at least one step is made.

    Returns
    -------
    list of list of Hypothesis
        For each problem at most `beams`, best first.
    """
    finished: list[list[Hypothesis]] = [[] for _ in range(problems)]
    active = list(range(problems))
    state = State.start(problems * beams, device)
    last_N = torch.full((problems * beams,), BEGIN, device=device)
    # At first all rows of a problem are equal: only its first may be extended.
    score_BK = torch.full((problems, beams), float("-inf"), device=device)
    score_BK[:, 0] = 0.0
    ids_NT = torch.zeros(problems * beams, 0, dtype=torch.int64, device=device)
    for length in range(max_pieces + 1):
        if length and deadline is not None and deadline.has_passed:
            break
        logp_NV = decoder.step(last_N).log_softmax(-1)
        logp_NV = logp_NV.masked_fill(~grammar.allowed(state, max_pieces - length), float("-inf"))
        total_BKV = score_BK[:, :, None] + logp_NV.view(len(active), beams, -1)
        keep = _choose(total_BKV, active, finished, ids_NT, length)
        if not keep.problems or length == max_pieces:
            break
        active = keep.problems
        rows_N = torch.tensor(keep.rows, device=device)
        last_N = torch.tensor(keep.pieces, device=device)
        score_BK = torch.tensor(keep.scores, device=device).view(-1, beams)
        state = grammar.advance(state.select(rows_N), last_N)
        ids_NT = torch.cat([ids_NT[rows_N], last_N[:, None]], dim=1)
        decoder.select(rows_N)
    return [sorted(done, key=lambda h: -h.score)[:beams] for done in finished]


def _choose(
    total_BKV: Tensor,
    active: Sequence[int],
    finished: Sequence[list[Hypothesis]],
    ids_NT: Tensor,
    length: int,
) -> _Selection:
    """Pick the best extensions of every active problem; those that end join its finished ones."""
    beams, pieces = total_BKV.shape[1:]
    best_BC, flat_BC = total_BKV.flatten(1).topk(min(2 * beams, beams * pieces))
    row_BC = flat_BC // pieces + torch.arange(len(active), device=flat_BC.device)[:, None] * beams
    piece_BC = flat_BC % pieces
    keep = _Selection(beams)
    for problem, *columns in zip(active, best_BC.tolist(), row_BC.tolist(), piece_BC.tolist(), strict=True):
        done = finished[problem]
        alive: list[tuple[float, int, int]] = []
        for score, row, piece in zip(*columns, strict=True):
            if score == float("-inf"):
                continue
            if piece == END:
                done.append(Hypothesis(ids_NT[row].tolist(), score / length_penalty(length + 1)))
            elif len(alive) < beams:
                alive.append((score, row, piece))
        if len(done) < beams and alive:
            keep.add(problem, alive)
    return keep


class _Selection:
    """The rows that go on to the next step, `beams` a problem."""

    def __init__(self, beams: int) -> None:
        self._beams = beams
        self.problems: list[int] = []
        self.rows: list[int] = []
        self.pieces: list[int] = []
        self.scores: list[float] = []

    def add(self, problem: int, alive: Sequence[tuple[float, int, int]]) -> None:
        # Missing beams repeat the first one with no chance of being chosen.
        padded = [*alive, *[(float("-inf"), *alive[0][1:])] * (self._beams - len(alive))]
        self.problems.append(problem)
        for score, row, piece in padded:
            self.scores.append(score)
            self.rows.append(row)
            self.pieces.append(piece)


@torch.inference_mode()
def decode_batch(
    model: Transformer,
    sources: Sequence[Sequence[int]],
    grammar: Grammar,
    *,
    beams: int,
    deadline: Deadline | None = None,
) -> list[list[Hypothesis]]:
    """Decode the best answers to sources given as piece ids, those finished before a deadline.

    Returns
    -------
    list of list of Hypothesis
        For each source at most `beams`, best first.
    """
    device = model.output.weight.device
    decoder = start_decoder(model, sources, beams)
    return beam_search(decoder, grammar, problems=len(sources), beams=beams, device=device, deadline=deadline)


def start_decoder(model: Transformer, sources: Sequence[Sequence[int]], rows: int) -> TransformerDecoder:
    """Return a decoder with so many rows of every source, which are given as piece ids."""
    width = max(map(len, sources))
    padded = [[*source, *[PAD] * (width - len(source))] for source in sources]
    return TransformerDecoder(model, torch.tensor(padded, device=model.output.weight.device), rows)
