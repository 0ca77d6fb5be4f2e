import math

import pytest
import torch
from torch import Tensor

from symmath.deadline import Deadline
from symmath.expr.prefix import decode
from symmath.expr.vocab import END, Vocabulary
from symmath.model.beam import beam_search, length_penalty
from symmath.model.grammar import Grammar

DEVICE = torch.device("cpu")


class Stub:
    """Gives every row the same fixed log-probabilities at a step."""

    def __init__(self, steps: list[dict[int, float]], pieces: int, rows: int) -> None:
        self._steps, self._pieces, self._rows, self._at = steps, pieces, rows, 0
        self.rows_seen: list[int] = []

    def step(self, last_N: Tensor) -> Tensor:
        logits = torch.full((len(last_N), self._pieces), -30.0)
        for piece, value in self._steps[min(self._at, len(self._steps) - 1)].items():
            logits[:, piece] = value
        self.rows_seen.append(len(last_N))
        self._at += 1
        return logits

    def select(self, rows_N: Tensor) -> None:
        assert int(rows_N.max()) < self._rows


@pytest.fixture
def pieces(vocabulary: Vocabulary) -> dict[str, int]:
    return {name: vocabulary.encode([name])[0] for name in ("x", "sin", "cos")}


def search(vocabulary: Vocabulary, steps: list[dict[int, float]], beams: int, problems: int = 1, **options):
    decoder = Stub(steps, len(vocabulary), problems * beams)
    grammar = Grammar(vocabulary, ["x"])
    found = beam_search(decoder, grammar, problems=problems, beams=beams, device=DEVICE, **options)
    return found, decoder


def test_the_best_hypotheses_come_first(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    x, sin, cos = pieces["x"], pieces["sin"], pieces["cos"]
    steps = [{sin: math.log(0.6), cos: math.log(0.3), x: math.log(0.1)}, {x: 0.0, END: 0.0}, {END: 0.0}]
    (found,), _ = search(vocabulary, steps, beams=3)
    assert [h.ids for h in found][:2] == [[sin, x], [cos, x]]
    assert found[0].score > found[1].score > found[2].score


def test_one_beam_is_greedy(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    x, sin, cos = pieces["x"], pieces["sin"], pieces["cos"]
    (found,), _ = search(vocabulary, [{sin: 1.0, cos: 2.0}, {x: 1.0, sin: 0.5}, {END: 1.0}], beams=1)
    assert [h.ids for h in found] == [[cos, x]]


def test_answers_keep_within_the_limit_and_the_grammar(
    vocabulary: Vocabulary, pieces: dict[str, int]
) -> None:
    # The model only ever wants another sine: the grammar must force x and the end.
    (found,), _ = search(vocabulary, [{pieces["sin"]: 5.0}], beams=4, max_pieces=6)
    assert found
    assert all(len(h.ids) <= 6 for h in found)
    # Each is one whole expression.
    assert all(decode(vocabulary.decode(h.ids)).args for h in found)


def test_finished_problems_leave_the_batch(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    found, decoder = search(vocabulary, [{pieces["x"]: 9.0}, {END: 9.0}], beams=1, problems=3)
    assert [h[0].ids for h in found] == [[pieces["x"]]] * 3
    assert decoder.rows_seen == [3, 3]


def test_length_penalty() -> None:
    assert length_penalty(1) == 1.0
    assert length_penalty(7) == pytest.approx(2**0.6)


def test_a_deadline_ends_the_search_with_what_is_finished(
    vocabulary: Vocabulary, pieces: dict[str, int]
) -> None:
    steps = [{pieces["x"]: 9.0}, {END: 9.0}]
    (cut,), decoder = search(vocabulary, steps, beams=1, deadline=Deadline.after(-1.0))
    assert cut == [] and len(decoder.rows_seen) == 1
    (whole,), _ = search(vocabulary, steps, beams=1, deadline=Deadline.after(60.0))
    assert [h.ids for h in whole] == [[pieces["x"]]]
