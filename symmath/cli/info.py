"""``symmath info``: what is installed."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from symmath.cli.output import answer, note
from symmath.errors import SymMathError

_PACKAGES = ("torch", "sympy", "symengine", "python-flint", "sentencepiece", "safetensors", "numpy")


def info(
    checkpoint: Annotated[Path | None, typer.Option(help="Folder of another checkpoint.")] = None,
) -> None:
    """Describe the checkpoint, its vocabulary, the device and the versions."""
    import torch

    from symmath.model.checkpoint import load_checkpoint
    from symmath.model.precision import best_dtype
    from symmath.solve.solver import shipped

    answer(f"symmath      {version('symmath')}, Python {platform.python_version()}")
    for package in _PACKAGES:
        answer(f"{package:<12} {version(package)}")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = best_dtype(device)
    answer(f"device       {device}, {torch.get_num_threads()} threads, computes in {dtype}")
    try:
        folder = checkpoint or shipped()
        loaded = load_checkpoint(folder, dtype=dtype)
    except SymMathError as error:
        note(f"error: {error}")
        raise typer.Exit(2) from error
    size = sum(parameter.numel() for parameter in loaded.model.parameters())
    answer(f"checkpoint   {folder}")
    answer(f"model        {size / 1e6:.1f} million parameters, {loaded.model.config}")
    answer(f"vocabulary   {len(loaded.vocabulary)} pieces, fingerprint {loaded.vocabulary.fingerprint()}")
    for name, value in loaded.metrics.items():
        # What is nested (recipe, shares solved) is for reading in metrics.json.
        shown = f"{len(value)} entries in metrics.json" if isinstance(value, dict) else value
        answer(f"{name:<12} {shown}")
