import os
import pickle
import subprocess
import sys
import threading
import time
from itertools import count, islice

import pytest

from symmath.deadline import Deadline, iterate, run, start, warm
from symmath.errors import SymMathError, TimeLimitError
from symmath.expr.parse import parse_expression

GRACE = 0.2
"""Seconds a call may take beyond its timeout."""


def python(code: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, timeout=60)


def has_ended(pid: int | str) -> bool:
    """Whether a process ends within two seconds; one that only waits to be reaped has ended."""
    give_up = time.monotonic() + 2.0
    while time.monotonic() < give_up:
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
        if not state.strip() or state.startswith("Z"):
            return True
        time.sleep(0.02)
    return False


def test_run_returns_and_raises_what_the_function_does() -> None:
    assert run(pow, 2, 10, timeout=20.0) == 1024
    with pytest.raises(ZeroDivisionError):
        run(divmod, 1, 0, timeout=20.0)


def test_items_come_when_they_are_asked_for() -> None:
    assert list(iterate(range, 3, timeout=20.0)) == [0, 1, 2]
    items = iterate(map, time.sleep, (0.0, 30.0), timeout=20.0)
    assert next(items) is None
    # The worker is free in between.
    assert run(abs, -3, timeout=20.0) == 3


def test_what_was_yielded_stays_where_the_next_item_takes_too_long_or_fails() -> None:
    slow = iterate(map, time.sleep, (0.0, 30.0), timeout=1.0)
    assert next(slow) is None
    with pytest.raises(TimeLimitError):
        next(slow)
    wrong = iterate(map, divmod, (5, 1), (3, 0), timeout=20.0)
    assert next(wrong) == (1, 2)
    with pytest.raises(ZeroDivisionError):
        next(wrong)


def test_items_go_on_in_another_worker_and_beside_each_other() -> None:
    several = [iterate(count, n, timeout=60.0) for n in range(6)]
    for step in range(2):
        assert [next(items) for items in several] == [n + step for n in range(6)]
    with pytest.raises(TimeLimitError):
        run(time.sleep, 30, timeout=0.1)
    assert list(islice(several[5], 2)) == [7, 8]


def test_an_iteration_that_is_given_up_is_dropped() -> None:
    opened = "len(__import__('symmath.worker').worker._open)"
    items = iterate(count, 1, timeout=20.0)
    assert next(items) == 1
    assert run(eval, opened, timeout=20.0) == 1
    items.close()
    assert run(eval, opened, timeout=20.0) == 0


def test_time_between_items_is_not_theirs() -> None:
    warm()
    items = iterate(range, 3, timeout=1.0)
    assert next(items) == 0
    time.sleep(1.2)
    assert next(items) == 1
    ended = iterate(range, 3, timeout=20.0, until=Deadline.after(0.5))
    assert next(ended) == 0
    time.sleep(0.6)
    with pytest.raises(TimeLimitError):
        next(ended)


# One call of C code, which no signal handler can interrupt; and one that lets go of Python's lock.
@pytest.mark.parametrize(("function", "args"), [(pow, (7, 10**9)), (time.sleep, (30,))])
def test_a_stuck_call_is_killed_in_time_and_the_next_one_works(
    function: object, args: tuple[int, ...]
) -> None:
    warm()
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        run(function, *args, timeout=0.3)  # type: ignore[arg-type]
    assert time.monotonic() - begin < 0.3 + GRACE
    assert run(abs, -3, timeout=20.0) == 3


@pytest.mark.parametrize("timeout", [0.0, -1.0, 1e-4, 0.02])
def test_the_start_of_a_worker_counts(timeout: float) -> None:
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        run(time.sleep, 30, timeout=timeout, memory_mb=1024)
    assert time.monotonic() - begin < max(timeout, 0.0) + GRACE


def test_a_boundless_timeout_is_one() -> None:
    assert run(abs, -3, timeout=float("inf")) == 3


def test_a_worker_is_reused_and_stays_usable_after_an_error() -> None:
    first = run(os.getpid, timeout=20.0)
    with pytest.raises(ValueError):
        run(int, "x", timeout=20.0)
    assert run(os.getpid, timeout=20.0) == first != os.getpid()


def test_a_worker_started_ahead_has_its_modules_and_is_the_one_that_is_used() -> None:
    begin = time.monotonic()
    start("symmath.expr.tidy", memory_mb=1100)
    assert time.monotonic() - begin < 0.1
    start("wave", memory_mb=1100)
    loaded = run(eval, "sorted(__import__('sys').modules)", timeout=20.0, memory_mb=1100)
    assert "symmath.expr.tidy" in loaded and "wave" not in loaded


