import random
from collections import Counter

import pytest

from datagen.trees import draw, draw_arities, tree_count
from symmath.expr.operators import X


def test_counts_of_unary_binary_trees() -> None:
    # Motzkin-like numbers of the seed paper, appendix C: trees with 0, 1, 2, 3 internal nodes.
    assert [tree_count(1, n) for n in range(4)] == [1, 2, 6, 22]


def test_shapes_are_uniform() -> None:
    rng = random.Random(0)
    counts = Counter(tuple(draw_arities(rng, 3)) for _ in range(22_000))
    assert len(counts) == 22
    # Chi-square with 21 degrees of freedom: above 46.8 once in a thousand seeds.
    assert sum((n - 1000) ** 2 / 1000 for n in counts.values()) < 46.8


@pytest.mark.parametrize("operators", [0, 1, 5, 15])
def test_expressions_depend_on_x_and_on_the_seed_alone(operators: int) -> None:
    first = [draw(random.Random(seed), operators) for seed in range(50)]
    assert all(X in e.free_symbols for e in first)
    assert first == [draw(random.Random(seed), operators) for seed in range(50)]
