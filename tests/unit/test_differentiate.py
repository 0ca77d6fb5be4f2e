import random

from datagen.trees import draw
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import decode
from symmath.tasks import TASKS
from symmath.tasks.differentiate import TASK
from symmath.tasks.task import Pair, Problem, Rejection
from symmath.verification import Verdict, verify


def problem(text: str) -> Problem:
    return Problem(task="differentiate", expr=parse_expression(text).expr)


def test_pairs_hold_and_are_split_by_the_derivative() -> None:
    rng, propose = random.Random(1), TASK.generators["tree"]()
    made = [propose(draw, rng) for _ in range(300)]
    pairs = [pair for pair in made if isinstance(pair, Pair)]
    assert len(pairs) > 200 and all(isinstance(pair, (Pair, Rejection)) for pair in made)
    for pair in pairs:
        assert decode(pair.source).diff(X) == decode(pair.target)
        assert pair.shape == pair.target


def test_answers_are_checked() -> None:
    assert verify(problem("x*sin(x)"), parse_expression("sin(x) + x*cos(x)").expr).verdict == Verdict.PROVED
    assert verify(problem("x*sin(x)"), parse_expression("sin(x) - x*cos(x)").expr).verdict == Verdict.REFUTED
    # A primitive may be off by a constant, a derivative may not.
    assert verify(problem("x**2"), parse_expression("2*x + 1").expr).verdict == Verdict.REFUTED
    assert TASKS["differentiate"].residual(problem("x**3"), 3 * X**2) == 0
