"""The mean of checkpoints: ``python -m symmath.train.mean OUT ONE TWO ...``.

Runs that began with the same weights learn and forget different things; their mean keeps the most of each
(Wortsman et al. 2022, "Model soups", arXiv:2203.05482).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from symmath.errors import CheckpointError, SymMathError
from symmath.model.checkpoint import load_checkpoint, save_checkpoint


def write_mean(out: Path, folders: Sequence[Path]) -> None:
    """Write the checkpoint whose weights are the mean of others'.

    Parameters
    ----------
    out : Path
        Its metrics are those of the others, by the names of their folders.
    folders : sequence of Path

    Raises
    ------
    CheckpointError
        If one can't be read, they differ in size or vocabulary, or two folders have one name.
    """
    if len({folder.name for folder in folders}) < len(folders):
        names = ", ".join(folder.name for folder in folders)
        raise CheckpointError(
            f"metrics are kept by the names of the folders, which are not all different: {names}"
        )
    first, *others = [load_checkpoint(folder, dtype=torch.float32) for folder in folders]
    mean = {name: weight / len(folders) for name, weight in first.model.state_dict().items()}
    for folder, other in zip(folders[1:], others, strict=True):
        same_text = other.vocabulary.fingerprint() == first.vocabulary.fingerprint()
        if other.model.config != first.model.config or not same_text:
            raise CheckpointError(f"{folder} has another size or vocabulary than {folders[0]}")
        for name, weight in other.model.state_dict().items():
            mean[name] += weight / len(folders)
    members = (first, *others)
    metrics = {"mean_of": {folder.name: one.metrics for folder, one in zip(folders, members, strict=True)}}
    save_checkpoint(out, mean, first.model.config, first.vocabulary, metrics)


def main() -> None:
    """Parse the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m symmath.train.mean", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    arguments = parser.parse_args()
    try:
        write_mean(arguments.out, arguments.checkpoints)
    except SymMathError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
