import subprocess
import sys

import sympy

import symmath


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
