"""Refinement of primitives: what an answer leaves of an integrand is an integrand too, and is asked again.

If F is nearly right for f, the rest f - F' is mostly shorter than f, and so is each term of a sum. A state
is a partial primitive P with the rest r, f = P' + r. The shortest rests are asked as a whole, after classical
substitutions and, in several forms, term by term; an answer G to a rest leads to the state (P + G, r - G').
Where nothing is left, P is a primitive. Every primitive in it was written by the network, and no coefficients
are fitted; substitutions, partial fractions and the multiple of f that is solved for are algebra. Rests with
absolute values are not followed up: they are looked at for being zero at complex points.

Everything here runs in a worker, on prefix tokens; who asks is `symmath.solve.rounds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import symengine

from symmath.ansatz.reduce import linear_change, parts
from symmath.ansatz.residues import partial_fractions
from symmath.ansatz.roots import Substitution
from symmath.ansatz.substitution import substitutions
from symmath.errors import UNUSABLE
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.expr.present import all_presentations
from symmath.expr.waves import with_single_angles
from symmath.solve.forms import in_unit_variable
from symmath.solve.rests import NOTHING, length, share_left, spell, split_constant

MAX_TERMS = 8
MAX_FORMS = 6
MAX_WHOLE = 3
MAX_SUBSTITUTIONS = 6
MAX_SPLITS = 3
MAX_QUESTIONS = 60
MAX_KEPT = 40
"""States that a round hands on."""
MAX_TOKENS = 200
"""A longer rest is not followed up."""
State = tuple[Tokens, Tokens]
"""A partial primitive and the rest."""
Way = tuple[list[Expr], Expr]
"""Terms that a rest is taken for, and what is put for x in them."""


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
    ways = [list(_usable(_ways(decode(rest)))) for _, rest in states]
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


def _usable(found: Iterator[Way]) -> Iterator[Way]:
    """Yield what is found until something can't be made."""
    try:
        yield from found
    except UNUSABLE:
        return


def _ways(rest: Expr) -> Iterator[Way]:
    """Yield lists of terms whose primitives add up to one of the rest, with what is put for x in them.

    The first is the rest as it is.
    """
    whole, *split = _splits(rest)
    yield whole, X
    changes = (_changed(rest, change) for change in (linear_change, in_unit_variable))
    for new, inner in chain(filter(None, changes), islice(substitutions(rest), MAX_SUBSTITUTIONS)):
        yield from _usable((terms, inner) for terms in islice(_splits(new), MAX_SPLITS))
    for terms in split:
        yield terms, X


def _changed(e: Expr, change: Callable[[Expr], Substitution | None]) -> Substitution | None:
    """Return an integrand in another variable, with that variable; None if that can't be had."""
    try:
        return change(e)
    except UNUSABLE:
        return None


def _splits(e: Expr) -> Iterator[list[Expr]]:
    """Yield an expression, other forms of it, and the terms of those forms that are sums."""
    yield [e]
    shown = (form for _, form in all_presentations(e, MAX_FORMS))
    forms = dict.fromkeys([e, *shown, with_single_angles(e)])
    scale, varying = split_constant(e)
    fractions = [scale * fraction for fraction in partial_fractions(varying)]
    met: set[frozenset[Expr]] = set()
    numerators = [term for fraction in fractions for term in list(parts(fraction)) or [fraction]]
    for terms in (fractions, numerators, *(list(parts(form)) for form in forms)):
        if 2 <= len(terms) <= MAX_TERMS and frozenset(terms) not in met:
            met.add(frozenset(terms))
            yield terms
    yield from ([form] for form in list(forms)[1:MAX_WHOLE])


def _question(state: int, way: int, term: Expr, inner: Expr) -> Question | None:
    """Ask for a term without its constant factor, in the variable in which it is shortest."""
    at = inner
    try:
        scale, varying = split_constant(term)
        # The rest as it is stays so: it is among the other ways in its unit variable.
        for change in (linear_change, in_unit_variable)[: 1 if way == 0 else 2]:
            if (changed := _changed(varying, change)) is None:
                continue
            factor, new = split_constant(changed[0])
            if len(canonical_tokens(new)) <= len(canonical_tokens(varying)):
                scale, varying, at = scale * factor, new, changed[1].subs({X: at})
        in_x = term if inner == X else term.subs({X: inner}) * inner.diff(X)
        spelled = [canonical_tokens(e) for e in (varying, in_x, scale, at)]
    except UNUSABLE:
        return None
    return Question(state, way, *spelled) if len(spelled[0]) <= MAX_TOKENS else None


def _gains(question: Question, answers: Sequence[Tokens]) -> Iterator[tuple[Expr, Expr]]:
    """Yield what each answer contributes to the primitive, with the term less its derivative."""
    term, scale, inner = decode(question.term), decode(question.scale), decode(question.inner)
    for answer in answers:
        try:
            gain = scale * decode(answer).subs({X: inner})
            yield _closed(term, gain, term - gain.diff(X))
        except UNUSABLE:
            continue


def _closed(whole: Expr, gain: Expr, left: Expr) -> tuple[Expr, Expr]:
    """Solve for the primitive where a multiple of the integrand is left, as after parts taken twice."""
    share = share_left(whole, left)
    return (gain, left) if share is None else (gain / (1 - share), symengine.Integer(0))


def _best_gain(question: Question, answers: Sequence[Tokens]) -> tuple[Expr, Expr]:
    """Return the contribution that leaves least of a term, and what it leaves; none if that is no less."""
    best, least = (symengine.Integer(0), decode(question.term)), len(question.term)
    for gain, left in _gains(question, answers):
        spelled = spell(left)
        if spelled is not None and length(spelled) < least:
            best, least = (gain, decode(spelled)), length(spelled)
    return best


def _ranked(states: Sequence[tuple[Expr, Expr]]) -> list[State]:
    """Spell states, the shortest rest first; of equal rests one, of primitives all."""
    found: dict[tuple[str, ...], State] = {}
    for partial, rest in states:
        left = spell(rest)
        if left is None or len(left) > MAX_TOKENS:
            continue
        try:
            spelled = canonical_tokens(partial)
        except UNUSABLE:
            continue
        found.setdefault(tuple(spelled if left == NOTHING else left), (spelled, left))
    return sorted(found.values(), key=lambda state: length(state[1]))[:MAX_KEPT]
