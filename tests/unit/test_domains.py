"""Where the verifier looks, and where it says an answer holds."""

from dataclasses import replace

import pytest
from flint import acb

from symmath.expr.balls import working_precision
from symmath.expr.parse import parse_equation, parse_expression
from symmath.verification import Check, Verdict, verify_integral, verify_ode
from symmath.verification.domain import ALL_TRIED, EVERYWHERE, NEAR, part
from symmath.verification.integrals import confirm
from symmath.verification.points import complex_points, random_source


def check(integrand: str, answer: str) -> Check:
    return verify_integral(parse_expression(integrand).expr, parse_expression(answer).expr)


def ode(equation: str, answer: str) -> Check:
    parsed = parse_equation(equation)
    expr = parse_expression(answer, "x", symbols=("c1", "c2")).expr
    return verify_ode(parsed.residual, expr, parsed.order)


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("1", "x + sin(128*pi*x)**2"),
        ("2*x", "x**2 + cos(256*pi*x)"),
        ("1", "x + sin(2**150*3*pi*x)**2"),
        ("1", "x + sin(2**180*pi*x)**2"),
    ],
)
def test_no_wave_vanishes_at_every_point(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y' = 1", "c1 + x + sin(128*pi*x)**2"),
        ("y'' + y = 0", "c1*sin(x) + c2*cos(x) + sin(128*pi*x)**4"),
    ],
)
def test_no_wave_vanishes_at_every_point_of_an_equation(equation: str, answer: str) -> None:
    assert ode(equation, answer).verdict is Verdict.REFUTED


def test_the_points_depend_on_the_question_alone() -> None:
    points = [complex_points(random_source(["x"], tokens), 3) for tokens in (["x"], ["x"], ["y"])]
    assert [complex(p) for p in points[0]] == [complex(p) for p in points[1]]
    assert all(complex(p) != complex(q) for p, q in zip(points[0], points[2], strict=True))
    with working_precision(30):
        assert all(point.real.is_exact() and point.imag.is_exact() for point in points[0])


def test_complex_points_that_differ_are_excused_by_branches_only() -> None:
    def sides(point: acb) -> tuple[acb, acb]:
        # Both are what they are said to be on the real line alone.
        return (point, point) if point.imag == 0 else (point, point + 1)

    points = [acb(n) for n in range(1, 9)] + [acb(n, 1) for n in range(8)]
    assert confirm(sides, points, 8, has_branches=True)[0] is Verdict.NUMERIC
    assert confirm(sides, points, 8, has_branches=False)[0] is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer", "domain"),
    [
        ("-1", "abs(x-100)", "x < 100"),
        ("sign(x)", "abs(x-1/50)", "x < 0, x > 0.02"),
        ("sqrt((x-30)**2)", "-(x-30)**2/2", "x < 30"),
        ("cos(x)", "sin(x) + abs(x-25) + x", "x < 25"),
        ("sign(x-10**8)", "-x", "x < 1e+08"),
        ("abs(x-40)*abs(x-41)", "x**3/3 - 81*x**2/2 + 1640*x", "x < 40, x > 41"),
        ("sqrt((log(x)-3)**2)", "4*x - x*log(x)", "0 < x <= 20.08 at least"),
        ("2/(3*x**(1/3))", "x**(2/3)", "all real x where the integrand is"),
        ("sqrt((sin(x)-2)**2)", "2*x + cos(x)", "all real x tried where the integrand is"),
        ("abs(x-100)*exp(x)", "(x-101)*exp(x)*sign(x-100)", "all real x where the integrand is"),
        ("abs(sin(x))", "-cos(x)*sign(sin(x))", "all real x where the integrand is"),
    ],
)
def test_the_domain_ends_where_a_branch_does(integrand: str, answer: str, domain: str) -> None:
    found = check(integrand, answer)
    assert found.verdict in (Verdict.NUMERIC, Verdict.PROVED)
    assert found.domain.partition(";")[0] == domain


def test_an_answer_on_every_other_stretch_is_one_on_those() -> None:
    found = check("sqrt(1+sin(x))", "2*sin(x/2) - 2*cos(x/2)")
    assert found.verdict is Verdict.NUMERIC
    assert "-1.57 <= x <= 4.712, " in found.domain and found.domain.endswith(", ... at least")


def test_the_absolute_value_of_what_is_complex_is_looked_at() -> None:
    # Below zero the logarithm is complex, and the integrand real all the same.
    found = check("abs(log(x)-10)", "-x*(log(x)-11)*sign(10-log(x))")
    assert (found.verdict, found.domain) == (Verdict.NUMERIC, "x > 0; it jumps at x = 2.203e+04")
    root = check("x/abs(x + I)", "abs(x + I)")
    assert (root.verdict, root.domain) == (Verdict.NUMERIC, "all real x tried where the integrand is")


def test_where_nothing_is_known_nothing_is_claimed() -> None:
    # Beyond 10**5 the integrand has more digits than can be counted.
    double = "exp(exp(x))"
    found = check(f"{double}*exp(x) - 1", f"{double} + abs(x-10**5)")
    assert found.verdict is not Verdict.REFUTED
    assert found.domain in ("x < 100000", "")


@pytest.mark.parametrize(
    ("equation", "answer", "domain"),
    [
        ("y' = sign(x-50)", "c1 - x", "x < 50"),
        ("y' = abs(x+30)", "c1 + (x+30)**2/2", "x > -30"),
        ("y' = sign(x-50)", "c1 + abs(x-50)", "all real x where both are defined"),
        ("y'' = abs(x)", "c1 + c2*x + x**2*abs(x)/6", "all real x where both are defined"),
    ],
)
def test_a_solution_up_to_a_break_says_so(equation: str, answer: str, domain: str) -> None:
    found = ode(equation, answer)
    assert (found.verdict, found.domain, found.is_general) == (Verdict.NUMERIC, domain, True)


