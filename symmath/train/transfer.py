"""Start a model from another one's weights, whatever vocabulary that one had, and were it less deep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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


def _depth(names: Iterable[str], stack: str) -> int:
    """Return how many layers a stack has."""
    return len({name.split(".")[1] for name in names if name.startswith(f"{stack}.")})


def _name_in_deeper(name: str, stack: str, old: int, new: int) -> str:
    """Return what a weight is called in a deeper stack, over which the old layers are spread.

    A layer between them adds nothing until it is trained, as its branches begin at zero, so the deeper
    model begins as the same function (Chen et al. 2016, arXiv:1511.05641).
    """
    if (found := re.match(rf"{stack}\.(\d+)\.", name)) is None:
        return name
    place = (int(found[1]) + 1) * new // old - 1
    return f"{stack}.{place}.{name[found.end() :]}"


def _in_deeper(weights: Mapping[str, Tensor], masters: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights by their names in a model that may have more layers."""
    named = dict(weights)
    for stack in ("encoder", "decoder"):
        old, new = _depth(weights, stack), _depth(masters, stack)
        if old < new:
            named = {_name_in_deeper(name, stack, old, new): weight for name, weight in named.items()}
    return named


@torch.no_grad()
def carry_over(source: Checkpoint, masters: Mapping[str, Tensor], vocabulary: Vocabulary) -> None:
    """Overwrite a model's weights by a checkpoint's.

    Parameters
    ----------
    source : Checkpoint
    masters : mapping of str to Tensor
        Weights to overwrite, by name. Layers that the checkpoint lacks keep theirs.
    vocabulary : Vocabulary
        The vocabulary of `masters`. Rows of pieces go by the tokens a piece stands for.

    Raises
    ------
    CheckpointError
        If the two models differ in width, or this one is less deep.
    """
    weights = _in_deeper(source.model.state_dict(), masters)
    if not weights.keys() <= masters.keys():
        raise CheckpointError("the checkpoint's model is deeper than the new one")
    for name, weight in weights.items():
        if name in _ROWS_OF_PIECES:
            weight = _carried_rows(weight.float(), source.vocabulary, vocabulary)
        if weight.shape != masters[name].shape:
            raise CheckpointError(f"the checkpoint's model has another size: {name} doesn't fit")
        masters[name].copy_(weight)
