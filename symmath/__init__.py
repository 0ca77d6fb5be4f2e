"""symmath: a sequence-to-sequence solver for symbolic mathematics, every answer checked.

Names are loaded on first use, so that ``import symmath`` doesn't import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symmath.api import dsolve as dsolve
    from symmath.api import dsolve_system as dsolve_system
    from symmath.api import integrate as integrate
    from symmath.api import integrate_between as integrate_between
    from symmath.api import verify as verify
    from symmath.api import verify_solution as verify_solution
    from symmath.errors import SymMathError as SymMathError
    from symmath.solve.solution import Solution as Solution
    from symmath.solve.solver import Solver as Solver
    from symmath.verification import Verdict as Verdict

_HOMES = {
    "Solution": "symmath.solve.solution",
    "Solver": "symmath.solve.solver",
    "SymMathError": "symmath.errors",
    "Verdict": "symmath.verification",
    "dsolve": "symmath.api",
    "dsolve_system": "symmath.api",
    "integrate": "symmath.api",
    "integrate_between": "symmath.api",
    "verify": "symmath.api",
    "verify_solution": "symmath.api",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symmath' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
