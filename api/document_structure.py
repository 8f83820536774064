"""What documents can be: the kinds that can be read, and the structure that was found in one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.cursor import Cursor, Limit, pack, unpack
from api.document_row import extracted_row
from api.envelope import Attributes, Page, page
from api.errors import documented
from api.paths import Id
from api.reading import Reading
from processors.extraction.kinds import FORMATS

router = APIRouter(prefix="/documents", tags=["documents"])
RegionKind = Literal["heading", "list", "item", "table", "row", "code", "definitions", "term", "definition"]
SHOWN = 500  # characters of a region's text in a list


class DocumentFormat(Attributes):
    """A kind of document. place: what a span of its text leads back to. structure: the regions that are kept."""

    title: str
    media_type: str
    extensions: list[str]
    place: str
    structure: list[str]


class DocumentRegion(Attributes):
    """Characters `start` to `end` of the canonical text are a heading, list, item, table, row, code or definition.

    level: of a heading. detail: "ordered" of a list, "header" of a row, the language of code. text: its beginning.
    """

    kind: RegionKind
    start: int
    end: int
    level: int | None = None
    detail: str = ""
    text: str


@router.get("/formats", dependencies=requires("studio:read"), responses=documented(401, 403))
async def formats() -> Page[DocumentFormat]:
    """The kinds of documents that can be read, by their content."""
    found = [
        (
            str(format.kind),
            DocumentFormat(
                title=format.title,
                media_type=format.media_type,
                extensions=list(format.extensions),
                place=format.place,
                structure=list(format.structure),
            ),
        )
        for format in FORMATS
    ]
    return page("document-format", found, None, len(found))


@router.get("/{id}/structure", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def structure(
    request: Request,
    reader: Reading,
    id: Id,
    kind: Annotated[RegionKind | None, Query(description="Only these regions.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[DocumentRegion]:
    """Headings, lists, tables, code and definitions as spans of the canonical text, in its order; outer ones first."""
    row = await extracted_row(reader, id)
    artefacts = backend.of(request).artefacts
    whole = await artefacts.text(row["text_blob"])
    # Documents that were read by the first version of the extractor have no structure of their own.
    regions = (await artefacts.json(row["structure_blob"]))["regions"] if row["structure_blob"] else []
    wanted = [(number, region) for number, region in enumerate(regions) if kind in (None, region["kind"])]
    first = max(0, unpack(cursor, (int,))[0]) if cursor else 0
    found = [
        (
            f"r{number + 1:05}",
            DocumentRegion(**region, text=whole[region["start"] : min(region["end"], region["start"] + SHOWN)]),
        )
        for number, region in wanted[first : first + limit]
    ]
    following = pack([first + limit]) if first + limit < len(wanted) else None
    return page("document-region", found, following, len(wanted))
