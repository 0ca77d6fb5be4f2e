import pytest
import symengine
from symengine import cos, exp, log, sin, sqrt

from symmath.ansatz.basis import terms_of_candidates
from symmath.ansatz.fit import combine, solve
from symmath.ansatz.modular import Points
from symmath.ansatz.primes import primes_for
from symmath.ansatz.primitive import primitives
from symmath.errors import UnsupportedError
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict, verify_integral


def is_zero(text: str, prime: int) -> bool:
    points = Points(200, prime=prime)
    value = points.value(parse_expression(text).expr)
    assert points.good.sum() > 20
    return bool((value[points.good] == 0).all())


@pytest.mark.parametrize("prime", primes_for(()))
@pytest.mark.parametrize(
    "text",
    [
        "sin(2x) - 2sin(x)cos(x)",
        "sin(x+3) - sin(x)cos(3) - cos(x)sin(3)",
        "sin(x/2)^2 - (1-cos(x))/2",
        "cosh(x)^2 - sinh(x)^2 - 1",
        "tan(x) - sin(x)/cos(x)",
        "sqrt(x^2+1)^2 - x^2 - 1",
        "sqrt(6) - sqrt(2)*sqrt(3)",
        "log(6x) - log(2) - log(3) - log(x)",
        "x^x - exp(x*log(x))",
    ],
)
def test_identities_hold(text: str, prime: int) -> None:
    assert is_zero(text, prime)


@pytest.mark.parametrize(
    "text", ["sqrt(2) - 7/5", "sin(x)^2 + cos(x)^2 - 2", "exp(x) - x", "log(2) - 1", "pi - 22/7"]
)
def test_what_is_not_zero_is_not(text: str) -> None:
    assert not is_zero(text, primes_for(())[0])


def test_the_imaginary_unit_is_refused() -> None:
    with pytest.raises(UnsupportedError):
        Points(10).value(symengine.I * X)


def test_few_points_are_the_first_of_many() -> None:
    e = sin(X) * sqrt(X + 1) * log(X) / (exp(X) + 2)
    few, many = Points(20), Points(320)
    assert (few.value(e) == many.value(e)[:20]).all() and (few.good == many.good[:20]).all()


def test_combine_finds_the_coefficients_over_many_roots() -> None:
    # Each root leaves half of the points, so that few are not enough.
    terms = [sqrt(X + n) for n in range(3)]
    integrand = sum((n + 1) * term.diff(X) for n, term in enumerate(terms))
    found = combine(integrand, terms)
    assert found is not None and symengine.expand(found.diff(X) - integrand) == 0


def test_combine_finds_the_coefficients() -> None:
    assert combine(X * cos(X), [sin(X), X * sin(X), cos(X)]) == X * sin(X) + cos(X)
    terms = [X * exp(X), exp(X), log(X)]
    answer = symengine.Rational(22, 7) * terms[0] - symengine.Rational(12345, 678) * terms[2]
    assert combine(answer.diff(X), terms) == answer


@pytest.mark.parametrize("odd", [sqrt(10**19 + 51) * X, (symengine.Integer(10) ** 19 + 51) ** X])
def test_a_number_that_is_too_large_costs_its_term_only(odd: symengine.Expr) -> None:
    assert combine(X * cos(X), [odd, X * sin(X), cos(X)]) == X * sin(X) + cos(X)
    assert combine(X * cos(X) + odd, [X * sin(X), cos(X)]) is None
    assert next(primitives(X * cos(X), [odd])) == X * sin(X) + cos(X)


def test_a_root_of_a_large_prime_is_a_constant_as_another() -> None:
    assert combine(sqrt(1000003) * exp(X), [sqrt(1000003) * exp(X)]) == sqrt(1000003) * exp(X)


