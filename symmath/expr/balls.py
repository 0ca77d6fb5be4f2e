"""Evaluate prefix tokens on power series of complex balls (python-flint's Arb).

One walk over the tokens gives the value and the derivatives of an expression at a point, each as
a ball that is certain to hold the true number. Functions are the principal branches, as in SymPy.
Precision is python-flint's global ``flint.ctx.prec`` in bits; set it with `working_precision`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import add, neg, sub

from flint import acb, acb_series, ctx, fmpq

from symmath.errors import PrefixError
from symmath.expr.operators import DIGITS, SIGNS

Series = acb_series
_DIGITS = frozenset(DIGITS)


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Run the body at `bits` bits of ball precision."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def variable(point: acb, order: int) -> Series:
    """Return the identity function's series at `point`, with `order` coefficients."""
    return acb_series([point, 1], prec=order)


def constant(value: acb | int | fmpq, order: int) -> Series:
    """Return the series of a constant, with `order` coefficients."""
    return acb_series([value], prec=order)


def _from_derivative(
    value: Callable[[acb], acb], slope: Callable[[Series], Series]
) -> Callable[[Series], Series]:
    """Lift a function to series by integrating its derivative (for those acb_series lacks)."""

    def lifted(s: Series) -> Series:
        head = constant(value(s[0]), s.prec)
        if s.prec < 2:
            return head
        return head + _times(s.derivative(), slope(s)).integral()

    return lifted


def _times(a: Series, b: Series) -> Series:
    """Multiply; zero times what has no value has none either, but for flint, where a series has no terms."""
    product = a * b
    if product.length() == 0 and not (_is_finite(a) and _is_finite(b)):
        return acb_series([acb("nan")] * product.prec, prec=product.prec)
    return product


def _is_finite(s: Series) -> bool:
    return all(s[k].is_finite() for k in range(s.length()))


def _real_sign(s: Series) -> int:
    """Return the sign of a real, non-zero series' constant term; analytic only there."""
    head = s[0]
    if head.imag != 0 or head.real.contains(0):
        raise PrefixError("abs and sign are evaluated at real points away from zero only")
    return 1 if head.real > 0 else -1


def _with_inverse(combine: Callable[[Series, Series], Series], s: Series) -> Series:
    return combine(s, s.inv())


def _power(a: Series, b: Series) -> Series:
    if b.length() <= 1:
        integer = b[0].unique_fmpz() if b[0].rad() == 0 else None
        if integer is not None and abs(int(integer)) <= 1000:
            n = int(integer)
            return a**n if n >= 0 else (a**-n).inv()
    return _times(b, a.log()).exp()


_dilogarithm = _from_derivative(lambda z: z.polylog(2), lambda s: -(1 - s).log() * s.inv())
_trilogarithm = _from_derivative(lambda z: z.polylog(3), lambda s: _dilogarithm(s) * s.inv())


def _of_order(value: Callable[[acb, acb], acb], below: int, above: int) -> Callable[[Series, Series], Series]:
    """Lift one of Bessel's functions, whose derivative is made of those of the orders below and above."""

    def at_order(n: acb, s: Series) -> Series:
        head = constant(value(s[0], n), s.prec)
        if s.prec < 2:
            return head
        inner = acb_series([s[k] for k in range(s.prec - 1)], prec=s.prec - 1)
        slope = (below * at_order(n - 1, inner) + above * at_order(n + 1, inner)) / 2
        longer = acb_series([slope[k] for k in range(s.prec - 1)], prec=s.prec)
        return head + _times(s.derivative(), longer).integral()

    def lifted(order: Series, s: Series) -> Series:
        if order.length() > 1:
            raise PrefixError("an order that varies")
        return at_order(order[0], s)

    return lifted


