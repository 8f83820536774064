"""Who a child runs as, and that it does not outlive the supervisor.

Postgres refuses to run as root. Where we are root it runs as an unprivileged user. Such a user cannot walk through a
closed folder such as /root to its own data and binaries; instead of opening the folders of the machine's owner, the
process keeps one capability that lets it pass.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAPBSET_READ, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 23, 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


@dataclass(frozen=True)
class Identity:
    """A user to run as, and the capability to keep for passing closed folders (None: none needed)."""

    user: str
    uid: int
    gid: int
    capability: int | None


class IdentityError(Exception):
    """No unprivileged user can run the program here; the message names the way out."""


def unprivileged(*paths: Path) -> Identity | None:
    """Who runs a server that refuses root and needs `paths`; None where we are not root.

    Raises:
        IdentityError: a folder above one of the paths is closed and this container cannot grant passage.
    """
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(os.environ.get("STUDIO_POSTGRES_OS_USER", "nobody"))
    closed = [str(folder) for path in paths for folder in path.parents if not folder.stat().st_mode & 0o001]
    capability = None
    if closed:
        granted = [cap for cap in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if LINUX and _may_grant(cap)]
        if not granted:
            raise IdentityError(
                f"Postgres does not run as root, and the user {entry.pw_name} cannot pass {', '.join(closed)}. "
                "Set STUDIO_HOME to a folder that everybody can pass (for example /var/lib/studio), run the studio as "
                "an ordinary user, or set STUDIO_POSTGRES_ADMIN_DSN to a server of your own."
            )
        capability = granted[0]
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid, capability)


def _may_grant(capability: int) -> bool:
    return bool(_libc.prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1)


def child_setup(identity: Identity | None, death_signal: int = signal.SIGTERM) -> Callable[[], None]:
    """What a child does between fork and exec: change user, and ask to be signalled when the supervisor dies."""
    parent = os.getpid()

    def setup() -> None:
        if identity is not None:
            if identity.capability is not None:
                _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
            os.setgroups([])
            os.setgid(identity.gid)
            os.setuid(identity.uid)
            if identity.capability is not None:
                _keep(identity.capability)
        if LINUX:  # after setuid, which clears it
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return setup


def _keep(capability: int) -> None:
    mask = 1 << capability
    header = _Header(0x20080522, 0)
    data = (_Data * 2)(_Data(mask, mask, mask), _Data(0, 0, 0))
    if _libc.capset(ctypes.byref(header), data) == 0:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
