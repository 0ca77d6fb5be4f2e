"""Each trap of the verifier has a test."""

import time

import pytest
import symengine

from symmath.expr.parse import parse_equation, parse_expression
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict, verify, verify_integral, verify_ode


def check(integrand: str, answer: str) -> Check:
    return verify_integral(parse_expression(integrand).expr, parse_expression(answer).expr)


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("x*cos(x)", "x*sin(x)+cos(x)"),
        ("1/x", "log(x)"),
        ("1/sqrt(1-x**2)", "asin(x)"),
        ("1/(x**2+1)", "atan(x)"),
        ("tan(x)", "-log(cos(x))"),
        ("sin(x)**2", "x/2-sin(2*x)/4"),
        ("sinh(x)*cosh(x)", "cosh(2*x)/4"),
        ("1/(x*log(x))", "log(log(x))"),
        ("exp(-1000-x)", "-exp(-1000-x)"),
        ("x**3", "x**4/4 + pi"),
        ("2**x", "2**x/log(2)"),
    ],
)
def test_right_answers_are_proved(integrand: str, answer: str) -> None:
    found = check(integrand, answer)
    assert found.verdict is Verdict.PROVED, found
    assert found.domain


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("x*cos(x)", "x*sin(x)+2*cos(x)"),
        ("x", "x"),
        ("exp(-1000-x)", "0"),
        ("1", "x + x**2/10**30"),
        ("exp(pi*sqrt(163))", "262537412640768744*x"),
        ("sqrt(x-1)*sqrt(2-x)", "x"),
        ("1/(1-x)", "log(1-x)"),
        ("atan(x)", "x*atan(x)"),
    ],
)
def test_wrong_answers_are_refuted(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer", "domain"),
    [
        ("sqrt(x**2)", "x**2/2", "x > 0"),
        ("log(x**2)", "2*x*log(x)-2*x", "x > 0"),
        ("sqrt(x**2)", "-x**2/2", "x < 0"),
        ("abs(x)", "x**2/2", "x > 0"),
    ],
)
def test_an_answer_on_one_branch_says_so(integrand: str, answer: str, domain: str) -> None:
    found = check(integrand, answer)
    assert (found.verdict, found.domain) == (Verdict.NUMERIC, domain)


def test_both_sides_of_a_radicands_root_are_looked_at() -> None:
    found = check("sqrt((x-1)**2)", "x**2/2 - x")
    assert found.verdict is Verdict.NUMERIC
    assert found.domain == "x > 1"


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("1/x", "log(abs(x))"),
        ("abs(x)", "x*abs(x)/2"),
        ("tan(x)", "-log(abs(cos(x)))"),
        ("abs(x) + sign(x-1)", "x*abs(x)/2 + abs(x-1)"),
        ("3*x*abs(x)*cos(x**2*abs(x))", "sin(x**2*abs(x))"),
    ],
)
def test_absolute_values_are_proved_for_either_sign(integrand: str, answer: str) -> None:
    found = check(integrand, answer)
    assert (found.verdict, found.domain) == (Verdict.PROVED, "all real x where the integrand is")


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [("exp(-x-abs(x))", "-exp(-x-abs(x))/(1+sign(x))"), ("1+sign(x)", "x+abs(x)+1/(1+sign(x))")],
)
def test_an_answer_that_one_sign_leaves_undefined_holds_for_the_other(integrand: str, answer: str) -> None:
    assert check(integrand, answer).domain == "x > 0"


def test_absolute_values_of_what_may_be_complex_are_not_proved() -> None:
    # Where x < 0, abs(sqrt(x)) is no multiple of sqrt(x) by a sign.
    assert check("abs(sqrt(x))**2", "x**2/2").domain == "x > 0"
    assert check("abs(sqrt(x))**2", "x*abs(x)/2").verdict is Verdict.NUMERIC


def test_a_large_term_does_not_hide_where_an_answer_holds() -> None:
    # For x < -1 the slope of acosh has the other sign, which 64 bits don't show beside exp(2*x**2).
    integrand = "2*(x - exp(x**2))*(1 - 2*x*exp(x**2)) + 1/sqrt(x**2 - 1)"
    found = check(integrand, "(x - exp(x**2))**2 + acosh(x)")
    assert found.verdict is Verdict.PROVED
    assert found.domain == "x > 1"
    assert check(integrand, "(x - exp(x**2))**2").verdict is Verdict.REFUTED
    assert check(integrand, "(x - exp(x**2))**2 + 2*acosh(x)").verdict is Verdict.REFUTED


