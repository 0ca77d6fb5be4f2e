"""Systems that come apart: one function after another, in a time of their own, by elimination."""

import pytest
import sympy

import symmath
from symmath.errors import ParseError
from symmath.expr.systems import parse_system
from symmath.odes.uncoupled import by_elimination, in_own_time, one_after_another
from symmath.verification import Verdict

APART = {
    "a factor of the other": ["x' = -x^2", "y' = x*y"],
    "a linear one after a linear one": ["x' = 2*x/t + 1", "y' = y + x"],
    "three": ["x' = -x", "y' = x - y", "z' = y*z"],
    "after one of order 2": ["x'' = -x", "y' = x*y"],
    "turning by t": ["x' = t*y", "y' = -t*x"],
    "Euler's": ["x' = y/t", "y' = x/t"],
    "Airy's": ["x' = t*y", "y' = x"],
    "a product": ["x' = x*y", "y' = -x"],
    "two that meet": ["x' = -a*x*y", "y' = -b*x*y"],
    "an infection": ["S' = -b*S*I", "I' = b*S*I"],
}


@pytest.mark.parametrize("name", APART)
def test_general_solutions(name: str) -> None:
    texts = APART[name]
    solution = symmath.dsolve_system(texts, timeout=30)
    assert solution and solution.verdict in (Verdict.PROVED, Verdict.NUMERIC), solution.reason
    t = sympy.Symbol(solution.variable)
    functions = {function: sympy.Function(function)(t) for function in solution.functions}
    held = set().union(*(e.free_symbols for e in solution.exprs.values()))
    constants = sorted((s for s in held if s.name[0] == "c" and s.name[1:].isdigit()), key=str)
    assert len(constants) == sum(text.split("=")[0].count("'") for text in texts)
    numbers = {c: sympy.Rational(n, 7) for c, n in zip(constants, (3, 5, 11), strict=False)}
    numbers |= {s: sympy.Rational(4, 3) for s in held - set(constants) - {t}}
    for text in texts:
        left, right = text.split("=")
        order, function = left.count("'"), left.split("'")[0].strip()
        value = sympy.sympify(right.replace("^", "**"), {**functions, "S": functions.get("S"), "t": t})
        value = value.subs({functions[f]: e for f, e in solution.exprs.items()})
        residual = sympy.diff(solution.exprs[function], t, order) - value
        assert abs(residual.subs(numbers).subs(t, sympy.Rational(13, 10)).evalf(30)) < 1e-20


def test_conditions() -> None:
    t = sympy.Symbol("t")
    solution = symmath.dsolve_system(["x' = -x^2", "y' = x*y"], ics="x(0) = 1, y(0) = 2", timeout=30)
    assert {name: sympy.expand(e) for name, e in solution.exprs.items()} == {"x": 1 / (t + 1), "y": 2 * t + 2}
    solution = symmath.dsolve_system(["x' = x*y", "y' = -x"], ics="x(0) = 1, y(0) = 0", timeout=30)
    at_zero = {name: sympy.simplify(e.subs(t, 0)) for name, e in solution.exprs.items()}
    assert solution and at_zero == {"x": 1, "y": 0}


def test_what_does_not_come_apart() -> None:
    residuals = parse_system(["x' = x - x*y", "y' = x*y - y"]).residuals
    assert list(one_after_another(residuals)) == [] and in_own_time(residuals) is None
    assert list(by_elimination(residuals)) == []


def test_constants_have_no_derivatives_but_currents() -> None:
    with pytest.raises(ParseError, match="can't be an unknown function"):
        parse_system(["pi' = y", "y' = -pi"])


@pytest.mark.parametrize(
    ("texts", "conditions", "slope"),
    [
        (["x' = x*sqrt(1-x)", "y' = x"], "x(0) = 1/2, y(0) = 1", 1),
        (["x' = -x*sqrt(1-x)", "y' = x"], "x(0) = 1/2, y(0) = 1", -1),
        (["x' = x^2", "y' = x*y"], "x(0) = 1, y(1/2) = 3", 1),
        # Other branches, and poles between the conditions.
        (["x' = abs(x)", "y' = x"], "x(0) = -1, y(0) = 0", 0),
        (["x' = sign(x)", "y' = x"], "x(0) = -2, y(0) = 1", 0),
        (["x' = x^2", "y' = x*y"], "x(0) = 1, y(2) = 3", 0),
        # No finite constant.
        (["x' = x^2", "y' = y^2"], "x(0) = 0, y(0) = -1", 0),
    ],
)
def test_members_are_on_the_branch_that_is_asked_for(texts: list[str], conditions: str, slope: int) -> None:
    solution = symmath.dsolve_system(texts, ics=conditions, timeout=30)
    if not slope:
        assert not solution and "meets the conditions" in solution.reason
        return
    x, t = solution.exprs["x"], sympy.Symbol("t")
    assert (sympy.diff(x, t).subs(t, 0) * slope).evalf() > 0


def test_systems_that_fall_into_several_are_left() -> None:
    assert not symmath.dsolve_system(["x'^2 = 1", "y' = x"], timeout=30)
