"""Which pairs train and which test: decided by the skeleton of the problem alone.

Numbers are masked. No source that is trained on has the skeleton of a held-out one, and none is another
presentation of a problem whose canonical form has. (A problem with 1, -1 or a fraction for a number has
another skeleton: those numbers are written without a factor, or with one more.)
"""

from __future__ import annotations

import re
from hashlib import blake2b

from symmath.expr.prefix import Tokens

VALID_BUCKETS = 2
TEST_BUCKETS = 2
_BUCKETS = 256
_INTEGER = re.compile(r"[+-](?: \d\b)*")


def skeleton(tokens: Tokens) -> str:
    """Return the tokens with every integer masked."""
    return _INTEGER.sub("#", " ".join(tokens))


def hash_text(text: str) -> int:
    """Return a 64-bit hash that is the same on every machine and run."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def split_of(shape: Tokens) -> str:
    """Return "train", "valid" or "test" for a problem in canonical form."""
    bucket = hash_text(skeleton(shape)) % _BUCKETS
    if bucket < TEST_BUCKETS:
        return "test"
    return "valid" if bucket < TEST_BUCKETS + VALID_BUCKETS else "train"


def split_of_pair(shape: Tokens, source: Tokens) -> str | None:
    """Return where a pair belongs: where its source as it is shown does.

    Parameters
    ----------
    shape, source : Tokens
        The problem in canonical form, and as it is shown.

    Returns
    -------
    str or None
        None for what would be trained on, but whose canonical form is held out.
    """
    shown = split_of(source)
    return None if shown == "train" and source != shape and split_of(shape) != "train" else shown
