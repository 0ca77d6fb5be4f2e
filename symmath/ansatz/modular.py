"""Evaluate expressions at random points of a finite field, exactly.

A linear relation between expressions with rational coefficients survives the passage to numbers
modulo a prime, and a random point hardly ever shows one that isn't there (Schwartz-Zippel). So
linear algebra over the field finds the coefficients without any rounding. Kernels that are
algebraically independent get independent random values; known identities are built in:
exponentials of sums, multiple angles, integer and fractional powers, logarithms of products.

Square roots follow one convention, "the root that is itself a square", which makes them
multiplicative, as for positive numbers; logarithms too. An answer found here is a proposal: where it
holds is the verifier's business.
"""

from __future__ import annotations

import random
from math import prod

import numpy as np
import symengine
from numpy.typing import NDArray

from symmath.ansatz.primes import PRIMES, prime_powers
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.operators import CONSTANTS, Expr
from symmath.expr.shape import summands_of
from symmath.expr.signs import SIGN_PREFIX, content

Residues = NDArray[np.int64]

ANGLE_PARTS = 12
"""Angles and exponents are whole multiples of this part of their monomial."""

MAX_POWER = 400
MAX_MULTIPLE = 10**18
"""Bound on the multiples of angles and exponents, which take as many steps as they have bits."""
MAX_DEPTH = 60
_MAX_INTEGER_BITS = 400
_ZERO_POINTS, _MIN_GOOD = 24, 4
_TRIGONOMETRIC = {"sin": symengine.sin, "cos": symengine.cos, "tan": symengine.tan}


