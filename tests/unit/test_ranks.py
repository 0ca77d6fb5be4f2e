import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from symmath.expr.vocab import Vocabulary
from symmath.train import loop
from symmath.train import run as run_module
from symmath.train.loop import fit
from symmath.train.ranks import ALONE
from symmath.train.recipes import TINY
from symmath.train.run import Run

ROOT = Path(__file__).parents[2]
STEPS = 8


@pytest.fixture(autouse=True)
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOG_STEPS", 1)
    monkeypatch.setattr(run_module, "best_dtype", lambda device: torch.float32)


def torchrun(*arguments: str, processes: int = 2) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
    return subprocess.run(
        [*launcher, str(processes), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=240
    )


def together(shards: Path, out: Path, *, die_at: int = -1) -> subprocess.CompletedProcess[str]:
    program = "tests.unit.rank_program"
    return torchrun("-m", program, str(shards), str(out), str(STEPS), str(die_at))


def losses(folder: Path) -> list[float]:
    lines = [json.loads(line) for line in (folder / loop.LOG).read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


def train_alone(shards: Path, vocabulary: Vocabulary, out: Path, *, accumulate: int = 1) -> Run:
    out.mkdir(exist_ok=True)
    run = Run(TINY, out, vocabulary, device="cpu", accumulate=accumulate)
    fit(run, [shards], minutes=5, stopped=lambda: run.progress.step >= STEPS)
    return run


@pytest.fixture
def alone(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> Run:
    return train_alone(shards, vocabulary, tmp_path / "alone")


def test_a_process_alone_exchanges_nothing() -> None:
    tensor = torch.ones(3)
    ALONE.add([tensor])
    assert ALONE.is_first and ALONE.same(5) == 5 and ALONE.all("a") == ["a"] and tensor.sum() == 3


def test_accumulated_parts_give_the_same_losses(
    alone: Run, shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    train_alone(shards, vocabulary, tmp_path / "parts", accumulate=3)
    assert losses(tmp_path / "parts") == pytest.approx(losses(alone.directory), abs=2e-3)


def test_more_parts_than_pairs_leave_some_empty(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    run = Run(replace(TINY, batch_tokens=1), tmp_path, vocabulary, device="cpu", accumulate=5)
    fit(run, [shards], minutes=5, stopped=lambda: run.progress.step >= 2)
    assert run.progress.pairs == 2


@pytest.mark.slow
def test_two_processes_train_like_one(
    alone: Run, shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    out = tmp_path / "two"
    out.mkdir()
    vocabulary.save(out / "vocab.model")
    done = together(shards, out)
    assert done.returncode == 0, done.stderr
    assert len(losses(out)) == STEPS
    assert losses(out) == pytest.approx(losses(alone.directory), abs=2e-3)
    # The state is that of any run: one process goes on with it.
    resumed = Run(TINY, out, vocabulary, device="cpu")
    assert resumed.progress.position == alone.progress.position
    assert resumed.progress.pairs == alone.progress.pairs


@pytest.mark.slow
def test_a_killed_process_ends_the_run_and_it_resumes(
    alone: Run, shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    out = tmp_path / "two"
    out.mkdir()
    vocabulary.save(out / "vocab.model")
    killed = together(shards, out, die_at=5)
    assert killed.returncode != 0 and "was lost" in killed.stderr
    assert len(losses(out)) == 5
    done = together(shards, out)
    assert done.returncode == 0, done.stderr
    assert losses(out) == pytest.approx(losses(alone.directory), abs=2e-3)


@pytest.mark.slow
def test_torchrun_trains_by_the_command_line(shards: Path, tmp_path: Path) -> None:
    arguments = ["--recipe", "tiny", "--data", str(shards), "--out", str(tmp_path), "--minutes", "0.05"]
    done = torchrun("-m", "symmath", "train", *arguments, "--validate", "8", "--accumulate", "2")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "metrics.json").read_text())["steps"] > 2
