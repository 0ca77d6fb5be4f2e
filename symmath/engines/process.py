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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import TIMEOUT_MAX, Lock

from symmath.errors import SymMathError, TimeLimitError

MAX_QUESTION = 30_000
"""Characters; a pipe holds 65,536 bytes, so writing never waits for a program that doesn't read."""
MAX_ANSWER = 4_000_000
MAX_BUSY_SECONDS = 300.0
"""A process that worked this long is replaced, because these programs never give memory back."""
INTERRUPT_SECONDS = 0.1


class ProcessDiedError(SymMathError):
    """The program ended, or printed without bound, before it answered."""


_LAUNCHER = """
ulimit -v "$1"; ulimit -c 0; shift
(read nothing < "/dev/fd/$0"; kill -9 0) > /dev/null &
exec "$@"
"""
"""Starts the program under its limits, beside a watcher that ends both once our end of the lifeline
pipe closes: a program that loops, or asks again and again at the end of its input, would outlive us."""


def _kill(process: subprocess.Popen[bytes], held: int) -> None:
    """Kill the process group: the programs are started by shell scripts."""
    os.close(held)
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
    max_interrupts : int
        How many late computations may be interrupted, as by Ctrl-C, before the program is replaced;
        0 if it can't be trusted after one.
    """

    def __init__(
        self,
        command: Sequence[str],
        setup: str,
        end: Callable[[str], str],
        *,
        memory_mb: int,
        max_interrupts: int = 0,
    ) -> None:
        self._max_interrupts = max_interrupts
        self._command = list(command)
        self._memory_mb = memory_mb
        self._setup = setup
        self._end = end
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[..., Process] | None = None
        self._asking = Lock()
        self._count = 0
        self._interrupts = 0
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
            If the program did not finish in time; it was interrupted or killed.
        ProcessDiedError
            If the program ended or ran wild; it was killed.
        ValueError
            If `question` is longer than `MAX_QUESTION`.
        """
        if len(question) > MAX_QUESTION:
            raise ValueError(f"a question of {len(question)} characters is longer than {MAX_QUESTION}")
        deadline = time.monotonic() + timeout
        with self._alone(deadline):
            begin = time.monotonic()
            try:
                with self._closed_on_failure():
                    answer = self._answer(question, deadline)
            finally:
                self._busy += time.monotonic() - begin
        if answer is None:
            raise TimeLimitError("the engine ran out of time")
        return answer

    @contextmanager
    def _alone(self, deadline: float) -> Iterator[None]:
        """Wait until no other thread asks: one would read what the other is answered."""
        if not self._asking.acquire(timeout=max(0.0, min(deadline - time.monotonic(), TIMEOUT_MAX))):
            raise TimeLimitError("the engine was busy with another question")
        try:
            yield
        finally:
            self._asking.release()

    @contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        """Kill the program on any error or interrupt: a question left open would answer the next one."""
        with ExitStack() as failure:
            failure.callback(self.close)
            yield
            failure.pop_all()

    def _answer(self, question: str, deadline: float) -> str | None:
        """Return what was printed, or None if it came late and the program could be interrupted."""
        process = self._running(deadline)
        mark = self._send(process, question)
        try:
            return self._read(process, mark, deadline)
        except TimeLimitError:
            if self._interrupt(process, mark):
                return None
            raise

    def _interrupt(self, process: subprocess.Popen[bytes], mark: bytes) -> bool:
        """Stop a computation as Ctrl-C does, which is cheaper than a new process; False if it goes on."""
        self._interrupts += 1
        if self._interrupts > self._max_interrupts:
            return False
        os.killpg(process.pid, signal.SIGINT)
        try:
            self._read(process, mark, time.monotonic() + INTERRUPT_SECONDS)
        except (TimeLimitError, ProcessDiedError):
            return False
        return True

    def warm(self, timeout: float) -> None:
        """Start the program unless it runs, so that the next `ask` need not.

        Raises
        ------
        TimeLimitError
            If it did not start in `timeout` seconds.
        ProcessDiedError
            If it could not start.
        """
        deadline = time.monotonic() + timeout
        with self._alone(deadline), self._closed_on_failure():
            self._running(deadline)

    def close(self) -> None:
        """Kill the program."""
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None

    @property
    def is_warm(self) -> bool:
        """Whether the program runs and will not be replaced before the next question."""
        is_running = self._process is not None and self._process.poll() is None
        return is_running and self._busy <= MAX_BUSY_SECONDS

    def _running(self, deadline: float) -> subprocess.Popen[bytes]:
        """Return the process, started or replaced where need be."""
        if not self.is_warm:
            self.close()
        return self._process or self._start(deadline)

    def _start(self, deadline: float) -> subprocess.Popen[bytes]:
        lifeline, held = os.pipe()
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _LAUNCHER, str(lifeline), str(self._memory_mb * 1024), *self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(lifeline,),
                start_new_session=True,
                bufsize=0,
            )
        except OSError:
            os.close(held)
            raise
        finally:
            os.close(lifeline)
        self._process = process
        self._finalizer = weakref.finalize(self, _kill, process, held)
        self._busy = 0.0
        self._interrupts = 0
        self._read(process, self._send(process, self._setup), deadline)
        return process

    def _send(self, process: subprocess.Popen[bytes], question: str) -> bytes:
        """Write the question; return the mark that will follow its answer."""
        assert process.stdin is not None
        self._count += 1
        mark = f"symmath-end-{self._count}"
        try:
            process.stdin.write(f"{question}\n{self._end(mark)}\n".encode())
        except BrokenPipeError:
            raise ProcessDiedError("the program ended") from None
        return mark.encode()

    def _read(self, process: subprocess.Popen[bytes], mark: bytes, deadline: float) -> str:
        """Return what the program prints before `mark`."""
        assert process.stdout is not None
        answer = bytearray()
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN | select.POLLHUP)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise TimeLimitError("the engine ran out of time")
            chunk = os.read(process.stdout.fileno(), 65_536)
            if not chunk or len(answer) > MAX_ANSWER:
                raise ProcessDiedError("the program ended" if not chunk else "the answer is endless")
            # The last bytes are searched again: the mark may arrive in pieces, and its quote after it.
            searched = max(0, len(answer) - len(mark) - 8)
            answer += chunk
            found = answer.find(mark, searched)
            # The mark's number must be complete: mark 1 is a prefix of mark 10.
            if found >= 0 and answer.find(b"\n", found) >= 0:
                return answer[:found].decode(errors="replace")
