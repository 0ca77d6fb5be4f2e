import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from symmath.cli import app
from symmath.evaluate.embedding import encoder_states, labels_of, probe, project, untrained
from symmath.evaluate.properties import is_even, is_odd, is_periodic, is_scaled
from symmath.expr.parse import parse_expression
from symmath.expr.vocab import BEGIN
from symmath.model.checkpoint import load_checkpoint
from symmath.model.maps import attention_maps, cross_attention_weights, self_attention_weights
from symmath.model.transformer import ModelConfig, Transformer, split_heads
from symmath.solve.solver import shipped
from symmath.tasks.task import Problem


def expr(text: str):
    return parse_expression(text).expr


@pytest.mark.parametrize(
    ("has", "yes", "no"),
    [
        (is_even, "x**2*cos(x)", "x + cos(x)"),
        (is_even, "log(x**2 + 1)", "log(x)"),
        (is_even, "abs(x)", "abs(x + 1)"),
        (is_odd, "sin(x)**3 + x", "sin(x) + 1"),
        (is_odd, "sign(x)*x**2", "x*sign(x)"),
        (is_periodic, "sin(x)/(2 + cos(3*x))", "x*sin(x)"),
        (is_periodic, "exp(cos(x))", "sin(x/2)"),
        (is_scaled, "sin(3*x)*exp(3*x)", "sin(3*x)*exp(2*x)"),
        (is_scaled, "sin(3*x)", "x*sin(3*x)"),
        (is_scaled, "sin(pi*x)", "sin(x**2)"),
    ],
)
def test_properties_are_told_by_values(has, yes: str, no: str) -> None:
    assert has(expr(yes)) and not has(expr(no))


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    made = Transformer(
        ModelConfig(vocabulary=40, width=32, heads=2, encoder_layers=2, decoder_layers=3)
    ).eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


@torch.no_grad()
def test_attention_weights_are_those_the_model_uses(model: Transformer) -> None:
    x, memory, table = torch.randn(1, 5, 32), torch.randn(1, 7, 32), model.rotary[:, :5]
    own, cross = model.decoder[0].attention, model.decoder[0].cross
    values = split_heads(own.qkv(own.norm(x)).chunk(3, dim=-1)[2], own.heads)
    mixed = self_attention_weights(own, x, table) @ values
    torch.testing.assert_close(own.out(mixed.transpose(1, 2).flatten(2)), own(x, table, None))
    keys, values = cross.project(memory)
    mixed = cross_attention_weights(cross, x, keys) @ values
    torch.testing.assert_close(cross.out(mixed.transpose(1, 2).flatten(2)), cross(x, (keys, values), None))


def test_maps_of_a_pair_have_a_row_a_position(model: Transformer) -> None:
    maps = attention_maps(model, torch.tensor([5, 6, 7, 8]), torch.tensor([BEGIN, 9, 10]))
    assert maps.encoder.shape == (2, 2, 4, 4) and maps.cross.shape == (3, 2, 3, 4)
    assert maps.decoder.shape == (3, 2, 3, 3) and (maps.decoder.triu(1) == 0).all()
    for weights in (maps.encoder, maps.decoder, maps.cross):
        torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))


def test_an_untrained_model_reads_the_order_of_its_input() -> None:
    like = Transformer(ModelConfig(vocabulary=40, width=32, heads=2, encoder_layers=2, decoder_layers=2))
    before = torch.get_rng_state()
    made = untrained(like)
    assert torch.equal(torch.get_rng_state(), before)
    there, back = (made.encode(torch.tensor([ids]))[0].mean(1) for ids in ([5, 6, 7, 8], [8, 7, 6, 5]))
    assert (there - back).abs().max() > 0.01


def test_states_do_not_depend_on_the_padding_beside_them() -> None:
    checkpoint = load_checkpoint(shipped(), dtype=torch.float32)
    texts = ("x", "x*cos(x)*exp(x**2 + 1)/(x**3 + sin(x) + 7)")
    problems = [Problem(task="integrate", expr=expr(text)) for text in texts]
    together = encoder_states(checkpoint.model, checkpoint.vocabulary, problems)
    alone = encoder_states(checkpoint.model, checkpoint.vocabulary, problems[:1])
    assert together.shape == (2, 256)
    np.testing.assert_allclose(together[:1], alone, rtol=1e-3, atol=1e-4)


def test_a_probe_finds_what_is_there_and_nothing_in_noise() -> None:
    rng = np.random.default_rng(0)
    values = ["a" if i % 2 else "b" for i in range(200)]
    noise = rng.normal(size=(200, 8)).astype(np.float32)
    signal = noise.copy()
    signal[:, 3] += [3 if v == "a" else -3 for v in values]
    (found,) = probe(signal, {"letter": values, "rare": ["a"] * 195 + ["b"] * 5})
    assert found.name == "letter" and found.accuracy > 0.97 and found.majority == 0.5
    assert probe(noise, {"letter": values})[0].accuracy < 0.62
    assert {xy.shape for xy in project(signal).values()} == {(200, 2)}


def test_labels_of_equations_are_families_only() -> None:
    integral = Problem(task="integrate", expr=expr("sin(x)"))
    assert labels_of([integral])["odd"] == ["odd"] and labels_of([integral])["family"] == ["trigonometric"]
    assert set(labels_of([integral, Problem(task="ode1", expr=expr("x"))])) == {"family"}


def test_embed_and_attention_draw(tmp_path: Path) -> None:
    suite = tmp_path / "some.jsonl"
    names = "sin tan sinh atan asinh tanh cos exp log cosh".split()
    inputs = [f"{name}({k}*x)" for name in names for k in range(1, 4)]
    lines = ({"id": str(i), "task": "integrate", "input": text} for i, text in enumerate(inputs))
    suite.write_text("".join(json.dumps({**line, "answer": None}) + "\n" for line in lines))
    run = CliRunner().invoke
    done = run(app, ["embed", "--problems", str(suite), "--out", str(tmp_path / "a.png"), "--color", "odd"])
    assert (
        done.exit_code == 0
        and "| scaled | 30 | 66.7% |" in done.stdout
        and "| odd | 30 | 60.0% |" in done.stdout
    )
    done = run(app, ["attention", "x*cos(x)", "--out", str(tmp_path / "b.png")])
    assert done.exit_code == 0 and "x*sin(x) + cos(x)  (proved)" in done.stdout
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("a.png", "b.png"))
    done = run(app, ["embed", "--problems", str(suite), "--out", "c.png", "--color", "blue"])
    assert done.exit_code == 2 and "no property 'blue'" in done.stderr
    assert run(app, ["attention", "x*", "--out", "c.png"]).exit_code == 2
    done = run(app, ["attention", "exp(x**2)*sin(x)", "--beam", "1", "--out", str(tmp_path / "d.png")])
    assert done.exit_code == 1 and "not an answer" in done.stdout
    long = " + ".join(f"sin({k}*x)**{k}" for k in range(1, 400))
    equation = {"id": "e", "task": "ode1", "input": "y' = y", "answer": None}
    with suite.open("a") as file:
        file.write(json.dumps({"id": "long", "task": "integrate", "input": long, "answer": None}) + "\n")
    done = run(app, ["embed", "--problems", str(suite), "--out", str(tmp_path / "a.png")])
    assert done.exit_code == 0 and "1 problems are too long" in done.stderr
    with suite.open("a") as file:
        file.write(json.dumps(equation) + "\n")
    done = run(app, ["embed", "--problems", str(suite), "--out", "c.png"])
    assert done.exit_code == 2 and "several checkpoints" in done.stderr
