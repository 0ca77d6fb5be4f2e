"""Share the processor: use the cores that other processes leave free.

Two threads while another process holds a core are slower than one, since each parallel region
waits for the slower thread.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from pathlib import Path

import torch

_STAT = Path("/proc/stat")
_TICKS_PER_SECOND = 100
INTERVAL = 4.0


def _busy_seconds(cores: Collection[int]) -> float:
    """Return processor seconds used on some cores of this machine so far, all processes together."""
    busy = 0
    for line in _STAT.read_text().splitlines():
        name, *values = line.split()
        if name.startswith("cpu") and name[3:].isdecimal() and int(name[3:]) in cores:
            fields = [int(value) for value in values[:8]]
            busy += sum(fields) - fields[3] - fields[4]
    return busy / _TICKS_PER_SECOND


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system


class ThreadGovernor:
    """Sets torch's thread count to the cores that nobody else uses; call `adjust` now and then."""

    def __init__(self) -> None:
        has_affinity = hasattr(os, "sched_getaffinity")
        self._cores = os.sched_getaffinity(0) if has_affinity else set(range(os.cpu_count() or 1))
        self._last: tuple[float, float, float] | None = None

    def adjust(self) -> None:
        """Measure since the last call, if that was `INTERVAL` seconds ago, and set the threads."""
        if not _STAT.exists():
            return
        now = time.monotonic()
        if self._last is not None and now - self._last[0] < INTERVAL:
            return
        busy, own = _busy_seconds(self._cores), _own_seconds()
        if self._last is not None:
            elapsed = now - self._last[0]
            others = (busy - self._last[1] - (own - self._last[2])) / elapsed
            torch.set_num_threads(max(1, len(self._cores) - round(others)))
        self._last = (now, busy, own)
