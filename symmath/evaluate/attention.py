"""Draw where a model looks while it writes an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from symmath.expr.prefix import Tokens
from symmath.expr.vocab import BEGIN, Vocabulary
from symmath.model.maps import AttentionMaps, attention_maps
from symmath.model.transformer import Transformer


def piece_names(vocabulary: Vocabulary, ids: Sequence[int]) -> list[str]:
    """Return what each piece spells; the begin mark, which spells nothing, as a triangle."""
    return ["▷" if i == BEGIN else " ".join(vocabulary.pieces[i]) for i in ids]


def maps_of(
    model: Transformer, vocabulary: Vocabulary, source: Tokens, target: Tokens
) -> tuple[AttentionMaps, list[str], list[str]]:
    """Return the attention weights of a pair, with the names of its source and target positions."""
    source_ids, target_ids = vocabulary.encode(source), [BEGIN, *vocabulary.encode(target)]
    maps = attention_maps(model, torch.tensor(source_ids), torch.tensor(target_ids))
    return maps, piece_names(vocabulary, source_ids), piece_names(vocabulary, target_ids)


def draw(maps: AttentionMaps, source: Sequence[str], target: Sequence[str], out: Path) -> None:
    """Draw the encoder's own and the decoder's attention to the source, mean of the heads, by layer."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    columns = max(len(maps.encoder), len(maps.cross))
    cell = 0.22 * max(8, len(source), len(target))
    figure, axes = pyplot.subplots(2, columns, figsize=(columns * (cell + 1), 2 * (cell + 1)), squeeze=False)
    rows: tuple[tuple[str, Tensor, Sequence[str]], ...] = (
        ("encoder", maps.encoder, source),
        ("decoder to source", maps.cross, target),
    )
    for line, (name, weights_LHQS, queries) in zip(axes, rows, strict=True):
        for axis in line[len(weights_LHQS) :]:
            axis.axis("off")
        for layer, (axis, weights_HQS) in enumerate(zip(line, weights_LHQS, strict=False), start=1):
            axis.imshow(weights_HQS.mean(0).numpy(), cmap="Blues", vmin=0.0, vmax=1.0)
            axis.set_xticks(range(len(source)), source, rotation=90, fontsize="x-small")
            axis.set_yticks(range(len(queries)), queries, fontsize="x-small")
            axis.set_title(f"{name}, layer {layer}", fontsize="small")
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    pyplot.close(figure)
