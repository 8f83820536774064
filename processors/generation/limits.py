"""How far requests may go, and which addresses look like servers."""

from __future__ import annotations

from urllib.parse import urlsplit

MOST_SAMPLES = 1_000_000
LARGEST_SEED = 2**53
LARGEST_BUDGET = 2**53
LOCAL = "transformers:"
"""The address of models that the platform runs itself, beside the process that asks."""


def address_fault(text: str) -> bool:
    """Whether a text is neither LOCAL nor an http or https address of a server, or has a login in it."""
    if text == LOCAL:
        return False
    try:
        url = urlsplit(text)
        return url.scheme not in ("http", "https") or not url.hostname or url.username is not None
    except ValueError:
        return True
