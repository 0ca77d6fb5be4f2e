"""Trials of the verifier: edited and rewritten answers, each checked in a worker and counted."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from symmath.deadline import run
from symmath.errors import TimeLimitError
from symmath.evaluate.edits import edit
from symmath.evaluate.rewrites import rewrite
from symmath.evaluate.second_opinion import Judgement, judge_integral, judge_ode
from symmath.expr.prefix import Tokens, decode
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict, verify

CHECK_SECONDS = 10.0
JUDGE_SECONDS = 60.0
ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)


@dataclass(frozen=True, slots=True)
class RightPair:
    """A problem and an answer known to be right, in canonical form."""

    task: str
    source: Tokens
    target: Tokens


@dataclass(slots=True)
class Tally:
    """What became of the candidates of one kind."""

    verdicts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def timed_check(task: str, source: Tokens, target: Tokens) -> tuple[Check, float]:
    """Check an answer; also return the seconds it took. Runs in a worker."""
    problem, answer = Problem(task=task, expr=decode(source)), decode(target)
    begin = time.perf_counter()
    check = verify(problem, answer)
    return check, time.perf_counter() - begin


def _checked(task: str, source: Tokens, target: Tokens, tally: Tally) -> Check:
    try:
        check, seconds = run(timed_check, task, source, target, timeout=CHECK_SECONDS)
    except (TimeLimitError, MemoryError) as error:
        check, seconds = Check(Verdict.UNDECIDED, reason=type(error).__name__), CHECK_SECONDS
    tally.verdicts[check.verdict] += 1
    tally.seconds.append(seconds)
    return check


def _opinion(pair: RightPair, source: Tokens, target: Tokens) -> Judgement:
    judge = judge_ode if TASKS[pair.task].order else judge_integral
    try:
        return run(judge, source, target, timeout=JUDGE_SECONDS)
    except (TimeLimitError, MemoryError):
        return Judgement.UNKNOWN


def _line(kind: str, check: Check, opinion: Judgement, source: Tokens, target: Tokens) -> str:
    said = f"{check.verdict} ({check.domain or check.reason}); mpmath: {opinion}"
    return f"- {kind}: {said}\n  - problem: `{decode(source)}`\n  - answer: `{decode(target)}`"


def try_wrong(pairs: Sequence[RightPair], n: int, rng: random.Random) -> Tally:
    """Check `n` edited answers; those that are accepted are judged again and listed."""
    tally = Tally()
    while len(tally.seconds) < n:
        pair = rng.choice(pairs)
        edited = edit(pair.target, rng)
        if edited is None:
            continue
        kind, target = edited
        check = _checked(pair.task, pair.source, target, tally)
        if check.verdict in ACCEPTED:
            opinion = _opinion(pair, pair.source, target)
            bug = "BUG? " if opinion in (Judgement.WRONG, Judgement.UNKNOWN) else ""
            tally.verdicts[f"{bug}accepted, {opinion}"] += 1
            tally.odd.append(_line(f"{bug}{kind}", check, opinion, pair.source, target))
    return tally


def try_right(pairs: Sequence[RightPair], n: int, rng: random.Random) -> Tally:
    """Check `n` rewritten problems and answers; those that are not proved are listed."""
    tally = Tally()
    while len(tally.seconds) < n:
        pair = rng.choice(pairs)
        is_problem = rng.random() < 0.3
        form = _rewritten(pair.source if is_problem else pair.target, rng, pair.task, is_problem)
        if form is None:
            continue
        kind, tokens = form
        source, target = (tokens, pair.target) if is_problem else (pair.source, tokens)
        check = _checked(pair.task, source, target, tally)
        if check.verdict is not Verdict.PROVED:
            accepted = check.verdict in ACCEPTED
            opinion = Judgement.RIGHT if accepted else _opinion(pair, source, target)
            if not accepted:
                tally.verdicts[f"not accepted, {opinion}"] += 1
            tally.odd.append(_line(kind, check, opinion, source, target))
    return tally


def _rewritten(tokens: Tokens, rng: random.Random, task: str, is_problem: bool) -> tuple[str, Tokens] | None:
    may_add = not is_problem and not TASKS[task].order
    try:
        return run(rewrite, tokens, rng.getrandbits(32), may_add, timeout=CHECK_SECONDS)
    except (TimeLimitError, MemoryError):
        return None
