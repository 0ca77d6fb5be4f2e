import pytest
import symengine
import sympy

import symmath
from symmath.ansatz.fit import relations, solve
from symmath.ansatz.modular import vanishes
from symmath.errors import UnsupportedError
from symmath.expr.conditions import Condition, parse_conditions
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.odes import first_order, second_order
from symmath.odes.conditions import fix_constants, satisfies
from symmath.odes.constants import C1, C2
from symmath.odes.equation import Y
from symmath.odes.first_integral import combine_terms
from symmath.odes.forms import exponential, number_of
from symmath.odes.integral import integral
from symmath.odes.linear import linear_second_order
from symmath.odes.linearise import linear_in_function
from symmath.odes.roots import roots_of
from symmath.odes.solve import solve_second_order
from symmath.verification import Verdict, verify_ode

ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)


def read(text: str) -> Expr:
    return parse_expression(text, "x", symbols=("c1", "c2"), parameters=("a", "b")).expr


def in_both(text: str) -> Expr:
    """Read an expression in x and t, and call t y."""
    return read(text.replace("t", "c2")).xreplace({C2: Y})


@pytest.mark.parametrize(
    ("method", "slope"),
    [
        (first_order._linear, "c2*x + x"),
        (first_order._separable, "x*c2^2"),
        (first_order._separable, "exp(x + c2)"),
        (first_order._bernoulli, "c2/x + c2^3"),
        (first_order._bernoulli, "x*c2 + x*sqrt(c2)"),
        (first_order._isobaric, "(x + c2)/(x - c2)"),
        (first_order._isobaric, "(c2 + sqrt(x^2 + c2^2))/x"),
        (first_order._isobaric, "c2^2 + 1/x^2"),
        (first_order._about_a_point, "(c2 - x + 1)/(c2 + x - 5)"),
        (first_order._about_a_point, "sqrt((2*x + c2 - 3)/(x - 1)) + 1"),
        (first_order._shifted, "(x + c2)^2"),
        (first_order._exact, "-(2*x*c2 + 1)/(x^2 + 3*c2^2)"),
        (first_order._exact, "-c2/(2*x - c2*exp(c2))"),
        (first_order._swapped, "1/(x + c2^2)"),
        (first_order._riccati, "c2^2 - 2*x*c2 + x^2 + 1"),
        (first_order._linear_in_function, "sqrt(1 - c2^2)*(x + asin(c2))"),
    ],
)
def test_each_method_solves_its_kind(method, slope: str) -> None:
    f = read(slope).xreplace({C2: Y})
    equation = first_order.DY - f
    found = list(method(f))
    assert found
    checks = [verify_ode(equation, e, 1) for e in found]
    assert any(check.verdict in ACCEPTED and check.is_general for check in checks)


def test_no_method_of_separation_takes_what_is_not_separable() -> None:
    assert first_order.separated(X + Y) is None
    assert first_order.separated(symengine.sin(X * Y)) is None


@pytest.mark.parametrize(
    "text",
    [
        "y'' - 3y' + 2y = exp(x)",
        "x^2 y'' + 3x y' + 5y = 0",
        "y'' + 4x y' + (4x^2 + 2) y = 0",
        "(1 - x^2) y'' - x y' + 4y = 0",
        "y'' + y = tan(x)",
        "y'' - y'/x + 4x^2 y = 0",
        "y'' = x + 1",
        "y'' + y' tan(x) - y cos(x)^2 = 0",
        "y'' - y'/tan(x) + y sin(x)^2 = 0",
        "y'' = (1 + 2 tan(x)^2) y",
        "sin(x)^2 y'' = 2y",
    ],
)
def test_linear_equations_of_second_order(text: str) -> None:
    equation = parse_equation(text).residual
    (found,) = linear_second_order(equation)
    check = verify_ode(equation, found, 2)
    assert check.verdict in ACCEPTED and check.is_general


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (second_order._without_y, "y'' = x y'^2"),
        (second_order._autonomous, "y'' = 2 y y'"),
        (second_order._homogeneous_in_y, "y y'' = y'^2 + y y'/x"),
        (second_order._exact, "y'' = y' y/x"),
        (second_order._exact, "x y y'' + x y'^2 + y y' = x"),
        (second_order.second_order_without_square, "y'' + 2 tan(y) y'^2 + y' = 0"),
    ],
)
def test_each_reduction_solves_its_kind(method, text: str) -> None:
    equation = parse_equation(text).residual
    checks = [verify_ode(equation, e, 2) for e in method(equation)]
    assert any(check.verdict in ACCEPTED and check.is_general for check in checks)


