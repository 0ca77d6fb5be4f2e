"""Named training recipes."""

from __future__ import annotations

from collections.abc import Mapping

from symmath.train.config import TrainConfig

INTEGRATE = TrainConfig(name="integrate")
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

ODE = TrainConfig(name="ode")
ODE_FROM_INTEGRATE = TrainConfig(name="ode-from-integrate", encoder_rate=0.3)

_ALL = (INTEGRATE, ODE, ODE_FROM_INTEGRATE, TINY)
RECIPES: Mapping[str, TrainConfig] = {recipe.name: recipe for recipe in _ALL}
