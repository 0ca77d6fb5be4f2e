"""Curves that are given as solutions: proved only if all their branches are known and solve the equation."""

from __future__ import annotations

import pytest

from symmath import verify_solution
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.solve.curves import branches_of
from symmath.verification import Verdict


@pytest.mark.parametrize(
    ("equation", "curve", "verdict", "reason"),
    [
        ("y' = -x/y", "x^2 + y^2 = 4", Verdict.PROVED, ""),
        ("y' = -x/y", "x^2 + y^2 = a^2", Verdict.PROVED, ""),
        ("y' = 1/(2*y)", "y^2 = x", Verdict.PROVED, ""),
        ("y' = 1", "y^3 = x^3", Verdict.PROVED, ""),
        ("y' = y", "log(y) = x", Verdict.PROVED, ""),
        ("y' = 2", "y^2 = x^2", Verdict.REFUTED, ""),
        ("y' = (7 - x)/y", "(x - 7)^2 + y^2 = 1", Verdict.PROVED, ""),
        ("y' = y", "(y - exp(x))*(y^2 + 1) = 0", Verdict.PROVED, ""),
        # The other branch is real far out, or on a short piece.
        ("y' = y", "(y - exp(x))*(y - log(x - 63000)) = 0", Verdict.UNDECIDED, "a part of the curve"),
        ("y' = y", "(y - exp(x))*(y^2 + 1 - x^2/10^12) = 0", Verdict.UNDECIDED, "a part of the curve"),
        ("y' = y", "(y - exp(x))*((x - 7)^2 + y^2 - 1) = 0", Verdict.UNDECIDED, "a part of the curve"),
        ("y' = 1", "y^2 = x^2", Verdict.UNDECIDED, "a part of the curve"),
        ("y' = 1", "y^4 = x^4", Verdict.UNDECIDED, "a part of the curve"),
        ("y' = 1", "log(y^2) = log(x^2)", Verdict.UNDECIDED, "curve"),
        ("y' = 1/sqrt(1 - x^2)", "sin(y) = x", Verdict.UNDECIDED, "may have more branches"),
        ("y' = 1/sqrt(x^2 - 1)", "cosh(y) = x", Verdict.UNDECIDED, "may have more branches"),
        ("y' = 1", "sin(y) = sin(x)", Verdict.UNDECIDED, "may have more branches"),
        ("y' = 0", "exp(y) = 0", Verdict.UNDECIDED, "no real point"),
        ("y' = -x/y", "x^2 + y^2 = -1", Verdict.UNDECIDED, "no real point"),
        ("y' = 0", "y^2 + 1 = 0", Verdict.UNDECIDED, "no real point"),
    ],
)
def test_curves(equation: str, curve: str, verdict: Verdict, reason: str) -> None:
    found = verify_solution(equation, curve)
    assert found.verdict is verdict and reason in found.reason


@pytest.mark.parametrize(
    ("phi", "branches", "is_complete"),
    [
        ("y^2 - x", 2, True),
        ("y^4 - x^4", 2, True),
        ("(y - x)*(y^2 - x)*(sin(y) - x)", 4, False),
        # Squared, y = x^2 - 2*x + 1 is no solution of sqrt(y) = -1 - x^2.
        ("sqrt(y) + 1 + x^2", 0, False),
        ("y*exp(y) - x", 0, False),
    ],
)
def test_branches(phi: str, branches: int, is_complete: bool) -> None:
    tokens = canonical_tokens(parse_expression(phi, "x", symbols=["y"]).expr)
    found = branches_of(tokens)
    assert (len(found.functions), found.is_complete) == (branches, is_complete)
