import pickle
import subprocess
import sys
import time

import pytest

from symmath.deadline import Deadline, run
from symmath.errors import TimeLimitError


def test_run_returns_and_raises_what_the_function_does() -> None:
    assert run(pow, 2, 10, timeout=20.0) == 1024
    with pytest.raises(ZeroDivisionError):
        run(divmod, 1, 0, timeout=20.0)


def test_a_stuck_call_is_killed_in_time_and_the_next_one_works() -> None:
    run(pow, 1, 1, timeout=20.0)
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        run(time.sleep, 30, timeout=0.5)
    assert time.monotonic() - begin < 5.0
    assert run(abs, -3, timeout=20.0) == 3


def test_memory_is_limited() -> None:
    with pytest.raises(MemoryError):
        run(bytearray, 3 * 1024**3, timeout=20.0)


def test_deadline_counts_down() -> None:
    deadline = Deadline.after(60.0)
    assert 59.0 < deadline.remaining <= 60.0 and not deadline.has_passed
    assert deadline.earlier(1.0).remaining <= 1.0
    assert deadline.earlier(1000.0) == deadline
    assert Deadline.after(-1.0).has_passed


def test_no_process_is_left_behind() -> None:
    code = "from symmath.deadline import run; import os;print(run(os.getpid, timeout=20.0))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    time.sleep(0.5)
    assert subprocess.run(["kill", "-0", done.stdout.strip()], capture_output=True).returncode != 0


def test_a_function_that_cant_be_found_is_an_error_and_not_a_death() -> None:
    def local() -> None: ...

    local.__qualname__ = "missing"
    local.__module__ = "symmath.deadline"
    with pytest.raises((AttributeError, pickle.PicklingError)):
        run(local, timeout=20.0)
    assert run(abs, -1, timeout=20.0) == 1
