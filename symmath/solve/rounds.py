"""The rounds of `symmath.solve.refine`: rests are found in a worker, then the network is asked, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from symmath.deadline import Deadline
from symmath.expr.prefix import Tokens
from symmath.solve import calls, refine

Ask = Callable[[Sequence[Tokens]], list[list[Tokens]]]
"""Integrands -> the answers to each, best first; fewer if time is short."""

FOLLOWED = 6
"""Rests that are asked about in a round."""
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
    yield [partial for partial, rest in states if rest == refine.NOTHING]
    states = [state for state in states if state[1] != refine.NOTHING]
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
