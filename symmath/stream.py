"""Shards as another process makes them: no disk between generating and training.

The other process is a command that writes frames to its standard output. A frame is the length of
a shard in 8 little-endian bytes, then the shard, byte for byte what a file would hold. Called with
``--first N`` added, the command begins at chunk N, so a reader can take up any position again.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from symmath.errors import ShardError
from symmath.shards import Shard, unpack_shard

_LENGTH_BYTES = 8
_MAX_FRAME_BYTES = 1 << 32
_STOP_SECONDS = 5.0


def write_frame(out: IO[bytes], shard: bytes) -> None:
    """Write one shard."""
    out.write(len(shard).to_bytes(_LENGTH_BYTES, "little"))
    out.write(shard)
    out.flush()


def read_frame(source: IO[bytes], name: str) -> Shard | None:
    """Read one shard; None where the stream ends between frames.

    Parameters
    ----------
    source : binary file
    name : str
        What errors call it.

    Raises
    ------
    ShardError
        If the stream ends within a frame, or the frame is no whole shard.
    """
    head = source.read(_LENGTH_BYTES)
    if not head:
        return None
    length = int.from_bytes(head, "little")
    if length > _MAX_FRAME_BYTES:
        raise ShardError(f"{name} doesn't write frames: the first 8 bytes say {length} bytes follow")
    data = source.read(length)
    if len(head) < _LENGTH_BYTES or len(data) < length:
        raise ShardError(f"{name} ended in the middle of a shard")
    return unpack_shard(data, name)


class Stream:
    """The chunks of a command that generates them, started when the first is asked for.

    Parameters
    ----------
    command : str
        Split as a shell would; no shell runs it.
    """

    def __init__(self, command: str) -> None:
        self.command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._next = 0

    def shards(self, first: int, count: int) -> Iterator[Shard]:
        """Yield chunks `first` and following; a jump starts the command anew.

        Raises
        ------
        ShardError
            If the command ends, or writes anything but these chunks.
        """
        for index in range(first, first + count):
            if self._process is None or self._next != index:
                self._start(index)
            self._next = index + 1
            yield self._read(index)

    def _start(self, index: int) -> None:
        self.close()
        try:
            command = [*shlex.split(self.command), "--first", str(index)]
            # A session of its own: Ctrl-C is for the trainer, which finishes its step and saves.
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        except (OSError, ValueError) as error:
            raise ShardError(f"{self.command!r} can't be started: {error}") from error

    def _read(self, index: int) -> Shard:
        assert self._process is not None and self._process.stdout is not None
        name = f"chunk {index} of {self.command!r}"
        shard = read_frame(self._process.stdout, name)
        if shard is None:
            raise ShardError(f"{name} didn't come: the command ended with status {self._process.wait()}")
        if shard.manifest.get("chunk") != index:
            raise ShardError(f"{name} is chunk {shard.manifest.get('chunk')}: the command ignores --first")
        return shard

    def close(self) -> None:
        """End the command and the processes it started."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        # What it started and didn't end itself.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
