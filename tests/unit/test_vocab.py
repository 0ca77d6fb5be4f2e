import io
from pathlib import Path

import pytest
import sentencepiece

from symmath.errors import CheckpointError, PrefixError
from symmath.expr.operators import TASK_MARKS, TOKENS
from symmath.expr.prefix import decode, encode
from symmath.expr.vocab import Vocabulary, frequent_subtrees, from_text
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


def sequences_of(shards: Path) -> list[list[str]]:
    return [side for r in read_records(shards, "train") for side in (r.source[1:], r.target)]


def test_without_merges_every_token_is_a_piece_and_nothing_else(shards: Path) -> None:
    vocabulary = Vocabulary.train(sequences_of(shards), 160, merges="none")
    assert sorted(map(tuple, vocabulary.pieces)) == sorted([()] * 4 + [(token,) for token in TOKENS])


def test_a_token_among_very_many_others_is_still_a_piece() -> None:
    """Of a share of 1 in 10**8, which single precision can't tell from none."""
    many = [["+", "1", "0", "add"] * 5_000] * 5_000
    vocabulary = Vocabulary.train(many, 160, merges="none")
    assert sorted(map(tuple, vocabulary.pieces)) == sorted([()] * 4 + [(token,) for token in TOKENS])


def test_small_integers_are_pieces(shards: Path) -> None:
    vocabulary = Vocabulary.train(sequences_of(shards), 240, merges="integers")
    assert len(vocabulary) == 240
    ids = vocabulary.encode(["mul", "+", "1", "2", "pow", "x", "-", "3"])
    assert ["+", "1", "2"] in [vocabulary.pieces[i] for i in ids]


def test_subtrees_are_whole_expressions(shards: Path) -> None:
    sequences = sequences_of(shards)
    vocabulary = Vocabulary.train(sequences, 160, merges="subtrees")
    assert len(vocabulary) == 160
    merged = [piece for piece in vocabulary.pieces if len(piece) > 1]
    assert merged and all(encode(decode(piece)) is not None for piece in merged)
    assert all(vocabulary.decode(vocabulary.encode(tokens)) == tokens for tokens in sequences)
    assert sum(len(vocabulary.encode(tokens)) for tokens in sequences) < 0.8 * sum(map(len, sequences))


def test_the_most_saving_subtrees_come_first() -> None:
    sequences = [["add", "x", "sin", "x"]] * 3 + [["mul", "+", "1", "2", "sin", "x"]] * 2
    # 5 * 1, 3 * 3, 2 * 2 and 2 * 5 tokens saved.
    found = [from_text(text) for text in frequent_subtrees(sequences, 4)]
    assert [" ".join(tokens) for tokens in found] == [
        "mul + 1 2 sin x", "add x sin x", "sin x", "+ 1 2",
    ]  # fmt: skip


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


def test_a_model_of_another_alphabet_is_a_checkpoint_error(tmp_path: Path) -> None:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["some words of text"] * 9), model_writer=model, vocab_size=15, minloglevel=2
    )
    (tmp_path / "vocab.model").write_bytes(model.getvalue())
    with pytest.raises(CheckpointError, match="another alphabet"):
        Vocabulary.load(tmp_path / "vocab.model")


def test_saving_leaves_the_old_file_or_the_whole_new_one(
    vocabulary: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise OSError("no space left on device")

    path = tmp_path / "vocab.model"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", cut_off)
    with pytest.raises(OSError, match="no space"):
        vocabulary.save(path)
    assert path.read_bytes() == b"old"