UNARY: Mapping[str, Callable[[Series], Series]] = {
    "neg": neg,
    "sqrt": acb_series.sqrt,
    "exp": acb_series.exp,
    "log": acb_series.log,
    "sin": acb_series.sin,
    "cos": acb_series.cos,
    "tan": acb_series.tan,
    "atan": acb_series.atan,
    "asin": _from_derivative(acb.asin, lambda s: (1 - s * s).rsqrt()),
    "acos": _from_derivative(acb.acos, lambda s: -(1 - s * s).rsqrt()),
    "asinh": _from_derivative(acb.asinh, lambda s: (1 + s * s).rsqrt()),
    "acosh": _from_derivative(acb.acosh, lambda s: (s - 1).rsqrt() * (s + 1).rsqrt()),
    "atanh": _from_derivative(acb.atanh, lambda s: (1 - s * s).inv()),
    "sinh": lambda s: _with_inverse(sub, s.exp()) / 2,
    "cosh": lambda s: _with_inverse(add, s.exp()) / 2,
    "tanh": lambda s: 1 - 2 * ((2 * s).exp() + 1).inv(),
    "abs": lambda s: s * _real_sign(s),
    "sign": lambda s: constant(_real_sign(s), s.prec),
    "erf": acb_series.erf,
    "erfi": acb_series.erfi,
    "Ei": acb_series.ei,
    "li": acb_series.li,
    "Si": acb_series.si,
    "Ci": acb_series.ci,
    "Shi": acb_series.shi,
    "Chi": acb_series.chi,
    "fresnels": acb_series.fresnel_s,
    "fresnelc": acb_series.fresnel_c,
    "dilog": _dilogarithm,
    "trilog": _trilogarithm,
    "tetralog": _from_derivative(lambda z: z.polylog(4), lambda s: _trilogarithm(s) * s.inv()),
    "airyai": acb_series.airy_ai,
    "airybi": acb_series.airy_bi,
    "airyaiprime": acb_series.airy_ai_prime,
    "airybiprime": acb_series.airy_bi_prime,
    "gamma": acb_series.gamma,
}
BINARY: Mapping[str, Callable[[Series, Series], Series]] = {
    "add": add,
    "sub": sub,
    "mul": _times,
    "div": lambda a, b: a * b.inv(),
    "pow": _power,
    "besselj": _of_order(acb.bessel_j, 1, -1),
    "bessely": _of_order(acb.bessel_y, 1, -1),
    "besseli": _of_order(acb.bessel_i, 1, 1),
    "besselk": _of_order(acb.bessel_k, -1, -1),
}


def _modulus(s: Series) -> Series:
    """Return the absolute value, along the real line, of a series there."""
    if s[0].imag == 0:
        return s * _real_sign(s)
    conjugate = acb_series([s[k].conjugate() for k in range(s.prec)], prec=s.prec)
    return (s * conjugate).sqrt()


ON_THE_REAL_LINE: Mapping[str, Callable[[Series], Series]] = {
    **UNARY,
    "abs": _modulus,
    "sign": lambda s: UNARY["sign"](s) if s[0].imag == 0 else s * _modulus(s).inv(),
}
"""Where all symbols are real, abs and sign of what is complex have derivatives along the line."""
_CONSTANTS: dict[str, Callable[[], acb]] = {
    "pi": acb.pi,
    "E": lambda: acb(1).exp(),
    "I": lambda: acb(0, 1),
}


@lru_cache(4096)
def _integer(sign: str, reversed_digits: str, order: int) -> Series:
    """Return the series of an integer, exact at any precision; the same few come again and again."""
    value = int(reversed_digits[::-1])
    return constant(-value if sign == "-" else value, order)


_Unary = Mapping[str, Callable[[Series], Series]]
_Binary = Mapping[str, Callable[[Series, Series], Series]]


def evaluate(
    tokens: Sequence[str],
    environment: Mapping[str, Series],
    order: int,
    *,
    unary: _Unary = UNARY,
    binary: _Binary = BINARY,
) -> Series:
    """Evaluate a prefix expression.

    Parameters
    ----------
    tokens : sequence of str
        One well-formed prefix expression, task mark excluded.
    environment : mapping of str to Series
        Series of each symbol that occurs, `order` coefficients each.
    order : int
        Number of series coefficients: 1 is the value alone, 2 adds the first derivative.
    unary, binary : mapping of str to Callable
        What each operator does.

    Returns
    -------
    Series
        Coefficient k is the k-th derivative over k!. Not finite where a ball meets a pole or cut.

    Raises
    ------
    PrefixError
        If the sequence is malformed, holds an unknown symbol, or can't be evaluated at the point.
    """
    stack: list[Series] = []
    digits: list[str] = []
    try:
        for token in reversed(tokens):
            if token in binary:
                first = stack.pop()
                stack.append(binary[token](first, stack.pop()))
            elif token in environment:
                stack.append(environment[token])
            elif token in _DIGITS:
                digits.append(token)
            elif token in unary:
                stack.append(unary[token](stack.pop()))
            elif token in SIGNS:
                stack.append(_integer(token, "".join(digits), order))
                digits.clear()
            else:
                stack.append(constant(_CONSTANTS[token](), order))
    except (IndexError, KeyError, ValueError, ZeroDivisionError) as error:
        raise PrefixError(f"can't be evaluated: {error!r}") from error
    if len(stack) != 1 or digits:
        raise PrefixError("not one well-formed prefix expression")
    return stack[0]
