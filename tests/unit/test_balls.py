import random
from collections.abc import Callable

import mpmath
import pytest
from flint import acb, arb, ctx

from datagen.pipeline import _equal_at_a_point
from symmath.errors import PrefixError
from symmath.evaluate.properties import is_odd
from symmath.expr.balls import constant, evaluate, variable, working_precision
from symmath.expr.operators import FUNCTIONS, X
from symmath.tasks import integrate, ode

REAL_ONLY = ("abs", "sign")
POINTS = (0.37 + 0.81j, -0.6 + 0.45j, 1.7 - 0.9j)


@pytest.mark.parametrize("name", [f for f in FUNCTIONS if f not in REAL_ONLY])
@pytest.mark.parametrize("point", POINTS)
def test_values_and_slopes_agree_with_mpmath(name: str, point: complex) -> None:
    with working_precision(80):
        series = evaluate([name, "x"], {"x": variable(acb(point.real, point.imag), 2)}, 2)
        value, slope = complex(series[0]), complex(series[1])
    function = getattr(mpmath, name)
    assert value == pytest.approx(complex(function(point)), rel=1e-12)
    assert slope == pytest.approx(complex(mpmath.diff(function, point)), rel=1e-7)


def test_abs_and_sign_live_on_the_real_axis() -> None:
    at = {"x": variable(acb(-2), 2)}
    assert complex(evaluate(["abs", "x"], at, 2)[1]) == -1
    assert complex(evaluate(["sign", "x"], at, 2)[0]) == -1
    with pytest.raises(PrefixError):
        evaluate(["abs", "x"], {"x": variable(acb(1, 1), 2)}, 2)


def test_a_pole_is_an_error_and_a_ball_around_it_is_not_finite() -> None:
    reciprocal = ["div", "+", "1", "x"]
    with pytest.raises(PrefixError):
        evaluate(reciprocal, {"x": constant(acb(0), 1)}, 1)
    around = constant(acb(arb(0, 0.5)), 1)
    assert not evaluate(reciprocal, {"x": around}, 1)[0].is_finite()


@pytest.mark.parametrize("tokens", [[], ["add", "x"], ["x", "x"], ["y"], ["1"]])
def test_malformed_sequences_are_errors(tokens: list[str]) -> None:
    with pytest.raises(PrefixError):
        evaluate(tokens, {"x": variable(acb(1), 1)}, 1)


def test_precision_is_restored() -> None:
    before = ctx.prec
    with working_precision(321):
        assert ctx.prec == 321
    assert ctx.prec == before


@pytest.mark.parametrize(
    "check",
    [
        lambda rng: integrate.holds(["cos", "x"], ["sin", "x"], rng),
        lambda rng: integrate.agrees_where_real(["cos", "x"], ["sin", "x"]),
        lambda rng: ode.holds(["sub", "y'", "+", "1"], ["add", "x", "c1"], "y'", ("c1",), rng),
        lambda rng: _equal_at_a_point(["x"], ["x"], rng),
        lambda rng: is_odd(X),
    ],
    ids=["integrate", "real line", "ode", "presentation", "symmetry"],
)
def test_checks_leave_the_precision_as_it_was(
    check: Callable[[random.Random], bool], rng: random.Random
) -> None:
    with working_precision(321):
        assert check(rng)
        assert ctx.prec == 321
