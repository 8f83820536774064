"""Where the log keeps what a producer sent."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the log keeps an event: acknowledged by all replicas."""

    id: UUID
    topic: str
    partition: int
    offset: int
    epoch: int
    seq: int

    @property
    def position(self) -> str:
        """The position token of this event: as `position` of a client it lets reads wait until it is visible."""
        packed = json.dumps([{}, {f"{self.topic}-{self.partition}": self.offset}], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")
