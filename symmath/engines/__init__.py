"""Other computer algebra systems, one adapter each, behind one signature.

Their answers are proposals: nothing here is verified.
"""

from __future__ import annotations

from symmath.engines.engine import Engine

__all__ = ["Engine"]
