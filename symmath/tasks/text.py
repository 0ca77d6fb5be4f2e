"""One pair as a line of text, in the seed paper's prefix form.

Source, tab, target, both space-separated prefix tokens. The source of an integral is ``sub Y' F``,
that of a differential equation is the equation. Read are also our own tokens, and the files of the
seed paper's authors, with a count before a bar.
"""

from __future__ import annotations

import re

from symmath.errors import UnsupportedError
from symmath.expr.operators import BY_TOKEN, DIGITS, SIGNS, TOKEN_IDS
from symmath.expr.prefix import Tokens
from symmath.shards import Record
from symmath.tasks import TASKS

_OURS_TO_THEIRS = {
    "+": "INT+",
    "-": "INT-",
    "log": "ln",
    "y": "Y",
    "y'": "Y'",
    "y''": "Y''",
    "c1": "a8",
    "c2": "a9",
}
"""Where the seed paper spells a token differently (its appendix C, and the files published with it)."""

_THEIRS_TO_OURS = {theirs: ours for ours, theirs in _OURS_TO_THEIRS.items()}
_PRIMITIVE_OF = ["sub", "y'"]
_WRITTEN = ("integrate", "ode1", "ode2")
_COUNT = re.compile(r"\s*\d+\|")
_UNKNOWNS = frozenset({"y", "y'", "y''", "c1", "c2"})


def line_of(record: Record) -> str:
    """Return the line of a pair, without line break.

    Raises
    ------
    UnsupportedError
        If it is a derivative: the form has none, and its line would be read as a wrong integral.
    """
    task = TASKS[record.source[0].strip("<>")]
    if task.name not in _WRITTEN:
        raise UnsupportedError(f"the text form has no {task.name!r}")
    source = record.source[1:] if task.order else [*_PRIMITIVE_OF, *record.source[1:]]
    return "\t".join(
        " ".join(_OURS_TO_THEIRS.get(token, token) for token in side) for side in (source, record.target)
    )


def _infer_task(source: Tokens, target: Tokens) -> str:
    """Return the task a line is about; an answer with a constant answers a differential equation."""
    if "y''" in source:
        return "ode2"
    rest = source[2:] if source[:2] == _PRIMITIVE_OF else source
    return "integrate" if _UNKNOWNS.isdisjoint((*rest, *target)) else "ode1"


def _is_one_expression(tokens: Tokens) -> bool:
    """Whether tokens are one whole prefix expression, without building it."""
    open_places = 1
    is_number = False
    for position, token in enumerate(tokens):
        if token in DIGITS:
            if not is_number:
                return False
            continue
        if open_places == 0 or (is_number and tokens[position - 1] in SIGNS):
            return False
        is_number = token in SIGNS
        open_places += BY_TOKEN[token].arity - 1 if token in BY_TOKEN else -1
    return open_places == 0 and tokens[-1] not in SIGNS


def pair_of(line: str, task: str | None) -> tuple[str, Tokens, Tokens]:
    """Return task, source without mark and target of a line, or say by `ValueError` what is wrong."""
    sides = [side.split() for side in _COUNT.sub("", line, count=1).split("\t")]
    if len(sides) != 2 or not all(sides):
        raise ValueError("not a source, a tab and a target")
    source, target = ([_THEIRS_TO_OURS.get(token, token) for token in side] for side in sides)
    if unknown := {token for token in (*source, *target) if token not in TOKEN_IDS or token.startswith("<")}:
        raise ValueError(f"unknown tokens {sorted(unknown)}")
    for name, side in (("source", source), ("target", target)):
        if not _is_one_expression(side):
            raise ValueError(f"its {name} is not one prefix expression")
    task = task or _infer_task(source, target)
    if TASKS[task].order == 0 and source[:2] == _PRIMITIVE_OF:
        source = source[2:]
    return task, source, target
