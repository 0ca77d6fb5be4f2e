"""A command-line program kept running behind pipes: asked, timed, killed when stuck.

Knows nothing of mathematics. The program must print whatever sentinel it is asked to print.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
import weakref
from collections.abc import Callable, Sequence

from symmath.errors import TimeLimitError

MAX_QUESTION = 30_000
"""Characters; a pipe holds 65,536 bytes, so writing never waits for a program that doesn't read."""
MAX_ANSWER = 4_000_000
MAX_BUSY_SECONDS = 300.0
"""A process that worked this long is replaced, because these programs never give memory back."""
MAX_CPU_SECONDS = 3600
"""Ends a stuck process whose parent was itself killed."""


class ProcessDiedError(RuntimeError):
    """The program ended, or printed without bound, before it answered."""


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group: the programs are started by shell scripts."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


class Process:
    """A program started at the first question and again after each failure.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    setup : str
        Input sent once after each start.
    end : Callable
        ``end(mark)``: input that makes the program print `mark`. It must not hold `mark` in one
        piece, for programs that echo their input.
    memory_mb : int
        Limit on the address space.
    """

    def __init__(
        self, command: Sequence[str], setup: str, end: Callable[[str], str], memory_mb: int = 4096
    ) -> None:
        limits = f"ulimit -v {memory_mb * 1024}; ulimit -t {MAX_CPU_SECONDS}; ulimit -c 0"
        self._command = ["/bin/sh", "-c", f'{limits}; exec "$@"', "sh", *command]
        self._setup = setup
        self._end = end
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[..., Process] | None = None
        self._count = 0
        self._busy = 0.0

    def ask(self, question: str, timeout: float) -> str:
        """Send `question` and return what the program printed until it was done with it.

        Parameters
        ----------
        question : str
            Input lines.
        timeout : float
            Seconds, a start included.

        Raises
        ------
        TimeLimitError
            If the program did not finish in time; it was killed.
        ProcessDiedError
            If the program ended or ran wild; it was killed.
        ValueError
            If `question` is longer than `MAX_QUESTION`.
        """
        if len(question) > MAX_QUESTION:
            raise ValueError(f"a question of {len(question)} characters is longer than {MAX_QUESTION}")
        begin = time.monotonic()
        deadline = begin + timeout
        if self._process is not None and (self._process.poll() is not None or self._busy > MAX_BUSY_SECONDS):
            self.close()
        try:
            process = self._process or self._start(deadline)
            answer = self._exchange(process, question, deadline)
        except BaseException:
            self.close()
            raise
        self._busy += time.monotonic() - begin
        return answer

    def close(self) -> None:
        """Kill the program."""
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None

    def _start(self, deadline: float) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        self._process = process
        self._finalizer = weakref.finalize(self, _kill, process)
        self._busy = 0.0
        self._exchange(process, self._setup, deadline)
        return process

    def _exchange(self, process: subprocess.Popen[bytes], question: str, deadline: float) -> str:
        assert process.stdin is not None and process.stdout is not None
        self._count += 1
        mark = f"symmath-end-{self._count}"
        try:
            process.stdin.write(f"{question}\n{self._end(mark)}\n".encode())
        except BrokenPipeError:
            raise ProcessDiedError("the program ended") from None
        wanted = mark.encode()
        chunks = bytearray()
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN | select.POLLHUP)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise TimeLimitError("the engine ran out of time")
            chunk = os.read(process.stdout.fileno(), 65_536)
            if not chunk or len(chunks) > MAX_ANSWER:
                raise ProcessDiedError("the program ended" if not chunk else "the answer is endless")
            searched = max(0, len(chunks) - len(wanted))
            chunks += chunk
            found = chunks.find(wanted, searched)
            # The mark's number must be complete: mark 1 is a prefix of mark 10.
            if found >= 0 and chunks.find(b"\n", found) >= 0:
                return chunks[:found].decode(errors="replace")
