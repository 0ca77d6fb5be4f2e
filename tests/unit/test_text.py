from pathlib import Path

import pytest

from datagen.pipeline import generate
from datagen.recipes import ODE_MIX
from datagen.text import export_text, import_text, read_text
from symmath.errors import ShardError, UnsupportedError
from symmath.shards import SPLITS, Record, read_records
from symmath.tasks.text import line_of


def pairs(folder: Path, split: str) -> list[tuple[list[str], list[str]]]:
    return [(record.source, record.target) for record in read_records(folder, split)]


@pytest.fixture(scope="module")
def equations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("equations")
    generate(ODE_MIX, folder, pairs=120, seed=4, workers=0, chunk_pairs=60, report=lambda _: None)
    return folder


@pytest.mark.parametrize("kind", ["integrals", "equations"])
def test_export_and_import_give_the_same_pairs(
    kind: str, shards: Path, equations: Path, tmp_path: Path
) -> None:
    folder = shards if kind == "integrals" else equations
    count = export_text(folder, tmp_path / "text")
    assert import_text(tmp_path / "text", tmp_path / "back", chunk_pairs=100) == count
    for split in SPLITS:
        assert pairs(tmp_path / "back", split) == pairs(folder, split)
    tasks = {source[0] for source, _ in pairs(tmp_path / "back", "train")}
    assert tasks == ({"<integrate>"} if kind == "integrals" else {"<ode1>", "<ode2>"})


def test_derivatives_have_no_line() -> None:
    # It would be read as an integral with a wrong primitive.
    with pytest.raises(UnsupportedError, match="differentiate"):
        line_of(Record(source=["<differentiate>", "exp", "x"], target=["exp", "x"], origin="tree"))


def test_lines_are_the_seed_papers(tmp_path: Path) -> None:
    file = tmp_path / "prim_fwd.train"
    file.write_text("3|sub Y' pow x INT+ 2\tmul div INT+ 1 INT+ 3 pow x INT+ 3\n")
    ((_, record),) = read_text(file)
    target = "mul div + 1 + 3 pow x + 3".split()
    assert record == Record("<integrate> pow x + 2".split(), target, "prim_fwd")
    ((_, record),) = read_text(file, canonicalise=True)
    assert record.target == "div pow x + 3 + 3".split()
    import_text(file, tmp_path / "shards")
    export_text(tmp_path / "shards", tmp_path / "out")
    texts = [(tmp_path / "out" / f"{split}.prefix").read_text() for split in SPLITS]
    assert "".join(texts) == file.read_text().removeprefix("3|")


def test_differential_equations_are_told_from_integrals(tmp_path: Path) -> None:
    file = tmp_path / "mixed.txt"
    lines = ["sub Y' Y\tmul a8 exp x", "add Y Y''\tadd mul a8 sin x mul a9 cos x", "sub Y' cos x\tsin x"]
    # Without y in it this is a differential equation too: its answer has a constant.
    lines += ["sub Y' cos x\tadd a8 sin x", "cos x\tsin x", "mul + 1 2 ln x\tx"]
    file.write_text("\n".join(lines) + "\n")
    sources = [" ".join(record.source) for _, record in read_text(file)]
    assert sources == [
        "<ode1> sub y' y",
        "<ode2> add y y''",
        "<integrate> cos x",
        "<ode1> sub y' cos x",
        "<integrate> cos x",
        "<integrate> mul + 1 2 log x",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sub Y' x", "not a source, a tab and a target"),
        ("sub Y' x\t", "not a source, a tab and a target"),
        ("x\tx\tx", "not a source, a tab and a target"),
        ("sub Y' zeta x\tx", "unknown tokens .'zeta'"),
        ("<integrate> x\tx", "unknown tokens"),
        ("sub Y' add x\tx", "source is not one prefix expression"),
        ("sub Y' x\tx x", "target is not one prefix expression"),
        ("sub Y' mul INT+ x\tx", "source is not one prefix expression"),
        ("sub Y' x\tadd x INT+", "target is not one prefix expression"),
        ("sub Y' x\t3", "target is not one prefix expression"),
    ],
)
def test_a_malformed_line_is_an_error_with_file_and_line(line: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_text(f"sub Y' x\tdiv pow x INT+ 2 INT+ 2\n{line}\n")
    with pytest.raises(ShardError, match=rf"bad\.txt, line 2: .*{message}"):
        import_text(file, tmp_path / "out")


def test_what_is_no_text_is_an_error_that_names_the_file(shards: Path, tmp_path: Path) -> None:
    with pytest.raises(ShardError, match="train-000000"):
        list(read_text(shards / "train-000000.safetensors"))
    with pytest.raises(ShardError, match=r"train\.prefix"):
        import_text(tmp_path, tmp_path / "out")
