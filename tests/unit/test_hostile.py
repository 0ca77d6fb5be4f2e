from symmath.evaluate.hostile import FAMILIES, MemoryWatch, attempt, hostile_integrands
from symmath.solve.solver import Mode, Solver


def test_the_same_seed_gives_the_same_integrands_of_every_family() -> None:
    made = hostile_integrands(60, 3)
    assert made == hostile_integrands(60, 3) != hostile_integrands(60, 4)
    assert {family for family, _ in made} == set(FAMILIES)


def test_a_call_ends_in_an_outcome() -> None:
    solver = Solver(None)
    with MemoryWatch() as memory:
        assert attempt("x*cos(x)", Mode.FIT, solver, 20.0)[0] == "solved"
        assert attempt("exp(x**3)", Mode.FIT, solver, 2.0)[0] == "not solved"
        assert attempt("x +* 1", Mode.FIT, solver, 2.0)[0] == "refused (ParseError)"
        assert attempt("9" * 1000, Mode.FIT, solver, 2.0)[0].startswith("refused")
    assert memory.peak_mb > 0
