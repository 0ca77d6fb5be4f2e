r"""Brackets, bars, fractions and implied products: lexemes to what the grammar reads.

Writing two factors side by side gets one of three operators, which multiply alike but differ in
what they may continue: IMUL (``2x``) goes on inside the argument of a bracketless function, FMUL
(before a function name) ends it, PMUL (before a bracket) would be ambiguous there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symmath.expr.functions import INVERSES
from symmath.expr.lexer import Lexeme, Reject

MAX_DEPTH = 100

_OPERAND_ENDS = frozenset({"NUMBER", "PI", "SYMBOL", "_CLOSE", "_RBAR"})
_PAIRS = {"(": ")", "[": "]", "{": "}", "|": "|"}
_NAMES = {")": "parenthesis", "]": "square bracket", "}": "brace", "|": "bar"}


@dataclass(slots=True)
class _Frame:
    r"""An open bracket, or a \frac that still wants one of its two arguments.

    `is_power` marks the exponent between a function's name and its argument.
    """

    bracket: str
    start: int
    stage: int = 0
    is_power: bool = False


class _Arranger:
    """One pass over the lexemes with the stack of what is open."""

    def __init__(self, lexemes: Sequence[Lexeme], length: int) -> None:
        self.lexemes = lexemes
        self.length = length
        self.out: list[Lexeme] = []
        self.stack: list[_Frame] = []

    def run(self) -> list[Lexeme]:
        i = 0
        while i < len(self.lexemes):
            lexeme = self.lexemes[i]
            if self._wants_argument():
                self._argument(lexeme)
            elif lexeme.kind == "FUNC":
                i = self._function(i)
                continue
            elif lexeme.kind in ("NUMBER", "PI", "SYMBOL", "UNKNOWN"):
                self._implied("IMUL", lexeme)
                self.out.append(lexeme)
            elif lexeme.kind == "FRAC":
                self._implied("PMUL", lexeme)
                self._push("frac", lexeme)
            elif lexeme.kind == "OPEN":
                self._open(lexeme)
            elif lexeme.kind == "CLOSE":
                self._close(lexeme)
            elif lexeme.kind in ("BAR", "LBAR", "RBAR"):
                self._bar(lexeme)
            else:
                self.out.append(lexeme)
            i += 1
        if self.stack:
            self._unclosed(self.length)
        return self.out

    def _operand_ends(self) -> bool:
        return bool(self.out) and self.out[-1].kind in _OPERAND_ENDS

    def _implied(self, operator: str, lexeme: Lexeme) -> None:
        """Write the product that is implied when `lexeme` follows an operand."""
        if not self._operand_ends():
            return
        if lexeme.kind == "NUMBER":
            raise Reject(f"an operator such as * or ^ was expected before {lexeme.text!r}", lexeme.start)
        self.out.append(Lexeme(operator, "", lexeme.start))

    def _push(self, bracket: str, lexeme: Lexeme) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Reject(f"brackets nested more than {MAX_DEPTH} deep", lexeme.start)
        self.stack.append(_Frame(bracket, lexeme.start))
        if bracket == "frac":
            self.out.append(Lexeme("_OPEN", lexeme.text, lexeme.start))

    def _open(self, lexeme: Lexeme) -> None:
        if self.out and self.out[-1].kind in ("FUNC", "UNKNOWN", "EQ", "_PCLOSE"):
            kind = "_CALL"
        else:
            self._implied("PMUL", lexeme)
            kind = "_OPEN"
        self._push(lexeme.text[-1], lexeme)
        self.stack[-1].is_power = bool(self.out) and self.out[-1].kind == "FPOW"
        self.out.append(Lexeme(kind, lexeme.text, lexeme.start))

    def _close(self, lexeme: Lexeme) -> None:
        closing = lexeme.text[-1]
        if not self.stack:
            raise Reject(f"a closing {_NAMES[closing]} without an opening one", lexeme.start)
        if _PAIRS.get(self.stack[-1].bracket) != closing:
            self._unclosed(lexeme.start)
        frame = self.stack.pop()
        self.out.append(Lexeme("_PCLOSE" if frame.is_power else "_CLOSE", lexeme.text, lexeme.start))
        self._argument_done(lexeme)

    def _unclosed(self, position: int) -> None:
        frame = self.stack[-1]
        if frame.bracket == "frac":
            raise Reject(r"\frac was expected to have two arguments in braces", position)
        what = _NAMES[_PAIRS[frame.bracket]]
        raise Reject(f"expected a closing {what} for the one at character {frame.start + 1}", position)

    def _bar(self, lexeme: Lexeme) -> None:
        opens = self.stack and self.stack[-1].bracket == "|"
        if lexeme.kind == "RBAR" or (lexeme.kind == "BAR" and opens and self._operand_ends()):
            if not opens:
                raise Reject("a closing bar without an opening one", lexeme.start)
            self.stack.pop()
            self.out.append(Lexeme("_RBAR", lexeme.text, lexeme.start))
            return
        self._implied("PMUL", lexeme)
        self._push("|", lexeme)
        self.out.append(Lexeme("LBAR", lexeme.text, lexeme.start))

    def _wants_argument(self) -> bool:
        return bool(self.stack) and self.stack[-1].bracket == "frac"

    def _argument(self, lexeme: Lexeme) -> None:
        r"""Read the start of an argument of \frac, or a whole one that has no braces."""
        if lexeme.kind == "OPEN" and lexeme.text == "{":
            self._push("{", lexeme)
            self.out.append(Lexeme("_OPEN", lexeme.text, lexeme.start))
        elif (
            lexeme.kind == "NUMBER"
            and len(lexeme.text) == 2
            and lexeme.text.isdigit()
            and not self.stack[-1].stage
        ):
            for i in range(2):
                digit = type(lexeme.value)(int(lexeme.text[i]))
                self.out.append(Lexeme("NUMBER", lexeme.text[i], lexeme.start + i, digit))
                self._argument_done(lexeme)
        elif lexeme.kind in ("NUMBER", "PI", "SYMBOL") and len(lexeme.text) == 1:
            self.out.append(lexeme)
            self._argument_done(lexeme)
        else:
            self._unclosed(lexeme.start)

    def _argument_done(self, lexeme: Lexeme) -> None:
        if not self._wants_argument():
            return
        frame = self.stack[-1]
        frame.stage += 1
        if frame.stage == 1:
            self.out.append(Lexeme("DIV", "", lexeme.start))
        else:
            self.stack.pop()
            self.out.append(Lexeme("_CLOSE", lexeme.text, lexeme.start))
            self._argument_done(lexeme)

    def _function(self, i: int) -> int:
        """Write a function name with the power that may stand between it and its argument."""
        lexeme = self.lexemes[i]
        self._implied("FMUL", lexeme)
        i += 1
        name, power, mark = str(lexeme.value), 1, None
        if i < len(self.lexemes) and self.lexemes[i].kind == "POW":
            whole = self._whole_power(i + 1)
            if whole is not None:
                power, i = whole
            else:
                mark = Lexeme("FPOW", self.lexemes[i].text, self.lexemes[i].start)
                i += 1
            if power == -1:
                if name not in INVERSES:
                    raise Reject(f"{name}^-1 has no meaning here; write 1/{name}(...)", lexeme.start)
                name, power = INVERSES[name], 1
        self.out.append(Lexeme("FUNC", lexeme.text, lexeme.start, (name, power)))
        if mark is not None:
            self.out.append(mark)
        return i

    def _whole_power(self, i: int) -> tuple[int, int] | None:
        """Read the whole number in ``sin^2 x``; return it and the index of what follows.

        None means that any other expression in brackets begins here.
        """
        window = self.lexemes[i : i + 4]
        is_bracketed = bool(window) and window[0].kind == "OPEN"
        inner = window[1:] if is_bracketed else window
        sign = 1
        if inner and inner[0].kind in ("MINUS", "PLUS"):
            sign = -1 if inner[0].kind == "MINUS" else 1
            inner = inner[1:]
        is_whole = bool(inner) and inner[0].kind == "NUMBER" and inner[0].value.is_Integer
        if is_bracketed and not (is_whole and len(inner) > 1 and inner[1].kind == "CLOSE"):
            return None
        if not is_whole:
            start = window[0].start if window else self.length
            raise Reject("a whole number or a bracket was expected as the power of a function", start)
        return sign * int(inner[0].value), i + len(window) - len(inner) + 1 + is_bracketed


def arrange(lexemes: Sequence[Lexeme], length: int) -> list[Lexeme]:
    """Check brackets and write out what is implied.

    Parameters
    ----------
    lexemes : sequence of Lexeme
        With names resolved.
    length : int
        Number of characters of the text, where "at the end" is.

    Raises
    ------
    Reject
        At brackets that don't match or nest too deep, and at numbers side by side.
    """
    return _Arranger(lexemes, length).run()
