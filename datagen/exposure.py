"""How much of a test suite a network may have met: ``python -m datagen.exposure SUITE... --data DIR...``.

For each suite, counts the problems that stand in the training pairs of the folders token by token, and
those whose skeleton, numbers masked, some training pair has. ``--unmet FILE`` lists the ids of the rest.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from datagen.split import hash_text, skeleton
from datagen.suite import reread
from symmath.errors import SymMathError
from symmath.expr.prefix import Tokens
from symmath.shards import read_records


@dataclass(slots=True)
class Exposure:
    """What became of a suite's problems.

    Attributes
    ----------
    met : list of str
        Ids of problems that were trained on.
    alike : list of str
        Of others whose skeleton was.
    unmet : list of str
        Of the rest.
    """

    met: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)


def _text(tokens: Tokens) -> str:
    return " ".join(tokens)


def exposure(suite: Path, sources: set[int], skeletons: set[int]) -> Exposure:
    """Sort the problems of a suite by what was trained on.

    Parameters
    ----------
    suite : Path
        JSON lines; what can't be read is passed over.
    sources, skeletons : set of int
        Hashes of what was trained on; see `trained_on`.
    """
    found = Exposure()
    for line in suite.read_text().splitlines():
        problem = json.loads(line)
        try:
            tokens = reread(problem["task"], problem["input"])
        except SymMathError:
            continue
        if hash_text(_text(tokens)) in sources:
            found.met.append(problem["id"])
        elif hash_text(skeleton(tokens)) in skeletons:
            found.alike.append(problem["id"])
        else:
            found.unmet.append(problem["id"])
    return found


def trained_on(folders: Iterable[Path]) -> tuple[set[int], set[int]]:
    """Return the hashes of the sources of the training pairs in some folders, and of their skeletons."""
    sources: set[int] = set()
    skeletons: set[int] = set()
    for folder in folders:
        for record in read_records(folder, "train"):
            source = record.source[1:]
            sources.add(hash_text(_text(source)))
            skeletons.add(hash_text(skeleton(source)))
    return sources, skeletons


def main() -> None:
    """Parse the arguments and print a table."""
    parser = argparse.ArgumentParser(prog="python -m datagen.exposure", description=__doc__)
    parser.add_argument("suites", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of shards")
    parser.add_argument("--unmet", type=Path, help="file to list the ids of unmet problems in")
    arguments = parser.parse_args()
    if missing := [str(suite) for suite in arguments.suites if not suite.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")
    try:
        sources, skeletons = trained_on(arguments.data)
    except SymMathError as error:
        parser.error(str(error))
    print(f"{len(sources):,} sources of {len(skeletons):,} skeletons\n")
    print("| suite | problems | trained on | of a skeleton trained on | unmet |\n|---|---|---|---|---|")
    unmet: list[str] = []
    for suite in arguments.suites:
        found = exposure(suite, sources, skeletons)
        met, alike, rest = len(found.met), len(found.alike), len(found.unmet)
        print(f"| {suite.stem} | {met + alike + rest} | {met} | {alike} | {rest} |")
        unmet += found.unmet
    if arguments.unmet:
        arguments.unmet.write_text("".join(f"{name}\n" for name in unmet))


if __name__ == "__main__":
    main()
