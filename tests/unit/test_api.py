import subprocess
import sys

import pytest
import sympy

import symmath
from symmath.api import read_equation


def test_exported_names() -> None:
    assert symmath.__all__ == [
        "Solution",
        "Solver",
        "SymMathError",
        "Verdict",
        "dsolve",
        "integrate",
        "integrate_between",
        "verify",
    ]


def test_import_is_light() -> None:
    code = "import sys, symmath; assert not {'torch', 'sympy', 'symengine'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_verify_takes_text_and_sympy() -> None:
    x = sympy.Symbol("x")
    assert symmath.verify(x * sympy.cos(x), "x*sin(x) + cos(x)").verdict is symmath.Verdict.PROVED
    assert symmath.verify("2*t", sympy.Symbol("t") ** 3).verdict is symmath.Verdict.REFUTED


def test_the_unknown_says_what_it_is_a_function_of() -> None:
    t, f = sympy.Symbol("t"), sympy.Function("f")
    growth = sympy.Eq(f(t).diff(t), 2 * f(t))
    for solution in (
        symmath.dsolve(growth, mode="fit"),
        symmath.dsolve(growth, f(t), mode="fit"),
        symmath.dsolve("y' = 2*y", "y(t)", mode="fit"),
    ):
        assert solution.problem.variable == "t" and str(solution.expr) == "c1*exp(2*t)"
    assert symmath.dsolve(growth, f, mode="fit").problem.function == "f"
    with pytest.raises(symmath.SymMathError, match="no function of x"):
        read_equation("y' = y", "y(t)", var="x")


def test_a_check_that_takes_too_long_is_undecided() -> None:
    check = symmath.verify("sin(x)", "-cos(x)", timeout=0)
    assert check.verdict is symmath.Verdict.UNDECIDED and "time" in check.reason
