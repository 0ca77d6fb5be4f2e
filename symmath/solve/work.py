"""What runs in a worker, where it can be killed: fitting and checking, on prefix tokens.

symengine and python-flint can't be interrupted, and symengine expressions don't travel well between
processes; token lists do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

import symengine

from symmath.ansatz.found import Fit
from symmath.errors import UNUSABLE, PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition, Term, is_infinite, points_of
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.odes.branches import is_one_signed, unsolved_branches
from symmath.odes.changes import Change
from symmath.odes.conditions import can_not_be_met as can_not_be_met_by
from symmath.odes.conditions import fix_constants
from symmath.odes.eigen import eigenfunction as eigenfunction_of
from symmath.odes.energy import through_point as through_a_point
from symmath.odes.singular import singular_solutions
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification import Check, initial, verify
from symmath.verification.check import Sample

MAX_REDUCED = 1
"""Partial answers that are followed up; each costs what a problem costs."""

MAX_THROUGH_POINT = 4

Made = tuple[Tokens, Tokens]
"""A `Combination`: its sum of terms, and what is substituted."""
Changed = tuple[Tokens, Tokens, Tokens]
"""A `Change`."""
Spelled = tuple[Tokens, Sequence[tuple[Tokens, int, Tokens, int]]]
"""A `Condition`: its value and the terms of its left side."""


def present(task: str, problem: Tokens, limit: int) -> list[Tokens]:
    """Return at most `limit` equal forms of a problem; see `Task.presentations`."""
    return [canonical_tokens(e) for e in TASKS[task].presentations(decode(problem), limit)]


def fit(task: str, problem: Tokens, candidates: Sequence[Tokens]) -> Iterator[tuple[Tokens, Made | None]]:
    """Yield answers by undetermined coefficients, with what they are made of; see `Task.fit`."""
    for answer in TASKS[task].fit(decode(problem), [decode(tokens) for tokens in candidates]):
        try:
            tokens = canonical_tokens(answer.expr)
        except (PrefixError, UnsupportedError):
            continue
        yield tokens, _made(answer, tokens)


def _made(answer: Fit, tokens: Tokens) -> Made | None:
    made = answer.combination
    if made is None:
        return None
    try:
        terms = tokens if made.expr == answer.expr else canonical_tokens(made.expr)
        return terms, canonical_tokens(made.inner)
    except (PrefixError, UnsupportedError):
        return None


def reduce(task: str, problem: Tokens) -> list[tuple[Tokens, Tokens]]:
    """Return partial answers with what is left to solve; see `Task.reduce`."""
    found: list[tuple[Tokens, Tokens]] = []
    for partial, rest in islice(TASKS[task].reduce(decode(problem)), MAX_REDUCED):
        try:
            found.append((canonical_tokens(partial), canonical_tokens(rest)))
        except (PrefixError, UnsupportedError):
            continue
    return found


def changed(task: str, problem: Tokens) -> list[Changed]:
    """Return an equation in other words; see `Task.changes`."""
    found: list[Changed] = []
    for equation, outer, variable in TASKS[task].changes(decode(problem)):
        found.append((canonical_tokens(equation), canonical_tokens(outer), canonical_tokens(variable)))
    return found


def back(changes: Sequence[Changed], answers: Sequence[Sequence[Tokens]]) -> list[Tokens]:
    """Return the solutions of an equation for those of its changes, the likeliest of each first."""
    ways = [Change(*map(decode, change)) for change in changes]
    found: dict[tuple[str, ...], Tokens] = {}
    for row in zip_longest(*answers):
        # If time was short, the last changes have no answers.
        for way, answer in zip(ways, row, strict=False):
            try:
                tokens = [] if answer is None else canonical_tokens(way.back(decode(answer)))
            except UNUSABLE:
                continue
            found.setdefault(tuple(tokens), tokens)
    return [tokens for tokens in found.values() if tokens]


def shorten(task: str, answer: Tokens) -> list[Tokens]:
    """Return shorter forms of an answer; see `Task.shorter`."""
    return [canonical_tokens(form) for form in TASKS[task].shorter(decode(answer))]


def widen(task: str, answer: Tokens) -> list[Tokens]:
    """Return forms of an answer that may hold in more places; see `Task.wider`."""
    return [canonical_tokens(form) for form in TASKS[task].wider(decode(answer))]


def turn(task: str, answer: Tokens) -> list[Tokens]:
    """Return forms of an answer that are its negative in a part of the line; see `Task.turned`."""
    return [canonical_tokens(form) for form in TASKS[task].turned(decode(answer))]


def branches(
    task: str, problem: Tokens, answer: Tokens, conditions: Sequence[Spelled]
) -> tuple[list[Tokens], bool]:
    """Return the other equations that one falls into, and whether the answer has one sign."""
    places = points_of(read(conditions))
    at = places[0] if len(places) == 1 and not is_infinite(places[0]) else None
    order, family = TASKS[task].order, decode(answer)
    found = unsolved_branches(decode(problem), family, order, at)
    return [canonical_tokens(equation) for equation in found], is_one_signed(family, order)


def singular(problem: Tokens, answer: Tokens) -> list[Tokens]:
    """Return what may solve an equation beside a family of solutions; see `odes.singular`."""
    return [canonical_tokens(y) for y in singular_solutions(decode(problem), decode(answer))]


def spelled(conditions: Sequence[Condition]) -> list[Spelled]:
    """Return conditions as they travel."""
    return [
        (
            canonical_tokens(c.value),
            [(canonical_tokens(f), n, _spelled_point(x), k) for f, n, x, k in c.terms],
        )
        for c in conditions
    ]


def _spelled_point(e: Expr) -> Tokens:
    return [str(e)] if is_infinite(e) else canonical_tokens(e)


def _read_point(tokens: Tokens) -> Expr:
    infinite = [e for e in (symengine.oo, -symengine.oo) if tokens == [str(e)]]
    return infinite[0] if infinite else decode(tokens)


def read(conditions: Sequence[Spelled]) -> list[Condition]:
    """Return conditions that have travelled."""
    found = []
    for value, terms in conditions:
        (_, order, point, function), *others = terms
        left = tuple(Term(decode(f), n, _read_point(x), k) for f, n, x, k in others)
        found.append(Condition(order, _read_point(point), decode(value), left, function))
    return found


def through_point(problem: Tokens, conditions: Sequence[Spelled]) -> list[Tokens]:
    """Return solutions of a second-order equation through a point with a slope; see `odes.energy`."""
    found = through_a_point(decode(problem), read(conditions))
    return [canonical_tokens(e) for e in islice(found, MAX_THROUGH_POINT)]


def fix(answer: Tokens, conditions: Sequence[Spelled]) -> list[Tokens]:
    """Return the members of a family of solutions that satisfy initial conditions."""
    return [canonical_tokens(e) for e in fix_constants(decode(answer), read(conditions))]


def can_not_be_met(problem: Tokens, answer: Tokens, conditions: Sequence[Spelled]) -> bool:
    """Whether no solution meets conditions; see `odes.conditions`."""
    return can_not_be_met_by(decode(problem), decode(answer), read(conditions))


def eigenfunction(answer: Tokens, condition: Spelled) -> tuple[Tokens, Tokens] | None:
    """Return what meets one more condition, and where; see `odes.eigen`."""
    found = eigenfunction_of(decode(answer), read([condition])[0])
    return None if found is None else (canonical_tokens(found[0]), canonical_tokens(found[1]))


def judge(problem: Tokens, answer: Tokens, conditions: Sequence[Spelled]) -> Sample:
    """Check conditions; see `symmath.verification.initial.judge`."""
    return initial.judge(decode(problem), decode(answer), read(conditions))


def check(task: str, problem: Tokens, answer: Tokens) -> Check:
    """Check an answer; see `verify`."""
    return verify(Problem(task=task, expr=decode(problem)), decode(answer))
