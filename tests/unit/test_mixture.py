import json
import shutil
from pathlib import Path

import pytest

from symmath.evaluate import mixture
from symmath.expr.vocab import Vocabulary
from symmath.shards import read_shard, shard_paths
from symmath.train.batches import SHARDS_A_ROUND, Batches
from symmath.train.config import TrainConfig
from symmath.train.recipes import TINY
from symmath.train.run import Run

pytestmark = pytest.mark.usefixtures("one_thread")


def test_weights_are_read_or_refused() -> None:
    assert mixture.read_weights("now=bwd:8,fwd:3") == ("now", {"bwd": 8, "fwd": 3})
    for wrong in ("now", "=bwd:1", "now=", "now=bwd", "now=bwd:1.5", "now=bwd:1,"):
        with pytest.raises(ValueError, match="form"):
            mixture.read_weights(wrong)


def test_measuring_the_checkpoint_needs_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        mixture.main(["--out", str(tmp_path / "out"), "--before", "--held-out", "bwd"])
    assert "need --init" in capsys.readouterr().err


def test_means_are_of_the_folders_that_all_arms_were_measured_on() -> None:
    def result(arm: str, **losses: float) -> dict[str, object]:
        by_folder = {folder: {"loss": loss, "problems": 2} for folder, loss in losses.items()}
        return {"arm": arm, "pairs": 1, "weights": {}, "by_folder": by_folder}

    text = mixture.table([result("a", bwd=1.0, fwd=2.0), result("b", bwd=3.0, fwd=4.0, ibp=9.0)], "loss")
    assert "| arm | weights | pairs | bwd | fwd | ibp | mean |" in text
    assert "| a |  | 1 | 1.000 | 2.000 |  | 1.500 |" in text
    assert "| b |  | 1 | 3.000 | 4.000 | 9.000 | 3.500 |" in text
    text = mixture.table([result("a", bwd=1.0), result("b", fwd=4.0)], "loss")
    assert "| a |  | 1 | 1.000 |  |  |" in text


def test_a_folder_named_twice_gives_twice_the_shards_of_another(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    settings = {"tokens": 600, "seed": 3, "max_length": 200}
    other = tmp_path / "other"
    shutil.copytree(shards, other)
    paths = shard_paths(shards, "train")
    rounds = Batches([shards, shards, other], vocabulary, **settings)
    one_a_round = min(SHARDS_A_ROUND, len(paths) // 2)
    pairs = rounds.round(0)[0]
    assert one_a_round >= 1
    sizes = [len(read_shard(path)) for path in paths]
    assert 3 * one_a_round * min(sizes) <= len(pairs) <= 3 * one_a_round * max(sizes)


def test_a_small_folder_does_not_repeat_itself_within_a_round(shards: Path, vocabulary: Vocabulary) -> None:
    settings = {"tokens": 600, "seed": 3, "max_length": 200}
    every = sum(len(read_shard(path)) for path in shard_paths(shards, "train"))
    for times in (1, 2):
        assert len(Batches([shards] * times, vocabulary, **settings).round(0)[0]) <= every


@pytest.mark.slow
def test_an_arm_trains_from_the_checkpoint_and_is_measured_by_folder(
    shards: Path, vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    small = {"width": TINY.width, "heads": 2, "encoder_layers": 2, "decoder_layers": 2, "batch_tokens": 2_000}
    monkeypatch.setattr(mixture, "TrainConfig", lambda **settings: TrainConfig(**settings | small))
    source = tmp_path / "source"
    source.mkdir()
    Run(TINY, source, vocabulary, device="cpu").save({})
    line = ["--out", str(tmp_path / "out"), "--root", str(shards.parent), "--init", str(source)]
    line += ["--arm", f"all={shards.name}:2", "--minutes", "0.12", "--problems", "2", "--before"]
    mixture.main(line)
    mixture.main(line)
    lines = (tmp_path / "out" / mixture.RESULTS).read_text().splitlines()
    before, after = map(json.loads, lines)
    assert (before["pairs"], before["weights"]) == (0, {}) and after["weights"] == {shards.name: 2}
    assert after["by_folder"][shards.name]["loss"] < before["by_folder"][shards.name]["loss"]
    assert after["by_folder"][shards.name]["problems"] == 2
    assert f"| all | {shards.name} 2 | {after['pairs']:,} |" in capsys.readouterr().out
