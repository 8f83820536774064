"""What every answer looks like: `{"data", "meta"}`, with `data` one resource or a page of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

VERSION = "v1"


class Attributes(BaseModel):
    """What a resource says about itself. Rows of read models may carry more columns than are shown."""

    model_config = ConfigDict(extra="ignore")


class Aggregate(Attributes):
    """Attributes of something that decisions are made about.

    revision: its version, for `If-Match`. created_at, updated_at: null in the answer to its creation.
    """

    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Count(Attributes):
    """How many for one reason."""

    reason: str
    count: int


class Fault(Attributes):
    """Why something failed, the field at fault and the way out."""

    code: str
    reason: str = ""
    field: str = ""
    remedy: str = ""


A = TypeVar("A", bound=BaseModel)


class Named(BaseModel):
    """Readable names in the OpenAPI document: `DocumentItem` for `Item[DocumentAttributes]`."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return str(params[0].__name__).removesuffix("Attributes") + cls.__name__


class Resource(Named, Generic[A]):
    """One thing."""

    id: str
    type: str
    attributes: A


class Meta(BaseModel):
    """timestamp: of the answer. version: of this API."""

    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))
    version: str = VERSION


class PageMeta(Meta):
    """next_cursor: for the next page; null on the last one. total: of all pages, where the list counts them."""

    next_cursor: str | None = None
    total: int | None = None


class Item(Named, Generic[A]):
    """An answer with one resource."""

    data: Resource[A]
    meta: Meta = Field(default_factory=Meta)


class Page(Named, Generic[A]):
    """An answer with a page of resources."""

    data: list[Resource[A]]
    meta: PageMeta = Field(default_factory=PageMeta)


class Happened(BaseModel):
    """An event that a command led to: the record's name and its fields."""

    type: str
    data: dict[str, Any]


class Decided(Attributes):
    """The answer to a command on something that exists: its revision now, and what happened (nothing, if it was so)."""

    revision: int
    events: list[Happened]


def item(id: str, type: str, attributes: A) -> Item[A]:
    """One resource in its envelope."""
    return Item(data=Resource(id=id, type=type, attributes=attributes))


def page(type: str, rows: list[tuple[str, A]], next_cursor: str | None = None, total: int | None = None) -> Page[A]:
    """A page of `(id, attributes)` in its envelope."""
    data = [Resource(id=id, type=type, attributes=attributes) for id, attributes in rows]
    return Page(data=data, meta=PageMeta(next_cursor=next_cursor, total=total))
