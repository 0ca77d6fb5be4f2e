"""First-order equations: an expression in x, y and y' is zero; the answer holds the constant c1."""

from __future__ import annotations

import random
from functools import partial

from symmath.ansatz.found import without_combinations
from symmath.expr.operators import Expr
from symmath.odes.changes import changes
from symmath.odes.constants import C1, insert_constant
from symmath.odes.solve import solve_first_order
from symmath.tasks.families import FIRST
from symmath.tasks.linear import FIRST_LINEAR
from symmath.tasks.ode import from_families, presentations, residual, shorter_solutions
from symmath.tasks.task import Draw, Task

_MAX_OPERATORS = 13


def _tree(draw: Draw, rng: random.Random) -> Expr:
    """Draw a tree and put the constant anywhere in it (Lample & Charton 2019, section 4.2)."""
    return insert_constant(draw(rng, rng.randint(1, _MAX_OPERATORS)), C1, rng)


TASK = Task(
    name="ode1",
    mark="<ode1>",
    answer_symbols=("x", "c1"),
    residual=residual,
    shorter=shorter_solutions,
    order=1,
    presentations=partial(presentations, 1),
    changes=partial(changes, order=1),
    fit=without_combinations(solve_first_order),
    generators={
        "tree": from_families(_tree, 1),
        **{name: from_families(family, 1) for name, family in FIRST},
        **FIRST_LINEAR,
    },
)
