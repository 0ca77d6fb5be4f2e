"""What to generate: named, whole configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RAW: Mapping[str, float] = {"raw": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A mixture of generators.

    Attributes
    ----------
    name : str
    generators : mapping of (str, str) to float
        Weight of each generator, by task and generator name.
    presentations : mapping of str to float
        Weight of each form in which a problem of the integrate task is shown (`symmath.expr.present`).
    """

    name: str
    generators: Mapping[tuple[str, str], float]
    presentations: Mapping[str, float]


INTEGRATE_BWD = Recipe(name="integrate-bwd", generators={("integrate", "bwd"): 1.0}, presentations=RAW)

INTEGRATE_MIX = Recipe(
    name="integrate-mix",
    generators={
        ("integrate", "bwd"): 0.45,
        ("integrate", "small"): 0.15,
        ("integrate", "ibp"): 0.10,
        ("integrate", "substitution"): 0.10,
        ("integrate", "linear"): 0.08,
        ("integrate", "liouville"): 0.12,
    },
    presentations={"raw": 0.5, "expanded": 0.15, "together": 0.15, "factored": 0.1, "trig": 0.1},
)

RECIPES: Mapping[str, Recipe] = {recipe.name: recipe for recipe in (INTEGRATE_BWD, INTEGRATE_MIX)}
