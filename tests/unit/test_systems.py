"""Linear systems of differential equations."""

import json

import pytest
import symengine
import sympy

import symmath
from symmath.errors import ParseError
from symmath.expr.operators import X
from symmath.expr.parse import split_list
from symmath.expr.show import Style
from symmath.expr.systems import parse_system, split_equations, unknown
from symmath.odes.coupled import general_solution, linear_system
from symmath.odes.forms import is_zero
from symmath.verification import Verdict

SYSTEMS = {
    "circle": ["x' = y", "y' = -x"],
    "real roots": ["x' = x + 2*y", "y' = 2*x + y"],
    "a double root": ["dx/dt = 3x - y + exp(t)", "dy/dt = x + y"],
    "two lines": ["x' = x", "y' = y"],
    "not by one function": ["x' = y + z", "y' = x + z", "z' = x + y"],
    "a spiral, forced": ["x' = 2x - y + cos(t)", "y' = x + 2y"],
    "resonance": ["x' = y", "y' = -x + sin(t)"],
    "constant forcing": ["x' = 1 - x + y", "y' = 2 - x - y"],
    "a singular matrix, forced": ["x' = y + 1", "y' = 0"],
    "two masses": ["x'' = -2x + y", "y'' = x - 2y"],
    "a spiral, forced as it turns": ["x' = 2x - y + exp(t)*sin(3t)", "y' = x + 2y + 2*exp(t)*cos(3t) - 5"],
    "two masses, one driven": ["x'' = -2*x + y + 3*cos(2*t)", "y'' = x - 2*y"],
    "mixed orders": ["x'' = y", "y' = x' + t"],
    "coupled derivatives": ["x' + y' = x", "x' - y' = y"],
    "a chain of four": ["x' = y", "y' = z", "z' = w", "w' = x"],
}


def residuals(texts: list[str], exprs: dict[str, sympy.Expr], variable: str) -> list[sympy.Expr]:
    """Put a solution into the equations by SymPy, from the texts as they were read."""
    system = parse_system(texts)
    t = sympy.Symbol(variable)
    found = []
    for e in system.residuals:
        names: dict[symengine.Symbol, symengine.Symbol] = {X: symengine.Symbol(variable)}
        values: dict[sympy.Symbol, sympy.Expr] = {}
        for k, function in enumerate(system.functions):
            for n in range(5):
                names[unknown(k, n)] = symengine.Symbol(f"d{k}_{n}")
                values[sympy.Symbol(f"d{k}_{n}")] = exprs[function].diff(t, n)
        found.append(sympy.sympify(str(e.xreplace(names))).subs(values))
    return found


@pytest.mark.parametrize("name", SYSTEMS)
def test_general_solutions(name: str) -> None:
    texts = SYSTEMS[name]
    solution = symmath.dsolve_system(texts, timeout=30)
    assert solution and solution.verdict is Verdict.PROVED, solution.reason
    exprs = solution.exprs
    constants = [sympy.Symbol(f"c{k}") for k in range(1, 5)]
    assert set().union(*(e.free_symbols for e in exprs.values())) >= set(constants[: len(texts)])
    numbers = {c: sympy.Rational(n, 7) for c, n in zip(constants, (3, -5, 11, 2), strict=True)}
    place = {sympy.Symbol(solution.variable): sympy.Rational(13, 10)}
    for e in residuals(texts, exprs, solution.variable):
        assert abs(e.subs(numbers).subs(place).evalf(30)) < 1e-20


def test_parameters_and_conditions() -> None:
    solution = symmath.dsolve_system(["x'' = w*y'", "y'' = -w*x'"], ics="x(0)=0, y(0)=0, x'(0)=V, y'(0)=0")
    t, w, v = sympy.symbols("t w V")
    assert sympy.simplify(solution.exprs["x"] - v * sympy.sin(w * t) / w) == 0
    assert sympy.simplify(solution.exprs["y"] - v * (sympy.cos(w * t) - 1) / w) == 0


def test_forcing_with_parameters() -> None:
    texts = ["m*x'' = -2*k*x + k*y + f*cos(w*t)", "m*y'' = k*x - 2*k*y"]
    solution = symmath.dsolve_system(texts, timeout=30)
    t, f, k, m, w = sympy.symbols("t f k m w")
    driven = {c: 0 for c in sympy.symbols("c1:5")}
    below = (k - m * w**2) * (3 * k - m * w**2)
    expected = {"x": f * (2 * k - m * w**2) * sympy.cos(w * t) / below, "y": f * k * sympy.cos(w * t) / below}
    for name, expr in expected.items():
        assert sympy.simplify(solution.exprs[name].subs(driven) - expr) == 0


