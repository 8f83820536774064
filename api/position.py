"""The `Studio-Position` header: what a write answers, and what a read waits for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from api.errors import invalid
from streams.token import BadToken, Token

MOST = 64  # streams that one position remembers
Position = Annotated[
    str,
    Header(
        alias="Studio-Position",
        max_length=16_000,
        description="As the last answer gave it. A read waits (5 s at most) until that write is visible; a write "
        "answers a position that stands for both.",
    ),
]


def position(text: str, tenant: str) -> Token:
    """The token in a `Studio-Position` header, without what it says of other tenants; an empty one asks for nothing.

    Raises:
        Problem: 422; this studio did not give it out.
    """
    if not text:
        return Token()
    try:
        token = Token.parse(text)
    except (BadToken, RecursionError, OverflowError, UnicodeError) as error:
        raise invalid("Studio-Position", "is no position of this studio", "send it as it was given") from error
    own = {stream: version for stream, version in token.heads.items() if stream.split("|")[1:2] == [tenant]}
    return Token(own, token.offsets)


def after_both(before: Token, write: str) -> str:
    """The position after everything in `before` and the write that answered `write`; the oldest streams may be left
    out, because readers passed them long ago."""
    new = Token.parse(write)
    kept = dict(list(before.heads.items())[-MOST:])
    return Token(kept, before.offsets).joined(new).text()
