"""What became of a process."""

from __future__ import annotations

import psutil


def gone(pid: int) -> bool:
    """No such process, or only its entry in a table that nobody reads (an orphan in a container without init)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
