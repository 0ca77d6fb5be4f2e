"""Validation: greedy decoding, compared token by token, and the loss on held-out pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from torch.nn import functional

from symmath.errors import ShardError
from symmath.expr.vocab import BEGIN, END, PAD, Vocabulary
from symmath.model.transformer import Transformer
from symmath.shards import Record, read_records
from symmath.train.batches import collate, pad
from symmath.train.loop import Validate

_MAX_PIECES = 64
_LOSS_PAIRS = 128


def greedy_decode(model: Transformer, source_BS: torch.Tensor) -> list[list[int]]:
    """Return the piece ids of the greedy answer to each source, begin and end excluded."""
    cache = model.start(source_BS)
    last_B = torch.full((len(source_BS),), BEGIN)
    finished_B = torch.zeros(len(source_BS), dtype=torch.bool)
    columns: list[torch.Tensor] = []
    for _ in range(_MAX_PIECES):
        last_B = model.step(last_B.to(source_BS.device), cache).argmax(-1).cpu()
        columns.append(last_B)
        finished_B |= last_B == END
        if bool(finished_B.all()):
            break
    rows = torch.stack(columns, dim=1).tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


def first_held_out(directories: Sequence[Path], problems: int) -> list[Record]:
    """Return the first held-out pairs, an equal part of each directory, each problem once a directory."""
    part = max(1, problems // len(directories))
    return [r for directory in directories for r in islice(_distinct(directory), part)]


def _distinct(directory: Path) -> Iterator[Record]:
    """Yield held-out pairs, leaving out repeats, which easy problems have most of."""
    seen: set[tuple[str, ...]] = set()
    for record in read_records(directory, "valid"):
        if (source := tuple(record.source)) not in seen:
            seen.add(source)
            yield record


def held_out_loss(model: Transformer, vocabulary: Vocabulary, records: Sequence[Record]) -> float:
    """Return the loss in nats a prefix token, end included, which vocabularies can be compared by."""
    device = model.output.weight.device
    total, tokens = 0.0, 0
    for first in range(0, len(records), _LOSS_PAIRS):
        part = records[first : first + _LOSS_PAIRS]
        batch = collate([(vocabulary.encode(r.source), vocabulary.encode(r.target)) for r in part])
        target_BT = batch.target_BT.to(device)
        logits_BTV = model(batch.source_BS.to(device), target_BT[:, :-1])
        total += functional.cross_entropy(
            logits_BTV.float().flatten(0, 1), target_BT[:, 1:].flatten(), ignore_index=PAD, reduction="sum"
        ).item()
        tokens += sum(len(record.target) + 1 for record in part)
    return total / tokens


def greedy_validation(directories: Sequence[Path], problems: int) -> Validate:
    """Make a validation that counts exact greedy answers to the first held-out pairs.

    Parameters
    ----------
    directories : sequence of Path
        Each gives an equal part of the problems.
    problems : int

    Raises
    ------
    ShardError
        If they hold none.
    """
    records = first_held_out(directories, problems)
    if not records:
        raise ShardError("the folders hold no validation pairs")

    def validate(model: Transformer, vocabulary: Vocabulary) -> dict[str, float]:
        source_BS = pad([vocabulary.encode(record.source) for record in records])
        answers = greedy_decode(model, source_BS.to(model.output.weight.device))
        right = [vocabulary.decode(ids) == r.target for ids, r in zip(answers, records, strict=True)]
        return {"greedy_exact": sum(right) / len(right)}

    return validate
