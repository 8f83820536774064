"""Becomes another program within limits: `python -m processors.extraction.launch MEMORY CPU_SECONDS COMMAND...`.

The network goes with a namespace of its own where the kernel allows that; no large files, no core. Exit code 127: there
is no such program.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

from streams.confined import CLONE_NEWNET, CLONE_NEWUSER

LARGEST_FILE = 64 * 1024 * 1024
"""Readers keep pages in temporary files."""


def main() -> int:
    memory, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    command = sys.argv[3:]
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare"):
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        os.execvp(command[0], command)
    except OSError:
        return 127


if __name__ == "__main__":
    sys.exit(main())
