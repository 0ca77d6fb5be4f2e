"""Share the processor: use the cores that other processes leave free.

Two threads while another process holds a core are slower than one, since each parallel region
waits for the slower thread.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import torch

_STAT = Path("/proc/stat")
_TICKS_PER_SECOND = 100
INTERVAL = 4.0


def _busy_seconds() -> float:
    """Return processor seconds used on this machine so far, all processes together."""
    fields = [int(value) for value in _STAT.read_text().split("\n", 1)[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / _TICKS_PER_SECOND


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system


class ThreadGovernor:
    """Sets torch's thread count to the cores that nobody else uses; call `adjust` now and then."""

    def __init__(self) -> None:
        self._cores = (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        self._last: tuple[float, float, float] | None = None

    def adjust(self) -> None:
        """Measure since the last call, if that was `INTERVAL` seconds ago, and set the threads."""
        if not _STAT.exists():
            return
        now = time.monotonic()
        if self._last is not None and now - self._last[0] < INTERVAL:
            return
        busy, own = _busy_seconds(), _own_seconds()
        if self._last is not None:
            elapsed = now - self._last[0]
            others = (busy - self._last[1] - (own - self._last[2])) / elapsed
            torch.set_num_threads(max(1, self._cores - round(others)))
        self._last = (now, busy, own)
