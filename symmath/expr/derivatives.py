"""The spellings of a derivative: dy/dx, d^2y/dx^2, their LaTeX fractions, Derivative(y(x), x), dots.

Primes need no pattern and are read where names are resolved; dots become primes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

GREEK_NAMES: frozenset[str] = frozenset(
    {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi"}
    | {"lambda", "lamda", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"}
    | {"hbar", "Delta", "Theta", "Lambda", "Xi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}
)


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative as written: of which function, by which variable, how often."""

    text: str
    function: str
    variable: str
    order: int


_D = r"(?:d|\\mathrm\s*\{\s*d\s*\})"
_GREEK = "|".join(sorted(GREEK_NAMES, key=len, reverse=True))
_LETTER = rf"(?:\\(?:var)?(?:{_GREEK})(?![A-Za-z])|(?:{_GREEK})|[A-Za-zα-ωΩ])"
_WORD = r"[A-Za-zα-ω][A-Za-z0-9_]{0,20}"


def _twice(group: str) -> str:
    return rf"(?:(?:\^|\*\*)\s*\{{?\s*(?P<{group}>[0-9])\s*\}}?|(?P<{group}s>[²³⁴])|)"


_OF = rf"(?:\s*\(\s*(?P<of>{_LETTER})\s*\))?"
_UPPER = rf"{_D}\s*{_twice('up')}\s*(?P<function>{_LETTER}){_OF}"
_LOWER = rf"{_D}\s*(?P<variable>{_LETTER})\s*{_twice('down')}"
_OPERATOR = rf"{_D}\s*{_twice('up')}"
_OPERAND = rf"\s*(?P<open>\()?\s*(?P<function>{_LETTER}){_OF}(?(open)\s*\))(?![A-Za-z0-9_])"
_PATTERNS = (
    re.compile(rf"{_UPPER}\s*/\s*(?P<open>\()?\s*{_LOWER}(?(open)\s*\))(?![A-Za-z0-9_])"),
    re.compile(rf"\\[dt]?frac\s*\{{\s*{_UPPER}\s*\}}\s*\{{\s*{_LOWER}\s*\}}"),
    re.compile(rf"{_OPERATOR}\s*/\s*{_LOWER}{_OPERAND}"),
    re.compile(rf"\\[dt]?frac\s*\{{\s*{_OPERATOR}\s*\}}\s*\{{\s*{_LOWER}\s*\}}{_OPERAND}"),
)
_CALL = re.compile(
    rf"(?:Derivative|diff)\s*\(\s*(?P<function>{_WORD})\s*(?:\(\s*(?P<of>{_WORD})\s*\)\s*)?,\s*"
    rf"(?:\(\s*(?P<by>{_WORD})\s*,\s*(?P<times>[0-9])\s*\)"
    rf"|(?P<variable>{_WORD})(?P<again>(?:\s*,\s*(?P=variable)(?![A-Za-z0-9_]))*)(?:\s*,\s*(?P<count>[0-9]))?)\s*\)"
)

_DOTS = {"\N{COMBINING DOT ABOVE}": 1, "\N{COMBINING DIAERESIS}": 2}
_DOTS |= {"\N{COMBINING THREE DOTS ABOVE}": 3, "\N{COMBINING FOUR DOTS ABOVE}": 4}
_DOTS |= {f"\\{order * 'd'}ot": order for order in range(1, 5)}
_DOTTED = re.compile(
    rf"(?P<dots>\\d{{1,4}}ot)(?![A-Za-z])\s*(?P<braced>\{{\s*)?(?P<function>{_LETTER})(?(braced)\s*\}})"
)


def _plain(name: str) -> str:
    """Return the name of a letter that may be a LaTeX command."""
    return name.removeprefix("\\").removeprefix("var")


def match_dots(text: str, position: int) -> tuple[str, str, int] | None:
    r"""Return Newton's notation at `position`, ``\ddot{x}`` or ẍ: as written, the function, the order."""
    if match := _DOTTED.match(text, position):
        return match[0], _plain(match["function"]), _DOTS[match["dots"]]
    for written in (text[position : position + 2], text[position]):
        parts = unicodedata.normalize("NFD", written)
        if len(parts) == 2 and parts[1] in _DOTS and re.fullmatch(_LETTER, parts[0]):
            return written, parts[0], _DOTS[parts[1]]
    return None


def _times(match: re.Match[str], group: str) -> int:
    return int(match[group] or {"²": 2, "³": 3, "⁴": 4}.get(match[group + "s"], 1))


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
            return Derivative(match[0], _plain(match["function"]), _plain(match["variable"]), order)
    match = _CALL.match(text, position)
    if match is None:
        return None
    variable = match["by"] or match["variable"]
    if match["of"] not in (None, variable):
        return None
    order = int(match["times"] or match["count"] or 1 + (match["again"] or "").count(","))
    return Derivative(match[0], match["function"], variable, order)
