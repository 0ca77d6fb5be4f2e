"""Validation during training: greedy decoding, compared token by token."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import torch

from symmath.expr.vocab import BEGIN, END, Vocabulary
from symmath.model.transformer import Transformer
from symmath.shards import read_records
from symmath.train.batches import pad
from symmath.train.loop import Validate

_MAX_PIECES = 64


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


def greedy_validation(directories: Sequence[Path], problems: int) -> Validate:
    """Make a validation that counts exact greedy answers to the first held-out pairs.

    Parameters
    ----------
    directories : sequence of Path
        Each gives an equal part of the problems.
    problems : int
    """
    part = max(1, problems // len(directories))
    records = [r for directory in directories for r in islice(read_records(directory, "valid"), part)]

    def validate(model: Transformer, vocabulary: Vocabulary) -> dict[str, float]:
        source_BS = pad([vocabulary.encode(record.source) for record in records])
        answers = greedy_decode(model, source_BS.to(model.output.weight.device))
        right = [vocabulary.decode(ids) == r.target for ids, r in zip(answers, records, strict=True)]
        return {"greedy_exact": sum(right) / len(right)}

    return validate
