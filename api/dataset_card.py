"""The data card of a dataset: sources with their licences, how it was made, what was left out."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api import backend
from api.access import requires
from api.dataset_contents import card_of
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.frozen import frozen_row
from api.paths import Id
from api.reading import Reading
from processors.datasets.card import licences, markdown

router = APIRouter(prefix="/datasets", tags=["datasets"])


class CardSource(Attributes):
    """A document that rows are from. withdrawn: why, where it was since."""

    document_id: str
    name: str
    licence: str = ""
    source: str = ""
    sha256: str = ""
    train_rows: int
    heldout_rows: int
    withdrawn: str | None = None


class LicenceRows(Attributes):
    """How many rows stand under a licence; empty where nobody stated one."""

    licence: str
    rows: int


class CardAttributes(Attributes):
    """markdown: the whole card, with front matter for the Hugging Face hub; it stays the same for ever."""

    name: str
    version: str
    merkle_root: str
    markdown: str
    licences: list[LicenceRows]
    sources: list[CardSource]
    kinds: dict[str, int]
    languages: dict[str, int]


@router.get("/{id}/card", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def card(request: Request, reader: Reading, id: Id) -> Item[CardAttributes]:
    """The data card of a version."""
    row = await frozen_row(reader, id)
    made, known = await card_of(reader, backend.of(request).blobs, row)
    gone = {id: one["withdrawn_reason"] for id, one in known.items() if one["state"] == "withdrawn"}
    sources = [
        CardSource(
            document_id=one.document_id,
            name=one.name,
            licence=one.licence,
            source=one.source,
            sha256=one.sha256,
            train_rows=one.train,
            heldout_rows=one.heldout,
            withdrawn=gone.get(one.document_id),
        )
        for one in made.sources
    ]
    attributes = CardAttributes(
        name=made.name,
        version=made.version,
        merkle_root=made.merkle_root,
        markdown=markdown(made),
        licences=[LicenceRows(licence=name, rows=rows) for name, rows in licences(made.sources).items()],
        sources=sources,
        kinds=dict(made.kinds),
        languages=dict(made.languages),
    )
    return item(id, "data-card", attributes)
