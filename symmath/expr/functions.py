"""Function names a person may write, and what each becomes in the operator table.

The secant family and the roots are not in the table; they are rewritten here, with the branches
SymPy gives them. Names only: no parsing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import symengine

from symmath.expr.operators import BESSEL, BY_TOKEN, FUNCTIONS, SPECIAL_FUNCTIONS, Expr

Build = Callable[[Expr], Expr]

_ONE = symengine.Integer(1)

_CIRCULAR = ("sin", "cos", "tan", "sec", "csc", "cot")
_HYPERBOLIC = tuple(name + "h" for name in _CIRCULAR)


def _reciprocal(name: str) -> Build:
    build = BY_TOKEN[name].build
    return lambda u: _ONE / build(u)


def _at_reciprocal(name: str) -> Build:
    build = BY_TOKEN[name].build
    return lambda u: build(_ONE / u)


def _root(degree: int) -> Build:
    power = symengine.Rational(1, degree)
    return lambda u: u**power


def _logarithm(base: int) -> Build:
    return lambda u: symengine.log(u) / symengine.log(symengine.Integer(base))


STEPS = ("Heaviside", "heaviside", "UnitStep", "unit_step")
"""Spellings of the step from 0 to 1, which is a half at 0."""


APPLIED = ("gamma", "Gamma")
"""Spellings of a function that are names of constants where no bracket follows."""
MAX_GAMMA = 20
"""Of larger numbers gamma is too large a number."""


def is_small_fraction(e: Expr) -> bool:
    """Whether gamma has a value at an expression that is not too long a number."""
    is_pole = e.is_Integer and not e.is_positive
    return bool(e.is_Rational and abs(e) <= MAX_GAMMA and not is_pole)


def _table() -> dict[str, Build]:
    table: dict[str, Build] = {name: BY_TOKEN[name].build for name in FUNCTIONS}
    table |= {o.token: o.build for o in SPECIAL_FUNCTIONS if o.arity == 1 and o.token not in APPLIED}
    table |= {f"Airy{kind}": table[f"airy{kind.lower()}"] for kind in ("Ai", "Bi", "AiPrime", "BiPrime")}
    table |= {"Abs": table["abs"], "sgn": table["sign"], "ln": table["log"], "cbrt": _root(3)}
    table |= {"lg": _logarithm(10), "tg": table["tan"]}
    table |= dict.fromkeys(STEPS, lambda u: (_ONE + symengine.sign(u)) / 2)
    for new, old in (("sec", "cos"), ("csc", "sin"), ("cot", "tan")):
        for suffix in ("", "h"):
            table[new + suffix] = _reciprocal(old + suffix)
            table["a" + new + suffix] = _at_reciprocal("a" + old + suffix)
    table |= {"cosec": table["csc"], "ctg": table["cot"]}
    for name in _CIRCULAR:
        table["arc" + name] = table["a" + name]
    for name in _HYPERBOLIC:
        table["ar" + name] = table["arc" + name] = table["a" + name]
    return table


NAMED: dict[str, Build] = _table()
"""Builder of each function of one argument, by every spelling of its name."""


OF_ORDER: dict[str, Callable[[Expr, Expr], Expr]] = {
    spelled: BY_TOKEN[name].build
    for name in BESSEL
    for spelled in (name, f"bessel_{name[-1]}", f"Bessel{name[-1].upper()}")
}
"""Builder of each function of an order and an argument, by every spelling of its name."""


def _extreme(sign: int) -> Callable[[Expr, Expr], Expr]:
    return lambda u, v: (u + v + sign * symengine.Abs(u - v)) / 2


EXTREMES: dict[str, Callable[[Expr, Expr], Expr]] = {
    name: _extreme(sign) for names, sign in (("max Max", 1), ("min Min", -1)) for name in names.split()
}
"""Builder of the larger or smaller of two, by every spelling of its name; of more arguments in turn."""

INVERSES: dict[str, str] = {name: "a" + name for name in (*_CIRCULAR, *_HYPERBOLIC)}
"""What a power of -1 on a function's name means: sin^-1 is asin."""

_NUMBERED = re.compile(r"(log|root)_?([1-9][0-9]{0,5})")


_BESSEL = {"J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk"}


def builder_where_applied(name: str) -> Build | None:
    """Return the builder of ``J_0`` or gamma, which may be names of constants, too; None for other names."""
    if name in APPLIED:
        return BY_TOKEN["gamma"].build
    letter, _, order = name.partition("_")
    if letter not in _BESSEL or not re.fullmatch("[0-9]{1,3}", order):
        return None
    return lambda u: OF_ORDER[_BESSEL[letter]](symengine.Integer(int(order)), u)


def lookup(name: str) -> Build | None:
    """Return the builder of the function `name`, or None; knows log2, log_10 and root_3 as well.

    That of one argument, for functions that may have several.
    """
    if name in EXTREMES:
        return lambda u: u
    if name in OF_ORDER:
        return lambda u: OF_ORDER[name](symengine.Integer(0), u)
    if name in NAMED or name == "polylog":
        # Whose order is the first of two arguments.
        return NAMED["dilog" if name == "polylog" else name]
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return None
    number = int(numbered[2])
    if numbered[1] == "root":
        return _root(number)
    return _logarithm(number) if number > 1 else None
