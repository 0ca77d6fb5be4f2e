"""Which pairs train and which test: decided by the shape of the problem alone.

Numbers are masked, so a test problem's shape was never trained on, with whatever numbers.
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
