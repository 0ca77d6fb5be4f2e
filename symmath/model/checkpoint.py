"""Checkpoints: weights.safetensors, config.json, vocab.model and metrics.json in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from symmath.errors import CheckpointError
from symmath.expr.vocab import Vocabulary
from symmath.files import write_whole
from symmath.model.transformer import ModelConfig, Transformer

WEIGHTS, CONFIG, VOCABULARY, METRICS = "weights.safetensors", "config.json", "vocab.model", "metrics.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model with the vocabulary it was trained on and what is known of it."""

    model: Transformer
    vocabulary: Vocabulary
    metrics: dict[str, Any]


def save_checkpoint(
    directory: Path,
    weights: Mapping[str, Tensor],
    config: ModelConfig,
    vocabulary: Vocabulary,
    metrics: Mapping[str, Any],
) -> None:
    """Write a checkpoint in bfloat16; each file appears whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    rounded = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in weights.items()}
    partial = directory / f".{WEIGHTS}"
    save_file(rounded, partial, metadata={"vocabulary": vocabulary.fingerprint()})
    partial.replace(directory / WEIGHTS)
    described = {"model": asdict(config), "vocabulary": vocabulary.fingerprint()}
    write_whole(directory / VOCABULARY, vocabulary.model)
    write_whole(directory / CONFIG, (json.dumps(described, indent=2) + "\n").encode())
    write_whole(directory / METRICS, (json.dumps(metrics, indent=2, sort_keys=True) + "\n").encode())


def load_checkpoint(directory: str | Path, *, dtype: torch.dtype, device: str = "cpu") -> Checkpoint:
    """Read a checkpoint.

    Parameters
    ----------
    directory : str or Path
    dtype : torch.dtype
        Type to compute in.
    device : str

    Raises
    ------
    CheckpointError
        If a file is missing or corrupt, or weights and vocabulary don't belong together.
    """
    directory = Path(directory)
    vocabulary = Vocabulary.load(directory / VOCABULARY)
    try:
        described = json.loads((directory / CONFIG).read_text())
        metrics = json.loads((directory / METRICS).read_text())
        weights = load_file(directory / WEIGHTS, device=device)
        with safe_open(directory / WEIGHTS, framework="pt") as file:
            trained_with = (file.metadata() or {}).get("vocabulary", described.get("vocabulary"))
        config = ModelConfig(**described["model"])
    except (OSError, SafetensorError, ValueError, TypeError, KeyError) as error:
        raise CheckpointError(f"{directory} is not a whole checkpoint: {error}") from error
    if {described.get("vocabulary"), trained_with} != {vocabulary.fingerprint()}:
        raise CheckpointError(f"{directory} was trained with another vocabulary than its {VOCABULARY}")
    with torch.device("meta"):
        model = Transformer(config)
    try:
        model.load_state_dict({name: w.to(dtype) for name, w in weights.items()}, assign=True)
    except RuntimeError as error:
        raise CheckpointError(f"{directory}: weights and config disagree: {error}") from error
    model.materialise_rotary(device)
    return Checkpoint(model.eval(), vocabulary, metrics)
