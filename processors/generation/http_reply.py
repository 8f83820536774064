"""The body and the waiting time of an HTTP answer, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

LONGEST_REPLY = 4 * 1024 * 1024


async def bounded(response: aiohttp.ClientResponse) -> bytes | None:
    """The body, or None if it is too long."""
    parts: list[bytes] = []
    length = 0
    async for part in response.content.iter_chunked(1 << 16):
        parts.append(part)
        length += len(part)
        if length > LONGEST_REPLY:
            return None
    return b"".join(parts)


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
