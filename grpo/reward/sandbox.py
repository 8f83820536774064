"""User code as a measure, in a process of its own that can compute and nothing else.

    def reward(text, answer, passage, question, source, ended): return 1.0 if "pump" in text else 0.0

The process has its limits of memory and processor time set, then gives up every system call but those that computing
and talking over its pipes need (seccomp): no network, no files, no other process. Where bubblewrap is installed it also
lives in namespaces of its own. Completions go over as one batch. What goes wrong is a fault by kind; after a timeout or
a crash the process is replaced.
"""

from __future__ import annotations

import ast
import json
import os
import selectors
import shutil
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from grpo.errors import RewardInvalid
from grpo.reward.faults import Fault, Outcome, outcome
from grpo.reward.measures import Completion

CHILD = Path(__file__).with_name("sandbox_child.py")
LONGEST = 20_000  # characters of code
START_SECONDS, EACH_SECONDS, BATCH_SECONDS = 10.0, 1.0, 30.0
MEMORY_MIB = 512
LARGEST_REPLY = 8 << 20  # bytes
KINDS = ("timeout", "exception")


@lru_cache(maxsize=1)
def namespaces() -> tuple[str, ...]:
    """The bubblewrap command that the process is started under; empty where bubblewrap is missing or may not."""
    found = shutil.which("bwrap")
    if found is None:
        return ()
    seen = [path for path in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache") if Path(path).exists()]
    seen += sorted({sys.prefix, sys.base_prefix, str(CHILD)})
    binds = [word for path in seen for word in ("--ro-bind", path, path)]
    command = (found, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", *binds,
               "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp", "--")  # fmt: skip
    try:
        trial = subprocess.run([*command, sys.executable, "-I", "-S", "-c", ""], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if trial.returncode == 0 else ()


class Sandbox:
    """A measure made of user code; its process starts with the first batch and ends with this object."""

    def __init__(self, code: str, field: str, *, each: float = EACH_SECONDS, batch: float = BATCH_SECONDS) -> None:
        """Check ``code`` without running it.

        Args:
            code: Python that defines ``reward``.
            field: named in errors.
            each: seconds that one completion may take.
            batch: seconds that one call may take.

        Raises:
            RewardInvalid: empty, too long, not Python, or without a function called ``reward``.
        """
        if not code.strip() or len(code) > LONGEST:
            raise RewardInvalid(field, f"expected 1 to {LONGEST} characters of Python", "def reward(text, **rest): ...")
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError) as problem:
            raise RewardInvalid(field, f"not Python: {problem}", "def reward(text, **rest): ...") from None
        if not any(isinstance(node, ast.FunctionDef) and node.name == "reward" for node in tree.body):
            raise RewardInvalid(field, "there is no function called reward", "def reward(text, **rest): ...")
        self.code, self.field, self.each, self.batch = code, field, each, batch
        self.process: subprocess.Popen[bytes] | None = None
        self.isolation = ""

    def grade(self, completions: Sequence[Completion]) -> Sequence[Outcome]:
        """One outcome per completion.

        Raises:
            RewardInvalid: the code cannot be loaded, or this system cannot hold it.
        """
        if not completions:
            return []
        fault: Fault
        try:
            if self.process is None:
                self.start()
            reply = self.exchange([asdict(completion) for completion in completions], self.batch)
            if isinstance(reply, list) and len(reply) == len(completions):
                return [read(item) for item in reply]
            fault = Fault("malformed", "its process did not answer with one value per completion")
        except TimeoutError:
            fault = Fault("timeout", f"a batch of {len(completions)} took longer than {self.batch:g} s")
        except (OSError, ValueError, EOFError) as problem:
            fault = Fault("crashed", f"its process ended: {str(problem) or 'out of memory or processor time'}")
        self.stop()
        return [fault] * len(completions)

    def start(self) -> None:
        command = [*namespaces(), sys.executable, "-I", "-S", str(CHILD), str(MEMORY_MIB)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
            start_new_session=True,
        )  # fmt: skip
        self.finish = weakref.finalize(self, end, self.process)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        reply = self.exchange({"code": self.code, "seconds": self.each}, START_SECONDS)
        if not isinstance(reply, Mapping) or "isolation" not in reply:
            self.stop()
            reason = reply.get("refused", reply) if isinstance(reply, Mapping) else reply
            raise RewardInvalid(self.field, f"the code cannot be loaded: {reason}", "it may compute, nothing else")
        self.isolation = ("bubblewrap+" if namespaces() else "") + str(reply["isolation"])

    def exchange(self, message: object, seconds: float) -> Any:
        """Send one line, read one line.

        Raises:
            TimeoutError: no whole line within ``seconds``.
            EOFError, OSError, ValueError: the process is gone, or what it wrote is no JSON.
        """
        assert self.process is not None and self.process.stdin is not None and self.process.stdout is not None
        sink, source = self.process.stdin.fileno(), self.process.stdout.fileno()
        left, received = memoryview(json.dumps(message).encode() + b"\n"), bytearray()
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(sink, selectors.EVENT_WRITE)
            ready.register(source, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                rest = deadline - time.monotonic()
                events = ready.select(rest) if rest > 0 else []
                if not events:
                    raise TimeoutError
                for key, _ in events:
                    if key.fd == sink:
                        left = left[os.write(sink, left[:65536]) :]
                        if not left:
                            ready.unregister(sink)
                    else:
                        piece = os.read(source, 65536)
                        received += piece
                        if not piece or len(received) > LARGEST_REPLY:
                            raise EOFError
        return json.loads(received)

    def stop(self) -> None:
        """End the process; the next batch gets a new one."""
        if self.process is not None:
            self.finish()
            self.process = None


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                pass  # it was being written to
    process.wait()


def read(item: object) -> Outcome:
    """One line of the process's answer."""
    if isinstance(item, Mapping) and item.get("fault") in KINDS:
        return Fault(item["fault"], str(item.get("message", ""))[:300])
    if isinstance(item, Mapping) and "value" in item:
        return outcome(item["value"])
    return Fault("malformed", "neither a value nor a fault")
