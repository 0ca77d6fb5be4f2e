"""Forward pairs: a random short integrand, and its primitive from a computer algebra system.

The engines' answers are proposals; every pair is checked before it is yielded. The integrands are
those of `symmath.tasks.forward`.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import symengine
from flint import acb

from datagen.split import hash_text
from datagen.trees import draw as draw_tree
from symmath.engines import ENGINES, Engine, available
from symmath.errors import PrefixError, TimeLimitError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, has_longer_integer
from symmath.tasks.forward import draw_integrand
from symmath.tasks.integrate import MAX_INTEGER_DIGITS
from symmath.tasks.task import Draw, Pair, Rejection

MAX_SOURCE_TOKENS = 120
MAX_TARGET_TOKENS = 120
ENGINE_SECONDS: Mapping[str, float] = {
    "maxima": 0.03,
    "fricas": 0.15,
    "giac": 0.03,
    "sympy": 1.0,
    "sympy-manual": 1.0,
}
"""Time limits: 99% of Maxima's answers to such integrands took under 9 ms; FriCAS, which can't be
interrupted, is given more because each time-out costs a new process, and so is SymPy."""
FAST_ENGINES = ("maxima", "fricas")
START_SECONDS = 20.0

_FORBIDDEN = frozenset({"I", "abs", "sign"})
_QUADRANTS = ((1, 1), (-1, 1), (1, 1))
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
    if _FORBIDDEN.intersection(target):
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
    tally : Counter of str
        What became of the answers, by engine.
    """

    engines: Sequence[Engine]
    seen: set[int] = field(default_factory=set)
    tally: Counter[str] = field(default_factory=Counter)

    def __call__(self, draw: Draw, rng: random.Random) -> Pair | Rejection:
        """Draw an integrand and find a checked primitive."""
        posed = pose(draw, rng, self.seen)
        return posed if isinstance(posed, Rejection) else self.solve(*posed, rng)

    def solve(self, integrand: Expr, source: Tokens, rng: random.Random) -> Pair | Rejection:
        """Ask the engines in turn."""
        outcome: Pair | Rejection = Rejection.UNSOLVED
        for engine in self.engines:
            try:
                engine.warm(START_SECONDS)
                answer = engine.integrate(integrand, ENGINE_SECONDS[engine.name])
            except TimeLimitError:
                self.tally[f"{engine.name}: out of time"] += 1
                break
            result = Rejection.UNSOLVED if answer is None else pair_of(source, answer, rng)
            self.tally[f"{engine.name}: {'written' if isinstance(result, Pair) else result}"] += 1
            if isinstance(result, Pair):
                return result
            outcome = result
            # What one engine leaves unsolved, or answers at length, the next hardly ever solves
            # (8 of 141, 0 of 800), and failing is slow.
            if result not in (Rejection.UNREPRESENTABLE, Rejection.UNVERIFIED):
                break
        return outcome


def _resume(path: Path) -> set[int]:
    """Return the hashes of the integrands in `path`; drop a last line cut short by a kill."""
    if not path.exists():
        return set()
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return {hash_text(line.split("\t")[0]) for line in whole.splitlines()}


def default_engines() -> tuple[str, ...]:
    """Return the engines to ask: the fast ones that are installed, or SymPy, which always is."""
    installed = available()
    return tuple(name for name in FAST_ENGINES if name in installed) or ("sympy",)


def write_pairs(
    path: Path, pairs: int, seed: int, engines: Sequence[str], report_seconds: float = 60.0
) -> None:
    """Append checked pairs to `path`, ``source<TAB>target``, until it holds `pairs` of them.

    The seed and the tally of each run are logged to ``<path>.log``.

    Parameters
    ----------
    path : Path
    pairs, seed : int
    engines : sequence of str
        Keys of `ENGINE_SECONDS`, in the order they are asked.
    report_seconds : float
        Between two lines of the log.
    """
    rng = random.Random(seed)
    seen = _resume(path)
    written = len(seen)
    begin = last = time.monotonic()
    start = written
    with (
        ExitStack() as processes,
        path.open("a", buffering=1) as out,
        path.with_suffix(".log").open("a") as log,
    ):
        asked = [processes.enter_context(closing(ENGINES[name]())) for name in engines]
        forward = Forward(engines=asked, seen=seen)
        print(f"seed {seed}, {written} pairs before", file=log, flush=True)
        while written < pairs:
            pair = forward(draw_tree, rng)
            if isinstance(pair, Pair):
                out.write(f"{' '.join(pair.source)}\t{' '.join(pair.target)}\n")
                written += 1
            else:
                forward.tally[f"rejected: {pair}"] += 1
            now = time.monotonic()
            if now - last > report_seconds:
                last = now
                rate = (written - start) / (now - begin)
                print(
                    f"{written} pairs, {rate:.1f}/s, {dict(forward.tally.most_common())}",
                    file=log,
                    flush=True,
                )


def main() -> None:
    """Parse the arguments and write pairs."""
    parser = argparse.ArgumentParser(prog="python -m datagen.forward", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, required=True, help="lines the file shall hold")
    parser.add_argument("--seed", type=int, help="default: drawn at random; logged beside the file")
    parser.add_argument(
        "--engine",
        action="append",
        choices=sorted(ENGINE_SECONDS),
        help="repeat for several, asked in turn; default: maxima and fricas where installed, else sympy",
    )
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().getrandbits(63)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    write_pairs(arguments.out, arguments.pairs, seed, arguments.engine or default_engines())


if __name__ == "__main__":
    main()
