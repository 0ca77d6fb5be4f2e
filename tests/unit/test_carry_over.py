from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from symmath.cli import app
from symmath.errors import CheckpointError
from symmath.expr.vocab import Vocabulary
from symmath.model.checkpoint import Checkpoint, load_checkpoint
from symmath.model.transformer import Transformer
from symmath.shards import read_records
from symmath.train.batches import Batches, Position
from symmath.train.config import TrainConfig
from symmath.train.loop import fit
from symmath.train.recipes import TINY
from symmath.train.run import Run

pytestmark = pytest.mark.usefixtures("one_thread")


def train(run: Run, shards: Path, steps: int) -> None:
    fit(run, [shards], minutes=5, stopped=lambda: run.progress.step >= steps)


def make_run(folder: Path, vocabulary: Vocabulary, config: TrainConfig = TINY) -> Run:
    folder.mkdir()
    return Run(config, folder, vocabulary, device="cpu")


@pytest.fixture
def source(shards: Path, vocabulary: Vocabulary, tmp_path: Path) -> Checkpoint:
    """A checkpoint after three steps."""
    train(make_run(tmp_path / "old", vocabulary), shards, 3)
    return load_checkpoint(tmp_path / "old", dtype=torch.float32)


def test_a_run_takes_over_weights_whatever_their_vocabulary(
    source: Checkpoint, shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    other = Vocabulary.train([r.source[1:] for r in read_records(shards, "train")], 150)
    new = make_run(tmp_path / "new", other)
    new.start_from(source)
    old_rows, new_rows = source.model.embedding.weight, new.optimizer.masters["embedding.weight"]
    spelled = Counter()
    for i, piece in enumerate(other.pieces[4:], start=4):
        ids = vocabulary.encode(piece)
        spelled[len(ids)] += 1
        assert torch.allclose(new_rows[i], old_rows[ids].mean(0), atol=1e-6)
    assert spelled[1] > 50 and len(spelled) > 1
    key = "decoder.1.feed.up.weight"
    assert torch.equal(new.optimizer.masters[key], source.model.state_dict()[key])


@pytest.mark.parametrize(("change", "reason"), [({"width": 128}, "size"), ({"encoder_layers": 1}, "deeper")])
def test_a_smaller_or_wider_model_cannot_take_over_weights(
    source: Checkpoint, vocabulary: Vocabulary, tmp_path: Path, change: dict[str, int], reason: str
) -> None:
    new = make_run(tmp_path / "new", vocabulary, replace(TINY, **change))
    with pytest.raises(CheckpointError, match=reason):
        new.start_from(source)


def test_a_deeper_model_begins_as_the_same_function(
    source: Checkpoint, shards: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    new = make_run(tmp_path / "new", vocabulary, replace(TINY, encoder_layers=3, decoder_layers=5))
    new.start_from(source)
    model = Transformer(new.model_config)
    model.load_state_dict(dict(new.optimizer.masters))
    batches = Batches([shards], vocabulary, tokens=600, seed=3, max_length=200)
    _, batch = next(batches.iterate(Position()))
    expected = source.model(batch.source_BS, batch.target_BT)
    assert torch.equal(model(batch.source_BS, batch.target_BT), expected) and expected.abs().max() > 0.01
    # The new layers learn: their branches leave zero.
    before = {name: master.clone() for name, master in new.optimizer.masters.items()}
    train(new, shards, 2)
    moved = {name for name, master in new.optimizer.masters.items() if not torch.equal(master, before[name])}
    assert moved == before.keys()


def test_the_command_takes_over_the_vocabulary_too(source: Checkpoint, shards: Path, tmp_path: Path) -> None:
    arguments = ["train", "--recipe", "tiny", "--data", str(shards), "--init", str(tmp_path / "old")]
    limits = ["--minutes", "0.01", "--threads", "1", "--validate", "0"]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "new"), *limits])
    assert result.exit_code == 0, result.output
    new = Vocabulary.load(tmp_path / "new" / "vocab.model")
    assert new.fingerprint() == source.vocabulary.fingerprint()
