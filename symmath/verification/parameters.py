"""Check an answer that holds parameters: by algebra for all of them, and at numbers in their place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.operators import Expr, parameters_in
from symmath.expr.prefix import decode, encode
from symmath.verification.check import Check, Verdict
from symmath.verification.domain import ALL_TRIED, COMPLEX_PLANE, EVERYWHERE, Domain, Extent, part
from symmath.verification.points import random_source

DRAWS = 3
"""Values tried for each choice of the parameters' signs."""
MAX_SIGNS = 4
"""Choices of signs; of more than two parameters, these are not all."""
_IN_PART = part("a part of the line, which depends on the parameters")
_ACCEPTED = (Verdict.PROVED, Verdict.NUMERIC)
_DENOMINATORS = (1000, 9999)
_SPREAD = 16


def verify_family(
    problem: Expr,
    answer: Expr,
    verify: Callable[[Expr, Expr], Check],
    is_proved: Callable[[Expr, Expr], bool],
) -> Check:
    """Check an answer for all values of the parameters at once.

    Parameters
    ----------
    problem, answer : Expr
        Integrand or equation, and its answer, with parameters.
    verify : Callable
        ``verify(problem, answer)`` for two expressions without parameters.
    is_proved : Callable
        ``is_proved(problem, answer)`` with the parameters as indeterminates.

    Returns
    -------
    Check
        Proved if it is with the parameters as indeterminates and no value tried contradicts; refuted if it
        is at one value at least of each sign tried. Its domain is that of the values tried, if they have one
        domain, and says so if they are some only.
    """
    rng = random_source([str(problem)], [str(answer)])
    parameters = parameters_in(problem, answer)
    checks: list[Check] = []
    for _ in range(DRAWS):
        checks += [_at(problem, answer, numbers, verify) for numbers in _of_all_signs(parameters, rng)]
        if all(check.verdict is Verdict.REFUTED for check in checks):
            return checks[0]
    accepted = [check for check in checks if check.verdict in _ACCEPTED]
    if not accepted:
        return next((c for c in checks if c.verdict is Verdict.REFUTED), checks[0])
    where = _common({check.where for check in accepted})
    found = replace(accepted[0], is_general=all(check.is_general for check in accepted))
    if any(check.verdict is Verdict.REFUTED for check in checks):
        where = replace(where, extent=Extent.PART, parameters="a part of the parameters' values")
        return replace(found, verdict=Verdict.NUMERIC, where=where)
    if not is_proved(problem, answer):
        reason = f"at {len(accepted)} choices of the parameters"
        where = replace(where, parameters="for the parameters tried")
        return replace(found, verdict=Verdict.NUMERIC, where=where, reason=reason)
    which = "general parameters" if len(accepted) == len(checks) else "parameters at which both have values"
    where = replace(where, parameters=f"for {which}")
    return replace(found, verdict=Verdict.PROVED, where=where, reason="the residual reduces to zero")


def _common(domains: set[Domain]) -> Domain:
    """Return the domain for all parameters; one that depends on the numbers drawn is none, as of x > a."""
    # Where a power of a negative number stands, all is complex.
    on_the_line = domains - {COMPLEX_PLANE} or domains
    if on_the_line == {EVERYWHERE, ALL_TRIED}:
        return ALL_TRIED
    return next(iter(on_the_line)) if len(on_the_line) == 1 else _IN_PART


def _at(
    problem: Expr, answer: Expr, numbers: Mapping[str, Expr], verify: Callable[[Expr, Expr], Check]
) -> Check:
    """Check with numbers in place of the parameters; undecided where they would make huge ones."""
    try:
        return verify(with_numbers(problem, numbers), with_numbers(answer, numbers))
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))


def with_numbers(e: Expr, numbers: Mapping[str, Expr]) -> Expr:
    """Substitute token by token: decoding refuses powers that symengine would build until memory ends."""
    spelled = {name: encode(number) for name, number in numbers.items()}
    return decode([part for token in encode(e) for part in spelled.get(token, (token,))])


def _of_all_signs(parameters: Sequence[Expr], rng: random.Random) -> Iterator[dict[str, Expr]]:
    """Yield numbers for the parameters, by name, once for each choice of their signs, or for some."""
    choices = list(product((1, -1), repeat=len(parameters)))
    if len(choices) > MAX_SIGNS:
        choices = [choices[0], choices[-1], *rng.sample(choices[1:-1], MAX_SIGNS - 2)]
    for signs in choices:
        yield {str(a): sign * _number(rng) for a, sign in zip(parameters, signs, strict=True)}


def positive_choices(parameters: int, choices: int, rng: random.Random) -> list[tuple[Expr, ...]]:
    """Return so many choices of numbers, each parameter being small, medium and large by turns."""
    columns = []
    for _ in range(parameters):
        edges = [2 * k / choices - 1 for k in range(choices + 1)]
        column = [_number(rng, *between) for between in pairwise(edges)]
        rng.shuffle(column)
        columns.append(column)
    return list(zip(*columns, strict=True))


def _number(rng: random.Random, low: float = -1.0, high: float = 1.0) -> Expr:
    """Return a number of usual size and few digits, whose denominator an answer can't foresee.

    It is a power of `_SPREAD` between those.
    """
    denominator = rng.randint(*_DENOMINATORS)
    return symengine.Rational(int(denominator * _SPREAD ** rng.uniform(low, high)), denominator)
