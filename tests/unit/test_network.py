from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import torch

from symmath.deadline import Deadline
from symmath.expr.vocab import Vocabulary
from symmath.model.beam import Hypothesis
from symmath.model.transformer import ModelConfig, Transformer
from symmath.solve import network
from symmath.solve.network import _ONE_THREAD, Network


@pytest.fixture
def threads() -> Iterator[int]:
    """Let torch have three threads, and what it had afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield 3
    torch.set_num_threads(before)


@pytest.fixture
def asked(vocabulary: Vocabulary) -> Network:
    model = Transformer(ModelConfig(vocabulary=len(vocabulary), width=32, heads=2, decoder_layers=1))
    return Network(model.eval(), vocabulary)


@pytest.mark.parametrize(
    "ask",
    [
        lambda asked, forms: asked.decode("integrate", forms, beam_size=2),
        lambda asked, forms: asked.answers("integrate", forms, 2, Deadline.after(60)),
    ],
    ids=["decode", "answers"],
)
def test_no_more_rows_are_decoded_together_than_memory_is_meant_for(
    asked: Network,
    vocabulary: Vocabulary,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Network, list[list[str]]], list[object]],
) -> None:
    sizes: list[int] = []

    def decoded(model: object, sources: list[list[int]], *_: object, **__: object) -> list[list[Hypothesis]]:
        sizes.append(len(sources))
        return [[Hypothesis(vocabulary.encode(["x"]), 0.0)] for _ in sources]

    monkeypatch.setattr(network, "decode_batch", decoded)
    monkeypatch.setattr(network, "MAX_ROWS", 4)
    assert len(ask(asked, [["sin", "x"]] * 5)) == 5
    assert sizes == [2, 2, 1]


def test_what_is_not_begun_in_time_has_no_answers(asked: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MAX_ROWS", 1)
    found = asked.answers("integrate", [["sin", "x"]] * 3, 1, Deadline.after(0))
    assert len(found) == 3 and found[1:] == [[], []]


def test_overlapping_calls_give_torch_its_threads_back(threads: int) -> None:
    entered, leave = Event(), Event()

    def first() -> None:
        with _ONE_THREAD:
            entered.set()
            leave.wait()

    def second() -> int:
        entered.wait()
        with _ONE_THREAD:
            leave.set()
            outer.result()
            inside = torch.get_num_threads()
        return inside

    with ThreadPoolExecutor(2) as pool:
        outer = pool.submit(first)
        assert pool.submit(second).result() == 1
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(torch.get_num_threads).result() == threads
