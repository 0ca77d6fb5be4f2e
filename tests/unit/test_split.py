from collections import Counter

from datagen.split import skeleton, split_of, split_of_pair


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


def test_a_pair_belongs_where_it_is_shown_but_training_shows_nothing_held_out() -> None:
    words = [["x", *"+" * n] for n in range(3000)]
    by_split = {split: next(w for w in words if split_of(w) == split) for split in ("train", "valid", "test")}
    train, test = by_split["train"], by_split["test"]
    assert split_of_pair(train, train) == "train"
    assert split_of_pair(train, test) == "test" == split_of_pair(test, test)
    assert split_of_pair(test, train) is None
