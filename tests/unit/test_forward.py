import random

import pytest

from datagen import forward
from datagen.pipeline import draw_chunk
from datagen.recipes import RECIPES
from symmath.tasks.integrate import holds


@pytest.mark.parametrize(
    ("installed", "asked"),
    [(("sympy", "giac", "fricas", "sympy-manual"), ["fricas"]), (("sympy", "giac"), ["sympy"])],
)
def test_sympy_is_asked_where_nothing_faster_is_installed(
    monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], asked: list[str]
) -> None:
    monkeypatch.setattr(forward, "available", lambda: installed)
    forward._engines.cache_clear()
    assert [engine.name for engine in forward.by_engines().engines] == asked
    forward._engines.cache_clear()


@pytest.mark.slow
def test_sympy_makes_checked_pairs(monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> None:
    monkeypatch.setattr(forward, "available", lambda: ("sympy",))
    forward._engines.cache_clear()
    drawn = draw_chunk(RECIPES["integrate-engines"], seed=5, index=0, pairs=3)
    for engine in forward._engines():
        engine.close()
    forward._engines.cache_clear()
    records = [record for split in drawn.records.values() for record in split]
    assert len(records) == 3 and {record.origin for record in records} == {"engines"}
    assert all(holds(record.source[1:], record.target, rng) for record in records)
