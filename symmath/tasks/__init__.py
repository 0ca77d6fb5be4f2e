"""The tasks. To add one: write its file, add its line."""

from __future__ import annotations

from collections.abc import Mapping

from symmath.tasks import differentiate, higher, integrate, ode1, ode2
from symmath.tasks.task import Task

TASKS: Mapping[str, Task] = {
    task.name: task for task in (integrate.TASK, differentiate.TASK, ode1.TASK, ode2.TASK, *higher.TASKS)
}
