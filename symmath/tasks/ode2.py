"""Second-order equations: an expression in x, y, y', y'' is zero; the answer holds c1 and c2."""

from __future__ import annotations

import random
from functools import partial

from symmath.ansatz.found import without_combinations
from symmath.expr.operators import Expr
from symmath.odes.changes import changes
from symmath.odes.constants import C1, C2, insert_constant
from symmath.odes.solve import solve_second_order
from symmath.tasks.families import SECOND
from symmath.tasks.linear import SECOND_LINEAR
from symmath.tasks.ode import from_families, presentations, residual, shorter_solutions
from symmath.tasks.task import Draw, Task

_MAX_OPERATORS = 10


def _tree(draw: Draw, rng: random.Random) -> Expr:
    """Draw a tree and put both constants anywhere in it (Lample & Charton 2019, section 4.3)."""
    tree = draw(rng, rng.randint(1, _MAX_OPERATORS))
    return insert_constant(insert_constant(tree, C1, rng), C2, rng)


TASK = Task(
    name="ode2",
    mark="<ode2>",
    answer_symbols=("x", "c1", "c2"),
    residual=residual,
    shorter=shorter_solutions,
    order=2,
    presentations=partial(presentations, 2),
    changes=partial(changes, order=2),
    fit=without_combinations(solve_second_order),
    generators={
        "tree": from_families(_tree, 2),
        **{name: from_families(family, 2) for name, family in SECOND},
        **SECOND_LINEAR,
    },
)
