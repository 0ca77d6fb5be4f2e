"""What the encoder knows: its states of whole problems, projected, and probed by linear classifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from symmath.errors import UnsupportedError
from symmath.evaluate.kinds import kind_of
from symmath.evaluate.properties import PROPERTIES
from symmath.expr.canonical import canonical_tokens
from symmath.expr.vocab import PAD, Vocabulary
from symmath.model.transformer import Transformer
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.train.batches import pad

FOLDS = 5
MIN_MEMBERS = 10
"""Fewer problems with, or without, a property are too few to probe it."""
FAMILY = "family"
_BATCH = 64
_SEED = 0
_MIN_PROBLEMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How well a linear classifier on encoder states tells a property.

    Attributes
    ----------
    name : str
    problems : int
        With the property and without.
    majority : float
        Share of the most frequent class: what blind guessing would reach.
    accuracy : float
        Share told rightly, each fifth of the problems by a classifier trained on the rest.
    """

    name: str
    problems: int
    majority: float
    accuracy: float


def untrained(like: Transformer) -> Transformer:
    """Return a model of the same size with random weights, those that training starts at zero too.

    With them at zero every layer would pass on what it is given, and no position see another.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        model = Transformer(like.config).eval()
        for parameter in model.parameters():
            if parameter.dim() == 2 and not parameter.any():
                torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    return model


def _pieces(vocabulary: Vocabulary, problem: Problem) -> list[int]:
    return vocabulary.encode(TASKS[problem.task].encode(canonical_tokens(problem.expr)))


def fits(model: Transformer, vocabulary: Vocabulary, problem: Problem) -> bool:
    """Whether a problem is short enough for a model."""
    return len(_pieces(vocabulary, problem)) < model.config.max_length


@torch.inference_mode()
def encoder_states(
    model: Transformer, vocabulary: Vocabulary, problems: Sequence[Problem]
) -> NDArray[np.float32]:
    """Return the mean of the encoder's states over each problem's positions, shape (problems, width).

    All problems must fit (`fits`).
    """
    sources = [_pieces(vocabulary, problem) for problem in problems]
    means: list[torch.Tensor] = []
    for first in range(0, len(sources), _BATCH):
        source_BS = pad(sources[first : first + _BATCH])
        memory_BSD, _ = model.encode(source_BS)
        present_BS1 = (source_BS != PAD)[:, :, None]
        means.append((memory_BSD.float() * present_BS1).sum(1) / present_BS1.sum(1))
    return torch.cat(means).numpy()


def labels_of(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """Return each problem's family and, of integrands, its properties, by name."""
    labels = {FAMILY: [kind_of(problem) for problem in problems]}
    if all(problem.task == "integrate" for problem in problems):
        for name, has in PROPERTIES.items():
            labels[name] = [name if has(problem.expr) else f"not {name}" for problem in problems]
    return labels


def probe(states: NDArray[np.float32], labels: Mapping[str, Sequence[str]]) -> list[Probe]:
    """Train linear classifiers, cross-validated, on every property that enough problems have.

    Classes with fewer than `MIN_MEMBERS` members are left out.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probes: list[Probe] = []
    for name, values in labels.items():
        counts = {value: n for value, n in Counter(values).items() if n >= MIN_MEMBERS}
        rows = [i for i, value in enumerate(values) if value in counts]
        if len(counts) < 2:
            continue
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2_000))
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=_SEED)
        kept = np.array([values[i] for i in rows])
        accuracy = cross_val_score(classifier, states[rows], kept, cv=folds).mean()
        probes.append(
            Probe(
                name=name,
                problems=len(rows),
                majority=max(counts.values()) / len(rows),
                accuracy=float(accuracy),
            )
        )
    return probes


def project(states: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return the states in two dimensions, by principal components and by t-SNE.

    Raises
    ------
    UnsupportedError
        If there are fewer than five.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if len(states) < _MIN_PROBLEMS:
        raise UnsupportedError(f"a projection needs at least {_MIN_PROBLEMS} problems, not {len(states)}")
    perplexity = min(30.0, (len(states) - 1) / 3)
    return {
        "PCA": PCA(2, random_state=_SEED).fit_transform(states),
        "t-SNE": TSNE(2, perplexity=perplexity, random_state=_SEED, init="pca").fit_transform(states),
    }


def draw(points: Mapping[str, NDArray[np.float32]], labels: Sequence[str], title: str, out: Path) -> None:
    """Draw projections side by side, a colour a label."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(points), figsize=(6 * len(points), 5))
    axis: Any
    for axis, (name, xy) in zip(np.atleast_1d(axes), points.items(), strict=True):
        for label, count in Counter(labels).most_common():
            rows = [i for i, value in enumerate(labels) if value == label]
            axis.scatter(xy[rows, 0], xy[rows, 1], s=12, alpha=0.7, label=f"{label} ({count})")
        axis.set_title(f"{title}, {name}")
        axis.set_xticks([])
        axis.set_yticks([])
    axis.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    pyplot.close(figure)
