"""Start a model from another one's weights, whatever vocabulary that one had."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from symmath.errors import CheckpointError
from symmath.expr.vocab import BEGIN, END, PAD, UNKNOWN, Vocabulary
from symmath.model.checkpoint import Checkpoint

_ROWS_OF_PIECES = ("embedding.weight", "output.weight")


def _carried_rows(rows_VD: Tensor, old: Vocabulary, new: Vocabulary) -> Tensor:
    """Return a row for every new piece: the old one's, or the mean of the old pieces that spell it."""
    same = {tuple(piece): i for i, piece in enumerate(old.pieces) if piece}
    spelled: list[list[int]] = []
    for i, piece in enumerate(new.pieces):
        if i in (PAD, BEGIN, END, UNKNOWN):
            spelled.append([i])
        elif tuple(piece) in same:
            spelled.append([same[tuple(piece)]])
        else:
            spelled.append(old.encode(piece))
    return torch.stack([rows_VD[ids].mean(0) for ids in spelled])


@torch.no_grad()
def carry_over(source: Checkpoint, masters: Mapping[str, Tensor], vocabulary: Vocabulary) -> None:
    """Overwrite a model's weights by a checkpoint's.

    Parameters
    ----------
    source : Checkpoint
    masters : mapping of str to Tensor
        Weights to overwrite, by name.
    vocabulary : Vocabulary
        The vocabulary of `masters`. Rows of pieces go by the tokens a piece stands for.

    Raises
    ------
    CheckpointError
        If the two models differ in size.
    """
    weights = source.model.state_dict()
    for name, master in masters.items():
        weight = weights[name] if name in weights else None
        if weight is not None and name in _ROWS_OF_PIECES:
            weight = _carried_rows(weight.float(), source.vocabulary, vocabulary)
        if weight is None or weight.shape != master.shape:
            raise CheckpointError(f"the checkpoint's model has another size: {name} doesn't fit")
        master.copy_(weight)
