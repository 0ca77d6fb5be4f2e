import random

import pytest
import symengine

from datagen.trees import draw
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import decode
from symmath.tasks.integrate import TASK, holds, make_pair
from symmath.tasks.task import Pair, Rejection
from symmath.verification import Verdict, verify_integral


def pairs_of(name: str, count: int, seed: int = 0) -> list[Pair]:
    rng, propose, found = random.Random(seed), TASK.generators[name](), []
    for _ in range(100 * count):
        try:
            pair = propose(draw, rng)
        except RuntimeError:
            continue
        if isinstance(pair, Pair):
            found.append(pair)
        if len(found) == count:
            break
    return found


@pytest.mark.parametrize("name", TASK.generators)
def test_pairs_verify_and_perturbed_ones_are_refuted(name: str) -> None:
    rng = random.Random(1)
    pairs = pairs_of(name, 15)
    assert len(pairs) == 15
    for pair in pairs:
        # symengine's derivative of acosh is right in one half-plane, so another point may not agree.
        assert "acosh" in pair.target or holds(pair.source, pair.target, rng)
        wrong = ["add", "mul", "+", "3", "x", *pair.target]
        assert not holds(pair.source, wrong, rng)


@pytest.mark.parametrize("name", TASK.generators)
def test_the_strict_verifier_refutes_no_pair(name: str) -> None:
    # Away from the sampled points a pair can sit on another branch; a refutation would be an error.
    verdicts = [
        verify_integral(decode(p.source), decode(p.target)).verdict for p in pairs_of(name, 12, seed=5)
    ]
    assert verdicts.count(Verdict.PROVED) + verdicts.count(Verdict.NUMERIC) >= 11
    assert Verdict.REFUTED not in verdicts


def test_targets_have_no_additive_constant() -> None:
    for pair in pairs_of("bwd", 30):
        primitive = decode(pair.target)
        terms = primitive.args if type(primitive) is symengine.Add else (primitive,)
        assert all(X in term.free_symbols for term in terms)


@pytest.mark.parametrize(
    "answer",
    [
        "acosh(sin(x) - 2/3)",
        "acosh(log(-x + sinh(x))/x**2)",
        "acosh(exp(x)/sqrt(-exp(3)))",
        "acosh(x/(acos(3) - x))",
    ],
)
def test_a_primitive_with_the_wrong_sign_on_the_line_is_turned_down(answer: str, rng: random.Random) -> None:
    primitive = parse_expression(answer).expr
    assert make_pair(primitive.diff(X), primitive, rng) is Rejection.UNVERIFIED


@pytest.mark.parametrize("answer", ["acosh(x)", "x*acosh(2*x)", "acosh(x**2 + 1)"])
def test_a_primitive_that_is_right_on_half_the_line_stays(answer: str, rng: random.Random) -> None:
    primitive = parse_expression(answer).expr
    assert isinstance(make_pair(primitive.diff(X), primitive, rng), Pair)
