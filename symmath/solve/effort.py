"""How much the network is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Effort(NamedTuple):
    """What one solve asks the network for.

    Attributes
    ----------
    beam_size : int
        Answers decoded for each presentation of the problem.
    presentations : int
        Forms of the problem that are decoded together.
    samples : int
        Answers that are drawn besides, over all presentations.
    rounds : int
        Times that it is asked again; see `symmath.solve.rounds`.
    """

    beam_size: int
    presentations: int
    samples: int
    rounds: int


DEFAULT_LEVEL = 2
MAX_BEAM_SIZE = 200
"""Of a beam of 10,000 the decoder's memory would be gigabytes."""
EFFORTS: Mapping[int, Effort] = {
    1: Effort(5, 2, 0, 1),
    DEFAULT_LEVEL: Effort(10, 6, 0, 4),
    3: Effort(50, 7, 48, 6),
}
"""The levels that a user chooses from."""
