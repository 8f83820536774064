"""Writes the secrets of a compose installation to an env file, once: `python ops/compose/make_env.py FILE`."""

from __future__ import annotations

import os
import secrets
import sys

NAMES = (
    "STUDIO_POSTGRES_ADMIN_PASSWORD",
    "STUDIO_POSTGRES_ENGINE_PASSWORD",
    "STUDIO_POSTGRES_APP_PASSWORD",
    "STUDIO_S3_ACCESS_KEY",
    "STUDIO_S3_SECRET_KEY",
    "STUDIO_JWT_SECRET",
    "STUDIO_ADMIN_PASSWORD",
    "STUDIO_GRAFANA_PASSWORD",
)


def main(file: str) -> None:
    """Create `file` with mode 600.

    Raises:
        FileExistsError: there is one already.
    """
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.writelines(f"{name}={secrets.token_hex(24)}\n" for name in NAMES)


if __name__ == "__main__":
    main(sys.argv[1])
