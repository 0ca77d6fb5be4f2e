import json
from pathlib import Path

import pytest

from datagen.exposure import exposure, main, trained_on
from datagen.split import skeleton, split_of
from datagen.suite import has_imaginary_constant, reread, write_suite
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.shards import Record, write_shard


def integrand(text: str) -> Record:
    return Record(["<integrate>", *canonical_tokens(parse_expression(text).expr)], ["x"], "bwd")


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("x*acos(5)", True),
        ("exp(x) + atanh(2)", True),
        ("sin(x*log(-sin(1)))", True),
        ("x*acos(1/5) + log(2)", False),
        # What is complex at some x only may be real elsewhere.
        ("sqrt(x - 5)*acosh(x)", False),
    ],
)
def test_a_constant_without_a_real_value_is_found(text: str, has: bool) -> None:
    assert has_imaginary_constant(parse_expression(text).expr) == has


def test_a_suite_is_held_out_as_it_is_read_back(tmp_path: Path) -> None:
    names = ("sin", "cos", "tan", "log", "atan", "tanh", "sqrt", "asinh")
    nested = [integrand(f"{f}({g}({h}(x)))") for f in names for g in names for h in names]
    held_out = [record for record in nested if split_of(record.source[1:]) == "test"]
    others = [record for record in nested if record not in held_out][:5]
    write_shard(tmp_path / "test-000000.safetensors", [*others, *held_out], {})
    written = write_suite(tmp_path, tmp_path / "own.jsonl", name="own", problems=500)
    problems = [json.loads(line) for line in (tmp_path / "own.jsonl").read_text().splitlines()]
    assert all(split_of(reread("integrate", problem["input"])) == "test" for problem in problems)
    assert 0 < len(problems) == written <= len(held_out)


def test_exposure_tells_what_was_trained_on(tmp_path: Path) -> None:
    write_shard(tmp_path / "train-000000.safetensors", [integrand("x*cos(3*x)"), integrand("exp(x)")], {})
    write_shard(tmp_path / "test-000000.safetensors", [integrand("tan(x)")], {})
    suite = tmp_path / "suite.jsonl"
    texts = {"a": "x*cos(3*x)", "b": "x*cos(7*x)", "c": "tan(x)", "d": "gamma(x)"}
    lines = [{"id": name, "task": "integrate", "input": text} for name, text in texts.items()]
    suite.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = exposure(suite, *trained_on([tmp_path]))
    assert (found.met, found.alike, found.unmet) == (["a"], ["b"], ["c"])
    assert skeleton(reread("integrate", "x*cos(7*x)")) == skeleton(integrand("x*cos(3*x)").source[1:])


@pytest.mark.parametrize(("suite", "data"), [("own.jsonl", "missing"), ("missing", ".")])
def test_exposure_refuses_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], suite: str, data: str
) -> None:
    (tmp_path / "own.jsonl").touch()
    arguments = ["exposure", str(tmp_path / suite), "--data", str(tmp_path / data)]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit, match="2"):
        main()
    assert "missing" in capsys.readouterr().err
