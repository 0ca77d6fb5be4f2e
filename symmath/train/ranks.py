"""Processes that train one model together: who they are, and what they tell each other.

Knows tensors and plain values only, no model and no data. A process that trains alone is a group of
one, for which every exchange returns what it was given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TypeVar

import torch
from torch import Tensor, distributed

from symmath.errors import LostRankError

_T = TypeVar("_T")

# The others wait while the first one validates. A rank that dies is noticed at once on its own
# machine (torchrun ends the rest) and by its closed connection; this is for a machine that vanishes.
_PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Ranks:
    """A process among those of a run.

    Attributes
    ----------
    rank, size : int
        Of all machines together.
    local_rank, local_size : int
        On this machine.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes the files."""
        return self.rank == 0

    def same(self, value: _T) -> _T:
        """Return the first process's value, to all."""
        if self.size == 1:
            return value
        values = [value]
        _exchange(lambda: distributed.broadcast_object_list(values, src=0))
        return values[0]

    def all(self, value: _T) -> list[_T]:
        """Return every process's value, by rank, to all."""
        if self.size == 1:
            return [value]
        values: list[_T] = [value] * self.size
        _exchange(lambda: distributed.all_gather_object(values, value))
        return values

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Overwrite float32 tensors by their sums over all processes, in one exchange."""
        if self.size == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        _exchange(lambda: distributed.all_reduce(flat))
        parts = torch.split(flat, [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view_as(tensor))


ALONE = Ranks()


def _exchange(collective: Callable[[], object]) -> None:
    try:
        collective()
    except RuntimeError as error:
        raise LostRankError(f"another process of this run was lost: {error}") from error


@contextmanager
def joined() -> Iterator[Ranks]:
    """Join the processes that torchrun started, if it did.

    Raises
    ------
    LostRankError
        If the others don't come.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    ranks = Ranks(
        int(os.environ["RANK"]),
        size,
        int(os.environ["LOCAL_RANK"]),
        int(os.environ["LOCAL_WORLD_SIZE"]),
    )
    # Some of its functions take the group of the moment of import as a default, and so keep that group's
    # threads past its end; at exit they would sometimes abort. Optimizers import it at their first step.
    import_module("torch._dynamo")
    # Values travel by gloo also where gradients travel by nccl.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    _exchange(lambda: distributed.init_process_group(backend, timeout=_PATIENCE))
    yield ranks
    # Nobody leaves while another one still talks to it. Not after an error: who is gone can't be waited for.
    _exchange(distributed.barrier)
    distributed.destroy_process_group()
