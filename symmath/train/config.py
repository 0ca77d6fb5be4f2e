"""What a training run is: one frozen record, and the learning-rate schedule it implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symmath.expr.vocab import Merges


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """A whole training recipe.

    Attributes
    ----------
    name : str
    pieces : int
        Vocabulary size.
    merges : str
        What its pieces are; see `symmath.expr.vocab.Merges`.
    width, heads, encoder_layers, decoder_layers : int
        See `symmath.model.transformer.ModelConfig`.
    batch_tokens : int
        Padded positions a batch, source and target together.
    early_batch_tokens : int or None
        The same in the first `early_rounds` rounds of data, where the gradient's noise is small
        beside it; None for no difference.
    early_rounds : int
    optimizer : str
        Of the matrices of the layers: "muon" or "adamw"; everything else has AdamW.
    matrix_rate, other_rate : float
        Peak learning rates of the matrices of the layers, and of everything else.
    weight_decay : float
        Of the matrices.
    warm_up : int
        Steps of linear warm-up.
    max_length : int
        Longest sequence in pieces.
    seed : int
    freeze : str
        What a transferred model keeps fixed; see `symmath.train.freeze.frozen_names`.
    frozen_steps : int or None
        Steps after which it is set free; None for never.
    encoder_rate : float
        Factor on the learning rates of the embedding and the encoder.
    average : float
        Decay a step of an exponential moving average of the weights, which is then what is validated
        and saved as the checkpoint's weights; 0 for none.
    label_smoothing : float
        Probability spread over all pieces in the target of the loss.
    """

    name: str
    pieces: int = 512
    merges: Merges = "free"
    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 4
    batch_tokens: int = 10_000
    early_batch_tokens: int | None = None
    early_rounds: int = 0
    optimizer: Literal["muon", "adamw"] = "muon"
    matrix_rate: float = 0.02
    other_rate: float = 0.003
    weight_decay: float = 0.01
    warm_up: int = 100
    max_length: int = 256
    seed: int = 0
    freeze: str = "none"
    frozen_steps: int | None = None
    encoder_rate: float = 1.0
    average: float = 0.0
    label_smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class Anneal:
    """A linear decay from `peak` to zero over `steps` steps after step `start`."""

    start: int
    steps: int
    peak: float = 1.0

    @property
    def end(self) -> int:
        """The last step."""
        return self.start + self.steps


def rate_at(step: int, config: TrainConfig, anneal: Anneal | None) -> float:
    """Return the factor on the peak learning rates: warm-up, stable, decay.

    References
    ----------
    Hu et al. (2024), arXiv:2404.06395, section 4: a stable phase can be left at any step.
    """
    warm = min(1.0, (step + 1) / config.warm_up)
    if anneal is None or step < anneal.start:
        return warm
    return warm * anneal.peak * max(0.0, 1.0 - (step - anneal.start) / anneal.steps)
