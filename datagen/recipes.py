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


def _single(task: str, generator: str) -> Recipe:
    """Return the recipe of one generator alone, such as ``integrate-bwd``."""
    return Recipe(name=f"{task}-{generator}", generators={(task, generator): 1.0}, presentations=RAW)


DIFFERENTIATE = Recipe(name="differentiate", generators={("differentiate", "tree"): 1.0}, presentations=RAW)

INTEGRATE_MIX = Recipe(
    name="integrate-mix",
    generators={
        ("integrate", "bwd"): 0.25,
        ("integrate", "small"): 0.05,
        ("integrate", "ibp"): 0.20,
        ("integrate", "substitution"): 0.10,
        ("integrate", "linear"): 0.05,
        ("integrate", "liouville"): 0.10,
        ("integrate", "fwd"): 0.25,
    },
    presentations={
        "raw": 0.40,
        "expanded": 0.15,
        "together": 0.15,
        "factored": 0.12,
        "apart": 0.08,
        "trig": 0.06,
        "exponential": 0.04,
    },
)

ODE1 = Recipe(
    name="ode1",
    generators={
        ("ode1", "tree"): 0.50,
        ("ode1", "linear"): 0.09,
        ("ode1", "separable"): 0.08,
        ("ode1", "exact"): 0.07,
        ("ode1", "bernoulli"): 0.06,
        ("ode1", "homogeneous"): 0.06,
        ("ode1", "riccati"): 0.04,
        ("ode1", "shifted"): 0.03,
        ("ode1", "constant"): 0.03,
        ("ode1", "euler"): 0.03,
        ("ode1", "clairaut"): 0.01,
    },
    presentations=RAW,
)

ODE2 = Recipe(
    name="ode2",
    generators={
        ("ode2", "tree"): 0.50,
        ("ode2", "basis"): 0.10,
        ("ode2", "constant"): 0.10,
        ("ode2", "euler"): 0.08,
        ("ode2", "integral"): 0.06,
        ("ode2", "missing"): 0.06,
        ("ode2", "autonomous"): 0.05,
        ("ode2", "transformed"): 0.05,
    },
    presentations=RAW,
)

ODE_MIX = Recipe(
    name="ode-mix",
    generators={key: weight / 2 for recipe in (ODE1, ODE2) for key, weight in recipe.generators.items()},
    presentations=RAW,
)


def _families(recipe: Recipe) -> Recipe:
    """Return a recipe for equations without its random trees."""
    weights = {key: weight for key, weight in recipe.generators.items() if key[1] != "tree"}
    total = sum(weights.values())
    generators = {key: weight / total for key, weight in weights.items()}
    return Recipe(name=f"{recipe.name}-families", generators=generators, presentations=RAW)


def _part(mix: Recipe, key: tuple[str, str]) -> Recipe:
    """Return the recipe of one generator of a mix, in its presentations: parts are weighed while training."""
    return Recipe(name=f"{mix.name}-{key[1]}", generators={key: 1.0}, presentations=mix.presentations)


_ENGINES = ("integrate", "engines")
"""Forward pairs by other systems, in no mix: what is installed differs, and so do the pairs."""
_MIXES = (DIFFERENTIATE, INTEGRATE_MIX, ODE1, ODE2, ODE_MIX, _families(ODE1), _families(ODE2))
_SINGLE = tuple(_single(*key) for key in (*INTEGRATE_MIX.generators, *ODE_MIX.generators, _ENGINES))
_PARTS = tuple(_part(INTEGRATE_MIX, key) for key in (*INTEGRATE_MIX.generators, _ENGINES))
RECIPES: Mapping[str, Recipe] = {recipe.name: recipe for recipe in (*_MIXES, *_SINGLE, *_PARTS)}
