"""Problem -> tokens -> answer without a network -> verdict, kept as text and read in review."""

from pathlib import Path

import pytest

from symmath.ansatz.primitive import primitives
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.expr.show import show
from symmath.verification import verify_integral

GOLDEN = Path(__file__).with_name("integrals.txt")


def describe(text: str) -> str:
    integrand = parse_expression(text).expr
    answer = next(primitives(integrand), None)
    lines = [text, f"  tokens   {' '.join(canonical_tokens(integrand))}"]
    if answer is None:
        lines.append("  answer   none")
    else:
        check = verify_integral(integrand, answer)
        lines += [f"  answer   {show(answer)}", f"  verdict  {check.verdict}, {check.domain}"]
    return "\n".join(lines)


def test_integrals(request: pytest.FixtureRequest) -> None:
    recorded = GOLDEN.read_text()
    problems = [line for line in recorded.splitlines() if line and not line.startswith(" ")]
    found = "\n\n".join(map(describe, problems)) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()
