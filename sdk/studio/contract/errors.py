"""Typed errors of the contract."""

from __future__ import annotations


class Undecodable(Exception):
    """Bytes on a topic that are no event of ours. `code` is stable, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
