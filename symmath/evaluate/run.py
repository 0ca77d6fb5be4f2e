"""Run a contestant over a suite, one JSON line a problem; a run that was cut off goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from symmath.deadline import run as run_in_worker
from symmath.errors import PrefixError, TimeLimitError, UnsupportedError
from symmath.evaluate.contestants import GRACE, Contestant, Reply
from symmath.evaluate.kinds import kind_of
from symmath.evaluate.second_check import Opinion, second_check
from symmath.evaluate.suites import UNREADABLE, SuiteProblem, Unreadable
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr
from symmath.solve import work
from symmath.tasks import TASKS
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict

CHECK_SECONDS = 20.0
SOLVED = frozenset({"proved", "numeric"})
"""Outcomes that count as solved.

The others: implicit (verified for symmath, not looked into for other systems), particular, wrong,
undecided, nonelementary, unsolved, timeout, error. `UNREADABLE` is the outcome of a suite's line, not of
an engine.
"""
_NOT_STARTED = "it did not start"
"""How reasons began in records of processes that were never asked anything."""


def _verified(problem: Problem, answer: Expr) -> Check:
    try:
        source, target = canonical_tokens(problem.expr), canonical_tokens(answer)
        return run_in_worker(work.check, problem.task, source, target, timeout=CHECK_SECONDS)
    except (PrefixError, UnsupportedError, TimeLimitError, MemoryError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))


def _second(item: SuiteProblem, answer: Expr) -> Opinion:
    """Ask the second checker, on the texts: it is to share nothing, not even the reading."""
    question = (item.problem.task, item.input, str(answer), item.problem.variable)
    try:
        return run_in_worker(second_check, *question, timeout=CHECK_SECONDS)
    except (TimeLimitError, MemoryError, RecursionError) as error:
        return Opinion("silent", str(error))


def outcome_of(reply: Reply, check: Check, opinion: Opinion, timeout: float, order: int = 0) -> str:
    """Return what became of a problem; `order` is that of a differential equation.

    Where the verifier can't decide (an answer is too long, say), the second checker does, so
    that an answer isn't lost to a system for being in another form than symmath's own.
    """
    if reply.seconds > timeout + GRACE:
        return "timeout"
    if reply.answer is None:
        return reply.failure
    if check.verdict is Verdict.UNDECIDED:
        by_second = {"agrees": "numeric", "differs": "wrong"}.get(opinion.verdict, "undecided")
        if by_second != "numeric":
            return by_second
        if _is_implicit(reply.answer):
            return "implicit"
        constants = {SYMBOL_EXPRS[name] for name in CONSTANTS_OF_INTEGRATION[:order]}
        return by_second if constants <= set(reply.answer.free_symbols) else "particular"
    if check.verdict is Verdict.REFUTED:
        return "wrong"
    if not check.is_general:
        return "particular"
    return "implicit" if _is_implicit(reply.answer) else check.verdict.value


def _is_implicit(answer: Expr) -> bool:
    return SYMBOL_EXPRS["y"] in answer.free_symbols


def disagreement_of(check: Check, opinion: Opinion) -> str:
    """Return "verdict" if one checker accepts what the other refuses, "domain" if only where differs."""
    accepts = check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    refuses = check.verdict is Verdict.REFUTED
    if (accepts and opinion.verdict == "differs") or (refuses and opinion.verdict == "agrees"):
        return "verdict"
    is_whole = check.where.is_whole and not (opinion.on_line and check.where.is_real)
    if opinion.verdict == "partly" and (refuses or (accepts and is_whole)):
        return "domain"
    return ""


def judged(item: SuiteProblem, contestant: Contestant, timeout: float) -> dict[str, Any]:
    """Ask a contestant one problem and judge the answer.

    Returns
    -------
    dict
        The record: outcome, answer, both checkers' opinions, time.
    """
    reply = contestant.ask(item.problem, timeout)
    check, opinion = Check(Verdict.UNDECIDED), Opinion("")
    if reply.answer is not None:
        check, opinion = _verified(item.problem, reply.answer), _second(item, reply.answer)
    outcome = outcome_of(reply, check, opinion, timeout, TASKS[item.problem.task].order)
    return {
        "id": item.id,
        "engine": contestant.name,
        "input": item.input,
        "group": item.group,
        "base": item.base,
        "kind": kind_of(item.problem),
        "solvable": item.is_solvable,
        "outcome": outcome,
        "solved": outcome in SOLVED,
        "answer": None if reply.answer is None else str(reply.answer),
        "verdict": check.verdict.value if reply.answer is not None else "",
        "domain": check.domain,
        "reason": reply.reason or check.reason,
        "second": opinion.verdict,
        "second_points": opinion.points,
        "disagreement": disagreement_of(check, opinion),
        "found_by": reply.found_by,
        "seconds": round(reply.seconds, 4),
    }


def _left_out(item: Unreadable, contestant: Contestant) -> dict[str, Any]:
    """Return the record of a line that is no problem."""
    return {
        "id": item.id,
        "engine": contestant.name,
        "input": item.input,
        "group": "",
        "outcome": UNREADABLE,
        "solved": False,
        "reason": item.reason,
    }


def _is_result(record: Mapping[str, Any]) -> bool:
    return not str(record.get("reason")).startswith(_NOT_STARTED)


def _read_done(path: Path | None, fixed: Mapping[str, Any], engine: str) -> dict[str, dict[str, Any]]:
    """Return the records of an earlier run by id, and drop what is no result.

    That is the line that it was cut off in, and problems that an engine was not started for.
    """
    if path is None or not path.exists():
        return {}
    text = path.read_text()
    lines = text[: text.rfind("\n") + 1].splitlines(keepends=True)
    records = {line: json.loads(line) for line in lines}
    whole = "".join(line for line in lines if _is_result(records[line]))
    if whole != text:
        path.write_text(whole)
    # The version holds the checkpoint: another network's answers are none of this one's.
    wanted = {**{key: fixed[key] for key in ("suite", "limit", "version")}, "engine": engine}
    return {r["id"]: r for r in records.values() if _is_result(r) and wanted.items() <= r.items()}


def evaluate(
    suite: str,
    items: Iterable[SuiteProblem | Unreadable],
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
    items : iterable of SuiteProblem or Unreadable
    contestant : Contestant
    timeout : float
        Seconds a problem.
    out : Path, optional
        JSON lines are appended; problems already there for this suite, contestant and limit are
        not asked again.
    provenance : mapping of str to str, optional
        Kept in every record: machine, commit.

    Returns
    -------
    list of dict
        One record a problem. Lines that are no problems are only written down, as `UNREADABLE`.

    Raises
    ------
    NotStartedError
        If the contestant can't be started; what it was asked before is written down.
    """
    fixed = {"suite": suite, "limit": timeout, "version": contestant.version, **(provenance or {})}
    done = _read_done(out, fixed, contestant.name)
    records: list[dict[str, Any]] = []
    with tqdm(list(items), desc=f"{suite}, {contestant.name}", mininterval=2.0) as bar:
        for item in bar:
            record = done.get(item.id)
            if record is None or record["input"] != item.input:
                is_problem = isinstance(item, SuiteProblem)
                found = judged(item, contestant, timeout) if is_problem else _left_out(item, contestant)
                record = {**fixed, **found}
                if out is not None:
                    with out.open("a") as file:
                        file.write(json.dumps(record) + "\n")
            if record["outcome"] == UNREADABLE:
                continue
            records.append(record)
            bar.set_postfix(solved=f"{sum(r['solved'] for r in records) / len(records):.1%}", refresh=False)
    return records