def test_calls_of_threads_do_not_wait_for_each_other() -> None:
    warm()
    slow = threading.Thread(target=run, args=(time.sleep, 1.0), kwargs={"timeout": 5.0})
    slow.start()
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        run(time.sleep, 30, timeout=0.3)
    assert time.monotonic() - begin < 0.3 + GRACE
    slow.join()


def test_a_call_that_is_not_wanted_any_more_ends() -> None:
    warm()
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        run(time.sleep, 30, timeout=20.0, stop=stop)
    assert 0.25 < time.monotonic() - begin < 1.0 + GRACE
    assert run(abs, -3, timeout=20.0, stop=threading.Event()) == 3


def test_a_worker_outlives_the_thread_that_asked_for_it() -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(run(os.getpid, timeout=20.0, memory_mb=1024)))
    thread.start()
    thread.join()
    time.sleep(0.1)
    assert run(os.getpid, timeout=20.0, memory_mb=1024) == pids[0]


def test_memory_is_limited() -> None:
    with pytest.raises(MemoryError):
        run(bytearray, 3 * 1024**3, timeout=20.0)
    with pytest.raises(MemoryError):
        run(bytes, 100 * 1024**2, timeout=20.0)  # too large to be sent back in time
    assert run(abs, -3, timeout=20.0) == 3


def test_a_death_is_a_memory_error() -> None:
    with pytest.raises(MemoryError):
        run(os.abort, timeout=20.0)
    assert run(abs, -3, timeout=20.0) == 3


def test_what_cant_travel_back_is_an_error_and_not_a_death() -> None:
    pid = run(os.getpid, timeout=20.0)
    with pytest.raises(TypeError):
        run(threading.Lock, timeout=20.0)
    with pytest.raises(SymMathError, match="was expected"):
        run(parse_expression, "1+*", timeout=20.0)
    with pytest.raises(SymMathError, match="exit"):
        run(sys.exit, timeout=20.0)
    assert run(os.getpid, timeout=20.0) == pid


def test_a_function_that_cant_be_found_is_an_error_and_not_a_death() -> None:
    def local() -> None: ...

    local.__qualname__ = "missing"
    local.__module__ = "symmath.deadline"
    with pytest.raises((AttributeError, pickle.PicklingError)):
        run(local, timeout=20.0)
    assert run(abs, -1, timeout=20.0) == 1


def test_workers_do_not_load_torch() -> None:
    run(parse_expression, "x", timeout=20.0)
    assert "torch" not in run(eval, "sorted(__import__('sys').modules)", timeout=20.0)


def test_deadline_counts_down() -> None:
    deadline = Deadline.after(60.0)
    assert 59.0 < deadline.remaining <= 60.0 and not deadline.has_passed
    assert deadline.earlier(1.0).remaining <= 1.0
    assert deadline.earlier(1000.0) == deadline
    assert Deadline.after(-1.0).has_passed


def test_no_process_is_left_behind() -> None:
    code = "from symmath.deadline import run; import os;print(run(os.getpid, timeout=20.0))"
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert has_ended(done.stdout.strip())


def test_no_process_outlives_a_killed_caller_even_when_it_is_stuck() -> None:
    code = (
        "import os, threading, time, signal; from symmath.deadline import run\n"
        "print(run(os.getpid, timeout=20.0), flush=True)\n"
        "threading.Thread(target=run, args=(pow, 7, 10**9), kwargs={'timeout': 60.0}).start()\n"
        "time.sleep(0.3)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = python(code)
    assert has_ended(done.stdout.strip())


def test_a_fork_gets_workers_of_its_own_and_leaves_the_parents_alone() -> None:
    code = (
        "import os, sys; from symmath.deadline import run\n"
        "first = run(os.getpid, timeout=20.0)\n"
        "if child := os.fork():\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "    assert run(os.getpid, timeout=20.0) == first\n"
        "else:\n"
        "    assert run(os.getpid, timeout=20.0) != first\n"
    )
    done = python(code, "-W", "ignore")
    assert done.returncode == 0, done.stderr


def test_a_script_needs_no_guard(tmp_path) -> None:  # type: ignore[no-untyped-def]
    script = tmp_path / "script.py"
    script.write_text("from symmath.deadline import run\nprint(run(abs, -7, timeout=20.0))\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.returncode) == ("7\n", 0), done.stderr
