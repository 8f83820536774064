"""`python -m ops.local`: the platform without the `studio` command (tests, other builders, the detached supervisor)."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import time
from pathlib import Path

from ops.local import control
from ops.local import state as states
from ops.local.environment import environment
from ops.local.home import home_from
from ops.local.jars import JarError, fetch, locked
from ops.local.s3 import serve
from ops.local.supervisor import AlreadyRunning


def main() -> int:
    """0: done; 1: failed; 3: nothing runs."""
    parser = argparse.ArgumentParser(prog="python -m ops.local")
    parser.add_argument("command", choices=("up", "down", "env", "status", "supervise", "jars", "s3"))
    parser.add_argument("--only", default="", help="names with commas, for example kafka,postgres,s3")
    parser.add_argument("--detach", action="store_true", help="accepted for symmetry: this command always detaches")
    parser.add_argument("--listen", default="127.0.0.1:9000", help="host:port of s3")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of s3")
    options = parser.parse_args()
    home = home_from()
    names = [name for name in options.only.split(",") if name]
    try:
        if options.command == "supervise":
            asyncio.run(control.supervise(home))
        elif options.command == "up":
            begun = time.monotonic()
            state = control.up(home, names)
            print(f"{', '.join(state.children)}: healthy after {time.monotonic() - begun:.1f} s, home {home.path}")
        elif options.command == "down":
            print("stopped" if control.down(home) else "nothing ran")
        elif options.command == "jars":
            print(f"{fetch(locked())} downloaded")
        elif options.command == "s3":
            serve(options.listen, options.data)
        elif options.command == "env":
            home.create()
            for key, value in environment(home).items():
                print(f"export {key}={shlex.quote(value)}")
        else:
            state_now = states.running(home)
            for child in state_now.children.values() if state_now else ():
                print(f"{child.name:10} {child.state:10} pid {child.pid} restarts {child.restarts} {child.message}")
            return 0 if state_now and state_now.healthy else 3
    except AlreadyRunning:
        return control.ALREADY
    except (control.PlatformError, JarError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
