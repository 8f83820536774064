"""The process that runs user code: a script of its own, on the standard library alone, never imported.

It takes one JSON line ``{"code", "seconds"}``, then batches (one line each, a list of completions), and answers each
with one line. Before the code is seen, limits are set and a filter is installed that lets only the system calls through
which computing needs (seccomp, mode filter; ``man 2 seccomp``). Where that fails nothing is run.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import platform
import resource
import signal
import struct
import sys
from types import FrameType
from typing import Any

# What user code may import: loaded before files can no longer be opened.
MODULES = (
    "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "heapq",
    "itertools", "math", "operator", "random", "re", "statistics", "string", "textwrap", "traceback", "typing",
    "unicodedata",
)  # fmt: skip
# Numbers from arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux, in the order:
# read, write, close, fstat, poll, lseek, mmap, mprotect, munmap, brk, sigaction, sigprocmask, sigreturn, yield, mremap,
# madvise, nanosleep, getitimer, setitimer, getpid, exit, gettimeofday, getrusage, sigaltstack, gettid, futex,
# clock_gettime, clock_getres, clock_nanosleep, exit_group, getrandom, membarrier, rseq.
ALLOWED = {
    "x86_64": (0xC000003E, [0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 28, 35, 36, 38, 39, 60, 96, 98, 131,
                            186, 202, 228, 229, 230, 231, 318, 324, 334]),
    "aarch64": (0xC00000B7, [63, 64, 57, 80, 73, 62, 222, 226, 215, 214, 134, 135, 139, 124, 216, 233, 101, 102, 103,
                             172, 93, 169, 165, 132, 178, 98, 113, 114, 115, 94, 278, 283, 293]),
}  # fmt: skip
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF: ld [k], jeq k, ret k
KILL, DENY, ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # kill the process; errno EPERM; go on
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 4, 22, 38
PROCESSOR_SECONDS = 3600


class OutOfTime(BaseException):
    """Not an Exception, so that ``except Exception`` of user code does not swallow it."""


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def limit(mebibytes: int) -> None:
    """Limits that hold even where the filter lets a call through."""
    size = mebibytes << 20
    for kind, value in (
        (resource.RLIMIT_AS, size), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
    ):  # fmt: skip
        resource.setrlimit(kind, (value, value))


def confine() -> None:
    """Give up all system calls but those above.

    Raises:
        OSError: this system has no such filter.
    """
    if platform.machine() not in ALLOWED or sys.platform != "linux":
        raise OSError(f"no filter is known for {sys.platform} on {platform.machine()}")
    kind, numbers = ALLOWED[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, kind), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps += [(EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not allow a system call filter")


def measured(reward: Any, completion: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The value of one completion, or what stood in its way."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        value = reward(**completion)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if not isinstance(value, bool | int | float):
            raise TypeError(f"expected a number, got {type(value).__name__}")
        return {"value": value}
    except OutOfTime:
        return {"fault": "timeout", "message": f"took longer than {seconds:g} s"}
    except BaseException as problem:
        return {"fault": "exception", "message": f"{type(problem).__name__}: {problem}"[:300]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def expired(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


def main() -> None:
    pipe = os.dup(1)
    os.dup2(2, 1)  # what user code prints goes nowhere

    def answer(message: object) -> None:
        left = json.dumps(message).encode() + b"\n"
        while left:
            left = left[os.write(pipe, left) :]

    order = json.loads(sys.stdin.readline())
    for name in MODULES:
        importlib.import_module(name)
    limit(int(sys.argv[1]))
    signal.signal(signal.SIGALRM, expired)
    try:
        confine()
        space: dict[str, Any] = {"__name__": "reward"}
        signal.setitimer(signal.ITIMER_REAL, 5)
        exec(compile(order["code"], "reward", "exec"), space)
        signal.setitimer(signal.ITIMER_REAL, 0)
        reward = space["reward"]
    except BaseException as problem:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return answer({"refused": f"{type(problem).__name__}: {problem}"[:300]})
    answer({"isolation": "seccomp"})
    for line in sys.stdin:
        answer([measured(reward, completion, order["seconds"]) for completion in json.loads(line)])


if __name__ == "__main__":
    main()
