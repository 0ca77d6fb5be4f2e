"""How many bits it takes before every term of an expression shows in its value.

Beside 1, ``exp(-1000)`` doesn't show at 1400 bits: values that agree at fewer say nothing of it. So do
functions that are flat where they are taken, such as tanh of a large number, and numbers so small that
even their balls have underflowed to one around zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flint import acb, arb, ctx

from symmath.expr.balls import BINARY, UNARY, Series, evaluate, working_precision

_NEGLIGIBLE_GAP = 32
_LARGEST_GAP = 2**40
_PRECISIONS = (64, 1024, 6000)


def _size(value: acb) -> int | None:
    """Return the binary order of magnitude, or None of what may be zero or is not finite."""
    if not value.is_finite() or value.contains(0):
        return None
    return _order(abs(value).mid())


def _order(x: arb) -> int:
    mantissa, exponent = x.man_exp()
    return int(mantissa).bit_length() + int(exponent)


def _largest_size(value: acb) -> int | None:
    """Return the order of magnitude of the largest number in a ball around zero; None of zero itself."""
    if not value.is_finite() or value == 0 or not value.contains(0):
        return None
    return _order(abs(value).upper())


def _bits_of_exponential(exponent: arb) -> int:
    """Return how many bits exp(-2*abs(exponent)) is below 1."""
    return int(min(3 * abs(float(exponent.mid())), _LARGEST_GAP))


_FLAT: Mapping[str, Callable[[acb], int]] = {
    **{name: lambda z: _bits_of_exponential(z.real) for name in ("tanh", "sinh")},
    **{name: lambda z: _bits_of_exponential(z.imag) for name in ("tan", "sin")},
    "cosh": lambda z: max(_bits_of_exponential(z.real), -(_size(z) or 0)),
    "cos": lambda z: max(_bits_of_exponential(z.imag), -(_size(z) or 0)),
    "atan": lambda z: _size(z) or 0,
    **{name: lambda z: -(_size(z) or 0) for name in ("exp", "acos")},
}
"""Bits by which a function differs from a constant at an argument, or two exponentials from each other."""
_FLAT_AT_ZERO = frozenset(("exp", "cos", "cosh", "acos"))


class _Walk:
    """One evaluation that counts hidden bits.

    Attributes
    ----------
    bits : int
    has_cancelled : bool
        Whether terms cancelled so far that nothing is known of what is left.

    What is so small that no precision can have left it there by cancellation has underflowed. It may
    be of any size below, and is counted by the largest.
    """

    def __init__(self) -> None:
        self.bits = 0
        self.has_cancelled = False

    def note(self, gap: int) -> None:
        if gap > _NEGLIGIBLE_GAP:
            self.bits += gap

    def note_unknown(self, size: int, value: acb) -> None:
        """Note what may be hidden beside something of a size, if it is a ball around zero."""
        largest = _largest_size(value)
        if largest is None:
            return
        self.has_cancelled = True
        if size - largest > 2 * ctx.prec:
            self.note(size - largest)

    def sum(self, name: str, order: int) -> Callable[[Series, Series], Series]:
        def run(a: Series, b: Series) -> Series:
            total = BINARY[name](a, b)
            for k in range(order):
                first, second = _size(a[k]), _size(b[k])
                if first is not None and second is not None:
                    self.note(abs(first - second))
                    self.has_cancelled = self.has_cancelled or total[k].contains(0)
                elif first is not None:
                    self.note_unknown(first, b[k])
                elif second is not None:
                    self.note_unknown(second, a[k])
            return total

        return run

    def function(self, name: str) -> Callable[[Series], Series]:
        def run(s: Series) -> Series:
            if s[0].is_finite():
                self.note(_FLAT[name](s[0]))
                if name in _FLAT_AT_ZERO:
                    self.note_unknown(0, s[0])
            return UNARY[name](s)

        return run


def hidden_bits(
    tokens: Sequence[str],
    environment: Mapping[str, Series],
    order: int,
    *,
    is_exact: bool = True,
    unary: Mapping[str, Callable[[Series], Series]] = UNARY,
) -> int:
    """Count the bits by which parts of an expression are smaller than what they are added to.

    Parameters
    ----------
    tokens, environment, order, unary
        As for `evaluate`.
    is_exact : bool
        Whether the environment holds exact numbers; where terms cancel, what is left is then looked at
        in higher precision.

    Raises
    ------
    PrefixError
        As `evaluate` does.
    """
    bits = 0
    for precision in _PRECISIONS if is_exact else _PRECISIONS[:1]:
        walk = _Walk()
        functions = {**unary, **{name: walk.function(name) for name in _FLAT}}
        binary = {**BINARY, **{name: walk.sum(name, order) for name in ("add", "sub")}}
        with working_precision(precision):
            evaluate(tokens, environment, order, unary=functions, binary=binary)
        bits = max(bits, walk.bits)
        if not walk.has_cancelled:
            break
    return bits
