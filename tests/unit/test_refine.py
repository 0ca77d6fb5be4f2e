"""Refinement with a network that knows what a table says."""

from collections.abc import Mapping, Sequence

import pytest

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import Tokens, decode
from symmath.expr.waves import with_single_angles
from symmath.solve.forms import in_unit_variable
from symmath.solve.refine import MAX_QUESTIONS, NOTHING, advance, begin, questions
from symmath.solve.rounds import primitives
from symmath.tasks.task import Problem
from symmath.verification import Verdict, verify


def tokens(text: str) -> Tokens:
    return canonical_tokens(parse_expression(text).expr)


def refined(
    integrand: str, answers: Sequence[str], known: Mapping[str, str], rounds: int = 3
) -> list[Tokens]:
    """Return the primitives that refinement completes."""
    table = {tuple(tokens(f)): [tokens(primitive)] for f, primitive in known.items()}
    found = primitives(
        tokens(integrand),
        [tokens(answer) for answer in answers],
        lambda problems: [table.get(tuple(problem), []) for problem in problems],
        rounds=rounds,
        deadline=Deadline.after(60),
    )
    return [whole for part in found for whole in part]


def is_primitive(integrand: str, answer: Tokens) -> bool:
    problem = Problem(task="integrate", expr=parse_expression(integrand).expr)
    return verify(problem, decode(answer)).verdict in (Verdict.PROVED, Verdict.NUMERIC)


@pytest.mark.parametrize(
    ("integrand", "answers", "known"),
    [
        # What an answer leaves, 2*x, is known.
        ("x^2*exp(x) + 2*x", ["(x^2-2*x+2)*exp(x)"], {"x": "x^2/2"}),
        # Each term is known, in another variable and up to a factor.
        ("3*sin(2*x+1) - 5/(x-4)", ["x"], {"sin(2*x+1)": "-cos(2*x+1)/2", "1/x": "log(x)"}),
        # A term is known only in a form that another round shows.
        ("(x+1)*(x+2)", ["sin(x)"], {"x^2": "x^3/3", "x": "x^2/2", "1": "x"}),
        # Known without roots only, and with its middle at zero; a root is the factor of x.
        ("1/sqrt(10*x^2+x+1)", ["x"], {"1/sqrt(1+x^2)": "asinh(x)"}),
        ("log(7*x^2-3)", ["x"], {"log(x^2-1)": "x*log(x^2-1) - 2*x + log(x+1) - log(x-1)", "1": "x"}),
        ("acos(x/sqrt(7))", ["x"], {"acos(x)": "x*acos(x) - sqrt(1-x^2)"}),
    ],
)
def test_rests_and_terms_are_asked(integrand: str, answers: list[str], known: dict[str, str]) -> None:
    found = refined(integrand, answers, known)
    assert found and all(is_primitive(integrand, whole) for whole in found)


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("exp(x)*sin(x)", "exp(x)*sin(x) - exp(x)*cos(x)"),
        ("exp(x)*sin(x) + exp(x)*cos(x)", "3*exp(x)*sin(x)"),
        ("exp(x)*sin(x) + 1", "2*x + exp(x)*sin(x) - exp(x)*cos(x)"),
    ],
)
def test_a_multiple_of_the_integrand_closes_the_circle(integrand: str, answer: str) -> None:
    (found,) = refined(integrand, [answer], {})
    assert is_primitive(integrand, found)


@pytest.mark.parametrize(
    ("integrand", "new"),
    [
        ("(x+1)/(x^2+x+3)", "(sqrt(11)*x + 1)/(sqrt(11)*(x^2+1))"),
        ("x^3*sqrt(3-x^2)", "9*sqrt(3)*x^3*sqrt(1-x^2)"),
        ("1/((x^2-2)*(x^2-8))", "sqrt(2)/(8*(x^2-1)*(4*x^2-1))"),
        ("x*sin(sqrt(2)*x + 1)", "(x-1)*sin(x)/2"),
        ("1/(x^2+64)^2", "1/(512*(x^2+1)^2)"),
    ],
)
def test_roots_leave_an_integrand(integrand: str, new: str) -> None:
    f = parse_expression(integrand).expr
    changed = in_unit_variable(f)
    assert changed is not None
    same, inner = changed
    for difference in (same - parse_expression(new).expr, same.subs({X: inner}) * inner.diff(X) - f):
        assert abs(complex(difference.subs({X: 0.3}).n(53))) < 1e-12


@pytest.mark.parametrize("integrand", ["1/(x^2-1)", "x*sin(2*x+1)", "x^3-2", "exp(x)+sqrt(2)"])
def test_there_may_be_nothing_to_change(integrand: str) -> None:
    assert in_unit_variable(parse_expression(integrand).expr) is None