def test_a_small_interval_is_enough() -> None:
    integrand = "1/(sqrt(x-1)*sqrt(2-x))"
    assert check(integrand, "asin(2*x-3)").verdict in (Verdict.PROVED, Verdict.NUMERIC)


def test_what_overflows_everywhere_is_undecided() -> None:
    answer = "exp(exp(exp(exp(x**2 + 999))))"
    slope = f"{answer}*exp(exp(exp(x**2 + 999)))*exp(exp(x**2 + 999))*exp(x**2 + 999)*2*x"
    assert check(slope, answer).verdict is Verdict.UNDECIDED


def ode(equation: str, answer: str) -> Check:
    parsed = parse_equation(equation)
    expr = parse_expression(answer, "x", symbols=("c1", "c2")).expr
    return verify_ode(parsed.residual, expr, parsed.order)


@pytest.mark.parametrize(
    ("equation", "answer", "is_general"),
    [
        ("y' + y = x", "x - 1 + c1*exp(-x)", True),
        ("y' + y = x", "x - 1", False),
        ("y' + y = 0", "0", False),
        ("y'' + y = 0", "c1*sin(x) + c2*cos(x)", True),
        ("y'' + y = 0", "(c1+c2)*sin(x)", False),
        ("y'' + y = 0", "c1*sin(x)", False),
        ("y' = y**2", "1/(c1-x)", True),
    ],
)
def test_solutions_of_equations_are_told_from_general_ones(
    equation: str, answer: str, is_general: bool
) -> None:
    found = ode(equation, answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.is_general is is_general


@pytest.mark.parametrize(("equation", "answer"), [("y' + y = 0", "c1*exp(x)"), ("y'' = y", "c1*sin(x)+c2")])
def test_wrong_solutions_of_equations_are_refuted(equation: str, answer: str) -> None:
    assert ode(equation, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize("task", ["ode1", "ode2"])
def test_the_task_of_an_equation_decides_how_it_is_checked(task: str) -> None:
    parsed = parse_equation("y' = y" if task == "ode1" else "y'' = y")
    problem = Problem(task=task, expr=parsed.residual)
    wrong, right = (
        parse_expression(text, "x", symbols=("c1", "c2")).expr for text in ("c1*sin(x)", "c1*exp(x)")
    )
    assert verify(problem, wrong).verdict is Verdict.REFUTED
    found = verify(problem, right)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.is_general is (task == "ode1")


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("2 + exp(-1000-x)", "2*x"),
        ("1 + exp(-1000)", "x"),
        ("cos(x/10**59)", "x"),
        ("tanh(1000+x)", "x"),
        ("x + sin(x)/10**59", "x**2/2"),
        ("2 + 5*exp(-x*sinh(x))*cos(x)", "2*x + exp(-3*x*sinh(x))*cos(x)**3"),
    ],
)
def test_a_term_too_small_to_show_is_missed(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("2*x", "x**2 + exp(-exp(x**2+10))"),
        ("abs(x)", "x*abs(x)/2 + exp(-exp(x**2+10))"),
        ("1", "x + cos(exp(-exp(x**2+10)))"),
        ("1", "x + log(1 + 2**(-exp(x**2+10)))"),
        ("1", "x + log(1 + exp(-exp(exp(x**2+6))))"),
        ("cosh(10000*x)", "cosh(10000*x)/10000"),
    ],
)
def test_a_term_that_underflows_is_no_zero(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict in (Verdict.REFUTED, Verdict.UNDECIDED)


def test_a_term_that_underflows_in_an_equation_is_no_zero() -> None:
    found = ode("y' = sign(x)", "c1 + abs(x) + log(1 + exp(-exp(x**2+10)))")
    assert found.verdict in (Verdict.REFUTED, Verdict.UNDECIDED)


def test_terms_that_cancel_to_zero_are_no_underflow() -> None:
    found = check("abs(x)*(sin(x)**2 + cos(x)**2) + abs(x)", "x*abs(x)")
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)


