"""Superposition: what an answer leaves of a linear equation is the right side of one, and is asked again.

For ``L(y) = g`` and an answer whose part without constants is p, the rest g - L(p) is mostly shorter than
g, and so is each term of a sum. A state is a partial solution P with the rest r, g = L(P) + r; the shortest
rests are asked as ``L(y) = r`` and term by term. The derivatives of answers by their constants are kept if
they solve ``L(y) = 0``. Where nothing is left and there are as many such functions as the order says, they
make up the general solution. Every function in it was written by the network; no coefficients are fitted.
Equations with absolute values are not followed up: rests are looked at for being zero at complex points.

Everything here runs in a worker, on prefix tokens; who asks is `symmath.solve.rounds`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import symengine

from symmath.ansatz.modular import vanishes
from symmath.ansatz.reduce import parts
from symmath.errors import UNUSABLE
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.odes.constants import C1, C2
from symmath.odes.equation import normal_form
from symmath.odes.forms import as_for_positive
from symmath.odes.operator import LinearOperator, linear_operator
from symmath.solve.rests import NOTHING, length, share_left, spell, split_constant

MAX_TERMS = 10
MAX_QUESTIONS = 24
MAX_KEPT = 12
MAX_TOKENS = 160
"""A longer equation isn't asked."""
_ZERO = symengine.Integer(0)
_CONSTANTS = ((0, 0), (1, 0), (0, 1), (1, 1))
"""Values of c1 and c2 at which an answer is looked at."""
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


class Kind(Enum):
    """What a question is about."""

    HOMOGENEOUS = auto()
    WHOLE = auto()
    """The rest of a state."""
    TERM = auto()
    """A term of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """An equation to ask for.

    Attributes
    ----------
    state : int
        Of which state's rest it is a term.
    kind : Kind
    shown : Tokens
        What is asked: ``L(y) = term``.
    term, scale : Tokens
        The rest's term is `scale` times `term`.
    """

    state: int
    kind: Kind
    shown: Tokens
    term: Tokens
    scale: Tokens


def begin(order: int, equation: Tokens, answers: Sequence[Tokens]) -> tuple[list[Tokens], Standing] | None:
    """Return what some answers to an equation complete, and where they leave it; None if it isn't linear."""
    operator = linear_operator(decode(equation), order)
    if operator is None:
        return None
    whole = Question(0, Kind.WHOLE, equation, canonical_tokens(operator.right), ["+", "1"])
    states = [(_ZERO, operator.right), *_gains(operator, whole, answers)]
    standing = Standing(_basis(operator, (), answers), _ranked(states))
    return _complete(standing), standing


def questions(
    order: int, equation: Tokens, standing: Standing, known: Collection[tuple[str, ...]] = ()
) -> list[Question]:
    """Return what to ask: the homogeneous equation if need be, rests as a whole, rests term by term.

    Parameters
    ----------
    order : int
    equation : Tokens
    standing : Standing
    known : collection of tuple of str
        What was asked before; at most `MAX_QUESTIONS` others are.
    """
    operator = linear_operator(decode(equation), order)
    if operator is None:
        return []
    asked: list[Question] = []
    shown: set[tuple[str, ...]] = set()
    for group in _groups(operator, standing):
        new = {tuple(question.shown) for question in group} - shown - set(known)
        if len(shown) + len(new) <= MAX_QUESTIONS:
            shown |= new
            asked += group
    return asked


def _groups(operator: LinearOperator, standing: Standing) -> Iterator[list[Question]]:
    """Yield questions that are of use only together."""
    if len(standing.basis) < operator.order and operator.right != 0:
        yield _asking(operator, 0, Kind.HOMOGENEOUS, _ZERO)
    left = [(number, state) for number, state in enumerate(standing.states) if state[1] != NOTHING]
    for number, (partial, rest) in left:
        # Without a partial solution the rest is the equation itself, which has been asked.
        if partial != NOTHING:
            yield _asking(operator, number, Kind.WHOLE, decode(rest))
    for number, (_, rest) in left:
        terms = list(parts(decode(rest)))
        group = [question for term in terms for question in _asking(operator, number, Kind.TERM, term)]
        if 2 <= len(terms) <= MAX_TERMS and len(group) == len(terms):
            yield group


