"""The command line: one file a command group. The only code that prints."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from symmath.cli.evaluate import evaluate, report
from symmath.cli.info import info
from symmath.cli.look import attention, embed
from symmath.cli.output import answer
from symmath.cli.solve import dsolve, integrate, verify
from symmath.cli.train import train
from symmath.solve.background import exit_at_once

_MINUS = re.compile(r"-[^-]")


class Command(TyperCommand):
    """A command that takes "-x*cos(x)" for an expression: no option here has a single dash."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Shield a leading minus by a space while options are told from arguments."""
        rest = super().parse_args(ctx, [f" {arg}" if _MINUS.match(arg) else arg for arg in args])
        for name, value in ctx.params.items():
            if isinstance(value, str) and _MINUS.match(value[1:]):
                ctx.params[name] = value.removeprefix(" ")
        return rest


app = typer.Typer(
    name="symmath",
    help="Integrals and differential equations by a transformer, every answer checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (integrate, dsolve, verify, attention):
    app.command(cls=Command)(command)
for other in (evaluate, report, train, embed, info):
    app.command()(other)


def _print_version(wanted: bool) -> None:
    if wanted:
        answer(f"symmath {version('symmath')}")
        raise typer.Exit()


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; what outlasts its time isn't waited for."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.code, int):
            exit_at_once(end.code)
        raise
