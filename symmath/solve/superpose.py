"""Superposition: what an answer leaves of a linear equation is the right side of one, and is asked again.

For ``L(y) = g`` and an answer whose part without constants is p, the rest g - L(p) is mostly shorter than
g, and so is each term of a sum. A state is a partial solution P with the rest r, g = L(P) + r; the shortest
rests are asked as ``L(y) = r`` and term by term. What stands beside the constants of any answer is kept if it
solves ``L(y) = 0``. Where nothing is left and there are as many such functions as the order says, they make
up the general solution. Every function in it was written by the network; no coefficients are fitted.

Everything here runs in a worker, on prefix tokens; who asks is `symmath.solve.rounds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import symengine

from symmath.ansatz.reduce import parts
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.odes.constants import C1, C2
from symmath.odes.equation import holds_symbol, normal_form
from symmath.odes.operator import LinearOperator, linear_operator
from symmath.solve.rests import NOTHING, UNUSABLE, length, share_left, spell, split_constant

MAX_TERMS = 10
MAX_QUESTIONS = 24
MAX_KEPT = 12
MAX_TOKENS = 160
"""A longer equation isn't asked."""
_ZERO = symengine.Integer(0)
State = tuple[Tokens, Tokens]
"""A partial solution and the rest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the solutions of an equation.

    Attributes
    ----------
    basis : tuple of Tokens
        Independent solutions of the homogeneous equation, as many as the order or fewer.
    states : tuple of State
        The shortest rest first.
    """

    basis: tuple[Tokens, ...]
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An equation to ask for.

    Attributes
    ----------
    state : int
        Of which state's rest it is a term; -1 for the homogeneous equation.
    way : int
        0 for a rest as a whole, 1 for its terms.
    shown : Tokens
        What is asked: ``L(y) = term``.
    term, scale : Tokens
        The rest's term is `scale` times `term`.
    """

    state: int
    way: int
    shown: Tokens
    term: Tokens
    scale: Tokens


def begin(order: int, equation: Tokens, answers: Sequence[Tokens]) -> tuple[list[Tokens], Standing] | None:
    """Return what some answers to an equation complete, and where they leave it; None if it isn't linear."""
    operator = linear_operator(decode(equation), order)
    if operator is None:
        return None
    whole = Question(0, 0, equation, canonical_tokens(operator.right), ["+", "1"])
    states = [(_ZERO, operator.right), *_gains(operator, whole, answers)]
    standing = Standing(_basis(operator, (), answers), _ranked(states))
    return _complete(order, standing), standing


def questions(order: int, equation: Tokens, standing: Standing) -> list[Question]:
    """Return what to ask: the homogeneous equation if need be, rests as a whole, rests term by term."""
    operator = linear_operator(decode(equation), order)
    if operator is None:
        return []
    asked: list[Question] = []
    if len(standing.basis) < order:
        asked += _asking(operator, -1, 0, _ZERO)
    left = [(state, decode(rest)) for state, (_, rest) in enumerate(standing.states) if rest != NOTHING]
    for state, rest in left:
        # Of nothing, the whole is left: that has been asked.
        asked += [] if standing.states[state][0] == NOTHING else _asking(operator, state, 0, rest)
    for state, rest in left:
        terms = list(parts(rest))
        new = [question for term in terms for question in _asking(operator, state, 1, term)]
        if 2 <= len(terms) <= MAX_TERMS and len(new) == len(terms):
            asked += new
    return asked[:MAX_QUESTIONS]


def advance(
    order: int,
    equation: Tokens,
    standing: Standing,
    asked: Sequence[Question],
    answers: Sequence[Sequence[Tokens]],
) -> tuple[list[Tokens], Standing]:
    """Return the general solutions that answers complete, and where they leave the equation.

    Parameters
    ----------
    order : int
    equation : Tokens
    standing : Standing
    asked : sequence of Question
        As `questions` returned them.
    answers : sequence of sequence of Tokens
        To each question; fewer if time was short.
    """
    operator = linear_operator(decode(equation), order)
    if operator is None:
        return [], standing
    basis = _basis(operator, standing.basis, [tokens for found in answers for tokens in found])
    states = [(decode(partial), decode(rest)) for partial, rest in standing.states]
    new = list(states)
    sums = dict(enumerate(states))
    for question, found in zip(asked, answers, strict=False):
        if question.state < 0:
            continue
        partial, rest = states[question.state]
        gains = list(_gains(operator, question, found))
        if question.way == 0:
            new += [(partial + gain, left) for gain, left in gains]
        else:
            gain, left = _best(question, gains)
            before, whole = sums[question.state]
            term = decode(question.scale) * decode(question.term)
            sums[question.state] = before + gain, whole - term + left
    standing = Standing(basis, _ranked([*new, *sums.values()]))
    return _complete(order, standing), standing


