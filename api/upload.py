"""A multipart upload, streamed to a file with a running limit; what does not arrive whole leaves nothing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect

from api.errors import Problem
from api.form import Form, Upload, too_large

DRAIN_SECONDS = 5.0


@asynccontextmanager
async def received(request: Request, limit: int) -> AsyncIterator[Upload]:
    """Receive `field` file of a multipart body.

    Args:
        limit: bytes of the file.

    Raises:
        Problem: 400 for a body that is not multipart, 422 for a missing or too large file.
        ClientDisconnect: the client stopped half-way.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Problem(
            400, "BAD_REQUEST", "the body is not multipart/form-data", field="Content-Type",
            remedy="send the document as the form field `file`",
        )  # fmt: skip
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 19 and int(declared) > limit + 1024 * 1024:
        raise too_large(limit)  # before the client has sent it all
    with tempfile.TemporaryDirectory(prefix="studio-upload-") as folder:
        form = Form(Path(folder) / "file", limit)
        try:
            parser = MultipartParser(boundary, form.callbacks())
            try:
                async for chunk in request.stream():
                    parser.write(chunk)
                    await form.flush()
            except Problem:
                await _drain(request)
                raise
            parser.finalize()
        except FormParserError as error:
            raise Problem(
                400, "BAD_REQUEST", "the multipart body is broken", field="body", reason=str(error)
            ) from error
        finally:
            await form.close()
        if not form.ended:
            raise Problem(400, "BAD_REQUEST", "the multipart body has no end", field="body", remedy="send it again")
        yield form.upload()


async def _drain(request: Request) -> None:
    """Read on for a moment: a client that is still sending would otherwise see a reset instead of the answer."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in request.stream():
                pass
    except (TimeoutError, ClientDisconnect, RuntimeError):
        pass
