import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from symmath.engines.engine import Refusal
from symmath.engines.process import ProcessDiedError
from symmath.errors import TimeLimitError, UnsupportedError
from symmath.evaluate import contestants
from symmath.evaluate import run as run_module
from symmath.evaluate.contestants import Contestant, NotStartedError, Reply, contestant, system
from symmath.evaluate.report import read_results
from symmath.evaluate.run import disagreement_of, evaluate, outcome_of
from symmath.evaluate.second_check import Opinion
from symmath.evaluate.suites import SuiteError, SuiteProblem, Unreadable, find_suite, read_lines, read_suite
from symmath.expr.operators import SYMBOL_EXPRS, Expr, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict
from symmath.verification.domain import EVERYWHERE, ON_THE_LINE, WHERE_DEFINED, part


def item(text: str, number: int = 1) -> SuiteProblem:
    return SuiteProblem(f"t-{number}", Problem(task="integrate", expr=parse_expression(text).expr), text)


def answering(*texts: str | None) -> Contestant:
    """A contestant with its answers at hand; None stands for no answer."""
    left = iter(texts)

    def ask(problem: Problem, timeout: float) -> Reply:
        text = next(left)
        if text is None:
            return Reply(None, 0.1, failure="unsolved")
        return Reply(parse_expression(text, "x").expr, 0.1)

    return Contestant("stub", "1", ask, lambda: None)


class StubEngine:
    name = "stub"

    def __init__(self, answer: Expr | None, refusal: Refusal = Refusal.NONE) -> None:
        self.answer, self.refusal = answer, refusal
        self.warmed = 0

    def warm(self, timeout: float) -> None:
        self.warmed += 1

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        if timeout < 0.01:
            raise TimeLimitError("late")
        return self.answer

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        return self.answer if order == 1 else None

    def version(self) -> str:
        return "7"

    def close(self) -> None:
        pass

    def __enter__(self) -> "StubEngine":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        (Refusal.UNSOLVED, "unsolved"),
        (Refusal.NONELEMENTARY, "nonelementary"),
        (Refusal.IMPLICIT, "implicit"),
        (Refusal.UNREADABLE, "error"),
        (Refusal.DIED, "error"),
    ],
)
def test_refusals_become_outcomes(refusal: Refusal, failure: str) -> None:
    reply = system(StubEngine(None, refusal)).ask(item("x").problem, 1.0)
    assert (reply.answer, reply.failure) == (None, failure)


def test_systems_are_warmed_asked_and_timed() -> None:
    engine = StubEngine(X)
    one = system(engine)
    assert one.ask(item("1").problem, 1.0).answer == X
    assert one.ask(item("1").problem, 0.001).failure == "timeout"
    ode = Problem(task="ode1", expr=parse_equation("y' - y").residual)
    assert one.ask(ode, 1.0).answer == X
    assert (engine.warmed, one.version) == (3, "7")


@pytest.mark.parametrize(
    "error", [TimeLimitError("no result in time"), MemoryError(), ProcessDiedError("the program ended")]
)
def test_what_does_not_start_has_no_results(tmp_path: Path, error: Exception) -> None:
    class Broken(StubEngine):
        def warm(self, timeout: float) -> None:
            self.warmed += 1
            if self.warmed > 2:
                raise error

    out = tmp_path / "results.jsonl"
    items = [item("1", 1), item("1", 2), item("1", 3)]
    with pytest.raises(NotStartedError, match="stub did not start"):
        evaluate("s", items, system(Broken(X)), timeout=5.0, out=out)
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == ["t-1", "t-2"]


def test_a_busy_machine_ends_no_run() -> None:
    class Late(StubEngine):
        def warm(self, timeout: float) -> None:
            self.warmed += 1
            if self.warmed == 1:
                raise TimeLimitError("no result in time")

    assert system(Late(X)).ask(item("1").problem, 1.0).answer == X