def test_sympys_equations_and_conditions() -> None:
    t = sympy.Symbol("t")
    x, y = sympy.Function("x"), sympy.Function("y")
    equations = [sympy.Eq(x(t).diff(t), y(t)), sympy.Eq(y(t).diff(t), t - x(t))]
    solution = symmath.dsolve_system(equations, ics={x(0): 1, y(0): 0})
    assert solution.exprs == {"x": t - sympy.sin(t) + sympy.cos(t), "y": 1 - sympy.sin(t) - sympy.cos(t)}


def test_other_names_are_parameters() -> None:
    c1, t, y = sympy.symbols("c1 t y")
    assert symmath.dsolve_system(["x' = y"]).exprs == {"x": c1 + t * y}


def test_too_few_conditions_leave_constants() -> None:
    solution = symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0) = 1")
    free = set().union(*(e.free_symbols for e in solution.exprs.values())) - {sympy.Symbol("t")}
    assert len(free) == 1 and solution.exprs["x"].subs("t", 0) == 1


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["x' = y", "y' = x", "z = 1"], "as many equations as functions"),
        (["x' = 1", "x'' = 2"], "as many equations as functions"),
        (["x' = y)", "y' = x"], "parenthesis"),
        (["x(s)' = y(t)", "y' = x"], "no function of"),
        (["x' = y", "y' = a*b*c*d*f*g*h"], "more than 6 parameters"),
        ([], "as many equations"),
    ],
)
def test_what_is_no_system_is_refused(texts: list[str], message: str) -> None:
    with pytest.raises(ParseError, match=message):
        symmath.dsolve_system(texts)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["x' = x - x*y", "y' = x*y - y"], "not linear"),
        (["x' = y^2 + t", "y' = x^2"], "constant coefficients"),
        (["x' + y' = x", "x' + y' = y"], "highest derivatives"),
        (["x''' = y", "y'' = x"], "order 5"),
        (["x' = y + exp(t^2)*log(t)", "y' = x"], "nothing was proposed"),
    ],
)
def test_what_is_not_solved_says_why(texts: list[str], reason: str) -> None:
    solution = symmath.dsolve_system(texts, timeout=30)
    assert not solution and reason in solution.reason


def test_conditions_on_others_are_refused() -> None:
    with pytest.raises(ParseError, match="a condition on x or y"):
        symmath.dsolve_system(["x' = y", "y' = -x"], ics="z(0) = 1")


def test_conditions_are_split_outside_brackets() -> None:
    assert split_list("x(0)=f(1, 2), y(0)=1 and z(0)=2; w(0)=3") == [
        "x(0)=f(1, 2)",
        " y(0)=1 ",
        " z(0)=2",
        " w(0)=3",
    ]


def test_a_fundamental_system_solves_the_homogeneous_one() -> None:
    system = linear_system(parse_system(["x' = 2*x + y", "y' = -x"]).residuals)
    found = general_solution(system)
    assert found is not None
    _, fundamental = found
    for j in range(2):
        column = [row[j] for row in fundamental]
        for i in range(2):
            right = symengine.Add(*(a * y for a, y in zip(system.matrix[i], column, strict=True)))
            assert is_zero(column[i].diff(X) - right)


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    from symmath.cli.answers import print_system

    def run(
        text: str, conditions: str | None = None, *, style: Style = "sympy", as_json: bool = False
    ) -> int:
        return print_system(text, text.split(";"), conditions, None, 30, style=style, as_json=as_json)

    assert run("x' = y; y' = -x", "x(0)=1, y(0)=0") == 0
    assert capsys.readouterr().out == "x = cos(t)\ny = -sin(t)\n"
    assert run("x' = y; y' = -x", style="latex", as_json=True) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "proved" and set(record["answers"]) == {"x", "y"}
    assert run("x' = x - x*y; y' = x*y - y") == 1
    assert run("x' = y; z = 1", as_json=True) == 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x' = y; y' = -x", ["x' = y", "y' = -x"]),
        ("x' = y, y' = -x", ["x' = y", "y' = -x"]),
        ("x' = y and y' = f(1, 2)", ["x' = y", "y' = f(1, 2)"]),
        (r"\begin{cases} x' &= y \\ y' &= -x \end{cases}", ["x'  = y", "y'  = -x"]),
        ("Eq(x', y), Eq(y', x)", ["Eq(x', y)", "Eq(y', x)"]),
        ("y' = log(x, 2)", ["y' = log(x, 2)"]),
        ("y' = y, 3", ["y' = y, 3"]),
    ],
)
def test_texts_are_split_into_equations(text: str, parts: list[str]) -> None:
    assert split_equations(text) == parts