def _complete(order: int, standing: Standing) -> list[Tokens]:
    """Return the general solutions that are complete."""
    if len(standing.basis) < order:
        return []
    free = symengine.Add(*(c * decode(h) for c, h in zip((C1, C2), standing.basis, strict=False)))
    done = (decode(partial) for partial, rest in standing.states if rest == NOTHING)
    return [canonical_tokens(partial + free) for partial in done]


def _asking(operator: LinearOperator, state: int, way: int, term: Expr) -> list[Question]:
    """Return the question for a term without its constant factor, or none if it can't be asked."""
    try:
        scale, varying = (symengine.Integer(1), term) if term == 0 else split_constant(term)
        shown = canonical_tokens(normal_form(operator.equation(varying), operator.top))
        question = Question(state, way, shown, canonical_tokens(varying), canonical_tokens(scale))
    except UNUSABLE:
        return []
    return [question] if len(shown) <= MAX_TOKENS else []


def _gains(
    operator: LinearOperator, question: Question, answers: Sequence[Tokens]
) -> Iterator[tuple[Expr, Expr]]:
    """Yield what each answer contributes to the solution, with what it leaves of the term."""
    term, scale = decode(question.term), decode(question.scale)
    for answer in answers:
        try:
            gain = decode(answer).subs({C1: _ZERO, C2: _ZERO})
            left = term - operator.apply(gain)
            share = share_left(term, left)
            gain, left = (gain, left) if share is None else (gain / (1 - share), _ZERO)
            yield scale * gain, scale * left
        except UNUSABLE:
            continue


def _best(question: Question, gains: Sequence[tuple[Expr, Expr]]) -> tuple[Expr, Expr]:
    """Return the contribution that leaves least of a term; none if that is no less."""
    best, least = (_ZERO, decode(question.scale) * decode(question.term)), len(question.term)
    for gain, left in gains:
        rest = spell(left)
        if rest is not None and length(rest) < least:
            best, least = (gain, _ZERO if rest == NOTHING else decode(rest)), length(rest)
    return best


def _basis(
    operator: LinearOperator, known: Sequence[Tokens], answers: Sequence[Tokens]
) -> tuple[Tokens, ...]:
    """Return the known solutions of the homogeneous equation and what answers add to them."""
    found = [decode(tokens) for tokens in known]
    for answer in answers:
        for constant in (C1, C2)[: operator.order]:
            if len(found) == operator.order:
                break
            try:
                h = decode(answer).diff(constant)
                is_free = not (holds_symbol(h, C1) or holds_symbol(h, C2))
                if is_free and _is_new(h, found) and spell(operator.apply(h)) == NOTHING:
                    found.append(h)
            except UNUSABLE:
                continue
    return tuple(canonical_tokens(h) for h in found)


def _is_new(h: Expr, found: Sequence[Expr]) -> bool:
    """Whether a function isn't zero, nor a multiple of the one that there is."""
    if spell(h) in (None, NOTHING):
        return False
    return not found or spell(h * found[0].diff("x") - found[0] * h.diff("x")) not in (None, NOTHING)


def _ranked(states: Sequence[tuple[Expr, Expr]]) -> tuple[State, ...]:
    """Spell states, the shortest rest first; of equal rests one."""
    found: dict[tuple[str, ...], State] = {}
    for partial, rest in states:
        left = spell(rest)
        try:
            if left is not None:
                found.setdefault(tuple(left), (canonical_tokens(partial), left))
        except UNUSABLE:
            continue
    return tuple(sorted(found.values(), key=lambda state: length(state[1]))[:MAX_KEPT])
