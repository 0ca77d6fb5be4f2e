"""What a model looks at: the attention weights of one problem and its answer.

Shape suffixes as in `symmath.model.transformer`; L layers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from symmath.model.transformer import CrossAttention, SelfAttention, Transformer, split_heads


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionMaps:
    """Attention weights; every row sums to one.

    Attributes
    ----------
    encoder : Tensor of shape (L, H, S, S)
        From each source position to the source.
    decoder : Tensor of shape (L, H, T, T)
        From each target position to itself and earlier ones.
    cross : Tensor of shape (L, H, T, S)
        From each target position to the source.
    """

    encoder: Tensor
    decoder: Tensor
    cross: Tensor


def self_attention_weights(block: SelfAttention, x_BTD: Tensor, table_2TD: Tensor) -> Tensor:
    """Return the weights a self-attention block gives to an unpadded sequence, (B, H, T, T)."""
    q, k, _ = block.project(x_BTD, table_2TD)
    scores = torch.matmul(q * q.shape[-1] ** -0.5, k.transpose(-1, -2))
    if block.causal:
        ahead = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(ahead, float("-inf"))
    return scores.softmax(-1)


def cross_attention_weights(block: CrossAttention, x_BTD: Tensor, keys_BHSK: Tensor) -> Tensor:
    """Return the weights a cross-attention block gives to an unpadded source, (B, H, T, S)."""
    q = split_heads(block.query(block.norm(x_BTD)), block.heads)
    return torch.matmul(q * q.shape[-1] ** -0.5, keys_BHSK.transpose(-1, -2)).softmax(-1)


@torch.inference_mode()
def attention_maps(model: Transformer, source_S: Tensor, target_T: Tensor) -> AttentionMaps:
    """Run a model on one pair and return where it looks.

    Parameters
    ----------
    model : Transformer
    source_S, target_T : int tensors of shape (S,) and (T,)
        Piece ids, unpadded; the target begins with the begin mark.
    """
    found: dict[str, list[Tensor]] = {"encoder": [], "decoder": [], "cross": []}

    def watch(name: str) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def hook(block: nn.Module, inputs: tuple[Any, ...]) -> None:
            if isinstance(block, SelfAttention):
                found[name].append(self_attention_weights(block, inputs[0], inputs[1])[0])
            elif isinstance(block, CrossAttention):
                found[name].append(cross_attention_weights(block, inputs[0], inputs[1][0])[0])

        return hook

    handles = [layer.attention.register_forward_pre_hook(watch("encoder")) for layer in model.encoder]
    handles += [layer.attention.register_forward_pre_hook(watch("decoder")) for layer in model.decoder]
    handles += [layer.cross.register_forward_pre_hook(watch("cross")) for layer in model.decoder]
    try:
        model(source_S[None], target_T[None])
    finally:
        for handle in handles:
            handle.remove()
    return AttentionMaps(**{name: torch.stack(maps).float() for name, maps in found.items()})