@pytest.mark.parametrize(
    ("integrand", "answer", "clause"),
    [
        ("1/(2+cos(x))", "2*atan(tan(x/2)/sqrt(3))/sqrt(3)", "; it jumps where tan(x/2) has poles"),
        ("abs(x-1)", "(x**2/2-x)*sign(x-1)", "; it jumps at x = 1"),
        ("abs(x-1)*abs(x+2)", "(x**3/3+x**2/2-2*x)*sign(x-1)*sign(x+2)", "; it jumps at x = -2, 1"),
        ("abs(x-100)*exp(x)", "(x-101)*exp(x)*sign(x-100)", "; it jumps at x = 100"),
        ("-1/(1+x**2)", "atan(1/x)", "; it jumps at x = 0"),
        ("exp(-1/x^2)", "x*exp(-1/x^2) + sqrt(pi)*erf(1/x)", "; it jumps at x = 0"),
        ("1/(x^2*cosh(1/x)^2)", "-tanh(1/x)", "; it jumps at x = 0"),
        ("exp(1/x)/(x^2*(1 + exp(1/x))^2)", "1/(1 + exp(1/x))", "; it jumps at x = 0"),
        ("exp(-1/x^2)/x^3", "exp(-1/x^2)/2", ""),
        ("abs(x-1)", "(x-1)*abs(x-1)/2", ""),
        # The integrand isn't real on the left.
        ("exp(-3*x/4)*log(x)", "4*Ei(-3*x/4)/3 - 4*exp(-3*x/4)*log(x)/3", ""),
        ("abs(x)**(-2/3)", "3*sign(x)*abs(x)**(1/3)", ""),
        ("1/(1+x**2)", "atan(x)", ""),
        ("sign(x-1)", "abs(x-1)", ""),
    ],
)
def test_the_domain_says_where_the_answer_jumps(integrand: str, answer: str, clause: str) -> None:
    found = check(integrand, answer)
    assert found.verdict in (Verdict.NUMERIC, Verdict.PROVED)
    assert found.domain == "all real x where the integrand is" + clause


def test_an_arctangent_breaks_where_its_argument_has_poles() -> None:
    found = check("x*atan(tan(sqrt(x)))", "2*x**(5/2)/5")
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert check("x*atan(tan(sqrt(x)))", "2*x**(5/2)/5 + x").verdict is Verdict.REFUTED


def test_branches_that_the_constants_decide_say_nothing_of_stretches_in_x() -> None:
    found = ode("x*log(x)*y' = (y**2 + 1)*atan(y)", "tan(c1*log(x))")
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC) and found.is_general
    assert ode("x*log(x)*y' = (y**2 + 1)*atan(y)", "tan(c1*x)").verdict is Verdict.REFUTED


def test_a_proof_beside_a_point_is_of_a_part() -> None:
    check = ode("y' = sqrt(y)", "(x + c1)^2/4")
    assert check.verdict is Verdict.PROVED and check.where.is_part


def test_a_domain_is_real_where_the_answer_is() -> None:
    assert ode("y' = sqrt(y)", "(x + 2)^2/4").domain == "x > -2"
    assert ode("y' = sqrt(1 + y^2)", "sinh(x + c1)").domain == "near the points tried"
    assert ode("y' = abs(y)", "c1*exp(x)").domain == "a part of the values of x and c1"


@pytest.mark.parametrize(
    ("equation", "answer", "clause"),
    [
        ("y' = 1/(2 + cos(x))", "2*sqrt(3)*atan(sqrt(3)*tan(x/2)/3)/3", "it jumps where tan(x/2) has poles"),
        (
            "y' = y/(2 + cos(x))",
            "c1*exp(2*sqrt(3)*atan(sqrt(3)*tan(x/2)/3)/3)",
            "it jumps where tan(x/2) has poles",
        ),
        ("y' = sign(x - 2)", "x*sign(x - 2)", "it jumps at x = 2"),
        ("y' = sign(x - 2)", "(x - 2)*sign(x - 2) + c1", ""),
        (
            "y'' = sign(x - 1)",
            "c1 + c2*x + (x^2 + 1)*sign(x - 1)/2",
            "it jumps at x = 1; its slope jumps at x = 1",
        ),
        ("y'' = sign(x - 1)", "c1 + c2*x + (x - 1)^2*sign(x - 1)/2", ""),
        ("y'' = 0", "c1*abs(x)", "its slope jumps at x = 0"),
        ("y' = y", "c1*exp(x)", ""),
    ],
)
def test_a_solution_that_jumps_says_where(equation: str, answer: str, clause: str) -> None:
    found = ode(equation, answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.domain.partition("; ")[2] == clause


def test_one_domain_is_wider_than_another() -> None:
    jumping = replace(EVERYWHERE, jumps=("it jumps at x = 1",))
    for wider, other in (
        (EVERYWHERE, jumping),
        (EVERYWHERE, NEAR),
        (EVERYWHERE, ALL_TRIED),
        (jumping, part("x > 0")),
    ):
        assert wider.is_at_least(other) and not other.is_at_least(wider)
        assert wider.is_at_least(wider) and other.is_at_least(other)
    general = replace(EVERYWHERE, parameters="for general parameters")
    # For how many parameters it holds is no matter of where.
    assert not general.is_at_least(jumping) and not part("x > 0").is_at_least(part("x > 1"))
    assert str(replace(jumping, parameters="for a > 0").in_names("t", "f")) == (
        "all real t where the integrand is; it jumps at t = 1, for a > 0"
    )