def test_terms_of_candidates_solve_what_the_equation_alone_does_not() -> None:
    family = C1 * symengine.sin(X**3) + C2 * symengine.log(X + symengine.exp(X))
    first, second = family.diff(C1), family.diff(C2)
    w = first * second.diff(X) - second * first.diff(X)
    p = -(first * second.diff(X, 2) - second * first.diff(X, 2)) / w
    q = (first.diff(X) * second.diff(X, 2) - second.diff(X) * first.diff(X, 2)) / w
    equation = parse_equation("y'' + y' + y = 0").residual
    ddy = next(s for s in equation.free_symbols if str(s) == "y''")
    equation = ddy + p * first_order.DY + q * Y
    wrong = 3 * C1 * symengine.sin(X**3) + C2 * (symengine.log(X + symengine.exp(X)) + symengine.sin(X**3))
    found = list(solve_second_order(equation, [wrong + X]))
    assert any(verify_ode(equation, e, 2).verdict in ACCEPTED for e in found)


def test_first_integrals_of_candidates_are_refitted() -> None:
    # The candidates' first integral log(y) + x*y holds with other coefficients than theirs.
    equation = parse_equation("y'*(2/y + 3*x) + 3*y + cos(x)*exp(sin(x)) = 0").residual
    terms = (symengine.log(Y), X * Y, symengine.exp(symengine.sin(X)))
    f = next(iter(first_order.slopes(equation)))
    phi = combine_terms(f, terms)
    assert phi is not None and verify_ode(equation, phi, 1).verdict is Verdict.PROVED
    assert combine_terms(f, terms[:2]) is None


def test_integrals_with_parameters() -> None:
    for e in (symengine.exp(C1 * X), 1 / (X**2 + C1**2), X * symengine.sin(C1 * X), symengine.log(X + C1)):
        found = integral(e)
        assert found is not None and vanishes(found.diff(X) - e)


def test_exponentials_of_logarithms_are_powers() -> None:
    assert exponential(2 * symengine.log(X) + X) == X**2 * symengine.exp(X)
    assert exponential(symengine.log(X - 1) / 2 + symengine.log(X + 1) / 2) == symengine.sqrt(X**2 - 1)
    assert exponential(symengine.log(1 + symengine.tan(X) ** 2) / 2) == 1 / symengine.cos(X)


def test_numbers_in_disguise() -> None:
    assert number_of((X + X**2) / (X * (1 + X))) == 1
    wave = symengine.cos(X) ** 2 * (1 + symengine.tan(X) ** 2)
    assert number_of(wave) == 1
    assert number_of(X) is None


def test_roots_come_in_branches() -> None:
    assert set(roots_of(Y**2 - X, Y, Y)) == {symengine.sqrt(X), -symengine.sqrt(X)}
    assert len(roots_of(Y**2 + X * Y - 1, Y, Y)) == 2
    assert roots_of(Y + symengine.exp(Y), Y, Y) == []


def test_one_square_root_is_squared_away() -> None:
    slope = Y + symengine.sqrt(Y**2 - 1) - C1 * X
    assert [symengine.expand(y) for y in roots_of(slope, Y, Y)] == [C1 * X / 2 + 1 / (2 * C1 * X)]
    assert roots_of(Y + symengine.sqrt(Y) + symengine.sqrt(Y + 1) - X, Y, Y) == []


