"""Where the CLI prints: answers to stdout, everything else to stderr."""

from __future__ import annotations

import errno

import typer

CANNOT_WRITE = 2


def note(text: str) -> None:
    """Print a line to stderr."""
    typer.echo(text, err=True)


def answer(text: str) -> None:
    """Print a line to stdout; end the program if that can't be written to."""
    try:
        typer.echo(text)
    except OSError as error:
        if error.errno == errno.EPIPE:
            # `symmath ... | head -1` is no mistake; typer ends such a run in silence.
            raise
        note(f"error: standard output: {error.strerror}")
        raise typer.Exit(CANNOT_WRITE) from error