class Points:
    """Many random points modulo a prime, and the value of every expression asked for there.

    Parameters
    ----------
    count : int
        Number of points.
    prime : int
        One of `symmath.ansatz.primes.primes_for`.

    Attributes
    ----------
    good : bool array of shape (count,)
        Points at which everything evaluated so far is defined. It shrinks; read it at the end.
    """

    def __init__(self, count: int, *, prime: int = PRIMES[0]) -> None:
        self.prime = prime
        self._modulus = np.int64(prime)
        self.count = count
        self.good = np.ones(count, dtype=bool)
        self._values: dict[Expr, Residues] = {}
        self._kernels: dict[tuple[str, Expr], Residues] = {}
        self._angles: dict[Expr, tuple[Residues, Residues]] = {}
        self._defined_at: dict[Expr, NDArray[np.bool_]] = {}
        self._defined: NDArray[np.bool_] | None = None

    def _lose(self, defined: NDArray[np.bool_]) -> None:
        """Leave out the points at which something isn't defined."""
        if not defined.all():
            self.good &= defined
            self._defined = defined if self._defined is None else self._defined & defined

    def _random(self, key: str) -> Residues:
        """Return random values that depend on the key alone, not on the order of questions."""
        rng = np.random.default_rng([self.prime, random.Random(key).getrandbits(63)])
        return rng.integers(2, self.prime - 1, size=self.count, dtype=np.int64)

    def _constant(self, value: int) -> Residues:
        return np.full(self.count, value % self.prime, dtype=np.int64)

    def _kernel(self, kind: str, e: Expr) -> Residues:
        key = (kind, e)
        if key not in self._kernels:
            self._kernels[key] = self._random(f"{kind} {e}")
        return self._kernels[key]

    def value(self, e: Expr, depth: int = 0) -> Residues:
        """Return the value of `e` at every point; meaningless where `good` is False.

        Raises
        ------
        UnsupportedError
            If `e` holds something no identity is known for, such as I or a huge power.
        """
        found = self._values.get(e)
        if found is not None:
            if e in self._defined_at:
                # `good` may have been put back since.
                self._lose(self._defined_at[e])
            return found
        if depth > MAX_DEPTH:
            raise UnsupportedError("nested too deeply")
        # At the top, what is left is of an expression that could not be evaluated.
        outer, self._defined = self._defined if depth else None, None
        found = self._values[e] = self._evaluate(e, depth + 1)
        if self._defined is not None:
            self._defined_at[e] = self._defined
        if outer is not None:
            self._lose(outer)
        return found

    def _evaluate(self, e: Expr, depth: int) -> Residues:
        kind = type(e)
        if e.is_Number:
            return self._number(e)
        if kind is symengine.Symbol or e in CONSTANTS.values():
            if e == symengine.I:
                raise UnsupportedError("I is not a number modulo these primes")
            if str(e).startswith(SIGN_PREFIX):
                return np.where(self._kernel("", e) % 2 == 0, 1, self.prime - 1)
            return self._exponential(symengine.Integer(1), depth) if e == symengine.E else self._kernel("", e)
        if kind is symengine.Add:
            # Residues have 31 bits: billions of them could be added before the one division.
            total = sum(self.value(arg, depth) for arg in e.args)
            return np.asarray(total) % self._modulus
        if kind is symengine.Mul:
            args = e.args
            product = self.value(args[0], depth)
            for arg in args[1:]:
                product = product * self.value(arg, depth) % self._modulus
            return product
        if kind is symengine.Pow:
            base, exponent = e.args
            return self._pow(base, exponent, depth)
        return self._function(e, depth)

    def _number(self, e: Expr) -> Residues:
        if not e.is_Rational:
            raise UnsupportedError(f"{e} is not a number modulo these primes")
        numerator, denominator = int(e.p), int(e.q)
        if max(numerator.bit_length(), denominator.bit_length()) > _MAX_INTEGER_BITS:
            raise UnsupportedError("an integer is too large")
        if denominator % self.prime == 0:
            raise UnsupportedError("a denominator vanishes modulo the prime")
        return self._constant(numerator * pow(denominator, -1, self.prime))

    # Powers ---------------------------------------------------------------------------------------

    def _raise(self, base: Residues, exponent: int) -> Residues:
        """Return base ** exponent for a non-negative integer."""
        result: Residues | None = None
        while exponent:
            if exponent & 1:
                result = base if result is None else result * base % self._modulus
            exponent >>= 1
            if exponent:
                base = base * base % self._modulus
        return self._constant(1) if result is None else result

    def _inverse(self, base: Residues) -> Residues:
        defined = base != 0
        self._lose(defined)
        return self._inverted(np.where(defined, base, 1))

    def _inverted(self, base: Residues) -> Residues:
        """Return 1 / base by inverting the products of pairs, of which there are half as many."""
        if len(base) == 1:
            return np.array([pow(int(base[0]), -1, self.prime)], dtype=np.int64)
        half = (len(base) + 1) // 2
        left, right = base[:half], base[-half:]
        inverse = self._inverted(left * right % self._modulus)
        result = np.empty_like(base)
        result[:half] = inverse * right % self._modulus
        result[-half:] = inverse * left % self._modulus
        return result

    def _root(self, base: Residues, degree: int) -> Residues:
        """Return the root that is itself a square for even degrees, the only one for odd ones."""
        half = (self.prime - 1) // 2
        root = base
        while degree % 2 == 0:
            root = self._raise(root, (self.prime + 1) // 4)
            degree //= 2
        if degree > 1:
            root = self._raise(root, pow(degree, -1, half))
        return root

    def _pow(self, base: Expr, exponent: Expr, depth: int) -> Residues:
        if base == symengine.E:
            return self._exponential(exponent, depth)
        if not exponent.is_Rational:
            return self._exponential(expand(exponent * symengine.log(base)), depth)
        numerator, denominator = int(exponent.p), int(exponent.q)
        if abs(numerator) > MAX_POWER or denominator > MAX_POWER:
            raise UnsupportedError(f"the power {exponent} is too large")
        value = self.value(base, depth)
        if denominator > 1:
            value = self._radical(base, value, denominator)
        result = self._raise(value, abs(numerator))
        return self._inverse(result) if numerator < 0 else result

    def _radical(self, base: Expr, value: Residues, degree: int) -> Residues:
        if base.is_Rational:
            return self._rational_root(base, degree)
        if degree % 2 == 0:
            # A non-square has no root here; such points are given up.
            self._lose(self._raise(value, (self.prime - 1) // 2) == 1)
        root = self._root(value, degree)
        return root * self._conjugation(base) % self.prime if degree == 2 else root

    def _conjugation(self, base: Expr) -> Residues | int:
        """Return the signs by which the root of a sum follows the conjugate roots of the sum's content.

        So that sqrt(12 - 12*x**2) is 2*sqrt(3)*sqrt(1 - x**2) at every point.
        """
        if type(base) is not symengine.Add:
            return 1
        common = content(expand(base))
        primes = [n for side in (common.p, common.q) for n, power in prime_powers(int(side)) if power % 2]
        signs = [self._sign(n) for n in primes if pow(n, (self.prime - 1) // 2, self.prime) == 1]
        return prod(signs) if signs else 1

    def _sign(self, n: int) -> Residues:
        """Return which of the two roots of a prime each point takes."""
        return np.where(self._random(f"conjugate of sqrt {n}") % 2 == 0, 1, -1)

    def _rational_root(self, base: Expr, degree: int) -> Residues:
        """Return the root of a rational, a product of roots of primes.

        Each point takes one of the conjugate roots, so that sqrt(2) is not mistaken for a rational.
        """
        numerator, denominator = int(base.p), int(base.q)
        if numerator < 0:
            raise UnsupportedError("a root of a negative number")
        result = self._constant(1)
        for n, inverse in ((numerator, False), (denominator, True)):
            for factor, power in prime_powers(n):
                root = self._raise(self._prime_root(factor, degree), power)
                result = result * (self._inverse(root) if inverse else root) % self.prime
        return result

    def _prime_root(self, n: int, degree: int) -> Residues:
        if degree % 2:
            # An odd root is unique: it can't be told from a rational by conjugates.
            raise UnsupportedError("an odd root of a rational")
        if degree != 2 or pow(n, (self.prime - 1) // 2, self.prime) != 1:
            raise UnsupportedError(f"no root of {n} modulo the prime")
        return self._sign(n) * pow(n, (self.prime + 1) // 4, self.prime) % self.prime

    # Functions ------------------------------------------------------------------------------------

    def _function(self, e: Expr, depth: int) -> Residues:
        name = e.get_name() if type(e) is symengine.FunctionSymbol else type(e).__name__.lower()
        *order, argument = e.args
        if order:
            # Functions of different orders are different kernels.
            return self._kernel(f"{name} of {order[0]}", expand(argument))
        if name in _TRIGONOMETRIC:
            cosine, sine = self._angle(argument)
            if name == "tan":
                return sine * self._inverse(cosine) % self.prime
            return sine if name == "sin" else cosine
        if name in ("sinh", "cosh", "tanh"):
            up = self._exponential(argument, depth)
            down = self._inverse(up)
            half = pow(2, -1, self.prime)
            sinh, cosh = (
                (up - down) % self.prime * half % self.prime,
                (up + down) % self.prime * half % self.prime,
            )
            if name == "tanh":
                return sinh * self._inverse(cosh) % self.prime
            return sinh if name == "sinh" else cosh
        if name == "log":
            return self._logarithm(argument, depth)
        if name == "abs":
            return self.value(argument, depth)
        if name == "sign":
            return self._constant(1)
        return self._kernel(name, expand(argument))

    def _exponential(self, exponent: Expr, depth: int) -> Residues:
        product = self._constant(1)
        for multiple, monomial in _monomials(exponent):
            if type(monomial) is symengine.log and multiple % ANGLE_PARTS == 0:
                base, power = self.value(monomial.args[0], depth), multiple // ANGLE_PARTS
            else:
                base, power = self._kernel("exp", monomial), multiple
            factor = self._raise(base, abs(power))
            product = product * (self._inverse(factor) if power < 0 else factor) % self.prime
        return product

    def _angle(self, argument: Expr) -> tuple[Residues, Residues]:
        """Return cosine and sine of a sum of multiples of base angles, by the addition theorem."""
        if argument in self._angles:
            return self._angles[argument]
        cosine, sine = self._constant(1), self._constant(0)
        for multiple, monomial in _monomials(argument):
            turned = self._multiple_angle(self._base_angle(monomial), abs(multiple))
            if multiple < 0:
                turned = (turned[0], (self.prime - turned[1]) % self.prime)
            cosine, sine = self._turn((cosine, sine), turned)
        self._angles[argument] = cosine, sine
        return cosine, sine

    def _base_angle(self, monomial: Expr) -> tuple[Residues, Residues]:
        """Return a random point of the unit circle."""
        t = self._kernel("angle", monomial)
        square = t * t % self.prime
        scale = self._inverse((1 + square) % self.prime)
        return (1 - square) % self.prime * scale % self.prime, 2 * t % self.prime * scale % self.prime

    def _turn(self, a: tuple[Residues, Residues], b: tuple[Residues, Residues]) -> tuple[Residues, Residues]:
        p = self.prime
        return (a[0] * b[0] % p - a[1] * b[1] % p) % p, (a[0] * b[1] % p + a[1] * b[0] % p) % p

    def _multiple_angle(self, base: tuple[Residues, Residues], times: int) -> tuple[Residues, Residues]:
        result = (self._constant(1), self._constant(0))
        while times:
            if times & 1:
                result = self._turn(result, base)
            times >>= 1
            if times:
                base = self._turn(base, base)
        return result

    def _logarithm(self, argument: Expr, depth: int) -> Residues:
        """Return the logarithm, split over products and powers."""
        if argument.is_Rational:
            return self._rational_logarithm(argument)
        if type(argument) is symengine.Mul:
            total = self._constant(0)
            for factor in argument.args:
                total = (total + self._logarithm(factor, depth)) % self.prime
            return total
        if type(argument) is symengine.Pow:
            base, exponent = argument.args
            scale = self.value(exponent, depth)
            return scale if base == symengine.E else scale * self._logarithm(base, depth) % self.prime
        if argument == symengine.E:
            return self._constant(1)
        return self._kernel("log", expand(argument))

    def _rational_logarithm(self, e: Expr) -> Residues:
        # log(-1) is a constant: its derivative is zero, and a constant is never missed here.
        numerator, denominator = abs(int(e.p)), int(e.q)
        total = self._constant(0)
        for n, sign in ((numerator, 1), (denominator, -1)):
            for factor, power in prime_powers(n):
                total = (total + sign * power * self._random(f"log {factor}")) % self.prime
        return total


def _monomials(argument: Expr) -> list[tuple[int, Expr]]:
    """Split an exponent or angle into whole multiples of base monomials over `ANGLE_PARTS`."""
    expanded = expand(argument)
    terms = summands_of(expanded)
    result: list[tuple[int, Expr]] = []
    for term in terms:
        coefficient, monomial = symengine.Integer(1), term
        if term.is_Rational:
            coefficient, monomial = term, symengine.Integer(1)
        elif type(term) is symengine.Mul and term.args[0].is_Rational:
            coefficient = term.args[0]
            monomial = term / coefficient
        scaled = coefficient * ANGLE_PARTS
        if not scaled.is_Integer:
            scaled, monomial = symengine.Integer(ANGLE_PARTS), term
        if abs(int(scaled)) > MAX_MULTIPLE * ANGLE_PARTS:
            raise UnsupportedError(f"the multiple {coefficient} is too large")
        if int(scaled):
            result.append((int(scaled), monomial))
    return result


def vanishes(e: Expr) -> bool:
    """Whether an expression is zero, by its values at random points of a finite field."""
    if e == 0:
        return True
    points = Points(_ZERO_POINTS)
    try:
        values = points.value(e)
    except (UnsupportedError, RuntimeError):
        return False
    return int(points.good.sum()) >= _MIN_GOOD and not values[points.good].any()
