from collections import Counter

from datagen.split import skeleton, split_of


def test_numbers_are_masked() -> None:
    a = skeleton("add mul + 2 x sin add x - 1 3".split())
    assert a == skeleton("add mul - 7 4 x sin add x + 5".split()) == "add mul # x sin add x #"


def test_split_depends_on_the_skeleton_alone() -> None:
    for function in ("sin", "cos", "exp", "tan", "log", "atan"):
        assert split_of([function, "mul", "+", "3", "x"]) == split_of([function, "mul", "-", "1", "2", "x"])


def test_shares() -> None:
    tokens = ["sin", "cos", "exp", "log", "tan", "sinh"]
    words = (
        [a, b, c, d, e, "x"] for a in tokens for b in tokens for c in tokens for d in tokens for e in tokens
    )
    counts = Counter(split_of(word) for word in words)
    assert 0.975 < counts["train"] / counts.total() < 0.99
    assert counts["valid"] > 20 and counts["test"] > 20
