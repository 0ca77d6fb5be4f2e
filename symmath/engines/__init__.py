"""Other computer algebra systems, one adapter each, behind one signature.

Their answers are proposals: nothing here is verified.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping

from symmath.engines.engine import Engine
from symmath.engines.fricas import FriCAS
from symmath.engines.giac import Giac
from symmath.engines.maxima import Maxima

__all__ = ["ENGINES", "Engine", "available"]


def _sympy(manual: bool = False) -> Engine:
    # Imported late: its workers bring in multiprocessing, which the other engines don't need.
    from symmath.engines.sympy_engine import SymPy

    return SymPy(manual=manual)


ENGINES: Mapping[str, Callable[[], Engine]] = {
    "sympy": _sympy,
    "fricas": FriCAS,
    "giac": Giac,
    "maxima": Maxima,
    "sympy-manual": lambda: _sympy(manual=True),
}
"""What makes each engine, by name, in the order `auto` asks them. Nothing starts before a question."""

_PROGRAMS = {FriCAS.name: FriCAS.command, Giac.name: Giac.command, Maxima.name: Maxima.command}


def available() -> tuple[str, ...]:
    """Return the names of the engines that are installed."""
    return tuple(
        name for name in ENGINES if name not in _PROGRAMS or shutil.which(_PROGRAMS[name][0]) is not None
    )
