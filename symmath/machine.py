"""What a figure was measured with: the machine and the state of the code. It means little without."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
"""Of the checkout, if the package runs from one."""
_UNKNOWN = "unknown"


def machine() -> str:
    """Describe the machine in a few words."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        model = f"{len(names)} x {names[0]}" if names else model
    except OSError:
        pass
    return f"{model}, Python {platform.python_version()}"


def commit() -> str:
    """Return the commit of the checkout the code runs from, and "-dirty" if tracked files were changed.

    "unknown" where there is none: an installed package may lie in a repository that isn't its own, such as
    a virtual environment inside a user's.
    """
    try:
        top, head = _git("rev-parse", "--show-toplevel", "HEAD").splitlines()
        if Path(top).resolve() != _ROOT:
            return _UNKNOWN
        return head + ("-dirty" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, ValueError, subprocess.CalledProcessError):
        return _UNKNOWN


def _git(*arguments: str) -> str:
    # Without the lock, for looking must not get in the way of a commit.
    command = ["git", "--no-optional-locks", "-C", str(_ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
