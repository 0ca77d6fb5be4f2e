"""Refinement of primitives: what an answer leaves of an integrand is an integrand too, and is asked again.

If F is nearly right for f, the rest f - F' is mostly shorter than f, and so is each term of a sum. A state
is a partial primitive P with the rest r, f = P' + r. The shortest rests are asked as a whole, after classical
substitutions and, in several forms, term by term; an answer G to a rest leads to the state (P + G, r - G').
Where nothing is left, P is a primitive. Every primitive in it was written by the network, and no coefficients
are fitted; substitutions, partial fractions and the multiple of f that is solved for are algebra. Rests with
absolute values are not followed up: they are looked at for being zero at complex points.

Everything here runs in a worker, on prefix tokens; who asks is `symmath.solve.solver`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import symengine
from flint import acb, arb

from symmath.ansatz.reduce import linear_change, parts
from symmath.ansatz.residues import partial_fractions
from symmath.ansatz.substitution import substitutions
from symmath.errors import FAILURES, SymMathError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.expr.present import all_presentations
from symmath.expr.signs import content

MAX_TERMS = 8
MAX_FORMS = 6
MAX_WHOLE = 3
MAX_SUBSTITUTIONS = 4
MAX_SPLITS = 3
MAX_QUESTIONS = 40
MAX_KEPT = 40
"""States that a round hands on."""
MAX_TOKENS = 200
"""A longer rest is not followed up."""
_UNUSABLE = (SymMathError, *FAILURES)
"""What an expression may raise that costs itself, not the round."""
_BITS = 128
_POINTS = ((37, 101), (-59, 83))
"""Of 64ths, real and imaginary part: where a rest is looked at for being zero."""

NOTHING: Tokens = ["+", "0"]
State = tuple[Tokens, Tokens]
"""A partial primitive and the rest."""


@dataclass(frozen=True, slots=True)
class Question:
    """An integrand to ask for.

    Attributes
    ----------
    state, way : int
        Of which state's rest, in which way of taking it, it is a term.
    shown : Tokens
        What is asked.
    term : Tokens
        The term: if G answers what is asked, `scale` * G(`inner`) answers the term.
    scale, inner : Tokens
    """

    state: int
    way: int
    shown: Tokens
    term: Tokens
    scale: Tokens
    inner: Tokens


def begin(integrand: Tokens, answers: Sequence[Tokens]) -> list[State]:
    """Return the states of some answers to an integrand, and that of none, the shortest rest first."""
    f = decode(integrand)
    whole = Question(0, 0, integrand, integrand, ["+", "1"], ["x"])
    return _ranked([*_gains(whole, answers), (symengine.Integer(0), f)])


def questions(states: Sequence[State]) -> list[Question]:
    """Return what to ask of some states: every rest as it is, then what else it can be taken for."""
    ways = [_listed(decode(rest)) for _, rest in states]
    asked: list[Question] = []
    shown: set[tuple[str, ...]] = set()
    for first in (True, False):
        for state, found in enumerate(ways):
            for way, (terms, inner) in enumerate(found):
                if (way == 0) is not first:
                    continue
                new = [_question(state, way, term, inner) for term in terms]
                asking = [question for question in new if question is not None]
                keys = {tuple(question.shown) for question in asking} - shown
                is_too_much = len(shown) + len(keys) > MAX_QUESTIONS
                if len(asking) == len(terms) and not is_too_much:
                    shown |= keys
                    asked += asking
    return asked


def advance(
    integrand: Tokens, states: Sequence[State], asked: Sequence[Question], answers: Sequence[Sequence[Tokens]]
) -> tuple[list[Tokens], list[State]]:
    """Return the primitives that answers complete, and the new states, the shortest rest first.

    Parameters
    ----------
    integrand : Tokens
    states : sequence of State
    asked : sequence of Question
        Of these states, as `questions` returned them.
    answers : sequence of sequence of Tokens
        To each question.
    """
    ways: dict[tuple[int, int], list[tuple[Question, Sequence[Tokens]]]] = {}
    for question, found in zip(asked, answers, strict=True):
        ways.setdefault((question.state, question.way), []).append((question, found))
    new: list[tuple[Expr, Expr]] = []
    for (number, _), terms in ways.items():
        partial = decode(states[number][0])
        if len(terms) == 1:
            new += [(partial + gain, left) for gain, left in _gains(*terms[0])]
        else:
            gains = [_best_gain(*term) for term in terms]
            new.append((partial + sum(g for g, _ in gains), sum(left for _, left in gains)))
    f = decode(integrand)
    kept = _ranked([_closed(f, *state) for state in new])
    done = [partial for partial, rest in kept if rest == NOTHING]
    return done, [state for state in kept if state[1] != NOTHING]


def _listed(rest: Expr) -> list[tuple[list[Expr], Expr]]:
    """Return the ways of a rest, or as many as are found before one can't be made."""
    found: list[tuple[list[Expr], Expr]] = []
    try:
        for way in _ways(rest):
            found.append(way)
    except _UNUSABLE:
        pass
    return found


def _ways(rest: Expr) -> Iterator[tuple[list[Expr], Expr]]:
    """Yield lists of terms whose primitives add up to one of the rest, with what is put for x in them.

    The first is the rest as it is.
    """
    whole, *split = _splits(rest)
    yield whole, X
    for new, inner in islice(substitutions(rest), MAX_SUBSTITUTIONS):
        for terms in islice(_splits(new), MAX_SPLITS):
            yield terms, inner
    for terms in split:
        yield terms, X


