"""Free ports for tests: below the range from which the system takes ports for outgoing connections, so that none of
them is taken between being chosen and being listened on."""

import itertools
import os

from ops.local.home import is_free

_next = itertools.count(os.getpid() % 4000)


def free_port() -> int:
    """A port that nobody listens on, another one at each call."""
    while True:
        port = 12_000 + next(_next) % 4000
        if is_free(port):
            return port
