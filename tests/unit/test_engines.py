"""The adapters of the other systems; each is skipped where it is not installed."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import symengine
import sympy

from symmath.engines import ENGINES, Engine, available
from symmath.engines.child import ChildEngine
from symmath.engines.engine import Refusal
from symmath.engines.giac import _split
from symmath.engines.infix import UnreadableError, dialect
from symmath.engines.maxima import _DIALECT as maxima_dialect
from symmath.engines.maxima import Maxima
from symmath.engines.process import MAX_QUESTION, Process, ProcessDiedError
from symmath.engines.sympy_engine import _told
from symmath.errors import TimeLimitError
from symmath.expr.operators import BY_TOKEN, SYMBOL_EXPRS, X
from symmath.expr.prefix import decode
from symmath.expr.special import special_parts

PLAIN = dialect(written={"E": "%e"}, leaves={"%e": symengine.E, "%i": symengine.I, "y": SYMBOL_EXPRS["y"]})
START = 20.0
needs_maxima = pytest.mark.skipif("maxima" not in available(), reason="maxima is not installed")


def expression(text: str) -> symengine.Expr:
    return PLAIN.read(text)


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param not in available():
        pytest.skip(f"{request.param} is not installed")
    with closing(ENGINES[request.param]()) as made:
        yield made


def is_primitive(answer: symengine.Expr | None, integrand: symengine.Expr) -> bool:
    if answer is None:
        return False
    residual = answer.diff(X) - integrand
    return all(abs(complex(residual.subs({X: 0.3 + 0.7 * k}).n(60))) < 1e-12 for k in range(2))


@pytest.mark.parametrize(
    "text",
    [
        "x*sin(x)",
        "1/(x^3+1)",
        "%e^(2*x)*cos(x)",
        "x^(3/2)*log(x)",
        "x*atan(x)",
        "1/(x^2-2)",
    ],
)
def test_integrals_of_every_engine(engine: Engine, text: str) -> None:
    if engine.name == "sympy-manual" and text == "1/(x^3+1)":
        pytest.skip("rules don't cover it")
    integrand = expression(text)
    assert is_primitive(engine.integrate(integrand, START), integrand)


def test_special_functions_are_read(engine: Engine) -> None:
    # Maxima writes it by incomplete gamma functions.
    text, expected = ("%e^(-x^2)", "erf") if engine.name == "maxima" else ("sin(x)/x", "Si")
    answer = engine.integrate(expression(text), START)
    assert answer is not None and {part.get_name() for part in special_parts(answer)} == {expected}
    assert engine.refusal is Refusal.NONE


def test_other_special_functions_are_none(engine: Engine) -> None:
    assert engine.integrate(expression("(1-x^4)^(-1/2)"), START) is None
    assert engine.refusal in (Refusal.NONELEMENTARY, Refusal.UNSOLVED)
    assert engine.integrate(expression("1/x"), START) is not None
    assert engine.refusal is Refusal.NONE


def test_integral_left_standing_is_unsolved(engine: Engine) -> None:
    assert engine.integrate(expression("(x^5+x+1)^(1/2)/(x+2)"), START) is None
    assert engine.refusal is Refusal.UNSOLVED


def test_sympys_complex_answers_survive_the_journey() -> None:
    told, refusal = _told(sympy.sympify("C1*exp(-I*x) + C2*exp(2*I*x)/3"))
    assert told is not None and refusal is Refusal.NONE
    c1, c2 = SYMBOL_EXPRS["c1"], SYMBOL_EXPRS["c2"]
    expected = c1 * symengine.exp(-symengine.I * X) + c2 * symengine.exp(2 * symengine.I * X) / 3
    assert decode(told) == expected


def test_undefined_input_leaves_the_engine_usable(engine: Engine) -> None:
    engine.integrate(symengine.Symbol("x") ** symengine.zoo, START)
    assert is_primitive(engine.integrate(X, START), X)


@pytest.mark.parametrize("order", [1, 2])
def test_linear_equations(engine: Engine, order: int) -> None:
    y = [SYMBOL_EXPRS[name] for name in ("y", "y'", "y''")]
    equation = y[order] + y[0] - X
    answer = engine.dsolve(equation, order, START)
    assert answer is not None
    constants = [SYMBOL_EXPRS[name] for name in ("c1", "c2")][:order]
    assert all(c in answer.free_symbols for c in constants)
    derivatives = [answer, answer.diff(X), answer.diff(X).diff(X)]
    residual = equation.subs(dict(zip(y, derivatives, strict=True)))
    values = {X: 0.4, **{c: 1.25 for c in constants}}
    assert abs(complex(residual.subs(values).n(60))) < 1e-12


def test_separable_equation_is_made_explicit(engine: Engine) -> None:
    answer = engine.dsolve(SYMBOL_EXPRS["y'"] - SYMBOL_EXPRS["y"] ** 2, 1, START)
    assert answer is not None and SYMBOL_EXPRS["y"] not in answer.free_symbols


def test_implicit_solution_is_none(engine: Engine) -> None:
    y, slope = SYMBOL_EXPRS["y"], SYMBOL_EXPRS["y'"]
    try:
        assert engine.dsolve(slope * (symengine.exp(y) + y + symengine.sin(y)) - X, 1, 3.0) is None
    except TimeLimitError:
        return
    # Giac answers by something else.
    assert engine.refusal is (Refusal.UNREADABLE if engine.name == "giac" else Refusal.IMPLICIT)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("gamma(x)", Refusal.NONELEMENTARY),
        ("x+li[2](x)", Refusal.NONELEMENTARY),
        ("erf(x)+integral(x^x,x)", Refusal.UNSOLVED),
        ("'integrate(x^x,x)", Refusal.UNSOLVED),
        ("rootSum(x,x)", Refusal.UNREADABLE),
        ("x+a", Refusal.UNREADABLE),
        ("x+", Refusal.UNREADABLE),
    ],
)
def test_refusals_say_why(text: str, refusal: Refusal) -> None:
    engine = ChildEngine(shell(), PLAIN)
    assert engine.read_primitive(text) is None
    assert engine.refusal is refusal
    assert engine.read_solution([text], 1) is None
    assert engine.refusal is refusal


def test_the_most_telling_refusal_is_kept() -> None:
    engine = ChildEngine(shell(), PLAIN)
    assert engine.read_solution(["y*x", "implicit"], 1) is None
    assert engine.refusal is Refusal.IMPLICIT
    assert ChildEngine(shell("exit"), PLAIN).ask("exit", 5.0) == ""


def test_versions(engine: Engine) -> None:
    assert engine.version()[0].isdigit()


HARD = "x^20*%e^x*sin(x)^15*log(x+1)^4/(x^9+x+1)^7+atan(x)^9"


def test_deadline_holds_and_the_engine_survives(engine: Engine) -> None:
    engine.integrate(X, START)
    begin = time.monotonic()
    try:
        engine.integrate(expression(HARD), 0.3)
    except TimeLimitError:
        pass
    assert time.monotonic() - begin < 0.5
    assert is_primitive(engine.integrate(X**2, START), X**2)


@needs_maxima
def test_questions_are_answered() -> None:
    with closing(Maxima()) as maxima:
        maxima.warm(START)
        output = maxima.ask('print("symmath-answer ",string(integrate(x^a*exp(-b*x),x,0,inf)))$', START)
        assert "gamma" in output


@needs_maxima
def test_killed_process_is_replaced() -> None:
    with closing(Maxima()) as maxima:
        maxima.warm(START)
        process = maxima._process._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert is_primitive(maxima.integrate(X, START), X)


def shell(end: str = "echo {}", **limits: int) -> Process:
    return Process(["/bin/sh"], "", lambda mark: end.format(mark), memory_mb=1024, **limits)


def test_process_answers() -> None:
    process = shell()
    assert process.ask("echo one; echo two", 5.0) == "one\ntwo\n"
    assert process.ask("seq 20000", 5.0).count("\n") == 20_000
    process.close()


@pytest.mark.parametrize("interrupts", [0, 5])
def test_process_is_stopped_in_time(interrupts: int) -> None:
    process = shell(max_interrupts=interrupts)
    process.warm(5.0)
    begin = time.monotonic()
    with pytest.raises(TimeLimitError):
        process.ask("while :; do :; done", 0.2)
    assert time.monotonic() - begin < 0.4
    assert process.ask("echo alive", 5.0) == "alive\n"
    process.close()


def test_process_that_ends_is_reported_and_replaced() -> None:
    process = shell()
    with pytest.raises(ProcessDiedError):
        process.ask("exit", 5.0)
    assert process.ask("echo alive", 5.0) == "alive\n"
    with pytest.raises(ValueError, match="longer than"):
        process.ask("#" * (MAX_QUESTION + 1), 5.0)
    process.close()


def test_threads_get_their_own_answers() -> None:
    process = shell()
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda n: process.ask(f"echo {n}", 20.0), range(60))
        assert list(answers) == [f"{n}\n" for n in range(60)]
    process.close()


def test_waiting_for_another_question_is_in_time() -> None:
    process = shell(max_interrupts=1)
    process.warm(5.0)
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(process.ask, "sleep 2; echo done", 10.0)
        time.sleep(0.2)
        with pytest.raises(TimeLimitError, match="busy"):
            process.ask("echo late", 0.2)
        assert slow.result() == "done\n"
    process.close()


def test_program_that_is_missing_is_reported() -> None:
    process = Process(["/nonexistent/program"], "", lambda mark: mark, memory_mb=1024)
    with pytest.raises(ProcessDiedError):
        process.ask("", 5.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-x^2", -(X**2)),
        ("2^-x", 2 ** (-X)),
        ("x^2^3", X**8),
        ("a", None),
        ("(-1)*x/3*2", -2 * X / 3),
        ("atan2(1,x)", symengine.atan(1 / X)),
        ("sec(x)", 1 / symengine.cos(X)),
        ("%i*x", symengine.I * X),
        ("1-x-1", -X),
        ("'integrate(x,x)", None),
        ("gamma(x)", None),
        ("dilog(x)", None),
        ("erf(x)", BY_TOKEN["erf"].build(X)),
        ("x+", None),
        ("sin(x", None),
        ("sin", None),
        ("x y", None),
        ("1/0", None),
        ("2^(9^9)", None),
        ("1.5*x", None),
        ("", None),
        ("(" * 1000 + "x", None),
        ("-" * 1000 + "x", None),
        ("__import__(x)", None),
    ],
)
def test_answers_are_read_by_whitelist(text: str, expected: symengine.Expr | None) -> None:
    if expected is None:
        with pytest.raises(UnreadableError):
            PLAIN.read(text)
    else:
        assert PLAIN.read(text) == expected


def test_a_sign_that_symengine_cannot_take_is_refused() -> None:
    with pytest.raises(UnreadableError):
        maxima_dialect.read("signum(sqrt(-x))")


def test_written_text_reads_back() -> None:
    for text in ("x**(3/2)*exp(-x)/3", "E*x-sin(2*x)**2", "-sqrt(x+1)/(x-1)", "acosh(x)**(-2)"):
        e = symengine.sympify(text)
        assert PLAIN.read(PLAIN.write(e)) == e


def test_solutions_are_split_at_their_own_commas() -> None:
    assert _split("[f(x,1),y]") == ["f(x,1)", "y"]
    assert _split("x+1") == ["x+1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x/sqrt(16 - x**4)", "asin(x**2/4)/2"),
        ("2*log(x) + log(x)/(2*sqrt(x))", "2*x*log(x) - 2*x + sqrt(x)*log(x) - 2*sqrt(x)"),
    ],
)
def test_sympys_cases_are_those_of_a_typical_point(text: str, expected: str) -> None:
    with closing(ENGINES["sympy"]()) as engine:
        assert engine.integrate(expression(text), 30.0) == expression(expected).expand()


@pytest.mark.skipif("giac" not in available(), reason="giac is not installed")
def test_giac_answers_in_real_terms_whatever_was_asked_before() -> None:
    with closing(ENGINES["giac"]()) as engine:
        engine.ask("complex_mode:=1", 10.0)
        assert str(engine.integrate(1 / (X**2 + 1), 10.0)) == "atan(x)"


@pytest.mark.skipif("giac" not in available(), reason="giac is not installed")
def test_giac_is_given_quotients() -> None:
    with closing(ENGINES["giac"]()) as engine:
        assert engine.integrate(expression("1/sqrt(x^2 + 1)"), START) == expression("-log(sqrt(x^2 + 1) - x)")
