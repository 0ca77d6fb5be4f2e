import random
from collections import Counter
from functools import partial

import pytest
import symengine

from symmath.errors import UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import decode
from symmath.odes.constants import (
    C1,
    C2,
    eliminate,
    in_order,
    insert_constant,
    simplest_constants,
)
from symmath.odes.equation import DDY, DY, Y, numerator, with_unit, without_root
from symmath.odes.roots import isolate, occurrences
from symmath.tasks import ode1, ode2
from symmath.tasks.linear import particular
from symmath.tasks.ode import (
    MAX_SOURCE_TOKENS,
    MAX_TARGET_TOKENS,
    encode_solution,
    equation_forms,
    holds,
    pair_from_family,
    shorter_solutions,
)
from symmath.tasks.task import Pair, Problem, Rejection

exp, log, sin, cos, tan, sqrt = (
    symengine.exp,
    symengine.log,
    symengine.sin,
    symengine.cos,
    symengine.tan,
    symengine.sqrt,
)
GENERATORS = [(task, name) for task in (ode1.TASK, ode2.TASK) for name in task.generators]


def small_draw(rng: random.Random, operators: int) -> Expr:
    e = X
    for _ in range(operators):
        e = rng.choice((sin, exp, log, lambda u: u**2, lambda u: u + 2, lambda u: 3 * u, lambda u: u * X))(e)
    return e


def normal(e: Expr, top: Expr) -> Expr:
    field, poly = numerator(e, top)
    return with_unit(field.expr(poly), top)


@pytest.mark.parametrize(
    ("family", "constants", "expected"),
    [
        (exp(C1) * X, (C1,), C1 * X),
        (2 * C1 + 5 + X, (C1,), C1 + X),
        (exp(2 * C1 + X), (C1,), C1 * exp(X)),
        (log(3 * C1 * X), (C1,), C1 + log(X)),
        (sqrt(C1 * X), (C1,), C1 * sqrt(X)),
        (3 * (C1 + X), (C1,), C1 + 3 * X),
        (C1 * X + 4 * X, (C1,), C1 * X),
        (C1 * (C2 * X + sin(X)), (C1, C2), C2 * X + C1 * sin(X)),
        (sin(X) * (C1 - 7), (C1,), C1 * sin(X)),
        (tan(C1 + X), (C1,), tan(C1 + X)),
    ],
)
def test_constants_get_their_simplest_form(family, constants, expected):
    assert simplest_constants(family, constants) == expected


@pytest.mark.parametrize(
    "family", [X + C1 + C2, exp(C1 * C2) * X, sin(X), C1 + C2, C1 * exp(C2 + X), C1 + log(C2 * X)]
)
def test_constants_that_are_really_one_are_refused(family):
    assert simplest_constants(family, (C1, C2)) is None


def test_swapped_constants_have_one_form():
    assert in_order(C1 * exp(X) + C2) == in_order(C2 * exp(X) + C1)


def test_an_inserted_constant_occurs_once():
    rng = random.Random(0)
    for _ in range(100):
        e = insert_constant(small_draw(rng, 4), C1, rng)
        assert occurrences(e, C1) == 1


def test_a_constant_that_finds_no_x_is_refused():
    with pytest.raises(UnsupportedError):
        insert_constant(C1, C2, random.Random(0))


@pytest.mark.parametrize(
    "family",
    [
        C1 * X + 2,
        exp(C1 + X),
        1 / (C1 - X),
        sin(3 * log(C1 / X)) + X,
        2 ** (C1 * X),
        sqrt(C1 + X**2),
        symengine.atanh(C1 * X),
    ],
)
def test_isolation_inverts(family):
    found = isolate(family, C1, Y)
    value = found.subs({Y: family}).subs({C1: 0.37, X: 0.53}).n(real=False)
    assert abs(complex(value) - 0.37) < 1e-9


def test_isolation_refuses_what_has_no_inverse():
    assert isolate(symengine.Abs(C1) + X, C1, Y) is None


@pytest.mark.parametrize(
    ("family", "constants", "expected"),
    [
        (C1 * exp(X), (C1,), DY - Y),
        (C1 * X + X**2, (C1,), X * DY - Y - X**2),
        (tan(C1 + X), (C1,), DY - 1 - Y**2),
        (1 / (C1 + X), (C1,), DY + Y**2),
        (C1 * exp(3 * X) - exp(-2 * X) / 5, (C1,), DY - 3 * Y - exp(-2 * X)),
        (C1 * X + C2, (C2, C1), DDY),
        (C1 * exp(X) + C2 * exp(2 * X), (C2, C1), DDY - 3 * DY + 2 * Y),
        (log(C1 * X + C2), (C2, C1), DDY + DY**2),
    ],
)
def test_elimination(family, constants, expected):
    top = DDY if len(constants) == 2 else DY
    found = normal(eliminate(family, constants), top)
    assert symengine.expand(found - expected) == 0


def test_elimination_gives_up_on_a_constant_in_two_functions():
    assert eliminate(C1 + sin(C1 * X), (C1,)) is None