def test_what_was_not_started_for_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    items = [item("2*x", 1), item("cos(x)", 2)]
    evaluate("s", items, answering("x**2", "sin(x)"), timeout=5.0, out=out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    lines[0] |= {"outcome": "error", "seconds": 0.0, "reason": "it did not start: no result in time"}
    out.write_text("".join(json.dumps(line) + "\n" for line in lines))
    again = evaluate("s", items, answering("x**2"), timeout=5.0, out=out)
    assert [r["outcome"] for r in again] == ["proved", "proved"]
    assert sorted(json.loads(line)["id"] for line in out.read_text().splitlines()) == ["t-1", "t-2"]


def test_another_problem_under_the_same_number_is_asked(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    evaluate("s", [item("2*x", 1)], answering("x**2"), timeout=5.0, out=out)
    (record,) = evaluate("s", [item("cos(x)", 1)], answering("sin(x)"), timeout=5.0, out=out)
    assert (record["input"], record["outcome"]) == ("cos(x)", "proved")


PROVED = Check(Verdict.PROVED, EVERYWHERE)
PARTIAL = Check(Verdict.NUMERIC, part("x > 0"))
REFUTED, UNDECIDED = Check(Verdict.REFUTED), Check(Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("check", "opinion", "outcome", "disagreement"),
    [
        (PROVED, "agrees", "proved", ""),
        (PROVED, "silent", "proved", ""),
        (PROVED, "differs", "proved", "verdict"),
        (PROVED, "partly", "proved", "domain"),
        (PARTIAL, "partly", "numeric", ""),
        (REFUTED, "differs", "wrong", ""),
        (REFUTED, "agrees", "wrong", "verdict"),
        (REFUTED, "partly", "wrong", "domain"),
        (UNDECIDED, "agrees", "numeric", ""),
        (UNDECIDED, "differs", "wrong", ""),
        (UNDECIDED, "partly", "undecided", ""),
        (UNDECIDED, "silent", "undecided", ""),
        (Check(Verdict.PROVED, is_general=False), "agrees", "particular", ""),
    ],
)
def test_outcomes_and_disagreements(check: Check, opinion: str, outcome: str, disagreement: str) -> None:
    said = Opinion(opinion)
    assert outcome_of(Reply(X, 1.0), check, said, 10.0) == outcome
    assert disagreement_of(check, said) == disagreement


def test_who_claims_the_real_line_alone_is_judged_there() -> None:
    partly = Opinion("partly", "20/20 real, 3/10 complex", on_line=True)
    for where, disagreement in ((ON_THE_LINE, ""), (WHERE_DEFINED, "domain")):
        assert disagreement_of(Check(Verdict.PROVED, where), partly) == disagreement


def test_an_answer_without_its_constants_is_particular() -> None:
    c1 = SYMBOL_EXPRS["c1"]
    for answer, order, outcome in ((X, 1, "particular"), (c1 * X, 1, "numeric"), (c1 * X, 2, "particular")):
        assert outcome_of(Reply(answer, 1.0), UNDECIDED, Opinion("agrees"), 10.0, order) == outcome


def test_another_version_is_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    for version, answer in (("1", "x**2"), ("2", "x"), ("2", None)):
        stub = replace(answering(answer), version=version)
        (record,) = evaluate("s", [item("2*x", 1)], stub, timeout=5.0, out=out)
    assert (record["version"], record["outcome"]) == ("2", "wrong")


def test_late_answers_do_not_count() -> None:
    assert outcome_of(Reply(X, 10.4), PROVED, Opinion("agrees"), 10.0) == "proved"
    assert outcome_of(Reply(X, 10.6), PROVED, Opinion("agrees"), 10.0) == "timeout"


def test_implicit_answers_are_counted_apart() -> None:
    reply = Reply(SYMBOL_EXPRS["y"] - X, 1.0)
    assert outcome_of(reply, PROVED, Opinion("agrees"), 10.0) == "implicit"
    assert outcome_of(reply, UNDECIDED, Opinion("agrees"), 10.0) == "implicit"


def test_records_are_kept_and_a_cut_off_run_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "results.jsonl"
    items = [item("2*x", 1), item("cos(x)", 2), item("exp(x)", 3)]
    first = evaluate(
        "s", items[:2], answering("x**2", "cos(x)"), timeout=5.0, out=out, provenance={"commit": "c"}
    )
    assert [r["outcome"] for r in first] == ["proved", "wrong"]
    assert [r["second"] for r in first] == ["agrees", "differs"]
    assert first[0].keys() >= {"suite", "limit", "version", "commit", "seconds", "kind", "disagreement"}
    with out.open("a") as file:
        file.write('{"id": "cut off')
    again = evaluate("s", items, answering(None), timeout=5.0, out=out, provenance={"commit": "c"})
    assert [r["outcome"] for r in again] == ["proved", "wrong", "unsolved"]
    assert [json.loads(line) for line in out.read_text().splitlines()] == again
    # Another limit is another measurement.
    evaluate("s", items[:1], answering("x**2"), timeout=6.0, out=out)
    assert len(out.read_text().splitlines()) == 4


def test_an_answer_the_verifier_cannot_write_is_judged_by_the_second_checker() -> None:
    ode = Problem(task="ode2", expr=parse_equation("Derivative(y(x), (x, 2)) + y(x)", "x", "y").residual)
    import symengine

    e = SYMBOL_EXPRS["c1"] * symengine.cos(X) + SYMBOL_EXPRS["c2"] * 10**70 * symengine.sin(X)
    stub = Contestant("stub", "1", lambda problem, timeout: Reply(e, 0.1), lambda: None)
    problem = SuiteProblem("o-1", ode, "Derivative(y(x), (x, 2)) + y(x)")
    (record,) = evaluate("s", [problem], stub, timeout=5.0)
    assert (record["outcome"], record["verdict"], record["second"]) == ("numeric", "undecided", "agrees")


def test_unknown_contestants_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="unknown engine 'mathematica'"):
        contestant("mathematica")


def test_own_modes_answer_from_a_worker() -> None:
    one = contestant("fit")
    reply = one.ask(item("x*cos(x)").problem, 20.0)
    assert reply.answer is not None and reply.found_by == "fit"
    begin = time.monotonic()
    assert one.ask(item("exp(x**2)").problem, 20.0).failure == "nonelementary"
    assert one.ask(item("sqrt(sin(x))").problem, 20.0).failure in ("unsolved", "timeout")
    assert time.monotonic() - begin < 21.0


def test_own_modes_are_killed_and_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    one = contestant("fit")
    assert one.ask(item("x").problem, 20.0).answer is not None
    with monkeypatch.context() as patch:
        patch.setattr(contestants, "GRACE", -4.999)
        reply = one.ask(item("exp(x**2)*sin(x)/(x**7+x+1)").problem, 5.0)
    assert (reply.failure, reply.reason) == ("timeout", "killed")
    assert reply.seconds < 1.0
    assert one.ask(item("x").problem, 20.0).answer is not None


def test_suites_of_every_format(tmp_path: Path) -> None:
    text = tmp_path / "seed.txt"
    text.write_text("sub Y' cos x\tsin x\n12|sub Y' mul INT+ 2 x\tpow x INT+ 2\n")
    items = list(read_suite(text))
    assert [i.input for i in items] == ["cos(x)", "2*x"]
    assert [i.answer for i in items] == ["sin(x)", "x**2"]
    lines = tmp_path / "own.jsonl"
    line = {
        "id": "a",
        "task": "integrate",
        "input": "t*cos(t)",
        "answer": None,
        "source": "s",
        "solvable": False,
    }
    lines.write_text(json.dumps({**line, "group": "g", "base": "b"}) + "\n")
    (one,) = read_suite(lines)
    assert (one.problem.variable, one.is_solvable, one.group, one.base) == ("t", False, "g", "b")
    lines.write_text("{}\n")
    with pytest.raises(SuiteError, match="line 1"):
        list(read_suite(lines))
    with pytest.raises(SuiteError, match="no suite 'nowhere'"):
        find_suite("nowhere")


@pytest.mark.parametrize(
    "bad", ["{}", "[1]", "not JSON", '{"id": "a", "task": "none", "input": "x"}', "7", "[" * 100_000]
)
def test_a_bad_line_costs_itself_only(tmp_path: Path, bad: str) -> None:
    path, out = tmp_path / "some.jsonl", tmp_path / "results.jsonl"
    good = [json.dumps({"id": text, "task": "integrate", "input": text}) for text in ("2*x", "3*x^2")]
    path.write_text("\n".join([good[0], bad, good[1]]) + "\n")
    items = list(read_lines(path))
    assert isinstance(items[1], Unreadable) and f"{path}, line 2" in items[1].reason
    for answers in (("x^2", "x^3"), ()):
        records = evaluate("some", items, answering(*answers), timeout=5.0, out=out)
        assert [r["outcome"] for r in records] == ["proved", "proved"]
    outcomes = [json.loads(line)["outcome"] for line in out.read_text().splitlines()]
    assert outcomes == ["proved", "unreadable", "proved"]
    assert len(read_results([out])) == 2


def test_a_text_too_deep_for_the_second_checker_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(*args, **options):
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(run_module, "run_in_worker", too_deep)
    item = SuiteProblem("1", Problem(task="integrate", expr=X), "x")
    assert run_module._second(item, X**2 / 2).verdict == "silent"
