"""An equation made from a solution is solved again."""

from __future__ import annotations

import symengine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from symmath.ansatz.modular import vanishes
from symmath.expr.operators import Expr, X
from symmath.odes.forms import ZERO, tidy
from symmath.odes.kovacic import liouvillian

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
SMALL = st.integers(-3, 3).map(symengine.Integer)
HALVES = st.builds(symengine.Rational, st.integers(-5, 5), st.integers(1, 3))


@st.composite
def rates(draw: st.DrawFn) -> Expr:
    """Draw y'/y of a product of powers, exponentials of rational functions and a polynomial."""
    rate = symengine.Add(*(c * X**n for n, c in enumerate(draw(st.lists(SMALL, max_size=3)))))
    for c, power, essential in draw(st.lists(st.tuples(SMALL, HALVES, SMALL), max_size=2)):
        rate += power / (X - c) + essential / (X - c) ** 2
    factor = X**2 + symengine.Add(*(c * X**n for n, c in enumerate(draw(st.lists(SMALL, max_size=2)))))
    return tidy(rate + factor.diff(X) / factor)


@FEW
@given(rates())
def test_a_solution_is_found_again(rate: Expr) -> None:
    r = tidy(rate.diff(X) + rate**2)
    found = liouvillian(ZERO, -r)
    assert found
    assert all(vanishes(tidy((y.diff(X, 2) - r * y) / y)) for y in found)


@FEW
@given(SMALL, SMALL, st.sampled_from([-3, -1, 2, 5]).map(symengine.Integer), st.booleans())
def test_a_product_of_solutions_is_found(c: Expr, d: Expr, square: Expr, has_root: bool) -> None:
    # With product u and Wronskian w: 4*r*u**2 = w**2 - u'**2 + 2*u*u''.
    u = (X + c) * symengine.sqrt(X - d) if has_root else (X**2 + 1) * (X + c) ** 2
    assume(c != -d)
    r = tidy((square - u.diff(X) ** 2 + 2 * u * u.diff(X, 2)) / (4 * u**2))
    found = liouvillian(ZERO, -r)
    assert len(found) == 2
    assert all(vanishes(tidy((y.diff(X, 2) - r * y) / y)) for y in found)
