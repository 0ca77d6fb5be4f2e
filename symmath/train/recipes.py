"""Named training recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symmath.train.config import TrainConfig

BASE = TrainConfig(name="base")
"""What the search began with, and what its arms change."""

INTEGRATE = replace(BASE, name="integrate", pieces=128, matrix_rate=0.01, other_rate=0.0015)
INTEGRATE_DEEP = replace(INTEGRATE, name="integrate-deep", encoder_layers=6, decoder_layers=6)
TINY = TrainConfig(
    name="tiny",
    pieces=192,
    width=64,
    heads=2,
    encoder_layers=2,
    decoder_layers=2,
    batch_tokens=2_000,
    warm_up=10,
)

DIFFERENTIATE = replace(INTEGRATE, name="differentiate")
ODE = TrainConfig(name="ode")
ODE_FROM_INTEGRATE = TrainConfig(name="ode-from-integrate", encoder_rate=0.3)

_ALL = (INTEGRATE, INTEGRATE_DEEP, DIFFERENTIATE, ODE, ODE_FROM_INTEGRATE, TINY)
RECIPES: Mapping[str, TrainConfig] = {recipe.name: recipe for recipe in _ALL}

CHANGES: Mapping[str, dict[str, Any]] = {
    "base": {},
    "size-128": {"width": 128, "heads": 2},
    "size-384": {"width": 384, "heads": 6},
    "layers-6-2": {"encoder_layers": 6, "decoder_layers": 2},
    "layers-2-6": {"encoder_layers": 2, "decoder_layers": 6},
    "deep": {"width": 192, "heads": 3, "encoder_layers": 7, "decoder_layers": 7},
    "pieces-none": {"merges": "none"},
    "pieces-integers": {"merges": "integers"},
    "pieces-subtrees": {"merges": "subtrees"},
    "pieces-128": {"pieces": 128},
    "pieces-256": {"pieces": 256},
    "pieces-1024": {"pieces": 1024},
    "rate-half": {"matrix_rate": 0.01, "other_rate": 0.0015},
    "rate-double": {"matrix_rate": 0.04, "other_rate": 0.006},
    "adamw-0.0005": {"optimizer": "adamw", "matrix_rate": 0.0005},
    "adamw-0.001": {"optimizer": "adamw", "matrix_rate": 0.001},
    "adamw-0.002": {"optimizer": "adamw", "matrix_rate": 0.002},
    "batch-5k": {"batch_tokens": 5_000},
    "batch-20k": {"batch_tokens": 20_000},
    "batch-5k-then-10k": {"early_batch_tokens": 5_000, "early_rounds": 2},
    "average-0.99": {"average": 0.99},
    "average-0.998": {"average": 0.998},
    "smoothing-0.05": {"label_smoothing": 0.05},
}
"""What may be changed of `BASE`, see `arm`."""


def arm(name: str) -> TrainConfig:
    """Return what a search compares: `BASE` with one thing changed, or several.

    Parameters
    ----------
    name : str
        One of `CHANGES`, or some of them joined by "+"; the last one counts.

    Raises
    ------
    ValueError
        If there is no such change.
    """
    changes: dict[str, Any] = {}
    for part in name.split("+"):
        if part not in CHANGES:
            raise ValueError(f"no arm {part!r}; there are {', '.join(CHANGES)}")
        changes |= CHANGES[part]
    return replace(BASE, name=name, **changes)
