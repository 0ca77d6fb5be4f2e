"""The tasks. To add one: write its file, add its line."""

from __future__ import annotations

from collections.abc import Mapping

from symmath.tasks import integrate
from symmath.tasks.task import Task

TASKS: Mapping[str, Task] = {task.name: task for task in (integrate.TASK,)}