def _splits(e: Expr) -> Iterator[list[Expr]]:
    """Yield an expression, other forms of it, and the terms of those forms that are sums."""
    forms = dict.fromkeys([e, *(form for _, form in all_presentations(e, MAX_FORMS))])
    scale, varying = _split_constant(e)
    fractions = [scale * fraction for fraction in partial_fractions(varying)]
    yield [e]
    met: set[frozenset[Expr]] = set()
    for terms in (fractions, *(list(parts(form)) for form in forms)):
        if 2 <= len(terms) <= MAX_TERMS and frozenset(terms) not in met:
            met.add(frozenset(terms))
            yield terms
    yield from ([form] for form in list(forms)[1:MAX_WHOLE])


def _question(state: int, way: int, term: Expr, inner: Expr) -> Question | None:
    """Ask for a term without its constant factor, in the variable in which it is shortest."""
    at = inner
    try:
        scale, varying = _split_constant(term)
        if (changed := linear_change(varying)) is not None:
            factor, varying = _split_constant(changed[0])
            scale, at = scale * factor, changed[1].subs({X: inner})
        in_x = term if inner == X else term.subs({X: inner}) * inner.diff(X)
        spelled = [canonical_tokens(e) for e in (varying, in_x, scale, at)]
    except _UNUSABLE:
        return None
    return Question(state, way, *spelled) if len(spelled[0]) <= MAX_TOKENS else None


def _split_constant(e: Expr) -> tuple[Expr, Expr]:
    """Return the constant factor of a term, and the rest of it."""
    if type(e) is symengine.Add:
        scale = content(e)
        return scale, symengine.Add(*(term / scale for term in e.args))
    factors = e.args if type(e) is symengine.Mul else (e,)
    constant = symengine.Mul(*(factor for factor in factors if X not in factor.free_symbols))
    return constant, symengine.Mul(*(factor for factor in factors if X in factor.free_symbols))


def _gains(question: Question, answers: Sequence[Tokens]) -> Iterator[tuple[Expr, Expr]]:
    """Yield what each answer contributes to the primitive, with the term less its derivative."""
    term, scale, inner = decode(question.term), decode(question.scale), decode(question.inner)
    for answer in answers:
        try:
            gain = scale * decode(answer).subs({X: inner})
            yield _closed(term, gain, term - gain.diff(X))
        except _UNUSABLE:
            continue


def _closed(whole: Expr, gain: Expr, left: Expr) -> tuple[Expr, Expr]:
    """Solve for the primitive where a multiple of the integrand is left, as after parts taken twice."""
    try:
        terms, rest = _coefficients(whole), _coefficients(left)
    except _UNUSABLE:
        return gain, left
    if terms.keys() != rest.keys():
        return gain, left
    shares = {rest[term] / terms[term] for term in terms}
    if len(shares) != 1 or shares == {1}:
        return gain, left
    return gain / (1 - shares.pop()), symengine.Integer(0)


def _coefficients(e: Expr) -> dict[Expr, Expr]:
    """Return the rational coefficient of each term of an expanded sum."""
    # symengine gives a sum without a constant term one of coefficient zero.
    return {term: share for term, share in expand(e).as_coefficients_dict().items() if share != 0}


def _best_gain(question: Question, answers: Sequence[Tokens]) -> tuple[Expr, Expr]:
    """Return the contribution that leaves least of a term, and what it leaves; none if that is no less."""
    best, least = (symengine.Integer(0), decode(question.term)), len(question.term)
    for gain, left in _gains(question, answers):
        spelled = _spelled(left)
        if spelled is not None and _length(spelled) < least:
            best, least = (gain, decode(spelled)), _length(spelled)
    return best


def _ranked(states: Sequence[tuple[Expr, Expr]]) -> list[State]:
    """Spell states, the shortest rest first; of equal rests one, of primitives all."""
    found: dict[tuple[str, ...], State] = {}
    for partial, rest in states:
        left = _spelled(rest)
        if left is None or len(left) > MAX_TOKENS:
            continue
        try:
            spelled = canonical_tokens(partial)
        except _UNUSABLE:
            continue
        found.setdefault(tuple(spelled if left == NOTHING else left), (spelled, left))
    return sorted(found.values(), key=lambda state: _length(state[1]))[:MAX_KEPT]


def _length(rest: Tokens) -> int:
    return 0 if rest == NOTHING else len(rest)


def _spelled(rest: Expr) -> Tokens | None:
    """Return a rest as tokens, expanded if that is shorter; `NOTHING` if it vanishes, None if unspellable."""
    shortest: Tokens | None = None
    for form in (expand, lambda e: e):
        try:
            tokens = canonical_tokens(form(rest))
            if _vanishes(tokens):
                return NOTHING
        except _UNUSABLE:
            continue
        if shortest is None or len(tokens) < len(shortest):
            shortest = tokens
    return shortest


def _vanishes(tokens: Tokens) -> bool:
    """Whether an expression is zero at two points, to many digits; who gets the primitive proves it."""
    with working_precision(_BITS):
        for real, imaginary in _POINTS:
            point = variable(acb(arb(real) / 64, arb(imaginary) / 64), 1)
            value = evaluate(tokens, {"x": point}, 1)[0]
            if not value.contains(0) or not value.rad() < 2**-40:
                return False
    return True
