"""Equations of order 3 and 4, solved without the network, which knows neither their symbols nor tasks."""

from __future__ import annotations

from functools import partial

from symmath.ansatz.found import without_combinations
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION
from symmath.odes.solve import solve_higher_order
from symmath.tasks.ode import residual, shorter_solutions
from symmath.tasks.task import Task


def _of_order(order: int) -> Task:
    return Task(
        name=f"ode{order}",
        mark=f"<ode{order}>",
        answer_symbols=("x", *CONSTANTS_OF_INTEGRATION[:order]),
        residual=residual,
        shorter=shorter_solutions,
        order=order,
        fit=without_combinations(partial(solve_higher_order, order=order)),
        generators={},
    )


TASKS = (_of_order(3), _of_order(4))
