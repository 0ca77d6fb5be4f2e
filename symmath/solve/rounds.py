"""Rounds in which the network is asked again, each after a worker has found what to ask.

Of an integrand that is what the answers so far leave of it (`symmath.solve.refine`), as of a linear equation
(`symmath.solve.superpose`); of every equation the same one in other words (`symmath.odes.changes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.prefix import Tokens
from symmath.solve import calls, refine, superpose, work
from symmath.solve.rests import NOTHING
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

Ask = Callable[[Sequence[Tokens]], list[list[Tokens]]]
"""Problems -> the answers to each, best first; fewer if time is short."""

FOLLOWED = 6
"""Rests that are asked about in a round."""
SUPERPOSITION_SHARE = 0.5
"""Most of the time left that rounds about a linear equation may take, before it is put in other words."""
WORK_SHARE = 0.35
"""Most of the time left that one call of a worker may take."""


def primitives(
    integrand: Tokens, answers: Sequence[Tokens], ask: Ask, *, rounds: int, deadline: Deadline
) -> Iterator[list[Tokens]]:
    """Yield, after each round, the primitives that it completed; they are still to be verified.

    Parameters
    ----------
    integrand : Tokens
    answers : sequence of Tokens
        What was answered to the integrand itself.
    ask : Callable
    rounds : int
    deadline : Deadline
    """

    def time() -> float:
        return WORK_SHARE * deadline.remaining

    if not rounds:
        return
    states = calls.attempt(refine.begin, integrand, answers, timeout=time())
    if isinstance(states, str):
        return
    yield [partial for partial, rest in states if rest == NOTHING]
    states = [state for state in states if state[1] != NOTHING]
    known: dict[tuple[str, ...], list[Tokens]] = {}
    followed: set[tuple[str, ...]] = set()
    for _ in range(rounds):
        chosen = [state for state in states if tuple(state[1]) not in followed][:FOLLOWED]
        asked = calls.attempt(refine.questions, chosen, timeout=time())
        if isinstance(asked, str) or not asked or deadline.has_passed:
            return
        new = list({tuple(q.shown): q.shown for q in asked if tuple(q.shown) not in known}.values())
        known |= zip(map(tuple, new), ask(new), strict=False)
        followed |= {tuple(rest) for _, rest in chosen}
        found = [known.get(tuple(question.shown), []) for question in asked]
        gained = calls.attempt(refine.advance, integrand, chosen, asked, found, timeout=time())
        if isinstance(gained, str):
            return
        yield gained[0]
        states = sorted(states + gained[1], key=lambda state: len(state[1]))


def solutions(
    problem: Problem, answers: Sequence[Tokens], ask: Ask, *, rounds: int, deadline: Deadline
) -> Iterator[list[Tokens]]:
    """Yield, after each round, solutions of an equation that it completed; they are still to be verified.

    Parameters
    ----------
    problem : Problem
    answers : sequence of Tokens
        What was answered to the equation itself.
    ask : Callable
    rounds : int
        Of each kind: about what the answers leave, if the equation is linear, then about it in other words,
        then half as many about what those answers leave, of each that is linear.
    deadline : Deadline
    """
    equation, order = canonical_tokens(problem.expr), TASKS[problem.task].order
    first = deadline.earlier(SUPERPOSITION_SHARE * deadline.remaining)
    yield from _superposed(order, equation, answers, ask, rounds, first)
    yield from _in_other_words(problem.task, equation, ask, rounds, deadline)


def _superposed(
    order: int, equation: Tokens, answers: Sequence[Tokens], ask: Ask, rounds: int, deadline: Deadline
) -> Iterator[list[Tokens]]:
    """Ask about what answers leave of a linear equation; see `symmath.solve.superpose`."""

    def time() -> float:
        return WORK_SHARE * deadline.remaining

    gained = calls.attempt(superpose.begin, order, equation, answers, timeout=time()) if rounds else None
    known: dict[tuple[str, ...], list[Tokens]] = {}
    for left in reversed(range(rounds + 1)):
        if gained is None or isinstance(gained, str):
            return
        done, standing = gained
        yield done
        if not left or deadline.has_passed:
            return
        asked = calls.attempt(superpose.questions, order, equation, standing, list(known), timeout=time())
        if isinstance(asked, str):
            return
        new = list({tuple(q.shown): q.shown for q in asked if tuple(q.shown) not in known}.values())
        if not new:
            return
        known |= zip(map(tuple, new), ask(new), strict=False)
        found = [known.get(tuple(question.shown), []) for question in asked]
        gained = calls.attempt(superpose.advance, order, equation, standing, asked, found, timeout=time())


def _in_other_words(
    task: str, equation: Tokens, ask: Ask, rounds: int, deadline: Deadline
) -> Iterator[list[Tokens]]:
    """Ask about an equation for other unknowns and in other variables; see `symmath.odes.changes`."""
    if not rounds:
        return
    changed = calls.attempt(work.changed, task, equation, timeout=WORK_SHARE * deadline.remaining)
    if isinstance(changed, str):
        return
    answered: list[tuple[work.Changed, list[Tokens]]] = []
    for first in range(0, min(len(changed), rounds * FOLLOWED), FOLLOWED):
        if deadline.has_passed:
            return
        asked = changed[first : first + FOLLOWED]
        answers = ask([shown for shown, _, _ in asked])
        answered += zip(asked, answers, strict=False)
        yield _back(asked, answers, deadline)
    for change, given in answered:
        for found in _superposed(TASKS[task].order, change[0], given, ask, rounds // 2, deadline):
            yield _back([change], [found], deadline)


def _back(
    changes: Sequence[work.Changed], answers: Sequence[Sequence[Tokens]], deadline: Deadline
) -> list[Tokens]:
    """Return the solutions of an equation for those of its changes; none if that takes too long."""
    found = calls.attempt(work.back, changes, answers, timeout=WORK_SHARE * deadline.remaining)
    return [] if isinstance(found, str) else found
