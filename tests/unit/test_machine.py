import subprocess
from pathlib import Path

import pytest

from symmath import machine
from symmath.machine import commit


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one file, as if the package lay in it."""
    git(tmp_path, "init")
    (tmp_path / "code.py").write_text("1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-m", "one")
    monkeypatch.setattr(machine, "_ROOT", tmp_path.resolve())
    return tmp_path


def test_a_commit_says_whether_the_code_was_changed_after_it(checkout: Path) -> None:
    head = git(checkout, "rev-parse", "HEAD")
    (checkout / "notes.txt").write_text("not part of the code\n")
    assert commit() == head
    (checkout / "code.py").write_text("2\n")
    assert commit() == f"{head}-dirty"


def test_the_commit_of_a_repository_around_the_package_is_not_its_own(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = checkout / "venv" / "site-packages"
    inside.mkdir(parents=True)
    monkeypatch.setattr(machine, "_ROOT", inside.resolve())
    assert commit() == "unknown"


def test_without_a_repository_or_git_there_is_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_ROOT", tmp_path)
    assert commit() == "unknown"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit() == "unknown"
