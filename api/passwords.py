"""Password hashes: Argon2id with the parameters that OWASP recommends for servers (19 MiB, 2 passes, 1 lane)."""

from __future__ import annotations

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


async def hashed(password: str) -> str:
    """A salted hash, off the event loop."""
    return await asyncio.to_thread(HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one; without a stored hash the same work is done, so that time tells nothing."""

    def verify() -> bool:
        try:
            HASHER.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    return await asyncio.to_thread(verify)


@cache
def _nobody() -> str:
    return HASHER.hash("nobody has this password")
