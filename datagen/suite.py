"""Write held-out pairs as a test suite: ``python -m datagen.suite --data DIR --out FILE``."""

from __future__ import annotations

import argparse
import json
from itertools import islice
from pathlib import Path

from symmath.errors import UnsupportedError
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import decode
from symmath.expr.show import show
from symmath.shards import Record, read_records
from symmath.tasks import TASKS


def _is_real(record: Record) -> bool:
    """Whether the problem can be read back: SymPy writes a root of a negative number with I."""
    text = show(decode(record.source[1:]))
    try:
        if record.source[0] == TASKS["integrate"].mark:
            parse_expression(text, "x")
        else:
            parse_equation(text, "x", "y")
    except UnsupportedError:
        return False
    return True


def write_suite(data: Path, out: Path, *, name: str, problems: int) -> int:
    """Write the first held-out test pairs as JSON lines.

    Parameters
    ----------
    data : Path
        Folder of shards.
    out : Path
    name : str
        Prefix of the problems' ids.
    problems : int
        Most problems to write.

    Returns
    -------
    int
        Problems written.
    """
    count = 0
    with out.open("w") as file:
        for record in islice(filter(_is_real, read_records(data, "test")), problems):
            count += 1
            line = {
                "id": f"{name}-{count:04d}",
                "task": record.source[0].strip("<>"),
                "input": show(decode(record.source[1:])),
                "answer": show(decode(record.target)),
                "source": f"generator {record.origin}",
            }
            file.write(json.dumps(line) + "\n")
    return count


def main() -> None:
    """Parse the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m datagen.suite", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--problems", type=int, default=500)
    arguments = parser.parse_args()
    count = write_suite(arguments.data, arguments.out, name=arguments.out.stem, problems=arguments.problems)
    print(f"{count} problems: {arguments.out}")


if __name__ == "__main__":
    main()
