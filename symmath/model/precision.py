"""Which floating-point type to compute in: measured, not guessed."""

from __future__ import annotations

import time

import torch

_SIZE = 512
_REPEATS = 8
_WORTHWHILE = 1.3


def _seconds(dtype: torch.dtype) -> float:
    a = torch.ones(_SIZE, _SIZE, dtype=dtype)
    torch.mm(a, a)
    begin = time.perf_counter()
    for _ in range(_REPEATS):
        torch.mm(a, a)
    return time.perf_counter() - begin


def best_dtype(device: str) -> torch.dtype:
    """Return bfloat16 where it is clearly faster than float32 on `device`, else float32."""
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    faster = _seconds(torch.float32) > _WORTHWHILE * _seconds(torch.bfloat16)
    return torch.bfloat16 if faster else torch.float32
