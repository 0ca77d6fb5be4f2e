"""A training run in its folder: model, optimiser and progress, saved and resumed together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from symmath.errors import CheckpointError
from symmath.expr.vocab import PAD, Vocabulary
from symmath.model.checkpoint import Checkpoint, save_checkpoint
from symmath.model.precision import best_dtype
from symmath.model.transformer import ModelConfig, Transformer
from symmath.train.batches import Batch, Position
from symmath.train.config import Anneal, TrainConfig, rate_at
from symmath.train.freeze import freeze, frozen_names
from symmath.train.optimizer import MasterOptimizer
from symmath.train.ranks import ALONE, Ranks
from symmath.train.transfer import carry_over

STATE = "state.safetensors"
_PROGRESS = "progress"
_DTYPE = "dtype"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    step, pairs : int
        Optimiser steps, and pairs seen.
    seconds : float
        Wall time of training, all sessions together.
    position : Position
        Next batch of the data.
    anneal : Anneal or None
        The decay, once it has begun.
    """

    step: int = 0
    pairs: int = 0
    seconds: float = 0.0
    position: Position = Position()
    anneal: Anneal | None = None

    def to_json(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """Read what `to_json` wrote."""
        values = json.loads(text)
        values["position"] = Position(**values["position"])
        values["anneal"] = Anneal(**values["anneal"]) if values["anneal"] else None
        return cls(**values)


class Run:
    """A training run in a directory: model, optimiser and progress, saved together.

    Parameters
    ----------
    config : TrainConfig
    directory : Path
        Continued where it stands if it holds a state.
    vocabulary : Vocabulary
    device : str
    provenance : mapping of str to str, optional
        Kept in the checkpoint's metrics: the commit, the data.
    ranks : Ranks
        The processes that share each batch. All read the folder, the first one writes it, and any
        number of them resumes it.
    accumulate : int
        Parts of its share that a process computes one after another, to save memory.
    """

    def __init__(
        self,
        config: TrainConfig,
        directory: Path,
        vocabulary: Vocabulary,
        *,
        device: str,
        provenance: Mapping[str, str] | None = None,
        ranks: Ranks = ALONE,
        accumulate: int = 1,
    ) -> None:
        self.config = config
        self.provenance = dict(provenance or {})
        self.directory = directory
        self.vocabulary = vocabulary
        self.device = device
        self.ranks = ranks
        self.accumulate = accumulate
        # Measured, so it could differ between processes, and from one start to the next.
        self.dtype = ranks.same(self._dtype_of_state() or best_dtype(device))
        torch.manual_seed(config.seed)
        self.model_config = ModelConfig(
            vocabulary=len(vocabulary),
            width=config.width,
            heads=config.heads,
            encoder_layers=config.encoder_layers,
            decoder_layers=config.decoder_layers,
        )
        self.model = Transformer(self.model_config).to(device)
        self.optimizer = MasterOptimizer(self.model, config)
        self.model.to(self.dtype)
        self.frozen = frozen_names(self.model, config.freeze)
        self.progress = Progress()
        if (directory / STATE).exists():
            self._load()
        if any(progress != self.progress for progress in ranks.all(self.progress)):
            raise CheckpointError(f"{directory} doesn't hold the same state for all processes of this run")

    def start_from(self, checkpoint: Checkpoint) -> None:
        """Take over a checkpoint's weights; the optimiser starts afresh.

        Raises
        ------
        CheckpointError
            If its model has another size.
        """
        carry_over(checkpoint, self.optimizer.masters, self.vocabulary)
        self.optimizer.copy_to_model()

    def _dtype_of_state(self) -> torch.dtype | None:
        """Return the type that the run has computed in so far on this kind of device."""
        path = self.directory / STATE
        if not path.exists():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                kind, _, name = (file.metadata() or {}).get(_DTYPE, "").partition(" ")
        except (OSError, SafetensorError) as error:
            raise CheckpointError(f"{path} can't be resumed: {error}") from error
        return getattr(torch, name, None) if kind == torch.device(self.device).type else None

    def _load(self) -> None:
        path = self.directory / STATE
        try:
            with safe_open(path, framework="pt", device=self.device) as file:
                self.progress = Progress.from_json(file.metadata()[_PROGRESS])
                self.optimizer.load_state({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, RuntimeError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path} can't be resumed: {error}") from error

    def save(self, metrics: dict[str, Any]) -> None:
        """Write state and checkpoint; a crash in between leaves the earlier ones."""
        partial = self.directory / f".{STATE}"
        dtype = f"{torch.device(self.device).type} {str(self.dtype).removeprefix('torch.')}"
        stands = {_PROGRESS: self.progress.to_json(), _DTYPE: dtype}
        tensors = {name: tensor.contiguous() for name, tensor in self.optimizer.state().items()}
        save_file(tensors, partial, metadata=stands)
        partial.replace(self.directory / STATE)
        described = {
            "recipe": asdict(self.config),
            "steps": self.progress.step,
            "pairs": self.progress.pairs,
            "hours": self.progress.seconds / 3600,
            **self.provenance,
            **metrics,
        }
        save_checkpoint(self.directory, self.optimizer.weights, self.model_config, self.vocabulary, described)

    def step(self, batch: Batch) -> float:
        """Train on one batch, shared with the other processes; return its loss in nats a piece."""
        rate = rate_at(self.progress.step, self.config, self.progress.anneal)
        is_frozen = self.config.frozen_steps is None or self.progress.step < self.config.frozen_steps
        freeze(self.model, self.frozen if is_frozen else frozenset())
        ranks, pieces = self.ranks, batch.pieces
        parts = ranks.size * self.accumulate
        loss = torch.zeros((), device=self.device)
        for index in range(ranks.rank, min(parts, len(batch)), ranks.size):
            loss += self.backward(batch.part(index, parts), pieces)
            self.optimizer.collect()
        if ranks.size > 1:
            ranks.add([*self.optimizer.gradients(), loss])
        self.optimizer.step(rate)
        return loss.item()

    def backward(self, batch: Batch, pieces: int) -> Tensor:
        """Compute the gradients of a part of a batch of so many pieces; return its part of the loss."""
        source_BS, target_BT = batch.source_BS.to(self.device), batch.target_BT.to(self.device)
        logits_BTV = self.model(source_BS, target_BT[:, :-1])
        total = functional.cross_entropy(
            logits_BTV.float().flatten(0, 1),
            target_BT[:, 1:].flatten(),
            ignore_index=PAD,
            reduction="sum",
            label_smoothing=self.config.label_smoothing,
        )
        loss = total / pieces
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()
