"""Integration constants: put into an expression, given their simplest form, eliminated.

After Lample & Charton (2019), section 4.2.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import encode
from symmath.odes.equation import holds_symbol, total_derivative
from symmath.odes.roots import isolate, occurrences, solve_for

CONSTANTS: tuple[Expr, ...] = tuple(SYMBOL_EXPRS[name] for name in CONSTANTS_OF_INTEGRATION)
C1, C2 = CONSTANTS[:2]
_CONSTANTS = frozenset(CONSTANTS)
_FREE = frozenset((X, *CONSTANTS))
_MAX_ROUNDS = 4

_JOINS: tuple[tuple[int, Callable[[Expr, Expr], Expr]], ...] = (
    (10, lambda c, e: c + e),
    (10, lambda c, e: c * e),
    (3, lambda c, e: c - e),
    (3, lambda c, e: c / e),
    (2, lambda c, e: e / c),
)
"""How a constant meets a subexpression, with weights near the tree sampler's."""
_JOIN_WEIGHTS = [weight for weight, _ in _JOINS]


def _places(e: Expr) -> Iterator[tuple[int, ...]]:
    """Iterate over the paths to the subexpressions of `e` that hold x."""
    if X not in e.free_symbols:
        return
    yield ()
    for i, arg in enumerate(e.args):
        for path in _places(arg):
            yield (i, *path)


def _replace(e: Expr, path: tuple[int, ...], change: Callable[[Expr], Expr]) -> Expr:
    if not path:
        return change(e)
    args = list(e.args)
    args[path[0]] = _replace(args[path[0]], path[1:], change)
    return e.func(*args)


def insert_constant(e: Expr, constant: Expr, rng: random.Random) -> Expr:
    """Join `constant` to a random subexpression of `e` that holds x.

    Raises
    ------
    UnsupportedError
        If none does: an earlier constant can cancel every x, as in x*(c/x).
    """
    places = list(_places(e))
    if not places:
        raise UnsupportedError("no x is left to join a constant to")
    path = rng.choice(places)
    join = rng.choices(_JOINS, _JOIN_WEIGHTS)[0][1]
    return _replace(e, path, lambda part: join(constant, part))


def _direct(e: Expr, kind: type[Expr], constant: Expr) -> bool:
    return type(e) is kind and constant in e.args


def _absorb_sum(e: Expr, c: Expr) -> Expr:
    """Rename in a sum: ``2*c + 5 + x`` is ``c + x``, ``c*x + 3*x`` is ``c*x``."""
    inside = [arg for arg in e.args if holds_symbol(arg, c)]
    if len(inside) != 1:
        return e
    inner = _absorb(inside[0], c)
    others = [arg for arg in e.args if not holds_symbol(arg, c)]
    if inner == c:
        others = [arg for arg in others if arg.free_symbols & _FREE]
    elif _direct(inner, symengine.Mul, c):
        ratios = [(arg, arg * c / inner) for arg in others]
        others = [arg for arg, ratio in ratios if not ratio.is_Rational]
    return symengine.Add(inner, *others)


def _absorb_product(e: Expr, c: Expr) -> Expr:
    """Rename in a product: ``2*c*x`` is ``c*x``, ``2*(c + x)`` is ``c + 2*x``."""
    inside = [arg for arg in e.args if holds_symbol(arg, c)]
    if len(inside) != 1:
        return e
    inner = _absorb(inside[0], c)
    others = [arg for arg in e.args if not holds_symbol(arg, c)]
    if inner == c or _direct(inner, symengine.Mul, c):
        others = [arg for arg in others if arg.free_symbols & _FREE]
    elif _direct(inner, symengine.Add, c) and not any(arg.free_symbols & _FREE for arg in others):
        factor = symengine.Mul(*others)
        return c + symengine.Add(*(factor * arg for arg in inner.args if arg != c))
    return symengine.Mul(inner, *others)


def _absorb_power(e: Expr, c: Expr) -> Expr:
    """Rename in a power: ``(c*x)**n`` is ``c*x**n``, ``exp(c + x)`` is ``c*exp(x)``."""
    base, exponent = e.args
    if holds_symbol(exponent, c):
        if holds_symbol(base, c):
            return e
        inner = _absorb(exponent, c)
        if _direct(inner, symengine.Add, c) and not base.free_symbols & _FREE:
            return c * base ** (inner - c)
        return base**inner
    inner = _absorb(base, c)
    if _direct(inner, symengine.Mul, c) and not exponent.free_symbols & _FREE:
        return c * (inner / c) ** exponent
    return inner**exponent


