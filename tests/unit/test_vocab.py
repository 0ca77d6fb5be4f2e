from pathlib import Path

import pytest

from symmath.errors import CheckpointError, PrefixError
from symmath.expr.operators import TASK_MARKS, TOKENS
from symmath.expr.vocab import Vocabulary
from symmath.shards import read_records


def test_every_token_is_a_piece(vocabulary: Vocabulary) -> None:
    assert all([token] in vocabulary.pieces for token in TOKENS)


def test_decoding_inverts_encoding_and_shortens(vocabulary: Vocabulary, shards: Path) -> None:
    tokens = pieces = 0
    for record in read_records(shards, "train"):
        ids = vocabulary.encode(record.source)
        assert vocabulary.decode(ids) == record.source
        assert vocabulary.encode_texts(["".join(chr(0xE000 + TOKENS.index(t)) for t in record.source)]) == [
            ids
        ]
        tokens, pieces = tokens + len(record.source), pieces + len(ids)
    assert pieces < 0.6 * tokens


def test_task_marks_are_never_merged(vocabulary: Vocabulary) -> None:
    for mark in TASK_MARKS:
        assert [mark] == vocabulary.pieces[vocabulary.encode([mark, "x"])[0]]


def test_unknown_token_is_an_error(vocabulary: Vocabulary) -> None:
    with pytest.raises(PrefixError, match="foo"):
        vocabulary.encode(["add", "foo"])


def test_save_and_load_keep_the_fingerprint(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.save(tmp_path / "vocab.model")
    assert Vocabulary.load(tmp_path / "vocab.model").fingerprint() == vocabulary.fingerprint()


def test_fingerprints_differ_between_vocabularies(vocabulary: Vocabulary) -> None:
    other = Vocabulary.train([["sin", "x"], ["cos", "x"]] * 50, 56)
    assert other.fingerprint() != vocabulary.fingerprint()


def test_an_unreadable_file_is_a_checkpoint_error(tmp_path: Path) -> None:
    (tmp_path / "vocab.model").write_bytes(b"not a model")
    for path in (tmp_path / "vocab.model", tmp_path / "missing.model"):
        with pytest.raises(CheckpointError):
            Vocabulary.load(path)
