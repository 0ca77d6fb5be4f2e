from pathlib import Path

import pytest

from datagen.terms import _spelled, in_terms, write_terms
from symmath.errors import ShardError
from symmath.evaluate.validation import combined
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.shards import SPLITS, Record, read_records


def _is_enough(record: Record) -> bool:
    return combined(record.source[1:], [record.target]) is not None


@pytest.mark.parametrize(
    ("primitive", "terms"),
    [
        ("x*sin(x)/2 - 3*cos(x)/7", "x*sin(x) + cos(x)"),
        ("exp(2*x)*(4*x**3 - 6*x)/8", "exp(2*x)*x**3 + exp(2*x)*x"),
        ("5*log(x) + 3", "log(x)"),
        ("-x", "x"),
    ],
)
def test_terms_have_no_coefficients(primitive: str, terms: str) -> None:
    assert in_terms(parse_expression(primitive, "x").expr) == parse_expression(terms, "x").expr


def test_powers_of_sums_are_kept() -> None:
    target = canonical_tokens(parse_expression("(x + sin(x) + exp(x))^12").expr)
    assert _spelled(target) == target


def test_terms_keep_problems_and_splits(shards: Path, tmp_path: Path) -> None:
    write_terms(shards, tmp_path)
    for split in SPLITS:
        before, after = list(read_records(shards, split)), list(read_records(tmp_path, split))
        assert [(r.source, r.origin) for r in before] == [(r.source, r.origin) for r in after]
    # Roots, whose powers expanding combines, are what is lost.
    records = list(read_records(tmp_path, "train"))
    assert sum(_is_enough(record) for record in records) > 0.9 * len(records)
    with pytest.raises(ShardError, match="holds shards already"):
        write_terms(shards, tmp_path)
