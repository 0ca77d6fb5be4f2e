"""What solving returns: records, no behaviour beyond reading them."""

from __future__ import annotations

from dataclasses import dataclass

from symmath.ansatz.found import Combination
from symmath.errors import NoSolutionError
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.operators import SYMBOL_EXPRS, Expr
from symmath.expr.show import Style, show_sympy
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed answer.

    Attributes
    ----------
    expr : Expr
    score : float
        Normalised log-probability of the hypothesis; 0 where it is none of the network's as a whole.
    engine : str
        What proposed it.
    check : Check or None
        None while it has not been checked.
    rank : int
        Its place among the network's first different answers, from 1; 0 where it isn't one of them.
    made_of : Combination or None
        The terms and coefficients that fitting found, before the answer was rewritten for reading.
    """

    expr: Expr
    score: float
    engine: str
    check: Check | None = None
    rank: int = 0
    made_of: Combination | None = None

    @property
    def is_verified(self) -> bool:
        """Whether the check found it to be an answer."""
        return self.check is not None and self.check.verdict in (Verdict.PROVED, Verdict.NUMERIC)

    @property
    def is_implicit(self) -> bool:
        """Whether it is an expression that is constant on every solution y(x)."""
        return SYMBOL_EXPRS["y"] in self.expr.free_symbols

    @property
    def holds_in_part(self) -> bool:
        """Whether the check found a part only of the problem's domain on which it holds."""
        return self.check is not None and self.check.where.is_part

    @property
    def jumps(self) -> bool:
        """Whether the check found it to jump where the problem goes on."""
        return self.check is not None and bool(self.check.where.jumps)

    def is_as_good_as(self, other: Candidate) -> bool:
        """Whether it is verified at least as well as another one that is: proof, domain, constants."""
        new, old = self.check, other.check
        if new is None or old is None or not self.is_verified or new.is_general != old.is_general:
            return False
        is_proof_kept = new.verdict is Verdict.PROVED or old.verdict is Verdict.NUMERIC
        return is_proof_kept and new.where.is_at_least(old.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eigenfunction:
    """A solution of a homogeneous boundary value problem for some values of its parameters.

    Attributes
    ----------
    function : Solution
        With a free constant.
    where : Expr
        In the parameters; it vanishes for those values.
    """

    function: Solution
    where: Expr

    @property
    def condition(self) -> SympyExpr:
        """The equation for the parameters, as SymPy's."""
        import sympy

        problem = self.function.problem
        left = to_sympy(self.where, problem.variable, problem.function, problem.parameters)
        return sympy.Eq(left, 0)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Solution:
    """The outcome of solving a problem; not finding an answer is an outcome too, and false.

    Attributes
    ----------
    problem : Problem
    candidate : Candidate or None
        The verified answer.
    candidates : tuple of Candidate
        All that was checked, in that order.
    seconds : float
        Wall time.
    reason : str
        Why there is no answer; empty if there is one.
    branches : tuple of Solution
        Of the other equations that the problem falls into, solved or not: y'^2 = 1 is y' = 1 or y' = -1. And
        the negative of an answer that has one sign, if it is one: -sqrt(c1 - x^2) beside sqrt(c1 - x^2).
    singular : tuple of Solution
        Of an equation of order 1, solutions that no constant of the answer gives, or that meet the same
        conditions: y = 0 beside (x + c1)^3 of y' = 3*y^(2/3). Not all there may be.
    eigenfunctions : tuple of Eigenfunction
        Beside y = 0, where all conditions ask for zeros: c1*sin(l*x) where sin(L*l) is zero.
    symbols : tuple of sympy.Symbol
        Those of the user's, with what they assume, that stand in answers for their names.
    """

    problem: Problem
    candidate: Candidate | None
    candidates: tuple[Candidate, ...]
    seconds: float
    reason: str = ""
    branches: tuple[Solution, ...] = ()
    singular: tuple[Solution, ...] = ()
    eigenfunctions: tuple[Eigenfunction, ...] = ()
    symbols: tuple[SympyExpr, ...] = ()

    @property
    def expr(self) -> SympyExpr | None:
        """The answer as a SymPy expression in the user's variable, or None; an equation if implicit."""
        if self.candidate is None:
            return None
        problem = self.problem
        import sympy

        left = to_sympy(self.candidate.expr, problem.variable, problem.function, problem.parameters)
        left = left.xreplace({sympy.Symbol(symbol.name): symbol for symbol in self.symbols})
        if not self.is_implicit:
            return left
        return sympy.Eq(left, 0 if problem.conditions else sympy.Symbol("c1"))

    @property
    def is_implicit(self) -> bool:
        """Whether the answer is an equation between x and y."""
        return self.candidate is not None and self.candidate.is_implicit

    @property
    def is_general(self) -> bool:
        """Whether the answer to a differential equation has as many free constants as its order."""
        if self.is_implicit and self.problem.conditions:
            # Its expression is constant on every solution, but the answer is the curve on which it vanishes.
            return False
        return bool(self.candidate and self.candidate.check and self.candidate.check.is_general)

    def text(self, style: Style = "sympy") -> str | None:
        """Print the answer; see `symmath.expr.show.show`."""
        return None if self.expr is None else show_sympy(self.expr, style)

    def latex(self) -> str | None:
        """Print the answer in LaTeX."""
        return self.text("latex")

    def _repr_latex_(self) -> str | None:
        return f"${self.latex()}$" if self.candidate else None

    def __repr__(self) -> str:
        if self.candidate is None:
            return f"Solution(expr=None, reason={self.reason!r})"
        return f"Solution(expr={self.text()}, verdict={self.verdict}, domain={self.domain!r})"

    def __bool__(self) -> bool:
        return self.candidate is not None

    @property
    def verdict(self) -> Verdict | None:
        """How the answer was verified, or None."""
        return self.candidate.check.verdict if self.candidate and self.candidate.check else None

    @property
    def domain(self) -> str | None:
        """Where the answer was found to hold, or None."""
        if self.candidate is None or self.candidate.check is None:
            return None
        return str(self.candidate.check.where.in_names(self.problem.variable, self.problem.function))

    @property
    def engine(self) -> str | None:
        """What found the answer, or None."""
        return self.candidate.engine if self.candidate else None

    def raise_for_verdict(self) -> Solution:
        """Return self, or raise if there is no verified answer.

        Raises
        ------
        NoSolutionError
        """
        if self.candidate is None:
            raise NoSolutionError(self.reason or "no verified answer was found")
        return self
