import random
from pathlib import Path

import pytest
import torch

from symmath.errors import PrefixError
from symmath.expr.prefix import decode
from symmath.expr.vocab import END, Vocabulary
from symmath.model.grammar import Grammar, State
from symmath.shards import read_records

DEVICE = torch.device("cpu")
ROOM = 24


def test_every_walk_ends_in_a_well_formed_expression(vocabulary: Vocabulary) -> None:
    grammar, rng = Grammar(vocabulary, ["x"]), random.Random(0)
    for _ in range(300):
        state, ids = State.start(1, DEVICE), []
        for used in range(ROOM + 1):
            choices = grammar.allowed(state, ROOM - used)[0].nonzero().flatten().tolist()
            assert choices, f"stuck after {ids}"
            piece = rng.choice(choices)
            if piece == END:
                break
            ids.append(piece)
            state = grammar.advance(state, torch.tensor([piece]))
        assert piece == END
        try:
            decode(vocabulary.decode(ids))
        except PrefixError as error:
            # Well-formed but undefined (a division by zero) or too large is the only excuse.
            assert "can't be built" in str(error) or "beyond" in str(error) or "bits" in str(error)


def test_every_answer_of_the_data_is_allowed(vocabulary: Vocabulary, shards: Path) -> None:
    grammar = Grammar(vocabulary, ["x"])
    for record in read_records(shards, "train"):
        state = State.start(1, DEVICE)
        for piece in [*vocabulary.encode(record.target), END]:
            assert grammar.allowed(state, 200)[0, piece]
            state = grammar.advance(state, torch.tensor([piece]))


def test_symbols_that_are_not_asked_for_are_refused(vocabulary: Vocabulary) -> None:
    (y,) = vocabulary.encode(["y"])
    start = State.start(1, DEVICE)
    assert not Grammar(vocabulary, ["x"]).allowed(start, 10)[0, y]
    assert Grammar(vocabulary, ["x", "y"]).allowed(start, 10)[0, y]


def test_unknown_symbol_is_an_error(vocabulary: Vocabulary) -> None:
    with pytest.raises(ValueError, match="zeta"):
        Grammar(vocabulary, ["zeta"])