def test_normal_form_doesnt_depend_on_how_the_equation_was_written():
    written = (
        DY - Y / X - 1,
        (Y + X - X * DY) * exp(X),
        (1 + X) * (DY / Y - 1 / X - 1 / Y),
        3 - 3 * DY + 3 * Y / X,
    )
    forms = {tuple(canonical_tokens(normal(e, DY))) for e in written}
    assert len(forms) == 1


def test_a_root_of_y_is_squared_away():
    field, poly = numerator(DY - sqrt(1 - Y**2), DY)
    assert symengine.expand(without_root(field, poly, DY)) == DY**2 - 1 + Y**2


def test_forms_are_multiples_of_each_other():
    equation = (1 + X) * DY + Y * X - sin(X)
    forms = equation_forms(equation, 1)
    assert len(forms) > 1
    slope = (sin(X) - Y * X) / (1 + X)
    for form in forms:
        assert abs(complex(form.subs({DY: slope}).subs({X: 0.3, Y: 0.7}).n(real=False))) < 1e-9


def test_forms_of_an_infinity_are_refused():
    with pytest.raises(UnsupportedError):
        equation_forms(DY + symengine.zoo, 1)


def test_particular_solution_with_resonance():
    zero, one = symengine.Integer(0), symengine.Integer(1)
    assert particular((zero, zero, one), [one])[2] == one / 2
    assert particular((zero, symengine.Integer(2), one), [one])[1] == one / 2


def _tokens(e: Expr) -> list[str]:
    return canonical_tokens(e)


def test_check_accepts_the_solution_and_refuses_others():
    rng = random.Random(1)
    equation = _tokens(DDY + Y)
    assert holds(equation, _tokens(C1 * sin(X) + C2 * cos(X)), "y''", ("c1", "c2"), rng)
    assert not holds(equation, _tokens(C1 * sin(X) + C2 * cos(2 * X)), "y''", ("c1", "c2"), rng)


def test_check_refuses_missing_and_dependent_constants():
    rng = random.Random(1)
    equation = _tokens(DDY + Y)
    assert not holds(equation, _tokens(symengine.Integer(0)), "y''", ("c1", "c2"), rng)
    assert not holds(equation, _tokens(C1 * sin(X)), "y''", ("c1", "c2"), rng)
    assert not holds(equation, _tokens((C1 + C2) * sin(X)), "y''", ("c1", "c2"), rng)
    assert not holds(_tokens(DY - Y), _tokens(symengine.Integer(0)), "y'", ("c1",), rng)


def test_the_wrong_branch_is_refused():
    pair = pair_from_family(-sqrt(C1 + X), 1, random.Random(0))
    assert isinstance(pair, Pair)
    equation = _tokens(DY - 2 * sqrt(Y))
    assert not holds(equation, _tokens((C1 - X) ** 2), "y'", ("c1",), random.Random(0))


def test_residual_vanishes_on_the_solution():
    problem = Problem(task="ode2", expr=DDY - 3 * DY + 2 * Y)
    answer = C1 * exp(X) + C2 * exp(2 * X)
    assert symengine.expand(ode2.TASK.residual(problem, answer)) == 0
    assert symengine.expand(ode2.TASK.residual(problem, answer + X)) != 0


@pytest.mark.parametrize(("task", "name"), GENERATORS, ids=lambda value: getattr(value, "name", value))
def test_generator(task, name):
    propose, rng = task.generators[name](), random.Random(7)
    proposed = [propose(small_draw, rng) for _ in range(60)]
    pairs = [pair for pair in proposed if isinstance(pair, Pair)]
    reasons = Counter(str(p) for p in proposed if isinstance(p, Rejection))
    assert len(pairs) >= 5, reasons
    names = set(task.answer_symbols)
    top = "y'" if task is ode1.TASK else "y''"
    for pair in pairs:
        assert len(pair.source) <= MAX_SOURCE_TOKENS and len(pair.target) <= MAX_TARGET_TOKENS
        assert {str(symbol) for symbol in decode(pair.target).free_symbols} == names
        assert canonical_tokens(decode(pair.source)) == pair.source
        assert top in pair.source and top in pair.shape


@pytest.mark.parametrize("task", [ode1.TASK, ode2.TASK], ids=lambda task: task.name)
def test_generators_are_deterministic(task):
    def draw_some():
        rng = random.Random(3)
        return [maker()(small_draw, rng) for maker in task.generators.values() for _ in range(5)]

    assert draw_some() == draw_some()


def test_complex_constants_are_not_posed() -> None:
    assert encode_solution(C1 * log(-5)) is Rejection.UNREPRESENTABLE
    assert encode_solution(C1 * log(5)) == "mul c1 log + 5".split()


@pytest.mark.parametrize(
    ("solution", "shown"),
    [
        ("(c1 + E*c2)*(x - 1)", "c1*(x - 1)"),
        ("c1*exp(x) + c2*exp(x + 1)", "c1*exp(x)"),
        ("c1*exp(x) + c2*exp(-x)", None),
    ],
)
def test_of_two_constants_that_are_one_the_first_is_shown(solution: str, shown: str | None) -> None:
    read = partial(parse_expression, variable="x", symbols=("c1", "c2"))
    forms = shorter_solutions(read(solution).expr)
    assert forms[:1] == ([read(shown).expr] if shown else [])
