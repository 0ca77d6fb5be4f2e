import pytest
import torch
from torch.nn import functional

from symmath.expr.vocab import BEGIN, PAD
from symmath.model.transformer import ROTARY_BASE, ModelConfig, SquaredReLU, Transformer, rotate
from symmath.train.recipes import INTEGRATE

CONFIG = ModelConfig(vocabulary=40, width=32, heads=2, encoder_layers=2, decoder_layers=2, max_length=64)


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(0)
    model = Transformer(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            # Output maps start at zero; the tests need every path to carry something.
            parameter.add_(0.1 * torch.randn_like(parameter))
        model.embedding.weight[PAD] = 0
    return model


@torch.no_grad()
def test_cached_steps_give_the_logits_of_the_whole_sequence(model: Transformer) -> None:
    source = torch.randint(4, 40, (3, 7))
    source[1, 5:] = PAD
    target = torch.cat([torch.full((3, 1), BEGIN), torch.randint(4, 40, (3, 5))], dim=1)
    whole = model(source, target)
    cache = model.start(source)
    for position in range(target.shape[1]):
        step = model.step(target[:, position], cache)
        torch.testing.assert_close(step, whole[:, position], rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_padding_changes_nothing(model: Transformer) -> None:
    source, target = torch.randint(4, 40, (2, 6)), torch.randint(4, 40, (2, 4))
    padded = torch.cat([source, torch.full((2, 3), PAD)], dim=1)
    torch.testing.assert_close(model(padded, target), model(source, target), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_a_position_does_not_see_later_ones(model: Transformer) -> None:
    source, target = torch.randint(4, 40, (1, 6)), torch.randint(4, 40, (1, 5))
    changed = target.clone()
    changed[0, -1] = (changed[0, -1] + 1) % 36 + 4
    torch.testing.assert_close(model(source, changed)[:, :-1], model(source, target)[:, :-1])


@torch.no_grad()
def test_selecting_rows_selects_their_memory(model: Transformer) -> None:
    source = torch.randint(4, 40, (3, 6))
    last = torch.tensor([5, 6, 7])
    cache = model.start(source)
    model.step(last, cache)
    rows = torch.tensor([2, 0])
    cache.select(rows)
    expected = model.start(source)
    model.step(last, expected)
    after = model.step(torch.tensor([9, 9, 9]), expected)
    torch.testing.assert_close(model.step(torch.tensor([9, 9]), cache), after[rows], rtol=1e-4, atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("rows", [[1, 0, 4, 4], [3, 2], [5, 0, 1]])
def test_hypotheses_of_a_source_share_it(model: Transformer, rows: list[int]) -> None:
    # Three sources, one of them padded, two hypotheses each; the last choice isn't in pairs.
    source = torch.randint(4, 40, (3, 6))
    source[1, 4:] = PAD
    last = torch.tensor([5, 6, 7, 8, 9, 10])
    shared, apart = model.start(source), model.start(source.repeat_interleave(2, 0))
    shared.widen(2)
    torch.testing.assert_close(model.step(last, shared), model.step(last, apart), rtol=1e-4, atol=1e-4)
    chosen = torch.tensor(rows)
    shared.select(chosen)
    apart.select(chosen)
    last = torch.arange(11, 11 + len(rows))
    torch.testing.assert_close(model.step(last, shared), model.step(last, apart), rtol=1e-4, atol=1e-4)


def test_the_default_recipe_has_seven_to_ten_million_parameters() -> None:
    with torch.device("meta"):
        model = Transformer(
            ModelConfig(vocabulary=INTEGRATE.pieces, width=INTEGRATE.width, heads=INTEGRATE.heads)
        )
    assert 7e6 < sum(parameter.numel() for parameter in model.parameters()) < 10e6


def test_the_squared_relu_has_the_bits_of_autograds_own() -> None:
    x = torch.randn(50, 64).bfloat16().requires_grad_()
    hidden = functional.relu(x)
    (expected,) = torch.autograd.grad((hidden * hidden).sum() * 0.3, x)
    (gradient,) = torch.autograd.grad(SquaredReLU.apply(x).sum() * 0.3, x)
    assert torch.equal(SquaredReLU.apply(x), hidden * hidden)
    assert torch.equal(gradient, expected)


def test_rotation_turns_each_pair_of_features_by_its_angle_and_its_gradient_back(model: Transformer) -> None:
    heads, width = CONFIG.heads, CONFIG.width
    x = torch.randn(3, 5, 2 * width, dtype=torch.float64, requires_grad=True)
    rotated = rotate(x, model.rotary[:, 2:7].double(), heads)
    half = width // heads // 2
    angles = torch.arange(2, 7)[:, None] * ROTARY_BASE ** (-torch.arange(half) / half)
    turn = torch.polar(torch.ones_like(angles), angles)[:, None]

    def as_complex(features: torch.Tensor) -> torch.Tensor:
        first, second = features.unflatten(-1, (2 * heads, 2, half)).unbind(-2)
        return torch.complex(first, second)

    torch.testing.assert_close(as_complex(rotated), as_complex(x) * turn, rtol=1e-6, atol=1e-6)
    weight = torch.randn_like(rotated)
    (gradient,) = torch.autograd.grad((rotated * weight).sum(), x)
    torch.testing.assert_close(as_complex(gradient), as_complex(weight) * turn.conj(), rtol=1e-6, atol=1e-6)