def test_a_tangent_far_from_the_real_axis_agrees_with_nothing() -> None:
    # For x > 2 the logarithm is complex and the tangent I, but for what is far too small to show.
    u = "x**2*(x + x**5*(16*x**4 + log(x*(2-x))))"
    slope = (
        "2*x*(x + x**5*(16*x**4 + log(x*(2-x)))) + x**2*(1 + 5*x**4*(16*x**4 + log(x*(2-x)))"
        " + x**5*((2-2*x)/(x*(2-x)) + 64*x**3))"
    )
    integrand = f"1 + ({slope})*(1 + tan({u})**2)"
    assert check(integrand, f"x + tan({u})").verdict is Verdict.PROVED
    assert check(integrand, f"x + tan({u.replace('x**5', 'x**10')})").verdict is Verdict.REFUTED


def test_a_small_term_of_the_other_sign_is_missed() -> None:
    # For large x, exp(exp(x)) leaves nothing of the slope of asinh within 120 digits.
    rest = "exp(-7+x+exp(x))*(2*exp(2*x)-2*exp(x))"
    primitive = "6*exp(exp(x)-7) - 6*exp(x+exp(x)-7) + 2*exp(2*x+exp(x)-7)"
    right = check(f"{rest} + 1/sqrt(5+x**2)", f"{primitive} + asinh(sqrt(5)*x/5)")
    assert right.verdict is Verdict.PROVED
    wrong = check(f"{rest} + 1/sqrt(5+x**2)", f"{primitive} - asinh(sqrt(5)*x/5)")
    assert wrong.verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer", "domain"),
    [
        ("sqrt((x-1)**2)", "x**2/2 - x", "x > 1"),
        ("sqrt((x-1)**2)", "x - x**2/2", "x < 1"),
        ("sqrt((x**2-1)**2)", "x - x**3/3", "-1 < x < 1"),
        ("1/sqrt(x**2-1)", "acosh(x)", "x > 1"),
        ("1/sqrt(x**2-1)", "-acosh(-x)", "x < -1"),
    ],
)
def test_an_answer_on_one_side_of_a_radicands_root_says_so(integrand: str, answer: str, domain: str) -> None:
    found = check(integrand, answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.domain == domain


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [("sqrt(x**2-4)", "x*sqrt(x**2-4)/2 - 2*log(x + sqrt(x**2-4))"), ("sqrt(2-x)", "-2*(2-x)**(3/2)/3")],
)
def test_an_answer_on_both_sides_of_a_radicands_root_holds_where_it_is_real(
    integrand: str, answer: str
) -> None:
    assert check(integrand, answer).domain == "all real x where the integrand is"


@pytest.mark.parametrize("answer", ["log(abs(x-1/2))", "log(x-1/2)", "log(1/2-x)", "log((2*x-1)**2)/2"])
def test_the_sign_inside_a_logarithm_does_not_matter(answer: str) -> None:
    found = check("1/(x-1/2)", answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.domain == "all real x where the integrand is"


def test_cancellation_hides_nothing() -> None:
    integrand = "10**30*(exp(x/10**10) - 1 - x/10**10)"
    assert check(integrand, "10**40*exp(x/10**10) - 10**30*x - 10**20*x**2/2").verdict is Verdict.PROVED
    assert check(integrand, "10**40*exp(x/10**10) - 10**30*x - 10**20*x**2").verdict is Verdict.REFUTED


def test_poles_at_the_points_looked_at_are_passed_over() -> None:
    # The points lie around multiples of 1/128.
    assert check("1/(128*x-5)", "log(128*x-5)/128").verdict is Verdict.PROVED
    poles = "*".join(f"(128*x-{n})" for n in (5, 13, 31, 43, 61, 83))
    assert check(f"1/({poles})", "x").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("exp(pi*sqrt(163)) - 262537412640768743", "x"),
        ("sin(11)", "-x"),
        ("(pi**9/exp(8))*x", "10*x**2/2"),
        ("log(640320**3+744)/sqrt(163)", "pi*x"),
    ],
)
def test_constants_that_only_look_equal_are_told_apart(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict is Verdict.REFUTED


def test_nothing_real_and_a_cut_across_the_plane_is_no_obstacle() -> None:
    found = check(
        "-4 + 1/sqrt(x**2-1) + 1/(x**2*(log(5)+sqrt(-2)))", "-4*x + acosh(x) - 1/(x*(log(5)+sqrt(-2)))"
    )
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.domain == "a part of the complex plane"


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y'' = 0", "c1 + c2"),
        ("y'' = 0", "x*(c1+c2) + c1 + c2"),
        ("y'' = y", "c1*exp(x+c2)"),
        ("y'' = y", "0"),
        ("y'' + y = 0", "c1**2*sin(x) + c1*cos(x) - c1*cos(x)"),
        # On the left, and in half of the complex plane, the two logarithms do differ by a constant.
        ("x*y'' + y' = 0", "c1*log(x) + c2*log(x**2)"),
        ("y'' = 0", "c1*x + c2*sqrt(x**2)"),
    ],
)
def test_constants_that_depend_on_each_other_make_no_general_solution(equation: str, answer: str) -> None:
    found = ode(equation, answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC) and not found.is_general


