"""Run a contestant over a suite, one JSON line a problem; a run that was cut off goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from symmath.deadline import run as run_in_worker
from symmath.errors import PrefixError, TimeLimitError, UnsupportedError
from symmath.evaluate.contestants import Contestant, Reply
from symmath.evaluate.kinds import kind_of
from symmath.evaluate.second_check import second_check
from symmath.evaluate.suites import SuiteProblem
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import SYMBOL_EXPRS, Expr
from symmath.solve import work
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict

CHECK_SECONDS = 20.0
SOLVED = frozenset({"proved", "numeric", "implicit"})
"""Outcomes that count as solved. The others: particular, wrong, undecided, unsolved, timeout, error."""


def _judge(problem: Problem, answer: Expr) -> tuple[Check, str]:
    """Return the verifier's check and the second checker's opinion."""
    try:
        source, target = canonical_tokens(problem.expr), canonical_tokens(answer)
    except (PrefixError, UnsupportedError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error)), "silent"
    try:
        check = run_in_worker(work.check, problem.task, source, target, timeout=CHECK_SECONDS)
    except (TimeLimitError, MemoryError) as error:
        check = Check(Verdict.UNDECIDED, reason=str(error))
    try:
        opinion = run_in_worker(second_check, problem.task, source, target, timeout=CHECK_SECONDS)
    except (TimeLimitError, MemoryError):
        opinion = "silent"
    return check, opinion


def _outcome(reply: Reply, check: Check | None) -> str:
    if reply.answer is None or check is None:
        return reply.failure
    if check.verdict is Verdict.REFUTED:
        return "wrong"
    if check.verdict is Verdict.UNDECIDED:
        return "undecided"
    if not check.is_general:
        return "particular"
    return "implicit" if SYMBOL_EXPRS["y"] in reply.answer.free_symbols else check.verdict.value


def judged(item: SuiteProblem, contestant: Contestant, timeout: float) -> dict[str, Any]:
    """Ask a contestant one problem and judge the answer.

    Returns
    -------
    dict
        The record: outcome, answer, both checkers' opinions, time.
    """
    reply = contestant.ask(item.problem, timeout)
    check, opinion = (None, "") if reply.answer is None else _judge(item.problem, reply.answer)
    outcome = _outcome(reply, check)
    return {
        "id": item.id,
        "engine": contestant.name,
        "input": item.input,
        "group": item.group,
        "kind": kind_of(item.problem),
        "solvable": item.is_solvable,
        "outcome": outcome,
        "solved": outcome in SOLVED,
        "answer": None if reply.answer is None else str(reply.answer),
        "domain": check.domain if check else "",
        "second": opinion,
        "disagreement": (outcome in SOLVED and opinion == "differs")
        or (outcome == "wrong" and opinion == "agrees"),
        "found_by": reply.found_by,
        "seconds": round(reply.seconds, 4),
    }


def _read_done(path: Path | None, suite: str, engine: str) -> dict[str, dict[str, Any]]:
    if path is None or not path.exists():
        return {}
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return {r["id"]: r for r in records if (r["suite"], r["engine"]) == (suite, engine)}


def evaluate(
    suite: str,
    items: Iterable[SuiteProblem],
    contestant: Contestant,
    *,
    timeout: float,
    out: Path | None = None,
    provenance: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Ask every problem once.

    Parameters
    ----------
    suite : str
        Name under which results are kept.
    items : iterable of SuiteProblem
    contestant : Contestant
    timeout : float
        Seconds a problem.
    out : Path, optional
        JSON lines are appended; problems already there for this suite and contestant are not asked again.
    provenance : mapping of str to str, optional
        Kept in every record: machine, commit.

    Returns
    -------
    list of dict
        One record a problem.
    """
    done = _read_done(out, suite, contestant.name)
    records: list[dict[str, Any]] = []
    fixed = {"suite": suite, "limit": timeout, "version": contestant.version, **(provenance or {})}
    with tqdm(list(items), desc=f"{suite}, {contestant.name}", mininterval=2.0) as bar:
        for item in bar:
            record = done.get(item.id)
            if record is None:
                record = {**fixed, **judged(item, contestant, timeout)}
                if out is not None:
                    with out.open("a") as file:
                        file.write(json.dumps(record) + "\n")
            records.append(record)
            bar.set_postfix(solved=f"{sum(r['solved'] for r in records) / len(records):.1%}", refresh=False)
    return records