def test_combine_needs_every_term() -> None:
    assert combine(X * cos(X), [X * sin(X), sin(X)]) is None
    assert combine(sqrt(2) * cos(X), [sin(X)]) is None
    assert combine(sqrt(2) * cos(X), [sin(X), sqrt(2) * sin(X)]) == sqrt(2) * sin(X)
    # The content of a radicand is a root, too.
    asin = symengine.asin(6 * X + 5)
    assert combine(1 / sqrt(-2 - 5 * X - 3 * X**2), [asin, sqrt(3) * asin]) == sqrt(3) * asin / 3


def test_terms_of_candidates_lose_their_coefficients() -> None:
    assert set(terms_of_candidates([3 * X * (X + sin(X)) + 5])) >= {X**2, X * sin(X)}


@pytest.mark.parametrize(
    "text",
    [
        "x^2*exp(x)",
        "log(x)",
        "sin(x)^2",
        "tan(x)",
        "1/(x^2+2x+5)",
        "1/(1-x^2)",
        "sqrt(1-x^2)",
        "1/sqrt(1+x^2)",
        "exp(x)*sin(x)",
        "log(x)/x",
        "atan(x)",
        "x*atan(x)",
        "1/(x*log(x))",
        "(exp(x)-1)/(exp(x)+1)",
        "tan(x)^5",
        "x^3*sin(2x)",
        "asin(x)^2",
        "sqrt(x^2+1)/x",
        "x/sqrt(1+x^4)",
        "exp(x)/(1+exp(2x))",
        "abs(x)*exp(x)",
        "2^x",
        "x*3^(2x)",
        "1/(x^4+1)",
        "x^2/(x^4+x^2+4)",
        "x*sign(x-1)",
        "1/(2+cos(x))",
        "cos(x)/(1-cos(x))",
        "1/(1+sin(2x+1))",
        "1/(1+sqrt(x))",
        "x/(2x+1)^(2/3)",
        "x^2*(275560*x^2 + 3)*exp(137780*x^2)",
        "(1 + sqrt(3)/(2*sqrt(x)))/(x + sqrt(3)*sqrt(x) + 1)^2",
    ],
)
def test_integrands_solved_without_a_network(text: str) -> None:
    integrand = parse_expression(text).expr
    answer = next(primitives(integrand))
    assert verify_integral(integrand, answer).verdict in (Verdict.PROVED, Verdict.NUMERIC)


@pytest.mark.parametrize("text", ["exp(x^2)", "sin(x)/x", "1/log(x)", "x^x"])
def test_non_elementary_integrands_have_none(text: str) -> None:
    assert list(primitives(parse_expression(text).expr)) == []


def test_wrong_terms_of_candidates_are_completed_by_the_integrand() -> None:
    integrand = parse_expression("x*cos(x)").expr
    assert X * sin(X) + cos(X) in list(primitives(integrand, [X * sin(X) + 7 * exp(X)]))


@pytest.mark.parametrize(
    "text",
    [
        "1/(x^2 + pi)",
        "1/(x^2 - pi)",
        "x/(x^4 + E)",
        "x^2/(x^2 + exp(2))",
        "x/(x + cos(2)/cos(3))",
        "1/(x^2 + x + E)",
    ],
)
def test_irrational_constants_in_denominators(text: str) -> None:
    integrand = parse_expression(text).expr
    verdicts = [verify_integral(integrand, found).verdict for found in primitives(integrand)]
    assert verdicts and set(verdicts) <= {Verdict.PROVED, Verdict.NUMERIC}


def test_a_column_that_is_left_out_leaves_nothing_behind() -> None:
    # The first is defined at too few points; what was evaluated of it is not, at those that count again.
    a, b, c, d = (
        parse_expression(text).expr
        for text in ("x^500 + sqrt(x + 1)", "1/(sqrt(x + 1) + 1)", "sqrt(x + 1)/x", "1/x")
    )
    assert solve(d, [b, c]) == {0: -1, 1: 1}
    assert solve(d, [a, b, c]) == {1: -1, 2: 1}
