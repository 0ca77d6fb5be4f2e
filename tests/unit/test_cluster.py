"""The same recipe on a Dask cluster: the same bytes, whatever happens to the workers."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen.pipeline import generate
from datagen.recipes import RECIPES
from symmath.errors import ShardError

distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra 'scale')")

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow]


@pytest.fixture
def cluster() -> Iterator["distributed.LocalCluster"]:
    """Two worker processes, each with a nanny that starts it anew when it dies."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp"
    ) as cluster:
        yield cluster


def make(folder: Path, *, pairs: int, chunk: int, scheduler: str | None = None) -> None:
    generate(
        RECIPES["integrate-bwd"],
        folder,
        pairs=pairs,
        seed=1,
        workers=0,
        chunk_pairs=chunk,
        report=lambda _: None,
        scheduler=scheduler,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_cluster_writes_the_bytes_of_the_local_engine(
    cluster: "distributed.LocalCluster", shards: Path, tmp_path: Path
) -> None:
    command = ["integrate", "--recipe", "integrate-bwd", "--seed", "1", "--pairs", "600", "--chunk", "300"]
    done = subprocess.run(
        [sys.executable, "-m", "datagen", *command, "--out", str(tmp_path)]
        + ["--scheduler", cluster.scheduler_address],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == contents(shards)


def test_a_killed_worker_costs_nothing_but_time(cluster: "distributed.LocalCluster", tmp_path: Path) -> None:
    out = tmp_path / "cluster"
    victim = next(iter(cluster.workers.values())).pid
    died: list[int] = []

    def kill() -> None:
        # In the middle of the run: some chunks are written, others drawn.
        while not out.exists() or len(list(out.glob("train-*"))) < 3:
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)
        died.append(len(list(out.glob("train-*"))))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    make(out, pairs=20_000, chunk=1000, scheduler=cluster.scheduler_address)
    killer.join(10)
    assert died and died[0] < 20
    make(tmp_path / "local", pairs=20_000, chunk=1000)
    assert contents(out) == contents(tmp_path / "local")


def test_workers_with_several_threads_are_refused(tmp_path: Path) -> None:
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp"
        ) as cluster,
        pytest.raises(ShardError, match="--nthreads 1"),
    ):
        make(tmp_path, pairs=300, chunk=300, scheduler=cluster.scheduler_address)
    assert not list(tmp_path.iterdir())


def test_an_unreachable_scheduler_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datagen.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ShardError, match="can't be reached"):
        make(tmp_path, pairs=300, chunk=300, scheduler="tcp://127.0.0.1:9")


def test_a_scheduler_without_workers_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datagen.cluster._CONNECT_SECONDS", 1)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=None, protocol="tcp"
        ) as cluster,
        pytest.raises(ShardError, match="has no workers"),
    ):
        make(tmp_path, pairs=300, chunk=300, scheduler=cluster.scheduler_address)
