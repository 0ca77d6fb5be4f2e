"""Points at which answers are looked at.

They are binary fractions of many random bits: exact at any precision, and in no pattern that a simple
function could vanish on. Problem and answer decide which, so that the same question gets the same
points.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from hashlib import blake2b

from flint import acb, arb

BITS = 256
UNIT = 1 << BITS
"""Points are whole multiples of 1 / UNIT."""

# Dense near the origin, where poles, roots and turning points of textbook problems lie.
_USUAL = (5, 13, 31, 43, 61, 83, 99, 117, 157, 199, 239, 295, 355, 443, 593, 773, 1003, 1337, 1917, 2549)
_SIZES = tuple(size / 128 for size in _USUAL)
_FAR_AND_NEAR = (1e-6, 1e-3, 1e3, 1e6)
_SCREEN = tuple(size / 128 for size in (13, 61, 117, 239, -83, 593))
_JITTER_BITS = 4
_MANTISSA_BITS = 53


def at(real: int, imaginary: int = 0) -> acb:
    """Return the exact point (real + i imaginary) / UNIT."""
    return acb(arb((real, -BITS)), arb((imaginary, -BITS)))


def coordinate(point: acb) -> int:
    """Return the real part of such a point in units of 1 / UNIT."""
    mantissa, exponent = point.real.mid().man_exp()
    return int(mantissa) << (BITS + int(exponent))


def random_source(*sequences: Sequence[str]) -> random.Random:
    """Return a random stream that depends on nothing but these tokens."""
    text = " ".join(" ".join(tokens) for tokens in sequences)
    return random.Random(int.from_bytes(blake2b(text.encode(), digest_size=16).digest()))


def whole(x: float) -> int:
    """Return a number in units of 1 / UNIT."""
    mantissa, exponent = math.frexp(x)
    return int(mantissa * 2.0**_MANTISSA_BITS) << (BITS + exponent - _MANTISSA_BITS)


def uniform(rng: random.Random, low: float, high: float) -> int:
    """Return a random coordinate between two numbers."""
    return whole(low) + (whole(high - low) * rng.getrandbits(BITS) >> BITS)


def near(rng: random.Random, x: float) -> int:
    """Return a random coordinate a few per cent beyond a number that is not zero."""
    n = whole(x)
    spread = rng.getrandbits(n.bit_length() - _JITTER_BITS)
    return n + spread if n > 0 else n - spread


def real_points(rng: random.Random) -> list[int]:
    """Return real points on both sides of zero, most of them of usual size, in ascending order."""
    return sorted(near(rng, sign * size) for size in (*_SIZES, *_FAR_AND_NEAR) for sign in (-1, 1))


def screening_points(rng: random.Random) -> list[acb]:
    """Return a few points, complex and real, that tell most wrong answers at once."""
    return complex_points(rng, 2) + [at(near(rng, x)) for x in _SCREEN]


def complex_points(rng: random.Random, count: int) -> list[acb]:
    """Return points off the axes, where no usual branch cut lies."""
    return [at(uniform(rng, -2, 2), rng.choice((-1, 1)) * uniform(rng, 1 / 9, 3 / 2)) for _ in range(count)]
