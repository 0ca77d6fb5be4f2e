import random
from pathlib import Path

import pytest

from datagen import forward
from symmath.tasks.integrate import holds


def test_sympy_is_asked_where_nothing_faster_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "available", lambda: ("sympy", "giac", "fricas", "sympy-manual"))
    assert forward.default_engines() == ("fricas",)
    monkeypatch.setattr(forward, "available", lambda: ("sympy", "giac"))
    assert forward.default_engines() == ("sympy",)


@pytest.mark.slow
def test_sympy_makes_checked_pairs_and_a_second_run_goes_on(tmp_path: Path, rng: random.Random) -> None:
    path = tmp_path / "pairs.txt"
    forward.write_pairs(path, 2, seed=5, engines=["sympy"])
    first = path.read_text()
    forward.write_pairs(path, 3, seed=6, engines=["sympy"])
    lines = path.read_text().splitlines()
    assert path.read_text().startswith(first) and len(lines) == 3 and len(set(lines)) == 3
    for line in lines:
        source, target = (side.split() for side in line.split("\t"))
        assert holds(source, target, rng)