def advance(
    order: int,
    equation: Tokens,
    standing: Standing,
    asked: Sequence[Question],
    answers: Sequence[Sequence[Tokens]],
) -> tuple[list[Tokens], Standing]:
    """Return the solutions that answers complete, and where they leave the equation.

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
        gains = list(_gains(operator, question, found))
        if question.kind is Kind.WHOLE:
            partial, _ = states[question.state]
            new += [(partial + gain, left) for gain, left in gains]
        elif question.kind is Kind.TERM:
            gain, change = _best(question, gains)
            partial, rest = sums[question.state]
            sums[question.state] = partial + gain, rest + change
    standing = Standing(basis, _ranked([*new, *sums.values()]))
    return _complete(standing), standing


def _complete(standing: Standing) -> list[Tokens]:
    """Return the solutions that leave nothing, general if the basis is whole, else particular."""
    free = symengine.Add(*(c * decode(h) for c, h in zip((C1, C2), standing.basis, strict=False)))
    done = [decode(partial) + free for partial, rest in standing.states if rest == NOTHING]
    return [tokens for tokens in map(_written, done) if tokens]


def _written(e: Expr) -> Tokens:
    """Return the tokens of an expression, none if it has none."""
    try:
        return canonical_tokens(e)
    except UNUSABLE:
        return []


def _asking(operator: LinearOperator, state: int, kind: Kind, term: Expr) -> list[Question]:
    """Return the question for a term without its constant factor, or none if it can't be asked."""
    try:
        scale, varying = (symengine.Integer(1), term) if term == 0 else split_constant(term)
        shown = canonical_tokens(normal_form(operator.equation(varying), operator.top))
        question = Question(state, kind, shown, canonical_tokens(varying), canonical_tokens(scale))
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
            gain = _particular(decode(answer))
            left = term - operator.apply(gain)
            share = share_left(term, left)
            gain, left = (gain, left) if share is None else (gain / (1 - share), _ZERO)
            yield scale * gain, scale * left
        except UNUSABLE:
            continue


def _particular(answer: Expr) -> Expr:
    """Return an answer at the first constants at which it is defined."""
    *others, last = ({C1: a, C2: b} for a, b in _CONSTANTS)
    for values in others:
        particular = answer.subs(values)
        if _written(particular):
            return particular
    return answer.subs(last)


def _best(question: Question, gains: Sequence[tuple[Expr, Expr]]) -> tuple[Expr, Expr]:
    """Return the contribution that leaves least of a term, and how that changes the rest; none if no less."""
    term = decode(question.scale) * decode(question.term)
    best, least = (_ZERO, _ZERO), len(_written(term))
    for gain, left in gains:
        rest = spell(left)
        if rest is not None and length(rest) < least:
            best, least = (gain, left - term), length(rest)
    return best


def _basis(
    operator: LinearOperator, known: Sequence[Tokens], answers: Sequence[Tokens]
) -> tuple[Tokens, ...]:
    """Return the known solutions of the homogeneous equation and what answers add to them."""
    found = [decode(tokens) for tokens in known]
    for answer in answers:
        if len(found) == operator.order:
            break
        for h in _slopes(decode(answer), operator.order):
            try:
                if spell(operator.apply(h)) == NOTHING and _is_new(h, found):
                    found.append(h)
            except UNUSABLE:
                continue
    return tuple(canonical_tokens(h) for h in found[: operator.order])


def _slopes(answer: Expr, order: int) -> Iterator[Expr]:
    """Yield the derivatives of an answer by its constants, at some of their values."""
    slopes = (answer.diff(constant) for constant in (C1, C2)[:order])
    values = [{C1: a, C2: b} for a, b in _CONSTANTS]
    yield from dict.fromkeys(h.subs(at) for h in slopes for at in values)


def _is_new(h: Expr, found: Sequence[Expr]) -> bool:
    """Whether a function isn't zero, nor a multiple of the one that there is."""
    wronskian = h * found[0].diff(X) - found[0] * h.diff(X) if found else h
    # log(x**2) is a multiple of log(x) for positive x only.
    return spell(wronskian) not in (None, NOTHING) and not vanishes(as_for_positive(wronskian))


def _ranked(states: Sequence[tuple[Expr, Expr]]) -> tuple[State, ...]:
    """Spell states, the shortest rest first; of equal rests one. That without a partial solution is kept."""
    found: dict[tuple[str, ...], State] = {}
    for partial, rest in states:
        left, spelled = spell(rest), _written(partial)
        if left is not None and spelled:
            found.setdefault(tuple(left), (spelled, left))
    ranked = sorted(found.values(), key=lambda state: length(state[1]))
    origin = [state for state in ranked[MAX_KEPT:] if state[0] == NOTHING]
    return (*ranked[:MAX_KEPT], *origin)
