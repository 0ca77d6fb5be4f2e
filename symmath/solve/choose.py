"""Check candidates in turn until an answer needs no better one, and give the answer its best form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

import symengine

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, parameters_in
from symmath.expr.prefix import Tokens, decode
from symmath.solve import calls, work
from symmath.solve.pool import NO_MEMBER, UNMET_CONDITIONS, is_better, is_final
from symmath.solve.solution import Candidate
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict

MAX_OTHERS = 5
"""More candidates of a batch that are checked once one is found to hold on a part of the domain only."""
REWRITING_SECONDS = 2.0
_HALF = symengine.Rational(1, 2)


def best(
    problem: Problem,
    batch: Iterable[Candidate],
    answer: Candidate | None,
    checked: list[Candidate],
    deadline: Deadline,
    *,
    check_all: bool,
) -> Candidate | None:
    """Check a batch until an answer needs no better one; return the best answer so far."""
    others = MAX_OTHERS
    for candidate in batch:
        if deadline.has_passed:
            break
        checked.append(_checked(problem, candidate, deadline))
        if checked[-1].is_verified and (answer is None or is_better(problem, checked[-1], answer)):
            answer = checked[-1]
        if answer and is_final(problem, answer) and not check_all:
            if not answer.holds_in_part or not others:
                break
            others -= 1
    return answer


def _checked(problem: Problem, candidate: Candidate, deadline: Deadline) -> Candidate:
    """Check a candidate and, if the problem has initial conditions, fix its constants by them."""
    candidate = replace(candidate, expr=TASKS[problem.task].normal(candidate.expr))
    general = replace(candidate, check=calls.check(problem, candidate.expr, deadline))
    if not problem.conditions or not general.is_verified:
        return general
    if general.jumps:
        # Where it went on, it may need another constant.
        general = _rewritten(work.widen, replace(problem, conditions=()), general, deadline)
    members = calls.fixed(problem, general.expr, deadline)
    for expr in chain(members, chain.from_iterable(map(_by_sizes, members))):
        fixed = replace(candidate, expr=expr, check=calls.check(problem, expr, deadline))
        if fixed.is_verified and calls.meets(problem, expr, deadline):
            return fixed
    is_impossible = calls.can_not_be_met(problem, general, deadline)
    reason = NO_MEMBER if is_impossible else UNMET_CONDITIONS
    return replace(candidate, check=Check(Verdict.UNDECIDED, reason=reason))


def _by_sizes(e: Expr) -> Iterator[Expr]:
    """Yield what is the same for positive parameters: with one size, with quotients in roots, all sizes."""
    sizes = {p: symengine.sqrt(p**2) for p in parameters_in(e)}
    yield from (e.xreplace({p: size}) for p, size in sizes.items())
    for p in sizes:
        # sqrt(k/D) is positive for negative k and D, too, sqrt(k*D)/D is not.
        roots = [u for u in e.atoms(symengine.Pow) if u.args[1] == _HALF and p in u.free_symbols]
        if roots:
            yield e.xreplace({u: p * symengine.sqrt(symengine.expand(u.args[0] / p**2)) for u in roots})
    if len(sizes) > 1:
        yield e.xreplace(sizes)


def beside(problem: Problem, answer: Candidate, expr: Expr, deadline: Deadline) -> Candidate | None:
    """Return what may be another answer, if it is verified as well as that one."""
    other = _checked(problem, replace(answer, expr=expr, made_of=None), deadline)
    return readable(problem, other, deadline) if other.is_as_good_as(answer) else None


def readable(problem: Problem, answer: Candidate, deadline: Deadline) -> Candidate:
    """Return an answer in the form that holds, and goes on, in most places, and that in its shortest form."""
    if answer.holds_in_part or answer.jumps:
        answer = _rewritten(work.widen, problem, answer, deadline)
    if answer.holds_in_part:
        turned = _rewritten(work.turn, problem, answer, deadline, is_whole=True)
        if turned.jumps and not answer.jumps:
            turned = _rewritten(work.widen, problem, turned, deadline)
        answer = turned
    return _rewritten(work.shorten, problem, answer, deadline)


def _rewritten(
    rewrite: Callable[[str, Tokens], list[Tokens]],
    problem: Problem,
    answer: Candidate,
    deadline: Deadline,
    *,
    is_whole: bool = False,
) -> Candidate:
    """Return the first form of an answer that is verified as well as it was, on the whole domain if asked.

    If there is none, the answer itself.
    """
    timeout = min(REWRITING_SECONDS, deadline.remaining)
    forms = calls.attempt(rewrite, problem.task, canonical_tokens(answer.expr), timeout=timeout)
    for form in () if isinstance(forms, str) else forms:
        expr = TASKS[problem.task].normal(decode(form))
        rewritten = replace(answer, expr=expr, check=calls.check(problem, expr, deadline))
        if is_whole and rewritten.holds_in_part:
            continue
        if rewritten.is_as_good_as(answer) and calls.meets(problem, expr, deadline):
            return rewritten
    return answer
