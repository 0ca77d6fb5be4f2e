"""Where the CLI prints: answers to stdout, everything else to stderr."""

from __future__ import annotations

import typer


def note(text: str) -> None:
    """Print a line to stderr."""
    typer.echo(text, err=True)


def answer(text: str) -> None:
    """Print a line to stdout."""
    typer.echo(text)
