"""What the API answers: things with an id, a type and attributes, alone or in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One thing. `item["name"]` is an attribute; `status`, `revision` and `error` have names of their own."""

    id: str
    type: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.attributes[name]

    def get(self, name: str, otherwise: Any = None) -> Any:
        """An attribute that may be missing."""
        return self.attributes.get(name, otherwise)

    @property
    def status(self) -> str:
        """Where it is in its life; empty for things that have none."""
        return str(self.attributes.get("status") or "")

    @property
    def revision(self) -> int:
        """How many decisions were taken about it; 0 for things that are not decided about."""
        return int(self.attributes.get("revision") or 0)

    @property
    def error(self) -> Mapping[str, Any] | None:
        """Why it failed: code, reason, field, remedy."""
        return self.attributes.get("error") or None

    def plain(self) -> dict[str, Any]:
        """JSON-able, as the API has it."""
        return {"id": self.id, "type": self.type, "attributes": dict(self.attributes)}

    @staticmethod
    def of(data: Mapping[str, Any]) -> Item:
        """The thing in a `data` object of an answer."""
        return Item(str(data["id"]), str(data["type"]), dict(data.get("attributes") or {}))


@dataclass(frozen=True, slots=True)
class Page:
    """Some things, and the cursor of the next page (None: there is none)."""

    items: tuple[Item, ...]
    next_cursor: str | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @staticmethod
    def of(body: Mapping[str, Any]) -> Page:
        """The page in an answer with a list."""
        cursor = (body.get("meta") or {}).get("next_cursor")
        return Page(tuple(Item.of(data) for data in body["data"]), cursor)
