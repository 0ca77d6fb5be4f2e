import json
from collections import Counter
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


def test_a_folder_named_twice_gives_twice_the_shards(shards: Path, vocabulary: Vocabulary) -> None:
    settings = {"tokens": 600, "seed": 3, "max_length": 200}
    once, twice = (Batches([shards] * k, vocabulary, **settings) for k in (1, 2))
    paths = shard_paths(shards, "train")
    pairs = [len(once.round(round_)[0]) for round_ in (0, 1)]
    assert len(twice.round(0)[0]) == sum(pairs)
    # Round by round each shard comes up as often as any other.
    rows = Counter(tuple(source) for source, _ in twice.round(0)[0])
    assert 2 * SHARDS_A_ROUND % len(paths) == 0 and min(rows.values()) == 2 * SHARDS_A_ROUND // len(paths)
    assert sum(pairs) == 2 * SHARDS_A_ROUND // len(paths) * sum(len(read_shard(path)) for path in paths)


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
    line += ["--arm", f"all={shards.name}:2", "--minutes", "0.05", "--problems", "2", "--before"]
    mixture.main(line)
    mixture.main(line)
    lines = (tmp_path / "out" / mixture.RESULTS).read_text().splitlines()
    before, after = map(json.loads, lines)
    assert (before["pairs"], before["weights"]) == (0, {}) and after["weights"] == {shards.name: 2}
    assert after["by_folder"][shards.name]["loss"] < before["by_folder"][shards.name]["loss"]
    assert after["by_folder"][shards.name]["problems"] == 2
    assert f"| all | {shards.name} 2 | {after['pairs']:,} |" in capsys.readouterr().out
