"""The position token: what a write answers and a read may wait for (`Studio-Position`)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field


class BadToken(ValueError):
    """Text that is no position token."""


@dataclass(frozen=True, slots=True)
class Token:
    """heads: stream -> version that a reader must have passed; offsets: `topic-partition` -> offset of a fact."""

    heads: dict[str, int] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """URL-safe text, opaque to clients."""
        packed = json.dumps([self.heads, self.offsets], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def joined(self, other: Token) -> Token:
        """Both conditions in one token."""
        heads = {k: max(self.heads.get(k, 0), other.heads.get(k, 0)) for k in {*self.heads, *other.heads}}
        offsets = {k: max(self.offsets.get(k, -1), other.offsets.get(k, -1)) for k in {*self.offsets, *other.offsets}}
        return Token(heads, offsets)

    @staticmethod
    def parse(text: str) -> Token:
        """The token in `text`.

        Raises:
            BadToken: it was not made by `text()`.
        """
        try:
            heads, offsets = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return Token({str(k): int(v) for k, v in heads.items()}, {str(k): int(v) for k, v in offsets.items()})
        except (binascii.Error, ValueError, TypeError, AttributeError) as error:
            raise BadToken("Studio-Position is not a token that this studio gave out") from error
