from pathlib import Path

import pytest

from datagen.split import split_of
from datagen.vary import write_variants
from symmath.errors import ShardError
from symmath.expr.prefix import decode
from symmath.shards import SPLITS, read_records
from symmath.verification import Verdict, verify_integral


def test_variants_hold_and_stand_where_they_belong(shards: Path, tmp_path: Path) -> None:
    write_variants([shards], tmp_path, pairs=80, seed=1)
    found = {split: list(read_records(tmp_path, split)) for split in SPLITS}
    assert sum(map(len, found.values())) == 80 and len(found["train"]) > 60
    assert len({tuple(record.source) for records in found.values() for record in records}) == 80
    known = {tuple(record.source) for record in read_records(shards, "train")}
    assert sum(tuple(record.source) in known for record in found["train"]) < 40
    for split, records in found.items():
        for record in records:
            assert split_of(record.source[1:]) == split
            check = verify_integral(decode(record.source[1:]), decode(record.target))
            assert check.verdict is not Verdict.REFUTED
    with pytest.raises(ShardError, match="holds shards already"):
        write_variants([shards], tmp_path, pairs=80, seed=1)
