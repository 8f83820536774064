"""Requests that are tried again while what hinders them may pass."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from studio.errors import ApiError, Unreachable, error_of

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds
PASSING = (429, 502, 503, 504)  # statuses that may be gone at the next try


async def persistently(once: Callable[[], Awaitable[httpx.Response]], what: str, patience: float) -> httpx.Response:
    """The answer of `once`, which is asked again over `patience` seconds. what: the address, for people.

    Raises:
        ApiError: the typed error of the answer.
        Unreachable: no answer over all of `patience`.
    """
    deadline = time.monotonic() + patience
    pause = FIRST_PAUSE
    while True:
        waited: float | None = None
        try:
            answer = await once()
            if answer.status_code < 400:
                return answer
            refusal = error_in(answer)
            if answer.status_code not in PASSING and refusal.code != "UNAVAILABLE":
                raise refusal
            failure: Exception = refusal
            after = answer.headers.get("Retry-After", "")
            waited = float(after) if after.isdigit() else None
        except httpx.TransportError as error:
            failure = unreachable(what, error)
        # Spread, so that many clients do not come back at the same moment.
        wait = waited if waited is not None else pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, LONGEST_PAUSE)
        if time.monotonic() + wait > deadline:
            raise failure
        await asyncio.sleep(wait)


def unreachable(what: str, error: httpx.TransportError) -> Unreachable:
    """No answer from an address, with the way out."""
    return Unreachable(
        f"{what} does not answer: {error or type(error).__name__}", remedy="see whether it runs: `studio status`"
    )


def error_in(answer: httpx.Response) -> ApiError:
    """The typed error of an answer that was read."""
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    return error_of(answer.status_code, body)
