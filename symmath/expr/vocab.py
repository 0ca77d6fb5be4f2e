"""Vocabulary: SentencePiece BPE over prefix tokens.

Each token is one private-use Unicode character; BPE merges frequent runs of them into pieces, which
cuts sequences to about a third. The base alphabet holds the tokens of every task, so checkpoints
can be carried from one task to another, and no operator can ever become unknown.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Literal

import sentencepiece

from symmath.errors import CheckpointError, PrefixError
from symmath.expr.operators import (
    BY_TOKEN,
    DIGITS,
    SIGNS,
    TASK_MARKS,
    TOKENS,
    private_character,
)
from symmath.expr.prefix import Tokens
from symmath.files import write_whole

PAD, BEGIN, END, UNKNOWN = 0, 1, 2, 3
MAX_PIECE_TOKENS = 16
_SPECIAL = (PAD, BEGIN, END, UNKNOWN)
_LONGEST_SUBTREE = 8
_SMALL_INTEGERS = range(-10, 101)

Merges = Literal["free", "none", "integers", "subtrees"]
"""Which tokens become one piece: frequent runs; none; each small integer, then frequent runs; the most
frequent whole expressions and nothing else."""

_CHARACTERS = {token: private_character(token) for token in TOKENS}
_TOKENS = {character: token for token, character in _CHARACTERS.items()}


def alphabet_fingerprint() -> str:
    """Return a hash of the base alphabet; shards made for another one don't fit."""
    return blake2b("\n".join(TOKENS).encode(), digest_size=8).hexdigest()


def to_text(tokens: Iterable[str]) -> str:
    """Write tokens as a string of private characters.

    Raises
    ------
    PrefixError
        If a token is unknown.
    """
    try:
        return "".join([_CHARACTERS[token] for token in tokens])
    except KeyError as error:
        raise PrefixError(f"unknown token {error}") from error


def from_text(text: str) -> Tokens:
    """Read a string of private characters back as tokens.

    Raises
    ------
    PrefixError
        If a character stands for none.
    """
    try:
        return [_TOKENS[character] for character in text]
    except KeyError as error:
        raise PrefixError(f"a character that stands for no token: {error}") from error


def _spans(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each subexpression of a prefix sequence begins and ends."""
    ends: list[int] = []
    for begin in range(len(tokens) - 1, -1, -1):
        token = tokens[begin]
        if token in DIGITS:
            continue
        end = begin + 1
        if token in SIGNS:
            while end < len(tokens) and tokens[end] in DIGITS:
                end += 1
        for _ in range(BY_TOKEN[token].arity if token in BY_TOKEN else 0):
            end = ends.pop()
        ends.append(end)
        yield begin, end


def frequent_subtrees(sequences: Iterable[Sequence[str]], count: int) -> list[str]:
    """Return the texts of the whole expressions that would save most tokens as pieces, each by itself."""
    counts: Counter[str] = Counter()
    for tokens in sequences:
        text = to_text(tokens)
        counts.update(text[a:b] for a, b in _spans(tokens) if 2 <= b - a <= _LONGEST_SUBTREE)
    saved = {text: n * (len(text) - 1) for text, n in counts.items()}
    return sorted(saved, key=lambda text: (-saved[text], text))[:count]


class Vocabulary:
    """Pieces of a trained SentencePiece model.

    Parameters
    ----------
    model : bytes
        A serialised SentencePiece model, as `train` makes it and `vocab.model` holds it.
    """

    def __init__(self, model: bytes) -> None:
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)

    @classmethod
    def train(cls, sequences: Iterable[Sequence[str]], size: int, *, merges: Merges = "free") -> Vocabulary:
        """Train BPE on token sequences.

        Parameters
        ----------
        sequences : iterable of token sequences
            Sources and targets, without task marks.
        size : int
            Number of pieces, special pieces included; without merges there are as many as needed.
        merges : Merges
        """
        sequences = list(sequences)
        model = io.BytesIO()
        kept: list[str] = []
        if merges == "none":
            size = len(_SPECIAL) + len(TOKENS)
        elif merges == "integers":
            kept = [to_text(["-" if n < 0 else "+", *str(abs(n))]) for n in _SMALL_INTEGERS]
        elif merges == "subtrees":
            kept = frequent_subtrees(sequences, size - len(_SPECIAL) - len(TOKENS))
        # Every base token occurs, so that each becomes a piece of its own; and as often as one in a million,
        # as the trainer reckons the share of those it covers in single precision.
        times = 1 + sum(map(len, sequences)) // 1_000_000
        base = [to_text([token]) for token in TOKENS if token not in TASK_MARKS] * times
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=chain(base, (to_text(tokens) for tokens in sequences)),
            model_writer=model,
            model_type="bpe",
            vocab_size=size,
            character_coverage=1.0,
            user_defined_symbols=[*(_CHARACTERS[mark] for mark in TASK_MARKS), *kept],
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            split_by_whitespace=False,
            split_by_unicode_script=False,
            split_by_number=False,
            max_sentencepiece_length=MAX_PIECE_TOKENS,
            max_sentence_length=65536,
            pad_id=PAD,
            bos_id=BEGIN,
            eos_id=END,
            unk_id=UNKNOWN,
            num_threads=1,
            minloglevel=2,
        )
        return cls(model.getvalue())

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Read a `vocab.model` file.

        Raises
        ------
        CheckpointError
            If the file is missing or isn't a vocabulary of the present alphabet.
        """
        try:
            vocabulary = cls(Path(path).read_bytes())
            known = {piece for pieces in vocabulary.pieces for piece in pieces}
        except (OSError, RuntimeError) as error:
            raise CheckpointError(f"{path} is not a readable vocabulary: {error}") from error
        except PrefixError as error:
            raise CheckpointError(f"{path} was trained for another alphabet: {error}") from error
        if missing := [token for token in TOKENS if token not in known]:
            raise CheckpointError(f"{path} was trained for another alphabet: it lacks {missing}")
        return vocabulary

    def save(self, path: str | Path) -> None:
        """Write the SentencePiece model."""
        write_whole(Path(path), self.model)

    def __len__(self) -> int:
        return self._processor.get_piece_size()

    def encode(self, tokens: Sequence[str]) -> list[int]:
        """Return the piece ids of a token sequence, without begin and end."""
        return self._processor.encode(to_text(tokens))

    def encode_texts(self, texts: list[str]) -> list[list[int]]:
        """Return the piece ids of many sequences written by `to_text`."""
        return self._processor.encode(texts)

    def decode(self, ids: Iterable[int]) -> Tokens:
        """Return the tokens of piece ids; begin, end and padding hold none."""
        return [token for i in ids for token in self.pieces[i]]

    @cached_property
    def pieces(self) -> list[Tokens]:
        """Tokens of each piece, empty for the special ones."""
        processor = self._processor
        return [[] if i in _SPECIAL else from_text(processor.id_to_piece(i)) for i in range(len(self))]

    def fingerprint(self) -> str:
        """Return a hash of the alphabet and the pieces; stored in every checkpoint."""
        pieces = "\n".join(" ".join(piece) for piece in self.pieces)
        return blake2b((alphabet_fingerprint() + pieces).encode(), digest_size=8).hexdigest()
