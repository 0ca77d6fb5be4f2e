"""What the machine is, for benchmarks: figures mean little without it."""

from __future__ import annotations

import platform


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
