"""Sampling on a decoder without weights."""

import math

import pytest

from symmath.deadline import Deadline
from symmath.expr.prefix import decode
from symmath.expr.vocab import END, Vocabulary
from symmath.model.beam import Hypothesis, length_penalty
from symmath.model.grammar import Grammar
from symmath.model.sample import sample
from symmath.solve.effort import EFFORTS
from symmath.solve.solver import DEFAULT_BEAM_SIZE, DEFAULT_ROUNDS, MAX_PRESENTATIONS
from tests.unit.test_beam import DEVICE, Stub


@pytest.fixture
def pieces(vocabulary: Vocabulary) -> dict[str, int]:
    return {name: vocabulary.encode([name])[0] for name in ("x", "sin", "cos")}


Steps = list[dict[int, float]]


def draw(vocabulary: Vocabulary, steps: Steps, rows: int = 40, **options) -> list[Hypothesis]:
    decoder = Stub(steps, len(vocabulary), rows)
    return sample(decoder, Grammar(vocabulary, ["x"]), rows=rows, device=DEVICE, **options)


def test_answers_are_drawn_by_their_probability(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    x, sin, cos = pieces["x"], pieces["sin"], pieces["cos"]
    steps = [{sin: math.log(0.7), cos: math.log(0.3)}, {x: 0.0}, {END: 0.0}]
    found = draw(vocabulary, steps)
    assert [h.ids for h in found] == [[sin, x], [cos, x]]
    for hypothesis, probability in zip(found, (0.7, 0.3), strict=True):
        assert hypothesis.score == pytest.approx(math.log(probability) / length_penalty(3), abs=1e-3)
    assert [h.ids for h in draw(vocabulary, steps, temperature=0.01)] == [[sin, x]]


def test_the_seed_decides(vocabulary: Vocabulary) -> None:
    flat: list[dict[int, float]] = [{}]
    first, again = draw(vocabulary, flat, seed=1), draw(vocabulary, flat, seed=1)
    assert first == again
    assert first != draw(vocabulary, flat, seed=2)


def test_every_sample_is_well_formed_and_short_enough(vocabulary: Vocabulary) -> None:
    found = draw(vocabulary, [{}], rows=200, max_pieces=12)
    assert len(found) > 20
    assert len({tuple(h.ids) for h in found}) == len(found)
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    for hypothesis in found:
        assert len(hypothesis.ids) <= 12
        tokens = vocabulary.decode(hypothesis.ids)
        try:
            decode(tokens)
        except ValueError as error:
            # Undefined or too large, but not ill-formed.
            assert not any(words in str(error) for words in ("lacks", "where one", "sign")), tokens


def test_finished_rows_leave_the_batch(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    x, sin = pieces["x"], pieces["sin"]
    decoder = Stub([{x: 0.0, sin: 0.0}, {x: 0.0, END: 0.0}, {END: 0.0}], len(vocabulary), 50)
    found = sample(decoder, Grammar(vocabulary, ["x"]), rows=50, device=DEVICE)
    assert sorted(len(h.ids) for h in found) == [1, 2]
    assert decoder.rows_seen[0] == decoder.rows_seen[1] == 50 > decoder.rows_seen[2] > 0


def test_a_deadline_ends_it_with_what_is_finished(vocabulary: Vocabulary, pieces: dict[str, int]) -> None:
    assert draw(vocabulary, [{pieces["x"]: 9.0}, {END: 9.0}], deadline=Deadline.after(-1.0)) == []


def test_the_second_level_of_effort_is_the_default() -> None:
    assert EFFORTS[2] == (DEFAULT_BEAM_SIZE, MAX_PRESENTATIONS, 0, DEFAULT_ROUNDS)
    for less, more in ((1, 2), (2, 3)):
        assert all(a <= b for a, b in zip(EFFORTS[less], EFFORTS[more], strict=True))
        assert EFFORTS[less] != EFFORTS[more]
    assert EFFORTS[3].samples > 0