def _absorb(e: Expr, c: Expr) -> Expr:
    """Give the constant `c`, which occurs once in `e`, its simplest form; one pass."""
    if e == c or not holds_symbol(e, c):
        return e
    if e.free_symbols == {c}:
        return c
    kind = type(e)
    if kind is symengine.Add:
        return _absorb_sum(e, c)
    if kind is symengine.Mul:
        return _absorb_product(e, c)
    if kind is symengine.Pow:
        return _absorb_power(e, c)
    inner = _absorb(e.args[0], c)
    if isinstance(e, symengine.log) and _direct(inner, symengine.Mul, c):
        return c + symengine.log(inner / c)
    return e.func(inner)


def _multiply_out(e: Expr, c: Expr, d: Expr) -> Expr:
    """Rename in ``c*(d*g + h)``: the same functions are ``d*g + c*h``."""
    if not {c, d} <= e.free_symbols:
        return e
    if type(e) is not symengine.Mul or c not in e.args:
        return e.func(*(_multiply_out(arg, c, d) for arg in e.args))
    (inner,) = (arg for arg in e.args if holds_symbol(arg, d))
    if type(inner) is not symengine.Add:
        return e
    others = symengine.Mul(*(arg for arg in e.args if arg != c and not holds_symbol(arg, d)))
    (term,) = (arg for arg in inner.args if holds_symbol(arg, d))
    if term != d and not _direct(term, symengine.Mul, d):
        return e
    return others * term + c * others * (inner - term)


def _is_twofold(e: Expr) -> bool:
    """Say whether two constants meet without x between them, so that they are really one."""
    names = e.free_symbols & _CONSTANTS
    if len(names) < 2:
        return False
    if X not in e.free_symbols:
        return True
    if type(e) in (symengine.Add, symengine.Mul):
        bare = [arg for arg in e.args if X not in arg.free_symbols and arg.free_symbols & _CONSTANTS]
        if len(bare) > 1:
            return True
    return any(_is_twofold(arg) for arg in e.args)


def simplest_constants(e: Expr, constants: tuple[Expr, ...]) -> Expr | None:
    """Rename constants that occur once: ``exp(c1)``, ``c1 + 5`` and ``2*c1`` become ``c1``.

    Parameters
    ----------
    e : Expr
        A family of solutions.
    constants : tuple of Expr
        The constants; one that occurs more than once is left alone.

    Returns
    -------
    Expr or None
        A family of the same functions, up to special values of the constants. None if a constant
        vanished or two are really one.
    """
    for _ in range(_MAX_ROUNDS):
        before = e
        for c in constants:
            if occurrences(e, c) == 1:
                e = _absorb(e, c)
        if len(constants) == 2 and all(occurrences(e, c) == 1 for c in constants):
            e = _multiply_out(_multiply_out(e, C1, C2), C2, C1)
        if e == before:
            break
    if X not in e.free_symbols or not set(constants) <= e.free_symbols or _is_twofold(e):
        return None
    return e


def in_order(e: Expr) -> Expr:
    """Swap c1 and c2 if that gives the lesser prefix sequence."""
    swapped = e.subs({C1: C2, C2: C1})
    return min(e, swapped, key=encode)


def first_integral(solution: Expr, constant: Expr, y: Expr) -> Expr | None:
    """Return Phi(x, y) with ``constant = Phi`` on the family ``y = solution``."""
    if occurrences(solution, constant) == 1:
        return isolate(solution, constant, y)
    return solve_for(solution - y, constant, y)


def eliminate(solution: Expr, constants: tuple[Expr, ...]) -> Expr | None:
    """Find a differential equation of a family of functions.

    Parameters
    ----------
    solution : Expr
        In x and `constants`.
    constants : tuple of Expr
        In the order of elimination, one or two.

    Returns
    -------
    Expr or None
        An expression in x, y and its derivatives that vanishes on the family (where the chosen
        branches hold). None if a constant can't be isolated.

    Raises
    ------
    UnsupportedError
        If an equation on the way is beyond exact arithmetic.
    """
    y, dy = SYMBOL_EXPRS["y"], SYMBOL_EXPRS["y'"]
    integral = first_integral(solution, constants[0], y)
    if integral is None:
        return None
    equation = total_derivative(integral)
    for constant in constants[1:]:
        integral = solve_for(equation, constant, dy)
        if integral is None:
            return None
        equation = total_derivative(integral)
    return equation
