import json
import statistics
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from symmath.evaluate import transfer
from symmath.expr.vocab import Vocabulary
from symmath.train import loop
from symmath.train.config import TrainConfig
from symmath.train.recipes import TINY
from symmath.train.run import Run

pytestmark = pytest.mark.usefixtures("one_thread")


def test_an_arm_is_a_way_and_a_source() -> None:
    config, source = transfer.config_of("top-2@integrate", "n", 3)
    assert (config.freeze, config.seed, source) == ("encoder:2", 3, "integrate")
    assert transfer.config_of("scratch", "n", 0) == (TrainConfig(name="n", seed=0, **transfer.SHORT), "")
    for wrong in ("scratch@integrate", "frozen", "melted@integrate"):
        with pytest.raises(ValueError, match="unknown arm"):
            transfer.config_of(wrong, "n", 0)


def test_intervals_are_over_seeds_where_there_are_some() -> None:
    mean, low, high = transfer.solved_interval([0.5, 0.6, 0.7], 100)
    # t(2) = 4.303; standard error 0.1 / sqrt(3).
    assert mean == pytest.approx(0.6) and high - mean == pytest.approx(0.2484, abs=1e-3)
    assert low == pytest.approx(0.6 - 0.2484, abs=1e-3)
    # However well the seeds agree, a hundred problems are a sample.
    assert transfer.solved_interval([0.5, 0.5], 100) == transfer.solved_interval([0.5], 100)
    mean, low, high = transfer.solved_interval([0.5], 100)
    assert low == pytest.approx(0.404, abs=2e-3) and high == pytest.approx(0.596, abs=2e-3)


@pytest.mark.parametrize(("runs", "t"), [(10, 2.262), (11, 2.228), (21, 2.086), (121, 1.980)])
def test_intervals_go_on_beyond_the_table(runs: int, t: float) -> None:
    shares = [0.5 + 0.01 * (k % 2) for k in range(runs)]
    mean, low, _ = transfer.solved_interval(shares, 10**9)
    assert mean - low == pytest.approx(t * statistics.stdev(shares) / runs**0.5, rel=2e-3)


def test_a_study_keeps_its_sources_and_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(*sources: str) -> None:
        line = ["--out", str(tmp_path), "--data", "d"]
        parser = transfer._parser()
        named = (part for source in sources for part in ("--source", source))
        transfer._keep_settings(parser.parse_args([*line, *named]), parser)

    keep("a=one")
    keep("a=one", "b=two")
    keep("a=one")
    kept = json.loads((tmp_path / "ode1.json").read_text())
    assert kept["sources"] == {"a": "one", "b": "two"} and kept["vocabulary"] == "one"
    for others in (["a=other"], ["a=one", "b=other"], ["b=two", "a=one"]):
        with pytest.raises(SystemExit):
            keep(*others)
    monkeypatch.setattr(transfer, "SHORT", {**transfer.SHORT, "warm_up": 21})
    with pytest.raises(SystemExit):
        keep("a=one")


def test_shares_branch_off_one_training(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    folder = tmp_path / "trunk"
    folder.mkdir()
    trunk = Run(TINY, folder, vocabulary, device="cpu")
    transfer.branch(trunk, tmp_path / "half", [shards], 0.005)
    early = Run(TINY, tmp_path / "half", vocabulary, device="cpu")
    assert early.progress == trunk.progress and early.progress.anneal is None
    transfer.branch(trunk, tmp_path / "whole", [shards], trunk.progress.seconds / 60 + 0.005)
    late = Run(TINY, tmp_path / "whole", vocabulary, device="cpu")
    assert late.progress.step > early.progress.step
    for name, weights in trunk.optimizer.masters.items():
        assert torch.equal(late.optimizer.masters[name], weights)
    transfer.branch(trunk, tmp_path / "quarter", [shards], 0.001)
    assert not (tmp_path / "quarter").exists()


@pytest.mark.slow
def test_a_study_starts_from_its_source_and_keeps_results(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(loop, "LOG_STEPS", 2)
    small = {"width": TINY.width, "heads": 2, "encoder_layers": 2, "decoder_layers": 2, "batch_tokens": 2_000}
    monkeypatch.setattr(transfer, "TrainConfig", lambda **settings: TrainConfig(**settings | small))
    source = tmp_path / "source"
    source.mkdir()
    start = Run(TINY, source, vocabulary, device="cpu")
    start.save({})
    line = ["--out", str(tmp_path / "out"), "--data", str(shards), "--source", f"integrate={source}"]
    line += ["--minutes", "0.08", "--share", "1/2", "--problems", "4", "--threads", "1"]
    transfer.main([*line, "--arm", "scratch", "--arm", "frozen@integrate"])
    transfer.main([*line, "--arm", "scratch", "--png"])
    for wrong in (["--minutes", "9"], ["--arm", "full@nowhere"], ["--arm", "melted@integrate"]):
        with pytest.raises(SystemExit):
            transfer.main([*line, "--arm", "scratch", *wrong])
    results = transfer.read_results(tmp_path / "out")
    assert [(r["way"], r["share"]) for r in results] == [("scratch", 0.5), ("frozen@integrate", 0.5)]
    assert results[1]["recipe"]["freeze"] == "encoder" and results[0]["recipe"]["freeze"] == "none"
    folder = tmp_path / "out" / transfer.name_of("ode1", "frozen@integrate", Fraction(1, 2), 0)
    trained = Run(transfer.config_of("frozen@integrate", "n", 0)[0], folder, vocabulary, device="cpu")
    rounded = {name: w.bfloat16().float() for name, w in start.optimizer.masters.items()}
    for name, weights in trained.optimizer.masters.items():
        is_same = torch.equal(weights, rounded[name])
        assert is_same == name.startswith(("embedding.", "encoder"))
    assert json.loads((folder / "metrics.json").read_text())["pairs"] == results[1]["pairs"]
    assert (tmp_path / "out" / "ode1.png").exists() and "| ode1 | scratch | 1/2 |" in capsys.readouterr().out
