"""`python -m ops.healthcheck URL [FIRST-LAST]`: exit code 0 where the URL answers with such a status (200-299)."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request


def status(url: str, seconds: float = 5.0) -> int:
    """HTTP status of GET `url`; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


if __name__ == "__main__":
    first, _, last = (sys.argv[2] if len(sys.argv) > 2 else "200-299").partition("-")
    sys.exit(0 if int(first) <= status(sys.argv[1]) <= int(last) else 1)