@pytest.mark.parametrize(
    ("equation", "solution"),
    [
        ("x*y'^2 - 2*y*y' + x = 0", "c1*x**2/8 + 2/c1"),
        ("y' = y/x + tan(y/x)", "x*asin(c1*x)"),
        ("(x - 1)*y'' - x*y' + y = 1", "c1*x + c2*exp(x) + 1"),
        ("(1 - x^2)*y'' - x*y' + y = 0", "c1*x + c2*sqrt(1 - x**2)"),
        ("(x^2 + 1)*y'' + x*y' - y = x", "c1*x + c2*sqrt(x**2 + 1) + sqrt(x**2 + 1)*asinh(x)/2"),
        ("y'' + y = tan(x)", "c1*cos(x) + c2*sin(x) - log((sin(x) + 1)/cos(x))*cos(x)"),
        ("y'' + 2*y'/tan(x) - y = 0", "(c1 + c2*x)/sin(x)"),
        ("y'' + k*y = 0", "c1*cos(sqrt(k)*x) + c2*sin(sqrt(k)*x)"),
        ("y'' + 2*a*y' + (a^2 + b^2)*y = 0", "(c1*cos(b*x) + c2*sin(b*x))*exp(-a*x)"),
        ("y'' + a^2*y = cos(a*x)", "c1*cos(a*x) + c2*sin(a*x) + x*sin(a*x)/(2*a)"),
        ("y' = (y - x)/(y + x)", "Eq(log(x**2 + y(x)**2)/2 + atan(y(x)/x), c1)"),
    ],
)
def test_solutions_as_textbooks_write_them(equation: str, solution: str) -> None:
    assert symmath.dsolve(equation, mode="fit").text() == solution


def test_relations_span_the_null_space() -> None:
    columns = [X, X**2, 2 * X - X**2, symengine.sin(X) ** 2, symengine.cos(X) ** 2, symengine.Integer(1)]
    found = list(relations(columns))
    assert len(found) == 2
    for relation in found:
        assert vanishes(symengine.Add(*(c * columns[i] for i, c in relation.items())))
    assert solve(X, [X**2]) is None


@pytest.mark.parametrize(
    ("solution", "conditions", "fixed"),
    [
        ("c1*exp(x)", "y(0)=3", "3*exp(x)"),
        ("c1*cos(x) + c2*sin(x)", "y(0)=1, y'(0)=2", "cos(x) + 2*sin(x)"),
        ("c1*cos(x) + c2*sin(x)", "y'(0)=2, y(0)=1", "cos(x) + 2*sin(x)"),
        ("exp(c2*x)*c1", "y(0)=2, y'(0)=6", "2*exp(3*x)"),
        ("c2*tan(c1 + c2*x)", "y(0)=0, y'(0)=1", "tan(x)"),
        ("c1*exp(a*x)", "y(1)=b", "b*exp(a*(x - 1))"),
        ("c1*cos(a*x) + c2*sin(a*x)", "y(0)=b, y'(0)=2", "b*cos(a*x) + 2*sin(a*x)/a"),
    ],
)
def test_conditions_fix_the_constants(solution: str, conditions: str, fixed: str) -> None:
    found = list(fix_constants(read(solution), parse_conditions(conditions, parameters=("a", "b"))[0]))
    assert any(vanishes(e - read(fixed)) for e in found)


def test_conditions_that_cant_be_met_give_nothing() -> None:
    assert list(fix_constants(read("c1*x"), parse_conditions("y(0)=1")[0])) == []
    assert list(fix_constants(read("c1/x"), parse_conditions("y(0)=1")[0])) == []
    assert not satisfies(X, parse_conditions("y(1)=2")[0])
    assert list(fix_constants(read("sqrt(x^2 + c1)"), parse_conditions("y(0)=-1")[0])) == []


def test_where_a_branch_has_half_of_the_parameters_values_the_curve_has_all() -> None:
    # sqrt(b^2) is b for positive b only.
    conditions = parse_conditions("y(a)=b", parameters=("a", "b"))[0]
    (curve,) = fix_constants(read("sqrt(x^2 + c1)"), conditions)
    assert vanishes(curve - (Y**2 - X**2 - read("b^2 - a^2")))


def test_an_implicit_solution_through_a_point_vanishes_there() -> None:
    (fixed,) = fix_constants(X**2 + Y**2, (Condition(0, symengine.Integer(3), symengine.Integer(4)),))
    assert fixed == X**2 + Y**2 - 25


@pytest.mark.parametrize(
    ("equation", "phi", "verdict"),
    [
        ("y' = -x/y", X**2 + Y**2, Verdict.PROVED),
        ("y' = -x/y", X**2 + 2 * Y**2, Verdict.REFUTED),
        ("y' = -x/y", symengine.sin(X**2 + Y**2), Verdict.PROVED),
        ("y' = y", Y - symengine.exp(X), Verdict.REFUTED),
    ],
)
def test_implicit_answers_are_judged(equation: str, phi: Expr, verdict: Verdict) -> None:
    check = verify_ode(parse_equation(equation).residual, phi, 1)
    assert check.verdict is verdict


