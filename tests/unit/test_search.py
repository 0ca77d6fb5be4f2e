import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symmath.evaluate import scaling, search
from symmath.evaluate.scaling import fit_power_law
from symmath.train import loop
from symmath.train.recipes import BASE, CHANGES, TINY, arm

pytestmark = pytest.mark.usefixtures("one_thread")


def test_each_arm_changes_something_of_the_recipe() -> None:
    assert arm("base") == BASE
    assert len({replace(arm(name), name="") for name in CHANGES}) == len(CHANGES)


def test_changes_add_up() -> None:
    both = arm("size-128+pieces-256")
    assert (both.name, both.width, both.heads, both.pieces) == ("size-128+pieces-256", 128, 2, 256)
    with pytest.raises(ValueError, match="no arm 'size-1'"):
        arm("base+size-1")


def test_a_power_law_is_found_again() -> None:
    compute = np.geomspace(1e12, 1e15, 30)
    law = fit_power_law(compute, 0.4 + 500 * compute**-0.2)
    assert law.exponent == pytest.approx(0.2, rel=0.05) and law.floor == pytest.approx(0.4, rel=0.05)
    assert law.at(1e16) == pytest.approx(0.4 + 500 * 1e16**-0.2, rel=0.01)
    few = fit_power_law([1e12, 1e13, 1e14], [2.0, 1.0, 0.5])
    assert few.floor == 0 and few.at(1e15) == pytest.approx(0.25)
    with pytest.raises(ValueError, match="two points"):
        fit_power_law([1.0], [1.0])


@pytest.mark.slow
def test_a_search_keeps_its_results_and_fits_them(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loop, "LOG_STEPS", 2)
    # The shards are too few for a vocabulary of the recipe's size.
    arms = {"a": replace(TINY, name="a", pieces=140), "b": replace(TINY, name="b", pieces=140, width=32)}
    monkeypatch.setattr(search, "arm", arms.__getitem__)
    line = ["--out", str(tmp_path), "--data", str(shards), "--minutes", "0.08", "--problems", "4"]
    search.main([*line, "--arm", "a"])
    first = (tmp_path / search.RESULTS).read_text()
    search.main([*line, "--arm", "a", "--arm", "b"])
    lines = (tmp_path / search.RESULTS).read_text().splitlines()
    assert lines[0] + "\n" == first and len(lines) == 2
    a, b = map(json.loads, lines)
    assert a["operations"] / a["pairs"] > 2 * b["operations"] / b["pairs"] and 0 < a["held_out_loss"] < 10
    assert json.loads((tmp_path / "a" / loop.LOG).read_text().splitlines()[-2])["rate"] < 1
    capsys.readouterr()
    scaling.main(["--out", str(tmp_path), "--arm", "a", "--arm", "b", "--target", "1e12"])
    assert "nnealed" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize(
    ("losses", "said"), [((2.0, 1.0), "Annealed, all sizes"), ((1.0, 2.0), "no power law")]
)
def test_sizes_lie_on_a_curve_or_not(tmp_path: Path, losses: tuple[float, float], said: str) -> None:
    results = {}
    for name, operations, loss in zip("ab", (1e12, 2e12), losses, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / loop.LOG).touch()
        results[name] = {"operations": operations, "pairs": 1, "parameters": 1, "held_out_loss": loss}
    assert said in scaling.table(tmp_path, results, 1e13).splitlines()[-1]
