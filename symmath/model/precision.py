"""Which floating-point type to compute in: measured, not guessed."""

from __future__ import annotations

import math
import time

import torch

_SIZE = 512
_REPEATS = 12
_WORTHWHILE = 1.3
_TYPES = (torch.float32, torch.bfloat16)


def _seconds() -> list[float]:
    """Return the shortest time of a product in each type; taken in turn, so that other work slows both."""
    factors = [torch.ones(_SIZE, _SIZE, dtype=dtype) for dtype in _TYPES]
    best = [math.inf, math.inf]
    for _ in range(_REPEATS):
        for number, a in enumerate(factors):
            begin = time.perf_counter()
            torch.mm(a, a)
            best[number] = min(best[number], time.perf_counter() - begin)
    return best


def best_dtype(device: str) -> torch.dtype:
    """Return bfloat16 where it is clearly faster than float32 on `device`, else float32."""
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    single, half = _seconds()
    return torch.bfloat16 if single > _WORTHWHILE * half else torch.float32