def test_an_implicit_answer_to_a_second_order_equation_needs_its_inner_constant() -> None:
    equation = parse_equation("y'' = 0").residual
    assert verify_ode(equation, Y - C2 * X, 2).is_general
    assert not verify_ode(equation, Y - 3 * X, 2).is_general


def test_simplest_answers() -> None:
    equation = parse_equation("y'' = 2 y y'").residual
    (found, *_) = solve_second_order(equation)
    assert verify_ode(equation, found, 2).is_general
    assert len(str(found)) <= len("-c2/tan(c1 + c2*x)")


def test_kernels_of_y_suggest_linearisations() -> None:
    phis = [phi for phi, _, _ in linear_in_function((X - symengine.log(Y)) * Y)]
    assert symengine.log(Y) in phis


def test_huge_equations_are_refused_and_not_worked_on() -> None:
    equation = parse_equation(
        "y'' + y*" + "*".join(f"(x^2 + {k}*y + sin({k}*x))" for k in range(1, 30))
    ).residual
    with pytest.raises(UnsupportedError):
        from symmath.odes.equation import DDY, numerator

        numerator(equation, DDY)
    assert list(solve_second_order(equation)) == []


def test_a_function_on_a_part_is_rather_given_than_a_curve() -> None:
    solution = symmath.dsolve("y' = y^2*sqrt(1 - 1/y^2)", mode="fit")
    assert solution.is_general and not solution.is_implicit


@pytest.mark.parametrize(
    ("equation", "solution"),
    [
        ("y'' + y' = exp(-x)", "(c1*exp(x) + c2 - x)*exp(-x)"),
        ("y'' + 4*y' + 4*y = exp(-2*x)/x^2", "(c1 + c2*x - log(x))*exp(-2*x)"),
        ("y'' + w^2*y = cos(v*x)", "c1*cos(w*x) + c2*sin(w*x) + cos(v*x)/((-v + w)*(v + w))"),
    ],
)
def test_solutions_are_shown_with_simple_constants(equation: str, solution: str) -> None:
    assert str(symmath.dsolve(equation, mode="fit", timeout=30).expr) == solution


@pytest.mark.parametrize(
    ("equation", "solution", "beyond"),
    [
        ("y'' - 2*x*y' + 4*y = 0", "2*x**2 - 1", "erfi"),
        ("x*y'' + (1 - x)*y' + 3*y = 0", "x**3 - 9*x**2 + 18*x - 6", "Ei"),
        # The oscillator's third state.
        ("y'' + (5 - x^2)*y = 0", "(2*x**2 - 1)*exp(-x**2/2)", "erfi"),
        ("y'' + (3 - x^2)*y = 0", "x*exp(-x**2/2)", "erfi"),
        ("y'' = (4*x^2 + 4*x + 3)*y", "exp(x**2 + x)", "erf"),
        # The other one is no such function.
        ("y'' = (x^4 + 2*x)*y", "exp(x**3/3)", ""),
    ],
)
def test_solutions_whose_partner_is_not_elementary(equation: str, solution: str, beyond: str) -> None:
    found = symmath.dsolve(equation, mode="fit")
    assert found.verdict is Verdict.PROVED and found.is_general is bool(beyond)
    assert {f.func.__name__ for f in found.expr.atoms(sympy.Function)} - {"exp"} == {beyond} - {""}
    of_first = sympy.expand(found.expr).coeff(sympy.Symbol("c1"))
    assert not sympy.simplify(of_first / sympy.sympify(solution)).free_symbols


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("m*x'' + k*x = 0", None, "c1*cos(t*sqrt(k/m)) + c2*sin(t*sqrt(k/m))"),
        ("L*theta'' + g*theta = 0", "theta(0)=A, theta'(0)=0", "A*cos(x*sqrt(g/L))"),
        ("y'' + a*b*y = 0", None, "c1*cos(x*sqrt(a*b)) + c2*sin(x*sqrt(a*b))"),
        ("h' = -k*sqrt(h)", "h(0)=H", "(2*sqrt(H) - k*x)**2/4"),
        ("y' = x/y", "y(1)=1", "x"),
        ("y' = x/y", "y(1)=-1", "-x"),
    ],
)
def test_oscillators_and_others_are_written_as_in_textbooks(
    equation: str, conditions: str | None, solution: str
) -> None:
    assert str(symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30).expr) == solution
