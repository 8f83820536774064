"""The shape of a decider: three pure parts and their types (Chassaing, "Functional event sourcing decider")."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from studio.contract import Record


class Refused(Exception):
    """A command that the state does not allow, or that is not valid. Nothing happened.

    Args:
        code: stable, UPPER_SNAKE; `NOT_FOUND` becomes 404, `INVALID` and others with a field 422, the rest 409.
        message: what is wrong, for a person.
        field: the command field that is at fault, if one is.
        remedy: the way out.
    """

    def __init__(self, code: str, message: str, field: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field, self.remedy = code, message, field, remedy


@dataclass(frozen=True, slots=True)
class Decider:
    """How one kind of aggregate decides.

    decide: (state, command) -> records, empty when nothing changes; raises `Refused`.
    evolve: (state, record) -> state; never refuses.
    """

    kind: str
    topic: str
    initial: Any
    decide: Callable[[Any, Any], Sequence[Record]]
    evolve: Callable[[Any, Record], Any]

    def fold(self, state: Any, records: Sequence[Record]) -> Any:
        for record in records:
            state = self.evolve(state, record)
        return state

    def dump(self, state: Any) -> dict[str, Any]:
        """JSON-able state."""
        found: dict[str, Any] = TypeAdapter(type(self.initial)).dump_python(state, mode="json")
        return found

    def load(self, stored: dict[str, Any]) -> Any:
        return TypeAdapter(type(self.initial)).validate_python(stored)


def state_hash(stored: dict[str, Any]) -> str:
    """SHA-256 of the state as canonical JSON."""
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
