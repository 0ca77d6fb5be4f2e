"""Equal forms of one expression, as other systems and people write it: what a verifier has to accept.

Every rewriting here holds on the whole complex plane on principal branches, up to a constant; those
of SymPy are asked for without the assumptions under which it would go further.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import gcd

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode, encode
from symmath.expr.present import PRESENTATIONS, present
from symmath.expr.shape import summands_of

MAX_GROWTH = 3
SPARE_TOKENS = 30
_TRIES = 12
_CONSTANTS = ("+3", "-1/7", "pi", "log(5)", "sqrt(2)", "exp(2)", "sin(1)")


def _constant(e: Expr, rng: random.Random) -> Expr:
    return e + symengine.sympify(rng.choice(_CONSTANTS))


def _walk(e: Expr, rule: Callable[[Expr], Expr | None], rng: random.Random) -> Expr:
    """Apply a rule to about half of the nodes, from the inside out."""
    if not e.args or e.is_Number:
        return e
    rebuilt = e.func(*(_walk(argument, rule, rng) for argument in e.args))
    replaced = rule(rebuilt) if rng.random() < 0.5 else None
    return rebuilt if replaced is None else replaced


def _content(u: Expr) -> Expr | None:
    """Return the positive rational factor of a sum whose numbers share one, or of a product."""
    numbers = []
    for term in summands_of(u):
        first = term if term.is_Rational else term.args[0] if type(term) is symengine.Mul else None
        if first is None or not first.is_Integer:
            return None
        numbers.append(abs(int(first)))
    common = gcd(*numbers)
    return symengine.Integer(common) if common > 1 else None


def _logarithms(e: Expr) -> Expr | None:
    """log(c u) = log(c) + log(u) for c > 0; log(sqrt(u)) = log(u)/2."""
    if type(e) is not symengine.log:
        return None
    u = e.args[0]
    if type(u) is symengine.Pow and u.args[1] == symengine.Rational(1, 2):
        return symengine.log(u.args[0]) / 2
    common = _content(u)
    return None if common is None else symengine.log(common) + symengine.log(symengine.expand(u / common))


def _roots(e: Expr) -> Expr | None:
    """sqrt(c u) = sqrt(c) sqrt(u) for c > 0, and back."""
    if type(e) is not symengine.Pow or e.args[1].is_Integer or not e.args[1].is_Rational:
        return None
    base, exponent = e.args
    common = _content(base)
    if common is not None:
        return common**exponent * symengine.expand(base / common) ** exponent
    return (4 * base).expand() ** exponent / symengine.Integer(4) ** exponent if base.args else None


def _powers(e: Expr) -> Expr | None:
    """exp(a + b) = exp(a) exp(b), b**u = exp(u log(b)), v**(a + b) = v**a v**b."""
    if type(e) is not symengine.Pow:
        return None
    base, exponent = e.args
    if type(exponent) is symengine.Add:
        return symengine.Mul(*(base**term for term in exponent.args))
    if base != symengine.E and not exponent.is_Number:
        return symengine.exp(exponent * symengine.log(base))
    return None


def _angles(e: Expr) -> Expr | None:
    """Pythagoras and double angles."""
    if type(e) is symengine.Pow and e.args[1] == 2 and type(e.args[0]) in (symengine.sin, symengine.cos):
        other = symengine.cos if type(e.args[0]) is symengine.sin else symengine.sin
        return 1 - other(e.args[0].args[0]) ** 2
    if type(e) is symengine.sin:
        half = e.args[0] / 2
        return 2 * symengine.sin(half) * symengine.cos(half)
    if type(e) is symengine.cos:
        return 1 - 2 * symengine.sin(e.args[0] / 2) ** 2
    if type(e) is symengine.tan:
        return symengine.sin(e.args[0]) / symengine.cos(e.args[0])
    return None


def _inverses(e: Expr) -> Expr | None:
    """Inverse functions by each other or by logarithms, on principal branches."""
    if len(e.args) != 1:
        return None
    u = e.args[0]
    if type(e) is symengine.asinh:
        return symengine.log(u + symengine.sqrt(u**2 + 1))
    if type(e) is symengine.acosh:
        return symengine.log(u + symengine.sqrt(u - 1) * symengine.sqrt(u + 1))
    if type(e) is symengine.atanh:
        return (symengine.log(1 + u) - symengine.log(1 - u)) / 2
    if type(e) is symengine.asin:
        return symengine.pi / 2 - symengine.acos(u)
    if type(e) is symengine.acos:
        return symengine.pi / 2 - symengine.asin(u)
    return -symengine.atan(-u) if type(e) is symengine.atan else None


_RULES = {
    "logarithms": _logarithms,
    "roots": _roots,
    "powers": _powers,
    "angles": _angles,
    "inverses": _inverses,
}
_SYMPY: dict[str, Callable[[SympyExpr], SympyExpr]] = {
    "SymPy expand": lambda s: s.expand(),
    "SymPy factor": lambda s: s.factor(),
    "SymPy together": lambda s: s.together(),
    "SymPy expand_trig": lambda s: s.expand(trig=True),
    "SymPy cancel": lambda s: s.cancel(),
    "SymPy powsimp": lambda s: s.powsimp(),
    "SymPy logcombine": lambda s: _logcombine(s),
    "SymPy collect": lambda s: s.collect(next(iter(s.free_symbols), 0)),
}


def _logcombine(s: SympyExpr) -> SympyExpr:
    import sympy

    return sympy.logcombine(s)


def _form(name: str, e: Expr, rng: random.Random) -> Expr | None:
    if name == "constant":
        return _constant(e, rng)
    if name in PRESENTATIONS:
        return present(e, name)
    if name in _RULES:
        return _walk(e, _RULES[name], rng)
    return from_sympy(_SYMPY[name](to_sympy(e)))


def rewrite(tokens: Tokens, seed: int, is_integral: bool) -> tuple[str, Tokens] | None:
    """Return the kind of a rewriting and the rewritten expression in canonical form.

    Parameters
    ----------
    tokens : Tokens
    seed : int
    is_integral : bool
        Whether a constant may be added.

    Returns
    -------
    tuple of str and Tokens, or None
        None if no rewriting gave another expression of a reasonable length.
    """
    rng = random.Random(seed)
    e = decode(tokens)
    names = [*PRESENTATIONS, *_RULES, *_SYMPY, *(["constant"] if is_integral else [])]
    for _ in range(_TRIES):
        name = rng.choice(names)
        try:
            rewritten = _form(name, e, rng)
            if rewritten is None or len(encode(rewritten)) > MAX_GROWTH * len(tokens) + SPARE_TOKENS:
                continue
            shown = canonical_tokens(rewritten)
        except (PrefixError, UnsupportedError, RuntimeError, NotImplementedError):
            # What symengine and SymPy raise at what they can't rewrite.
            continue
        if shown != tokens:
            return name, shown
    return None
