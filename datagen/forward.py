"""Forward pairs: a random short integrand, and its primitive from a computer algebra system.

The engines' answers are proposals; every pair is checked before it is yielded. The integrands are
those of `symmath.tasks.forward`. They are drawn by the seed; what is answered depends on the time
limits too, so a second run may write other pairs.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

import symengine
from flint import acb

from datagen.split import hash_text
from symmath.engines import ENGINES, Engine, available
from symmath.engines.engine import Refusal
from symmath.engines.process import ProcessDiedError
from symmath.errors import PrefixError, TimeLimitError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import TOKEN_IDS, Expr, X
from symmath.expr.prefix import Tokens, has_longer_integer
from symmath.tasks.forward import draw_integrand
from symmath.tasks.integrate import MAX_INTEGER_DIGITS
from symmath.tasks.task import Draw, Pair, Rejection

MAX_SOURCE_TOKENS = 120
MAX_TARGET_TOKENS = 120
ENGINE_SECONDS: Mapping[str, float] = {
    "maxima": 0.015,
    "fricas": 0.15,
    "sympy": 1.0,
}
"""Time limits: 99% of Maxima's answers to such integrands took under 9 ms, what it loads for them being
loaded at its start; FriCAS, which can't be interrupted, is given more because each time-out costs a new
process, and so is SymPy."""
FAST_ENGINES = ("maxima", "fricas")
START_SECONDS = 20.0
MAX_DEATHS = 5
"""In a row. One question may take all the memory; an engine that ends at each is of no use."""

_FORBIDDEN = frozenset({"I", "abs", "sign"})
_QUADRANTS = ((1, 1), (-1, 1), (1, 1))
"""Of three points; real arguments are more often positive."""
_CHECK_BITS = (64, 160)
_AGREEING_BITS = 40


def agrees(source: Tokens, target: Tokens, rng: random.Random, tries: int = 4) -> bool:
    """Check at complex points of both half-planes that the derivative of `target` is `source`.

    Parameters
    ----------
    source, target : Tokens
        Integrand and primitive in prefix form, without task mark.
    rng : random.Random
    tries : int
        Points drawn for each of the three places, until one is defined and accurate to 1e-12.

    Returns
    -------
    bool
        False also if some place gave no accurate value.
    """
    return all(_agrees_near(source, target, rng, quadrant, tries) for quadrant in _QUADRANTS)


def _agrees_near(
    source: Tokens, target: Tokens, rng: random.Random, quadrant: tuple[int, int], tries: int
) -> bool:
    for _ in range(tries):
        point = acb(quadrant[0] * rng.uniform(0.2, 1.8), quadrant[1] * rng.uniform(0.1, 1.2))
        for bits in _CHECK_BITS:
            with working_precision(bits):
                try:
                    slope = evaluate(target, {"x": variable(point, 2)}, 2)[1]
                    value = evaluate(source, {"x": variable(point, 1)}, 1)[0]
                except PrefixError:
                    break
            if min(slope.rel_accuracy_bits(), value.rel_accuracy_bits()) >= _AGREEING_BITS:
                return bool(slope.overlaps(value))
            if not slope.overlaps(value):
                return False
    return False


def pose(draw: Draw, rng: random.Random, seen: set[int]) -> tuple[Expr, Tokens] | Rejection:
    """Draw an integrand that was not posed before; return it with its tokens.

    Parameters
    ----------
    draw : Draw
    rng : random.Random
    seen : set of int
        Hashes of what was posed before; grows.
    """
    try:
        integrand = draw_integrand(draw, rng)
        source = canonical_tokens(integrand)
    except (UnsupportedError, PrefixError, RuntimeError, ZeroDivisionError):
        return Rejection.UNREPRESENTABLE
    if X not in integrand.free_symbols:
        return Rejection.CONSTANT
    if _FORBIDDEN.intersection(source):
        return Rejection.UNREPRESENTABLE
    if len(source) > MAX_SOURCE_TOKENS:
        return Rejection.TOO_LONG
    key = hash_text(" ".join(source))
    if key in seen:
        return Rejection.DUPLICATE
    seen.add(key)
    return integrand, source


def _tokens_of_answer(answer: Expr) -> Tokens:
    """Encode the answer without its additive constant, expanded where that is shorter."""
    best: Tokens | None = None
    for form in (answer, symengine.expand(answer)):
        if type(form) is symengine.Add:
            form = symengine.Add(*(term for term in form.args if X in term.free_symbols))
        tokens = canonical_tokens(form)
        if best is None or len(tokens) < len(best):
            best = tokens
    assert best is not None
    return best


def pair_of(source: Tokens, answer: Expr, rng: random.Random) -> Pair | Rejection:
    """Encode and check an engine's answer."""
    if X not in answer.free_symbols:
        return Rejection.CONSTANT
    try:
        target = _tokens_of_answer(answer)
    except (UnsupportedError, PrefixError, RuntimeError):
        return Rejection.UNREPRESENTABLE
    # The network knows no special functions.
    if _FORBIDDEN.intersection(target) or not TOKEN_IDS.keys() >= set(target):
        return Rejection.UNREPRESENTABLE
    if len(target) > MAX_TARGET_TOKENS:
        return Rejection.TOO_LONG
    if has_longer_integer(target, MAX_INTEGER_DIGITS):
        return Rejection.LARGE_INTEGER
    if not agrees(source, target, rng):
        return Rejection.UNVERIFIED
    return Pair(source=source, target=target, shape=source)


