"""Fixtures shared by the tests: a small vocabulary and a small set of shards."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen.pipeline import generate
from datagen.recipes import RECIPES
from symmath.expr.vocab import Vocabulary
from symmath.shards import read_records


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture(scope="session")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 600 backward pairs in two chunks."""
    folder = tmp_path_factory.mktemp("shards")
    generate(
        RECIPES["integrate-bwd"], folder, pairs=600, seed=1, workers=0, chunk_pairs=300, report=lambda _: None
    )
    return folder


@pytest.fixture(scope="session")
def vocabulary(shards: Path) -> Vocabulary:
    """A vocabulary of 160 pieces."""
    sequences = [side for r in read_records(shards, "train") for side in (r.source[1:], r.target)]
    return Vocabulary.train(sequences, 160)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(0)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Let torch have one thread, and what it had afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
