"""Which weights a transferred model keeps as they are, and for how long."""

from __future__ import annotations

from symmath.errors import UnsupportedError
from symmath.model.transformer import Transformer
from symmath.train.optimizer import ENCODER


def frozen_names(model: Transformer, freeze: str) -> frozenset[str]:
    """Return the parameters that a setting freezes.

    Parameters
    ----------
    model : Transformer
    freeze : str
        "none"; "encoder": the embedding and the whole encoder; "encoder:k": the embedding and the
        first k layers of the encoder.

    Raises
    ------
    UnsupportedError
        If it is none of these, or the encoder has fewer layers.
    """
    names = [name for name, _ in model.named_parameters()]
    if freeze == "none":
        return frozenset()
    part, _, count = freeze.partition(":")
    if part != "encoder" or (freeze != part and not count.isdecimal()):
        raise UnsupportedError(f"unknown freezing {freeze!r}; there are none, encoder and encoder:k")
    if not count:
        return frozenset(name for name in names if name.startswith(ENCODER))
    if int(count) > len(model.encoder):
        raise UnsupportedError(f"{freeze!r}: the encoder has {len(model.encoder)} layers")
    layers = tuple(f"encoder.{k}." for k in range(int(count)))
    return frozenset(name for name in names if name.startswith(("embedding.", *layers)))


def freeze(model: Transformer, names: frozenset[str]) -> None:
    """Freeze the named parameters, and no others.

    A frozen parameter gets no gradient, and layers below the first free one no backward pass.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name not in names)
