"""The spellings of a derivative: dy/dx, d^2y/dx^2, their LaTeX fractions, Derivative(y(x), x).

Primes need no pattern and are read where names are resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GREEK_NAMES: frozenset[str] = frozenset(
    {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi"}
    | {"lambda", "lamda", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"}
)


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative as written: of which function, by which variable, how often."""

    text: str
    function: str
    variable: str
    order: int


_D = r"(?:d|\\mathrm\s*\{\s*d\s*\})"
_LETTER = r"[A-Za-zα-ω]"
_WORD = r"[A-Za-zα-ω][A-Za-z0-9_]{0,20}"


def _twice(group: str) -> str:
    return rf"(?:(?:\^|\*\*)\s*\{{?\s*(?P<{group}>[0-9])\s*\}}?|(?P<{group}s>[²³])|)"


_UPPER = rf"{_D}\s*{_twice('up')}\s*(?P<function>{_LETTER})\s*(?:\(\s*(?P<of>{_LETTER})\s*\))?"
_LOWER = rf"{_D}\s*(?P<variable>{_LETTER})\s*{_twice('down')}"
_PATTERNS = (
    re.compile(rf"{_UPPER}\s*/\s*(?P<open>\()?\s*{_LOWER}(?(open)\s*\))(?![A-Za-z0-9_])"),
    re.compile(rf"\\[dt]?frac\s*\{{\s*{_UPPER}\s*\}}\s*\{{\s*{_LOWER}\s*\}}"),
)
_CALL = re.compile(
    rf"(?:Derivative|diff)\s*\(\s*(?P<function>{_WORD})\s*(?:\(\s*(?P<of>{_WORD})\s*\)\s*)?,\s*"
    rf"(?:\(\s*(?P<by>{_WORD})\s*,\s*(?P<times>[0-9])\s*\)"
    rf"|(?P<variable>{_WORD})(?P<again>(?:\s*,\s*(?P=variable)(?![A-Za-z0-9_]))*)(?:\s*,\s*(?P<count>[0-9]))?)\s*\)"
)


def _times(match: re.Match[str], group: str) -> int:
    return int(match[group] or {"²": 2, "³": 3}.get(match[group + "s"], 1))


def match_derivative(text: str, position: int) -> Derivative | None:
    """Return the derivative written at `position`, or None.

    A pattern whose two orders or variables disagree (``d^2y/dx``) is not a derivative.
    """
    for pattern in _PATTERNS:
        match = pattern.match(text, position)
        if match is None:
            continue
        order = _times(match, "up")
        if order == _times(match, "down") and match["of"] in (None, match["variable"]):
            return Derivative(match[0], match["function"], match["variable"], order)
    match = _CALL.match(text, position)
    if match is None:
        return None
    variable = match["by"] or match["variable"]
    if match["of"] not in (None, variable):
        return None
    order = int(match["times"] or match["count"] or 1 + (match["again"] or "").count(","))
    return Derivative(match[0], match["function"], variable, order)
