import sys
from pathlib import Path

import numpy as np
import pytest

from datagen.dedup import deduplicate
from datagen.inspection import draw_png, percentile, piece_lengths, survey
from symmath.errors import ShardError
from symmath.expr.vocab import Vocabulary
from symmath.shards import Record, read_records, write_shard

RECORDS = [
    Record(["<integrate>", "cos", "x"], ["sin", "x"], "bwd"),
    Record(["<integrate>", "mul", "x", "x"], ["div", "pow", "x", "+", "3", "+", "3"], "ibp"),
    Record(["<ode1>", "sub", "y'", "y"], ["mul", "c1", "exp", "x"], "linear"),
    Record(["<integrate>", "cos", "x"], ["sin", "x"], "bwd"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rejected = {"rejected": {"bwd: duplicate": 5}}
    write_shard(tmp_path / "train-000000.safetensors", RECORDS, rejected)
    write_shard(tmp_path / "test-000000.safetensors", [], rejected)
    return tmp_path


def test_counts(folder: Path) -> None:
    found = survey(folder, examples=2)
    assert found.splits == {"train": 4, "test": 0}
    assert found.tasks == {"integrate": 3, "ode1": 1}
    assert found.origins == {"bwd": 2, "ibp": 1, "linear": 1}
    assert found.rejected == {"bwd: duplicate": 5}
    assert found.operators()[0] == ("mul", 0.5)
    assert dict(found.operators())["sin"] == 0.5
    assert {i: int(n) for i, n in enumerate(found.source_lengths) if n} == {2: 2, 3: 2}
    assert {i: int(n) for i, n in enumerate(found.target_lengths) if n} == {2: 2, 4: 1, 7: 1}
    assert [record.origin for record in found.examples] == ["bwd", "ibp"]
    deduplicate([folder])
    assert "1 more were dropped" in survey(folder).table()


def test_the_table_tells_all_of_it(folder: Path) -> None:
    text = survey(folder).table()
    for part in ("4 pairs", "75.0%  integrate", "100.0%  bwd: duplicate", "0.500  sin", "cos(x)  ->  sin(x)"):
        assert part in text
    assert "source tokens: mean 2.5, 5% up to 2, 50% up to 2, 95% up to 3, 100% up to 3" in text


def test_lengths_in_pieces_are_those_of_the_vocabulary(
    folder: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    pieces = [len(vocabulary.encode(record.target)) for record in RECORDS]
    lines = piece_lengths(folder, vocabulary).splitlines()
    assert lines[2] == f"  target {(2 + 7 + 4 + 2) / 4:.1f}, {sum(pieces) / 4:.1f}"
    assert sum(pieces) < 2 + 7 + 4 + 2
    with pytest.raises(ShardError, match="no train"):
        piece_lengths(tmp_path / "empty", vocabulary)


def test_histograms_hold_every_sequence(shards: Path) -> None:
    found = survey(shards)
    lengths = [len(r.source) - 1 for split in ("train", "valid", "test") for r in read_records(shards, split)]
    assert found.pairs == len(lengths) == 600
    assert percentile(found.source_lengths, 100) == max(lengths)
    section = found.table().split("source tokens")[1].split("\n\n")[0]
    counts = [int(line.split()[1].replace(",", "")) for line in section.splitlines()[1:]]
    assert sum(counts) == 600
    assert abs(np.average(np.arange(len(found.source_lengths)), weights=found.source_lengths)) > 10


def test_png(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra 'plots')")
    path = tmp_path / "plots" / "survey.png"
    assert draw_png(survey(folder), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert not draw_png(survey(folder), path)


def test_a_folder_without_shards_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="no shard"):
        survey(tmp_path)