@pytest.mark.parametrize(
    ("written", "single"),
    [
        ("sin(2*x)^2", "1/2 - cos(4*x)/2"),
        ("x*cos(x)^3", "3*x*cos(x)/4 + x*cos(3*x)/4"),
        ("sin(x+1)*cos(3*x)", "sin(4*x+1)/2 - sin(2*x-1)/2"),
        ("exp(2*x+1)*sin(x)*sin(5*x)/x", "E*exp(2*x)*cos(4*x)/(2*x) - E*exp(2*x)*cos(6*x)/(2*x)"),
        ("1/sin(x)^2", "1/sin(x)^2"),
    ],
)
def test_products_of_waves_become_sums(written: str, single: str) -> None:
    form = with_single_angles(parse_expression(written).expr)
    assert form.expand() == parse_expression(single).expr.expand()


@pytest.mark.parametrize(
    "integrand",
    [
        # Singular at 0, a logarithm with a root for a factor, far too long to be expanded.
        "x*exp(1/x)",
        "exp(x+1/x)*(1-1/x^2)",
        "sin(1/x)+x^2",
        "log(2*x)/(x^2+2)",
        "x*log(x)*asin(x/sqrt(2))",
        "sin(sqrt(2)*x)+(x+log(x)+exp(x)+2)^25",
    ],
)
def test_a_form_that_cannot_be_made_costs_itself_alone(integrand: str) -> None:
    asked = questions([(["+", "0"], tokens(integrand))])
    assert asked and asked[0].term == tokens(integrand)
    ways = [tuple(tuple(q.shown) for q in asked if q.way == way) for way in {q.way for q in asked}]
    assert sum(way == (tuple(asked[0].shown),) for way in ways) == 1


@pytest.mark.parametrize(
    "integrand",
    ["sin(x)^6*cos(sqrt(2)*x)^6*sin(x^2)^6*cos(x^3)^6", "sin(1+(x+sin(x)+exp(x)+1/x)^20)"],
)
def test_long_products_are_left_as_they_are(integrand: str) -> None:
    f = parse_expression(integrand).expr
    assert with_single_angles(f) == f


def test_wrong_answers_complete_nothing() -> None:
    wrong = {"x": "x", "x^2": "x", "exp(x)": "x", "x*exp(x)": "x^2*exp(x)"}
    assert refined("x*exp(x) + x^2", ["x^3", "exp(x)"], wrong) == []
    assert refined("exp(x^2)", ["exp(x^2)/x", "x*exp(x^2)"], {}) == []


def test_no_rounds_ask_nothing() -> None:
    assert refined("x^2 + x", ["sin(x)"], {"x": "x^2/2", "x^2": "x^3/3"}, rounds=0) == []
    # Nor is an answer as it is multiplied to be right.
    assert refined("exp(x)*sin(x)", ["exp(x)*sin(x) - exp(x)*cos(x)"], {}, rounds=0) == []


def test_a_rest_that_expanding_makes_long_is_asked_as_it_is() -> None:
    long = tokens("4*(1 - 3/x^4)*(x + 9*tan(2)/5 + 2 + x^(-3))^3 + 1/(2*sqrt(2 - x))")
    ((partial, rest),) = begin(long, [])
    assert partial == NOTHING and len(rest) == len(long)
    ways = {question.way for question in questions([(partial, rest)])}
    assert len(ways) > 1


def test_one_answer_without_bounds_costs_itself_alone() -> None:
    found = refined("sin(x) + 1", ["(x + exp(x) + sin(x) + 1)^200", "-cos(x)"], {"1": "x"})
    assert any(is_primitive("sin(x) + 1", whole) for whole in found)


def test_nothing_is_asked_twice() -> None:
    asked: list[tuple[str, ...]] = []

    def ask(problems: Sequence[Tokens]) -> list[list[Tokens]]:
        asked.extend(map(tuple, problems))
        return [[tokens("x^2*sin(x)")] for _ in problems]

    start, answers = tokens("x*exp(x) + sin(x)^2"), [tokens("x*exp(x)")]
    list(primitives(start, answers, ask, rounds=3, deadline=Deadline.after(60)))
    assert asked and len(asked) == len(set(asked))


def test_questions_are_bounded() -> None:
    states = begin(tokens("sin(x)^3*cos(x)^2/(x^2+1)"), [tokens(f"x^{n}/(x+{n})") for n in range(2, 20)])
    asked = questions(states)
    shown = {tuple(question.shown) for question in asked}
    assert 0 < len(shown) <= MAX_QUESTIONS
    assert advance(tokens("x"), states, asked, [[] for _ in asked])[0] == []


def test_an_answer_that_has_no_derivative_or_value_is_passed_over() -> None:
    states = begin(tokens("x + 1/x"), [])
    asked = questions(states)
    answers = [[["div", "+", "1", "sub", "x", "x"], ["log"], tokens("abs(x)")] for _ in asked]
    done, rests = advance(tokens("x + 1/x"), states, asked, answers)
    assert done == [] and all(rest != NOTHING for _, rest in rests)
