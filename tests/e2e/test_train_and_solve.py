"""The whole path on a small scale: generate, train, resume, solve, verify, through the command line."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, input=text, capture_output=True, text=True, timeout=240
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("e2e")
    data, out = folder / "data", folder / "run"
    made = run(
        "datagen", "integrate", "--recipe", "integrate-bwd", "--pairs", "2000", "--chunk", "1000",
        "--workers", "2", "--out", str(data),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    arguments = ["--recipe", "tiny", "--data", str(data), "--out", str(out), "--threads", "1"]
    first = run("symmath", "train", *arguments, "--minutes", "0.2", "--validate", "8")
    assert first.returncode == 0, first.stderr
    second = run("symmath", "train", *arguments, "--minutes", "0.2", "--anneal", "--validate", "8")
    assert second.returncode == 0, second.stderr
    return out


def test_training_leaves_a_checkpoint_and_a_log(trained: Path) -> None:
    names = {path.name for path in trained.iterdir()}
    assert {"weights.safetensors", "config.json", "vocab.model", "metrics.json", "log.jsonl"} <= names
    losses = [
        json.loads(line)["loss"]
        for line in (trained / "log.jsonl").read_text().splitlines()
        if "loss" in line
    ]
    assert losses[-1] < losses[0]


def test_the_resumed_run_continues_the_count(trained: Path) -> None:
    steps = [json.loads(line)["step"] for line in (trained / "log.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)
    assert json.loads((trained / "metrics.json").read_text())["steps"] == steps[-1]


def test_the_checkpoint_solves_through_the_command_line(trained: Path) -> None:
    done = run(
        "symmath", "integrate", "-", "--json", "--checkpoint", str(trained), "--engine", "ansatz",
        text="x*cos(x)\n(((\n2*x\n",
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    first, bad, last = (json.loads(line) for line in done.stdout.splitlines())
    assert first["verdict"] == "proved" and first["input"] == "x*cos(x)"
    assert bad["answer"] is None and "parenthesis" in bad["error"]
    assert last["answer"] == "x**2"


def test_training_takes_pairs_from_a_generator_without_a_disk(trained: Path, tmp_path: Path) -> None:
    stream = shlex.join([sys.executable, "-m", "datagen", "stream", "integrate-bwd", "--workers", "1"])
    arguments = ["--recipe", "tiny", "--out", str(tmp_path), "--threads", "1", "--validate", "8"]
    arguments += ["--validation-data", str(trained.parent / "data"), "--minutes", "0.1"]
    for _ in range(2):
        done = run("symmath", "train", *arguments, "--stream", f"{stream} --chunk 200")
        assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["pairs"] > 800 and "greedy_exact" in metrics
    assert "datagen stream integrate-bwd" in metrics["data"]
    broken = run("symmath", "train", *arguments, "--stream", f"{sys.executable} -c pass")
    assert broken.returncode == 2 and "didn't come" in broken.stderr
    nothing = run("symmath", "train", *arguments)
    assert nothing.returncode == 2 and "--stream" in nothing.stderr
