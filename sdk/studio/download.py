"""An answer into a file, which is there whole or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import uuid4

import httpx

from studio.patience import unreachable
from studio.session import Params, Session


async def download(session: Session, path: str, target: Path, params: Params | None = None) -> int:
    """Write what `path` answers to `target`, in place of what is there. Returns bytes.

    Raises:
        ApiError: the typed error of the answer.
        Unreachable: the connection broke; `target` is as it was.
        OSError: the file cannot be written.
    """
    partial = target.with_name(f".{target.name}.{uuid4().hex}")
    size = 0
    try:
        with await asyncio.to_thread(partial.open, "xb") as file:
            async with session.opened("GET", path, params=params, headers=session.waiting) as answer:
                async for piece in answer.aiter_bytes():
                    size += await asyncio.to_thread(file.write, piece)
        os.replace(partial, target)
    except httpx.TransportError as error:
        raise unreachable(f"{session.url}{path}", error) from error
    finally:
        partial.unlink(missing_ok=True)
    return size
