"""Make training data and look at it.

``python -m datagen integrate --pairs 1_000_000 --out DIR --workers 2`` writes shards;
``stream`` sends them to a trainer instead; ``dedup``, ``inspect`` and ``check`` read folders of
shards; ``export`` and ``import`` exchange them with text files.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from datagen.arguments import positive
from datagen.pipeline import CHUNK_PAIRS, generate
from datagen.recipes import RECIPES
from symmath.errors import SymMathError
from symmath.shards import SPLITS
from symmath.tasks import TASKS

PARTITIONS = [1 << bits for bits in range(10)]
DEFAULT_RECIPES = {
    "integrate": "integrate-mix",
    "differentiate": "differentiate",
    "ode1": "ode1",
    "ode2": "ode2",
    "ode": "ode-mix",
}


def _generate(arguments: argparse.Namespace) -> None:
    generate(
        RECIPES[arguments.recipe or DEFAULT_RECIPES[arguments.command]],
        arguments.out,
        pairs=arguments.pairs,
        seed=arguments.seed,
        workers=arguments.workers,
        chunk_pairs=arguments.chunk,
        scheduler=arguments.scheduler,
    )


def _stream(arguments: argparse.Namespace) -> None:
    from datagen.stream import draw_shards, write_stream

    # An exit, unlike a kill, ends the processes that draw.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    shards = draw_shards(
        RECIPES[arguments.recipe],
        seed=arguments.seed,
        first=arguments.first,
        pairs=arguments.chunk,
        workers=arguments.workers,
    )
    write_stream(shards, sys.stdout.buffer)


def _dedup(arguments: argparse.Namespace) -> None:
    from datagen.dedup import deduplicate

    print(deduplicate(arguments.folders, partitions=arguments.partitions))


def _inspect(arguments: argparse.Namespace) -> None:
    from datagen.inspection import draw_png, piece_lengths, survey
    from symmath.expr.vocab import Vocabulary

    found = survey(arguments.folder, examples=arguments.examples)
    print(found.table())
    if arguments.vocabulary is not None:
        print(f"\n{piece_lengths(arguments.folder, Vocabulary.load(arguments.vocabulary))}")
    if arguments.out is not None:
        if not draw_png(found, arguments.out):
            print('no PNG: matplotlib is not installed (extra "plots")', file=sys.stderr)


def _check(arguments: argparse.Namespace) -> int:
    from datagen.check import check_pairs

    result = check_pairs(arguments.folder, arguments.pairs, seed=arguments.seed)
    print(result.table())
    return 1 if result.refuted else 0


def _export(arguments: argparse.Namespace) -> None:
    from datagen.text import export_text

    print(f"{export_text(arguments.folder, arguments.out):,} pairs: {arguments.out}")


def _import(arguments: argparse.Namespace) -> None:
    from datagen.text import import_text

    count = import_text(
        arguments.path,
        arguments.out,
        task=arguments.task,
        chunk_pairs=arguments.chunk,
        canonicalise=arguments.canonicalise,
    )
    print(f"{count:,} pairs: {arguments.out}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m datagen", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for task, recipe in DEFAULT_RECIPES.items():
        make = commands.add_parser(task, help=f"write shards, by default of recipe {recipe}")
        make.set_defaults(run=_generate)
        make.add_argument("--recipe", choices=sorted(RECIPES), help=f"default: {recipe}")
        make.add_argument("--pairs", type=positive, required=True)
        make.add_argument("--out", type=Path, required=True)
        make.add_argument("--scheduler", help="address of a Dask scheduler, tcp://...; see docs/SCALING.md")
        _add_drawing(make)
    stream = commands.add_parser("stream", help="write shards to standard output, for symmath train --stream")
    stream.set_defaults(run=_stream)
    stream.add_argument("recipe", choices=sorted(RECIPES))
    stream.add_argument("--first", type=int, default=0, help="chunk to begin with")
    _add_drawing(stream)
    _add_reading(commands)
    return parser


def _add_drawing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, default=2, help="processes; 0 for none but this one")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chunk", type=positive, default=CHUNK_PAIRS, help="pairs a shard")


def _add_reading(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    dedup = commands.add_parser("dedup", help="drop pairs whose problem an earlier pair has")
    dedup.set_defaults(run=_dedup)
    dedup.add_argument("folders", type=Path, nargs="+", help="earlier folders keep their pairs")
    dedup.add_argument(
        "--partitions",
        type=int,
        default=64,
        choices=PARTITIONS,
        help="each is an open file; more of them take less memory",
    )
    inspect = commands.add_parser("inspect", help="counts, lengths, operators, rejections, examples")
    inspect.set_defaults(run=_inspect)
    inspect.add_argument("folder", type=Path)
    inspect.add_argument("--out", type=Path, help="a PNG; needs matplotlib")
    inspect.add_argument("--examples", type=int, default=5)
    inspect.add_argument("--vocabulary", type=Path, help="vocab.model, to tell lengths in its pieces, too")
    check = commands.add_parser("check", help="verify random pairs as answers are verified")
    check.set_defaults(run=_check)
    check.add_argument("folder", type=Path)
    check.add_argument("--pairs", type=int, default=300)
    check.add_argument("--seed", type=int, default=0)
    export = commands.add_parser("export", help=f"write {', '.join(SPLITS)} as text, one pair a line")
    export.set_defaults(run=_export)
    export.add_argument("folder", type=Path)
    export.add_argument("--out", type=Path, required=True, help="folder of the text files")
    bring = commands.add_parser("import", help="turn such text, or the seed paper's, into shards")
    bring.set_defaults(run=_import)
    bring.add_argument("path", type=Path, help="a file, or a folder that export wrote")
    bring.add_argument("--out", type=Path, required=True)
    trainable = sorted(name for name, task in TASKS.items() if task.generators)
    bring.add_argument("--task", choices=trainable, help="default: what each line looks like")
    bring.add_argument("--chunk", type=positive, default=CHUNK_PAIRS, help="pairs a shard")
    bring.add_argument("--canonicalise", action="store_true", help="rewrite both sides in canonical form")


def main() -> int:
    """Parse the arguments and run the command."""
    arguments = _parser().parse_args()
    try:
        return arguments.run(arguments) or 0
    except SymMathError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
