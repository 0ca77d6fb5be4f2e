import random
from collections.abc import Iterator

import pytest

from datagen.trees import draw
from symmath.expr.canonical import canonical_tokens
from symmath.tasks import parts
from symmath.tasks.integrate import holds
from symmath.tasks.parts import Table, by_parts, common_table


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(parts, "_COMMON_ROUNDS", 500)
    common_table.cache_clear()
    yield
    common_table.cache_clear()


def known_pairs(table: Table) -> dict[str, str]:
    return {str(integrand): str(primitive) for integrand, primitive in table._primitives.items()}


def test_the_common_table_is_the_same_in_every_process_and_is_not_changed() -> None:
    common = common_table(draw)
    first = known_pairs(common)
    assert len(first) > 100
    mine, rng = Table(common), random.Random(1)
    found = [known for _ in range(30) if (known := by_parts(mine, draw, rng))]
    assert len(found) > 10
    assert common_table(draw) is common and known_pairs(common) == first
    common_table.cache_clear()
    assert known_pairs(common_table(draw)) == first


def test_parts_finds_what_the_table_lacks_and_adds_it() -> None:
    table, rng = Table(common_table(draw)), random.Random(2)
    found = 0
    for _ in range(30):
        before = Table(table)
        known = by_parts(table, draw, rng)
        if known is None:
            continue
        found += 1
        integrand, primitive = known
        assert before.find(integrand) is None and table.find(integrand) is not None
        assert holds(canonical_tokens(integrand), canonical_tokens(primitive), rng)
    assert found > 10


def test_a_table_stops_growing(monkeypatch: pytest.MonkeyPatch) -> None:
    common = common_table(draw)
    size = len(known_pairs(common))
    monkeypatch.setattr(parts, "_TABLE_SIZE", size + 5)
    table, rng = Table(common), random.Random(3)
    for _ in range(30):
        by_parts(table, draw, rng)
    assert len(known_pairs(table)) == size + 5