@dataclass(slots=True)
class Forward:
    """The forward generator; calling it proposes one pair.

    Attributes
    ----------
    engines : sequence of Engine
        The next is asked only where the one before gave an unusable or wrong answer.
    seen : set of int
        Hashes of the integrands posed before, which are not posed again; grows.
    deaths : Counter of str
        How often each engine has died, or not started, since it last did neither.
    """

    engines: Sequence[Engine]
    seen: set[int] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)

    def __call__(self, draw: Draw, rng: random.Random) -> Pair | Rejection:
        """Draw an integrand and find a checked primitive; see `solve`."""
        posed = pose(draw, rng, self.seen)
        return posed if isinstance(posed, Rejection) else self.solve(*posed, rng)

    def solve(self, integrand: Expr, source: Tokens, rng: random.Random) -> Pair | Rejection:
        """Ask the engines in turn.

        Raises
        ------
        ProcessDiedError
            If one of them has died, or not started, `MAX_DEATHS` times in a row.
        """
        outcome: Pair | Rejection = Rejection.UNSOLVED
        for engine in self.engines:
            answer = self._ask(engine, integrand)
            result = Rejection.UNSOLVED if answer is None else pair_of(source, answer, rng)
            if isinstance(result, Pair):
                return result
            outcome = result
            # What one engine leaves unsolved, or answers at length, the next hardly ever solves
            # (8 of 141, 0 of 800), and failing is slow.
            if result not in (Rejection.UNREPRESENTABLE, Rejection.UNVERIFIED):
                break
        return outcome

    def _ask(self, engine: Engine, integrand: Expr) -> Expr | None:
        """Return an engine's answer, None also if it is late, died or didn't start."""
        answer, has_died = None, False
        try:
            engine.warm(START_SECONDS)
        except (TimeLimitError, ProcessDiedError, MemoryError):
            has_died = True
        else:
            with suppress(TimeLimitError):
                answer = engine.integrate(integrand, ENGINE_SECONDS[engine.name])
                has_died = answer is None and engine.refusal is Refusal.DIED
        self.deaths[engine.name] = self.deaths[engine.name] + 1 if has_died else 0
        if self.deaths[engine.name] >= MAX_DEATHS:
            raise ProcessDiedError(f"{engine.name} died {MAX_DEATHS} times in a row; see whether it starts")
        return answer


@cache
def _engines() -> tuple[Engine, ...]:
    """Return this process's engines: the fast ones that are installed, or SymPy. They end with it."""
    installed = available()
    names = tuple(name for name in FAST_ENGINES if name in installed) or ("sympy",)
    return tuple(ENGINES[name]() for name in names)


def by_engines() -> Forward:
    """Make a generator that asks what is installed."""
    return Forward(engines=_engines())
