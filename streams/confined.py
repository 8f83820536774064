"""For child processes that read what strangers sent: limits that the process puts on itself before it looks."""

from __future__ import annotations

import ctypes
import resource
import sys
from typing import Any

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.exec",
             "os.posix_spawn", "os.system", "os.fork")  # fmt: skip


def without_network() -> None:
    """A network namespace of its own for this process and its children, where the kernel allows that to anybody."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare"):
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def confine(memory: int, cpu_seconds: int) -> None:
    """No network, and `limit`."""
    without_network()
    limit(memory, cpu_seconds)


def limit(memory: int, cpu_seconds: int) -> None:
    """Limits of this process: address space in bytes, CPU in seconds, no files written, no sockets, no children.

    An audit hook refuses Python's sockets whatever network the kernel leaves.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_refuse)


def _refuse(event: str, _: Any) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"a parser may not use {event}")