def test_constants_in_the_wrong_places_can_still_be_independent() -> None:
    assert ode("y'' + y = 0", "c1*cos(x+c2)").is_general
    assert ode("y'' = 0", "c1 + c2 + x*(c1-c2)").is_general


def test_a_term_too_small_to_show_is_missed_in_an_equation() -> None:
    assert ode("y' + y = exp(-1000-x)", "c1*exp(-x)").verdict is Verdict.REFUTED
    assert ode("y' + y = exp(-1000-x)", "c1*exp(-x) + x*exp(-1000-x)").verdict is Verdict.PROVED


def test_a_solution_on_one_branch_of_an_equation_says_where() -> None:
    found = ode("y' = -2*x*sqrt(1-y**2)", "cos(c1+x**2)")
    assert found.verdict is Verdict.PROVED
    assert found.domain == "a part of the values of x and c1"
    assert ode("y' = sqrt(y**2)", "-c1**2*exp(x)").verdict is Verdict.REFUTED


def implicit(equation: str, expression: str) -> Check:
    parsed = parse_equation(equation)
    return verify_ode(parsed.residual, symengine.sympify(expression), parsed.order)


@pytest.mark.parametrize(
    ("equation", "expression", "is_general"),
    [
        ("y*y' + x = 0", "x**2 + y**2", True),
        ("x*y' = y", "log(y/x)", True),
        ("y'' = 0", "y - c2*x", True),
        ("y'' = 0", "y - x", False),
        ("y'' = 0", "y", False),
    ],
)
def test_implicit_solutions(equation: str, expression: str, is_general: bool) -> None:
    found = implicit(equation, expression)
    assert (found.verdict, found.is_general) == (Verdict.PROVED, is_general)
    assert found.domain == "where both are defined"


@pytest.mark.parametrize(
    ("equation", "expression"),
    [("y' = sqrt(y**2)/x", "y/x"), ("y' = sqrt(y**2)", "y*exp(-x)"), ("y' = sqrt(x**2)", "y - x**2/2")],
)
def test_what_is_constant_on_part_of_the_solutions_says_on_which(equation: str, expression: str) -> None:
    found = implicit(equation, expression)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.domain.startswith(("a part of the values of ", "x > 0"))


@pytest.mark.parametrize(
    ("equation", "expression"),
    [("y'**2 = 1", "(y-x)*(y+x)"), ("y' = y", "x*y"), ("y' = 1/y", "y**2 - x"), ("y' = y", "y/y*x + 0*y")],
)
def test_what_is_not_constant_on_solutions_is_refuted(equation: str, expression: str) -> None:
    assert implicit(equation, expression).verdict in (Verdict.REFUTED, Verdict.UNDECIDED)


def test_an_algebra_that_would_not_end_is_refused_in_time() -> None:
    # A simplifier would expand this; the zero test refuses it by its size.
    integrand = "(x+sin(x)+cos(x)+exp(x)+log(x))**40*(1+cos(x)-sin(x)+exp(x)+1/x)*41"
    begin = time.monotonic()
    found = check(integrand, "(x+sin(x)+cos(x)+exp(x)+log(x))**41 + (x+tan(x))**40 - (x+tan(x))**40")
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert time.monotonic() - begin < 2.0
