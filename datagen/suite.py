"""Write held-out pairs as a test suite: ``python -m datagen.suite --data DIR --out FILE``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from datagen.arguments import positive
from datagen.split import split_of
from symmath.errors import SymMathError
from symmath.expr.balls import evaluate
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens, decode
from symmath.expr.show import show
from symmath.shards import Record, read_records
from symmath.tasks import TASKS

_ODES = frozenset(task.name for task in TASKS.values() if task.order)


def has_imaginary_constant(e: Expr) -> bool:
    """Whether a constant in an expression has no real value, as acos(5): systems differ in its branch."""
    if not e.free_symbols:
        try:
            return not evaluate(canonical_tokens(e), {}, 1)[0].imag.contains(0)
        except SymMathError:
            return True
    return any(has_imaginary_constant(argument) for argument in e.args)


def reread(task: str, text: str) -> Tokens:
    """Return the prefix tokens of a problem as it is read from a suite.

    Raises
    ------
    ParseError, UnsupportedError, PrefixError
        If it can't be: SymPy writes a root of a negative number with I.
    """
    expr = parse_equation(text, "x", "y").residual if task in _ODES else parse_expression(text, "x").expr
    return canonical_tokens(expr)


def _is_posable(record: Record) -> bool:
    """Whether a problem is real, and held out as it is read back too: SymPy writes sums in its own order."""
    expr = decode(record.source[1:])
    if has_imaginary_constant(expr):
        return False
    try:
        return split_of(reread(record.source[0].strip("<>"), show(expr))) == "test"
    except SymMathError:
        return False


def _distinct(records: Iterable[Record]) -> Iterator[Record]:
    """Drop problems met before: shards may share some until they are deduplicated."""
    seen: set[tuple[str, ...]] = set()
    for record in records:
        if tuple(record.source) not in seen:
            seen.add(tuple(record.source))
            yield record


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
        for record in islice(_distinct(filter(_is_posable, read_records(data, "test"))), problems):
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
    parser.add_argument("--problems", type=positive, default=500)
    arguments = parser.parse_args()
    try:
        count = write_suite(
            arguments.data, arguments.out, name=arguments.out.stem, problems=arguments.problems
        )
    except SymMathError as error:
        parser.error(str(error))
    print(f"{count} problems: {arguments.out}")


if __name__ == "__main__":
    main()
