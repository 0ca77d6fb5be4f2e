"""Sampling under the grammar: answers drawn by their probability, for more variety than a beam has.

Shape suffixes: N rows still decoding, V pieces.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from symmath.deadline import Deadline
from symmath.expr.vocab import BEGIN, END
from symmath.model.beam import MAX_ANSWER_PIECES, Decoder, Hypothesis, length_penalty, start_decoder
from symmath.model.grammar import Grammar, State
from symmath.model.transformer import Transformer

TEMPERATURE = 1.0


def _drawn(logits_NV: Tensor, allowed_NV: Tensor, generator: torch.Generator) -> Tensor:
    """Draw an allowed piece for each row; any, where nothing may follow: such a row is given up."""
    shares_NV = logits_NV.masked_fill(~allowed_NV, float("-inf")).softmax(-1)
    shares_NV[~allowed_NV.any(-1)] = 1.0
    return torch.multinomial(shares_NV, 1, generator=generator)[:, 0]


def sample(
    decoder: Decoder,
    grammar: Grammar,
    *,
    rows: int,
    device: torch.device,
    temperature: float = TEMPERATURE,
    seed: int = 0,
    max_pieces: int = MAX_ANSWER_PIECES,
    deadline: Deadline | None = None,
) -> list[Hypothesis]:
    """Draw an answer in every row of a decoder, piece by piece.

    Parameters
    ----------
    decoder : Decoder
        Holds `rows` rows; those that are finished are dropped from it.
    grammar : Grammar
        Every hypothesis returned is a well-formed expression.
    rows : int
    device : torch.device
    temperature : float
        Logits are divided by it: near 0 the likeliest piece is drawn always.
    seed : int
        Decides what is drawn.
    max_pieces : int
        Longest answer.
    deadline : Deadline, optional
        When to end with what is finished by then; at least one step is made.

    Returns
    -------
    list of Hypothesis
        Different ones, best first, scored as those of a beam are: whatever the temperature.
    """
    generator = torch.Generator(device).manual_seed(seed)
    found: dict[tuple[int, ...], float] = {}
    state = State.start(rows, device)
    last_N = torch.full((rows,), BEGIN, device=device)
    score_N = torch.zeros(rows, device=device)
    ids_NT = torch.zeros(rows, 0, dtype=torch.int64, device=device)
    for length in range(max_pieces + 1):
        if length and deadline is not None and deadline.has_passed:
            break
        logits_NV = decoder.step(last_N)
        allowed_NV = grammar.allowed(state, max_pieces - length)
        is_stuck_N = ~allowed_NV.any(-1)
        last_N = _drawn(logits_NV / temperature, allowed_NV, generator)
        score_N = score_N + logits_NV.log_softmax(-1).gather(1, last_N[:, None])[:, 0]
        has_ended_N = (last_N == END) & ~is_stuck_N
        for ids, score in zip(ids_NT[has_ended_N].tolist(), score_N[has_ended_N].tolist(), strict=True):
            found[tuple(ids)] = score / length_penalty(length + 1)
        rows_N = (~has_ended_N & ~is_stuck_N).nonzero()[:, 0]
        if not len(rows_N):
            break
        last_N, score_N = last_N[rows_N], score_N[rows_N]
        state = grammar.advance(state.select(rows_N), last_N)
        ids_NT = torch.cat([ids_NT[rows_N], last_N[:, None]], dim=1)
        decoder.select(rows_N)
    return [Hypothesis(list(ids), score) for ids, score in sorted(found.items(), key=lambda item: -item[1])]


@torch.inference_mode()
def sample_batch(
    model: Transformer,
    sources: Sequence[Sequence[int]],
    grammar: Grammar,
    *,
    samples: int,
    deadline: Deadline | None = None,
) -> list[Hypothesis]:
    """Draw answers to sources given as piece ids, `samples` of each, in one batch.

    Returns
    -------
    list of Hypothesis
        Those to all sources, best first.
    """
    decoder = start_decoder(model, sources, samples)
    device = model.output.weight.device
    return sample(decoder, grammar, rows=len(sources) * samples, device=device, deadline=deadline)
