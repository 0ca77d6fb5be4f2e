"""How many floating-point operations training takes, by counting the matrix products.

A product of m x k and k x n counts 2 m k n; the backward pass counts as two forward passes. Norms,
softmax, rotary angles and the embedding's look-up aren't counted, nor is padding; what Muon multiplies is
counted apart, since it teaches nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from symmath.model.transformer import ModelConfig

BACKWARD = 2
"""Forward passes that a backward pass is worth."""
NEWTON_SCHULZ_STEPS = 5
"""As many as `torch.optim.Muon` takes by default."""


def training_operations(
    config: ModelConfig, sources: Sequence[int], targets: Sequence[int]
) -> tuple[float, float]:
    """Return the operations of training on pairs of these lengths once.

    Parameters
    ----------
    config : ModelConfig
    sources : sequence of int
        Pieces of each source.
    targets : sequence of int
        Positions of each target that the model reads, begin included.

    Returns
    -------
    weights : float
        In products with weights: 6 for each weight and position it is applied to.
    attention : float
        In products of activations: scores and mixtures, over whole squares also where attention is
        causal, since the squares are what is computed.
    """
    source, target = np.asarray(sources, float), np.asarray(targets, float)
    width, square = config.width, config.width**2
    feed = 2 * config.expansion * square
    # Encoder: query, key, value, out. Decoder: the same, then query and out of the second attention,
    # whose keys and values are made of the source.
    on_source = config.encoder_layers * (4 * square + feed) + config.decoder_layers * 2 * square
    on_target = config.decoder_layers * (6 * square + feed) + config.vocabulary * width
    weights = 2 * (on_source * source.sum() + on_target * target.sum())
    squares = config.encoder_layers * (source**2).sum()
    squares += config.decoder_layers * ((target**2).sum() + (source * target).sum())
    return (1 + BACKWARD) * float(weights), (1 + BACKWARD) * 4 * width * float(squares)


def orthogonalisation_operations(shapes: Iterable[tuple[int, int]]) -> float:
    """Return the operations of one step of Muon on matrices of these shapes.

    References
    ----------
    Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks": each of the iterations
    takes one product n x n and two with the n x m matrix itself, n the shorter side.
    """
    sides = [(min(shape), max(shape)) for shape in shapes]
    return float(NEWTON_SCHULZ_STEPS * sum(2 * n**3 + 4 * m * n**2 for n, m in sides))
