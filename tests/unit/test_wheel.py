"""What an installed symmath brings with it."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_the_package_the_checkpoints_and_the_suites(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in (ROOT / "checkpoints").iterdir():
        for file in ("weights.safetensors", "config.json", "vocab.model", "metrics.json"):
            assert f"symmath/checkpoints/{folder.name}/{file}" in names
    assert {"symmath/cli/__init__.py", "symmath/evaluate/held_out/bwd.jsonl"} <= names
    assert not any(name.startswith(("datagen/", "tests/", "runs/", "data/")) for name in names)
