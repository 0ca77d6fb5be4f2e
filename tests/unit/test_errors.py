import builtins
import re
from pathlib import Path

import symmath.errors

ROOT = Path(__file__).parents[2]
CLASS = re.compile(r"^ *class (\w+)\(([^)]*)\):", re.MULTILINE)
BUILTIN = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}


def defined_classes() -> dict[str, list[str]]:
    """Names of the bases of every class of the two packages; read, because importing all takes long."""
    return {
        name: [base.strip().rpartition(".")[2] for base in bases.split(",")]
        for package in ("symmath", "datagen")
        for path in (ROOT / package).rglob("*.py")
        for name, bases in CLASS.findall(path.read_text())
    }


def exceptions() -> dict[str, list[str]]:
    classes = defined_classes()

    def is_exception(name: str) -> bool:
        return name in BUILTIN or any(map(is_exception, classes.get(name, ())))

    return {name: bases for name, bases in classes.items() if is_exception(name)}


def drawn() -> dict[str, list[str]]:
    """The bases of each error by the tree in the docstring: whom it hangs from, then those in brackets."""
    tree: dict[str, list[str]] = {}
    above: list[str] = []
    for line in (symmath.errors.__doc__ or "").splitlines():
        if match := re.fullmatch(r"    ((?:[| ]   )*)[|`]-- (\w+)(?: \((\w+)\))?  +\S.*", line):
            depth = len(match[1]) // 4
            above[depth:] = [match[2]]
            tree[match[2]] = [above[depth - 1] if depth else "SymMathError", *filter(None, [match[3]])]
    return tree


def test_all_errors_descend_from_one_and_are_drawn() -> None:
    found = exceptions()
    assert found.pop("SymMathError") == ["Exception"]
    assert found == drawn()
