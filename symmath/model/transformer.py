"""Encoder-decoder transformer: pre-norm, rotary self-attention, no biases.

Knows tensors only: no tokens, no files, no mathematics.

Shape suffixes: B batch (or B hypotheses), S source length, T target length, D width, E a multiple of
it, H heads, K head width, G groups of D features, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.nn import functional

from symmath.expr.vocab import PAD

ROTARY_BASE = 10_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """Size of a model.

    Attributes
    ----------
    vocabulary : int
        Number of pieces.
    width : int
        Features of a position; a multiple of 2 * `heads`.
    heads, encoder_layers, decoder_layers : int
    expansion : int
        Hidden features of a feed-forward block over `width`.
    max_length : int
        Longest sequence in pieces.
    """

    vocabulary: int
    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 4
    expansion: int = 4
    max_length: int = 512


def _rotary_table(length: int, width: int, heads: int) -> Tensor:
    """Return what `rotate` multiplies all heads' features by, cosines and signed sines, (2, L, D)."""
    half = width // heads // 2
    frequency = ROTARY_BASE ** (-torch.arange(half).float() / half)
    angle = torch.arange(length).float()[:, None] * frequency[None, :]
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1)]).repeat(1, 1, heads)


class Rotation(torch.autograd.Function):
    """x * cos + swapped(x) * sin, where `swapped` exchanges the halves of each head's features.

    Three passes over the features, and three backwards; autograd's own rule for the pairs of features
    apart takes twice as many, on short rows.
    """

    @staticmethod
    def forward(ctx: Any, x_BTGHK: Tensor, cos_THK: Tensor, sin_THK: Tensor) -> Tensor:
        """Keep the angles only: a rotation's gradient doesn't depend on what is rotated."""
        ctx.save_for_backward(cos_THK, sin_THK)
        return Rotation.turned(x_BTGHK, cos_THK, sin_THK)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        """Rotate back."""
        cos_THK, sin_THK = ctx.saved_tensors
        return Rotation.turned(gradient, cos_THK, -sin_THK), None, None

    @staticmethod
    def turned(x_BTGHK: Tensor, cos_THK: Tensor, sin_THK: Tensor) -> Tensor:
        """Return the product, without its gradient."""
        swapped = x_BTGHK.roll(x_BTGHK.shape[-1] // 2, -1)
        return (x_BTGHK * cos_THK[:, None]).addcmul_(swapped, sin_THK[:, None])


def rotate(x_BTE: Tensor, table_2TD: Tensor, heads: int) -> Tensor:
    """Rotate pairs of each head's features by their position (Su et al. 2021, arXiv:2104.09864).

    Parameters
    ----------
    x_BTE : Tensor
        E is any multiple of D: queries and keys side by side, say.
    table_2TD : Tensor
        Rows of the model's table for these positions.
    heads : int
    """
    _, length, width = table_2TD.shape
    cos_THK, sin_THK = table_2TD.to(x_BTE.dtype).reshape(2, length, heads, width // heads)
    x_BTGHK = x_BTE.reshape(*x_BTE.shape[:-1], -1, heads, width // heads)
    return Rotation.apply(x_BTGHK, cos_THK, sin_THK).flatten(-3)  # type: ignore[no-untyped-call]


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, *, causal: bool = False) -> Tensor:
    """Scaled dot-product attention; heads joined again, (B, T, D).

    On the CPU two batched products are several times faster than the fused kernel at the lengths of
    short expressions (measured: 14 against 81 ms for 320 x 4 heads of 19 positions in bfloat16).
    """
    if q.device.type != "cpu":
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return mixed.transpose(1, 2).flatten(2)
    # Scores of short sequences are smaller than queries, so it is they that are scaled.
    scores = torch.matmul(q, k.transpose(-1, -2)) * q.shape[-1] ** -0.5
    if causal:
        ahead = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(ahead, float("-inf"))
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.matmul(scores.softmax(-1), v).transpose(1, 2).flatten(2)


def split_heads(x_BTD: Tensor, heads: int) -> Tensor:
    """Cut features into heads, (B, H, T, K)."""
    return x_BTD.reshape(*x_BTD.shape[:-1], heads, -1).transpose(1, 2)


class SelfAttention(nn.Module):
    """Multi-head self-attention with rotary positions."""

    def __init__(self, config: ModelConfig, *, causal: bool) -> None:
        super().__init__()
        self.heads = config.heads
        self.causal = causal
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def project(self, x_BTD: Tensor, table_2TD: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries, keys and values, (B, H, T, K) each."""
        width = x_BTD.shape[-1]
        qk_BTE, v_BTD = self.qkv(self.norm(x_BTD)).split((2 * width, width), dim=-1)
        q_BTD, k_BTD = rotate(qk_BTE, table_2TD, self.heads).chunk(2, dim=-1)
        return split_heads(q_BTD, self.heads), split_heads(k_BTD, self.heads), split_heads(v_BTD, self.heads)

    def forward(self, x_BTD: Tensor, table_2TD: Tensor, mask: Tensor | None) -> Tensor:
        """Attend within a whole sequence; `mask` is True where a key may be seen, (B, 1, 1, T)."""
        q, k, v = self.project(x_BTD, table_2TD)
        return self.out(_attend(q, k, v, mask, causal=self.causal))

    def step(
        self, x_B1D: Tensor, table_21D: Tensor, past: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Attend from one new position to all earlier ones and itself."""
        q, k, v = self.project(x_B1D, table_21D)
        keys, values = torch.cat([past[0], k], dim=2), torch.cat([past[1], v], dim=2)
        return self.out(_attend(q, keys, values, None)), (keys, values)


class CrossAttention(nn.Module):
    """Multi-head attention from target positions to the encoded source."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.query = nn.Linear(config.width, config.width, bias=False)
        self.key_value = nn.Linear(config.width, 2 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)

    def project(self, memory_BSD: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and values of the source, (B, H, S, K) each."""
        keys, values = self.key_value(memory_BSD).chunk(2, dim=-1)
        return split_heads(keys, self.heads), split_heads(values, self.heads)

    def forward(self, x_BTD: Tensor, source: tuple[Tensor, Tensor], mask: Tensor | None) -> Tensor:
        """Attend to the projected source; `mask` is True where a key may be seen, (B, 1, 1, S)."""
        q = split_heads(self.query(self.norm(x_BTD)), self.heads)
        return self.out(_attend(q, *source, mask))


class SquaredReLU(torch.autograd.Function):
    """max(x, 0) ** 2 (So et al. 2021, arXiv:2109.08668).

    The same bits as autograd's own rule, which makes four backward passes over the widest activations
    of the model where one does.
    """

    @staticmethod
    def forward(ctx: FunctionCtx, x: Tensor) -> Tensor:
        """Keep the rectified input: it is zero exactly where the gradient is."""
        positive = functional.relu(x)
        ctx.save_for_backward(positive)
        return positive * positive

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Multiply by 2 max(x, 0), in one pass."""
        (positive,) = ctx.saved_tensors
        return torch.addcmul(gradient.new_zeros(()), gradient, positive, value=2)


class FeedForward(nn.Module):
    """Two linear maps with a squared ReLU between."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.up = nn.Linear(config.width, config.expansion * config.width, bias=False)
        self.down = nn.Linear(config.expansion * config.width, config.width, bias=False)

    def forward(self, x_BTD: Tensor) -> Tensor:
        """Map each position by itself."""
        return self.down(SquaredReLU.apply(self.up(self.norm(x_BTD))))  # type: ignore[no-untyped-call]


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, both residual."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(config, causal=False)
        self.feed = FeedForward(config)

    def forward(self, x_BSD: Tensor, table_2SD: Tensor, mask: Tensor | None) -> Tensor:
        """Encode one layer."""
        x_BSD = x_BSD + self.attention(x_BSD, table_2SD, mask)
        return x_BSD + self.feed(x_BSD)


class DecoderLayer(nn.Module):
    """Causal self-attention, cross-attention and feed-forward, all residual."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(config, causal=True)
        self.cross = CrossAttention(config)
        self.feed = FeedForward(config)

    def forward(self, x_BTD: Tensor, table_2TD: Tensor, memory_BSD: Tensor, mask: Tensor | None) -> Tensor:
        """Decode one layer of a whole sequence."""
        x_BTD = x_BTD + self.attention(x_BTD, table_2TD, None)
        x_BTD = x_BTD + self.cross(x_BTD, self.cross.project(memory_BSD), mask)
        return x_BTD + self.feed(x_BTD)


@dataclass(slots=True)
class Cache:
    """What decoding remembers of the source and of the earlier positions, per layer.

    Attributes
    ----------
    rows : int
        Hypotheses of each source, which stand together and share what is remembered of it.
    """

    source: list[tuple[Tensor, Tensor]]
    mask: Tensor | None
    past: list[tuple[Tensor, Tensor]]
    length: int = 0
    rows: int = 1

    def widen(self, rows: int) -> None:
        """Have so many equal hypotheses of every source instead of one."""
        self.past = [
            (keys.repeat_interleave(rows, 0), values.repeat_interleave(rows, 0)) for keys, values in self.past
        ]
        self.rows = rows

    def reorder(self, rows_B: Tensor) -> None:
        """Keep rows `rows_B` of the earlier positions; the source must agree between them."""
        self.past = [
            (keys.index_select(0, rows_B), values.index_select(0, rows_B)) for keys, values in self.past
        ]

    def select(self, rows_B: Tensor) -> None:
        """Keep rows `rows_B` of everything."""
        self.reorder(rows_B)
        of_B = rows_B // self.rows
        groups = of_B.reshape(-1, self.rows) if len(of_B) % self.rows == 0 else None
        if groups is None or bool((groups != groups[:, :1]).any()):
            # As many of every source no more: each row has it for itself.
            self.rows, kept = 1, of_B
        else:
            kept = groups[:, 0]
        self.source = [
            (keys.index_select(0, kept), values.index_select(0, kept)) for keys, values in self.source
        ]
        if self.mask is not None:
            self.mask = self.mask.index_select(0, kept)


class Transformer(nn.Module):
    """Sequence-to-sequence model.

    Parameters
    ----------
    config : ModelConfig
    """

    rotary: Tensor
    encoder: Sequence[EncoderLayer]
    decoder: Sequence[DecoderLayer]

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width, padding_idx=PAD)
        # A ModuleList doesn't say what it holds; the annotations above do.
        self.encoder = nn.ModuleList(  # type: ignore[assignment]
            EncoderLayer(config) for _ in range(config.encoder_layers)
        )
        self.decoder = nn.ModuleList(  # type: ignore[assignment]
            DecoderLayer(config) for _ in range(config.decoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(config.width, bias=False)
        self.decoder_norm = nn.LayerNorm(config.width, bias=False)
        self.output = nn.Linear(config.width, config.vocabulary, bias=False)
        self.materialise_rotary()
        self._initialise()

    def materialise_rotary(self, device: str | None = None) -> None:
        """Make the table of rotary angles, which no checkpoint holds."""
        with torch.device(device or torch.get_default_device()):
            table = _rotary_table(self.config.max_length, self.config.width, self.config.heads)
        self.register_buffer("rotary", table, persistent=False)

    def _initialise(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            if name.endswith(("out.weight", "down.weight", "output.weight")):
                # A residual branch or a classifier that starts at zero keeps the first steps calm.
                nn.init.zeros_(parameter)
            elif name == "embedding.weight":
                nn.init.normal_(parameter, std=1.0)
            else:
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
        with torch.no_grad():
            self.embedding.weight[PAD] = 0

    def encode(self, source_BS: Tensor) -> tuple[Tensor, Tensor | None]:
        """Encode sources.

        Parameters
        ----------
        source_BS : int tensor of shape (B, S)
            Piece ids, padded at the end.

        Returns
        -------
        memory_BSD : Tensor
        mask : bool tensor of shape (B, 1, 1, S), or None where nothing is padded
        """
        present_BS = source_BS != PAD
        mask = None if bool(present_BS.all()) else present_BS[:, None, None, :]
        table = self.rotary[:, : source_BS.shape[1]]
        x_BSD = self.embedding(source_BS)
        for layer in self.encoder:
            x_BSD = layer(x_BSD, table, mask)
        return self.encoder_norm(x_BSD), mask

    def forward(self, source_BS: Tensor, target_BT: Tensor) -> Tensor:
        """Return logits of the next piece at each target position, (B, T, V)."""
        memory_BSD, mask = self.encode(source_BS)
        table = self.rotary[:, : target_BT.shape[1]]
        x_BTD = self.embedding(target_BT)
        for layer in self.decoder:
            x_BTD = layer(x_BTD, table, memory_BSD, mask)
        return self.output(self.decoder_norm(x_BTD))

    def start(self, source_BS: Tensor) -> Cache:
        """Encode sources and prepare step-by-step decoding."""
        memory_BSD, mask = self.encode(source_BS)
        config = self.config
        empty = memory_BSD.new_zeros(len(source_BS), config.heads, 0, config.width // config.heads)
        return Cache(
            source=[layer.cross.project(memory_BSD) for layer in self.decoder],
            mask=mask,
            past=[(empty, empty) for _ in self.decoder],
        )

    def step(self, last_B: Tensor, cache: Cache) -> Tensor:
        """Return logits of the next piece, (B, V), and extend `cache` by piece `last_B`."""
        table = self.rotary[:, cache.length : cache.length + 1]
        x_B1D = self.embedding(last_B[:, None])
        for index, layer in enumerate(self.decoder):
            mixed, cache.past[index] = layer.attention.step(x_B1D, table, cache.past[index])
            x_B1D = x_B1D + mixed
            # Hypotheses of one source look at it as positions of one sequence do.
            asking = x_B1D.reshape(-1, cache.rows, x_B1D.shape[-1])
            x_B1D = x_B1D + layer.cross(asking, cache.source[index], cache.mask).reshape(x_B1D.shape)
            x_B1D = x_B1D + layer.feed(x_B1D)
        cache.length += 1
        return self.output(self.decoder_norm(x_B1D))[:, 0]
