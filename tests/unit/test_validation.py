from pathlib import Path

import pytest

from symmath.evaluate.validation import validation
from symmath.expr.operators import Expr
from symmath.expr.prefix import decode
from symmath.expr.vocab import Vocabulary
from symmath.model.transformer import ModelConfig, Transformer
from symmath.shards import SUFFIX, Record, write_shard
from symmath.solve.network import Network
from symmath.solve.solution import Candidate
from symmath.train.validate import first_held_out

GROWTH = ["<ode1>", *"sub y' y".split()]
GENERAL = "mul c1 exp x".split()


def held_out(folder: Path, sources: list[list[str]]) -> Path:
    write_shard(folder / f"valid-000000{SUFFIX}", [Record(s, GENERAL, "tree") for s in sources], {})
    return folder


def test_a_problem_that_came_up_twice_is_measured_once(tmp_path: Path) -> None:
    other = ["<ode1>", *"add y' y".split()]
    folder = held_out(tmp_path, [GROWTH, GROWTH, other, GROWTH])
    assert [record.source for record in first_held_out([folder], 3)] == [GROWTH, other]


@pytest.mark.parametrize(("answer", "share"), [("mul c1 exp x", 1.0), ("exp x", 0.0), ("+ 0", 0.0)])
def test_only_a_general_solution_solves_an_equation(
    answer: str, share: float, tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object, **__: object) -> list[Candidate]:
        expr: Expr = decode(answer.split())
        return [Candidate(expr, 0.0, "neural")]

    monkeypatch.setattr(Network, "decode", decoded)
    model = Transformer(ModelConfig(vocabulary=len(vocabulary), width=32, heads=2, decoder_layers=1))
    measure = validation([held_out(tmp_path, [GROWTH])], 1, beam_one_in=1)
    assert measure(model.eval(), vocabulary)["beam_verified"] == share


@pytest.mark.parametrize(
    ("answer", "verified", "fitted"),
    [("div pow x + 2 + 2", 1.0, 1.0), ("add pow x + 2 exp x", 0.0, 1.0), ("exp x", 0.0, 0.0)],
)
def test_terms_of_a_beam_can_be_combined(
    answer: str,
    verified: float,
    fitted: float,
    tmp_path: Path,
    vocabulary: Vocabulary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        Network, "decode", lambda *_, **__: [Candidate(decode(answer.split()), 0.0, "neural")]
    )
    model = Transformer(ModelConfig(vocabulary=len(vocabulary), width=32, heads=2, decoder_layers=1))
    measure = validation([held_out(tmp_path, [["<integrate>", "x"]])], 1, beam_one_in=1)
    found = measure(model.eval(), vocabulary)
    assert (found["beam_verified"], found["beam_combined"]) == (verified, fitted)


def test_an_answer_that_cannot_be_written_is_none(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    beam = [Candidate(decode(text.split()), 0.0, "neural") for text in ("sqrt - 4", "pow x + 2")]
    monkeypatch.setattr(Network, "decode", lambda *_, **__: beam)
    model = Transformer(ModelConfig(vocabulary=len(vocabulary), width=32, heads=2, decoder_layers=1))
    found = validation([held_out(tmp_path, [["<integrate>", "x"]])], 1, beam_one_in=1)(
        model.eval(), vocabulary
    )
    assert (found["beam_verified"], found["beam_combined"]) == (0.0, 1.0)
