import random

import pytest

from symmath.evaluate.edits import EDITS, edit, end_of
from symmath.evaluate.rewrites import rewrite
from symmath.evaluate.second_opinion import Judgement, judge_integral, judge_ode
from symmath.evaluate.strictness import main, read_pairs
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens


def tokens(text: str) -> Tokens:
    return canonical_tokens(parse_expression(text, "x", symbols=("c1", "c2")).expr)


def test_edits_are_of_every_kind_and_change_the_answer() -> None:
    rng = random.Random(1)
    answer = tokens("3*x**2*sin(5*x + 1) - log(x)/7")
    edited = [edit(answer, rng) for _ in range(200)]
    assert {made[0] for made in edited if made} == set(EDITS)
    assert all(made and made[1] != answer for made in edited)


def test_the_end_of_a_subexpression() -> None:
    assert end_of(["add", "mul", "+", "1", "2", "x", "sin", "x"], 1) == 6


def test_rewritings_stay_right() -> None:
    integrand, answer = tokens("x*cos(2*x)"), tokens("x*sin(2*x)/2 + cos(2*x)/4")
    forms = [rewrite(answer, seed, True) for seed in range(12)]
    assert len({name for name, _ in filter(None, forms)}) > 3
    assert all(judge_integral(integrand, form[1]) is Judgement.RIGHT for form in forms if form)


@pytest.mark.parametrize(
    ("integrand", "answer", "opinion"),
    [
        ("x*cos(x)", "x*sin(x)+cos(x)+7", Judgement.RIGHT),
        ("x*cos(x)", "x*sin(x)-cos(x)", Judgement.WRONG),
        ("sqrt(x**2)", "x**2/2", Judgement.IN_PART),
        ("2 + exp(-exp(x)*10**9)", "2*x", Judgement.UNKNOWN),
    ],
)
def test_the_second_opinion(integrand: str, answer: str, opinion: Judgement) -> None:
    assert judge_integral(tokens(integrand), tokens(answer)) is opinion


def test_the_second_opinion_on_equations() -> None:
    equation = canonical_tokens(parse_equation("y'' + y = x").residual)
    assert judge_ode(equation, tokens("x + c1*sin(x)")) is Judgement.RIGHT
    assert judge_ode(equation, tokens("x + c1*sin(2*x)")) is Judgement.WRONG
    factored = canonical_tokens(parse_equation("exp(-x)*(exp(x)*(y' - 3*y))/7 = 0").residual)
    assert judge_ode(factored, tokens("c1*exp(3*x)")) is Judgement.RIGHT


def test_the_held_out_sets_are_pairs() -> None:
    pairs = read_pairs("integrate", None, [], random.Random(0))
    assert len(pairs) > 1000
    assert all(judge_integral(pair.source, pair.target) is not Judgement.WRONG for pair in pairs[:20])


@pytest.mark.slow
def test_no_edit_of_a_right_answer_is_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--wrong", "200", "--right", "30", "--seed", "5"])
    printed = capsys.readouterr().out
    assert "BUG" not in printed
    assert "| wrong candidates | n = 200 |" in printed
