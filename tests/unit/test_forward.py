import random
from collections.abc import Iterable
from itertools import repeat

import pytest

from datagen import forward, pipeline
from datagen.pipeline import draw_chunk
from datagen.recipes import RECIPES
from symmath.engines.engine import Refusal
from symmath.engines.process import ProcessDiedError
from symmath.errors import TimeLimitError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_expression
from symmath.tasks.integrate import holds
from symmath.tasks.task import Rejection


@pytest.mark.parametrize(
    ("installed", "asked"),
    [(("sympy", "giac", "fricas", "sympy-manual"), ["fricas"]), (("sympy", "giac"), ["sympy"])],
)
def test_sympy_is_asked_where_nothing_faster_is_installed(
    monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], asked: list[str]
) -> None:
    monkeypatch.setattr(forward, "available", lambda: installed)
    forward._engines.cache_clear()
    assert [engine.name for engine in forward.by_engines().engines] == asked
    forward._engines.cache_clear()


@pytest.mark.slow
def test_sympy_makes_checked_pairs(monkeypatch: pytest.MonkeyPatch, rng: random.Random) -> None:
    monkeypatch.setattr(forward, "available", lambda: ("sympy",))
    forward._engines.cache_clear()
    drawn = draw_chunk(RECIPES["integrate-engines"], seed=5, index=0, pairs=3)
    for engine in forward._engines():
        engine.close()
    forward._engines.cache_clear()
    records = [record for split in drawn.records.values() for record in split]
    assert len(records) == 3 and {record.origin for record in records} == {"engines"}
    assert all(holds(record.source[1:], record.target, rng) for record in records)


class Frail:
    """An engine that dies or is late as it is told, question by question, and solves nothing."""

    name = "maxima"
    refusal = Refusal.UNSOLVED

    def __init__(self, fates: Iterable[str]) -> None:
        self._fates = iter(fates)
        self._fate = ""

    def warm(self, timeout: float) -> None:
        self._fate = next(self._fates)
        if self._fate == "dead":
            raise ProcessDiedError("the program ended")
        if self._fate == "stuck":
            raise TimeLimitError("the engine ran out of time")

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        self.refusal = Refusal.DIED if self._fate == "dies" else Refusal.UNSOLVED
        if self._fate == "late":
            raise TimeLimitError("the engine ran out of time")
        return None


@pytest.mark.parametrize("fate", ["dead", "stuck", "dies"])
def test_an_engine_that_dies_again_and_again_ends_the_run(monkeypatch: pytest.MonkeyPatch, fate: str) -> None:
    generator = forward.Forward(engines=[Frail(repeat(fate))])
    monkeypatch.setitem(pipeline.GENERATORS, ("integrate", "engines"), lambda: generator)
    with pytest.raises(ProcessDiedError, match="maxima died 5 times in a row"):
        draw_chunk(RECIPES["integrate-engines"], seed=5, index=0, pairs=3)


@pytest.mark.parametrize("sign_of_life", ["unsolved", "late"])
def test_single_deaths_cost_their_question_alone(rng: random.Random, sign_of_life: str) -> None:
    few = forward.MAX_DEATHS - 1
    fates = [*repeat("dead", few), sign_of_life, *repeat("dies", few), sign_of_life]
    generator = forward.Forward(engines=[Frail(fates)])
    assert {generator.solve(X, ["x"], rng) for _ in fates} == {Rejection.UNSOLVED}


def test_what_the_network_cant_write_is_no_pair(rng: random.Random) -> None:
    integrand = parse_expression("exp(-x^2)").expr
    answer = parse_expression("sqrt(pi)/2*erf(x)").expr
    assert forward.pair_of(canonical_tokens(integrand), answer, rng) is Rejection.UNREPRESENTABLE
