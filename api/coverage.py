"""Which pages, sections and chunks of its documents a dataset covers, and why it does not cover the others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api import backend
from api.access import requires
from api.dataset_contents import MAKERS
from api.envelope import Attributes, Count, Item, item
from api.errors import Problem, documented
from api.frozen import frozen_row
from api.paths import Id
from api.reading import Reading, Row
from processors.datasets.silent import Laid, Piece, laid

router = APIRouter(prefix="/datasets", tags=["datasets"])
DOCUMENTS = (
    "select document_id, name, state, text_blob, chunks_blob, map_blob, pages from read.document"
    " where document_id = any(%s) order by name, document_id"
)


class CoveredPiece(Attributes):
    """A chunk, section or page. start, end: characters of the canonical text.

    why: it gave no row; empty where it did. dropped: its samples that are no rows.
    """

    id: str
    title: str = ""
    start: int
    end: int
    pages: list[int] = []
    train_rows: int
    heldout_rows: int
    dropped: list[Count] = []
    why: str = ""


class CoveredDocument(Attributes):
    """A document of the batches behind a dataset. covered_*: how many of them gave rows.

    pages, chunks: of the document that was asked for, all of them; empty otherwise.
    """

    document_id: str
    name: str
    train_rows: int
    heldout_rows: int
    chunk_count: int
    covered_chunks: int
    section_count: int
    covered_sections: int
    page_count: int
    covered_pages: int
    sections: list[CoveredPiece]
    pages: list[CoveredPiece] = []
    chunks: list[CoveredPiece] = []
    note: str = ""


class BatchGave(Attributes):
    """A batch behind it: what was asked for, what came, and what kept the rest from coming."""

    id: str
    asked: int
    delivered: int
    shortfall: list[Count] = []


class CoverageAttributes(Attributes):
    """chunks without rows are told with the samples that were dropped there; why none was made is told by batch."""

    documents: list[CoveredDocument]
    batches: list[BatchGave]


@router.get("/{id}/coverage", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def coverage(
    request: Request,
    reader: Reading,
    id: Id,
    document: Annotated[str | None, Query(max_length=200, description="With its pages and chunks.")] = None,
) -> Item[CoverageAttributes]:
    """What each part of each document gave, and why the others gave nothing."""
    row = await frozen_row(reader, id)
    if not row["coverage_blob"]:
        what = "holds rows of a file" if row["source_blob"] else "was frozen before this was kept"
        raise Problem(409, "NO_COVERAGE", f"the dataset {what}", remedy="freeze it again from its curation")
    artefacts = backend.of(request).artefacts
    told = await artefacts.json(row["coverage_blob"])
    covered = {one["id"]: one for one in told["documents"]}
    batches = await reader.rows(MAKERS, [row["curation_id"]])
    ids = sorted({*covered, *(id for batch in batches for id in batch["documents"] or [])})
    found: list[CoveredDocument] = []
    for known in await reader.rows(DOCUMENTS, [[id for id in ids if document in (None, id)]]):
        entry = covered.get(known["document_id"])
        if not known["chunks_blob"]:
            continue  # it has no text, so no batch could use it
        cut, offsets = await artefacts.json(known["chunks_blob"]), await artefacts.json(known["map_blob"])
        over = await asyncio.to_thread(laid, entry, cut, offsets, known["pages"] or 0)
        found.append(_document(known, entry, over, document is not None))
    gave = [
        BatchGave(
            id=batch["batch_id"],
            asked=batch["count"] or 0,
            delivered=batch["delivered"] or 0,
            shortfall=[Count.model_validate(one) for one in batch["shortfall"] or []],
        )
        for batch in batches
    ]
    return item(id, "coverage", CoverageAttributes(documents=found, batches=gave))


def _document(known: Row, entry: Mapping[str, Any] | None, over: Laid, whole: bool) -> CoveredDocument:
    anew = entry is not None and entry["text_blob"] != known["text_blob"]
    return CoveredDocument(
        document_id=known["document_id"],
        name=known["name"],
        train_rows=sum(chunk["train"] for chunk in entry["chunks"]) if entry else 0,
        heldout_rows=sum(chunk["heldout"] for chunk in entry["chunks"]) if entry else 0,
        chunk_count=len(over.chunks),
        covered_chunks=_covered(over.chunks),
        section_count=len(over.sections),
        covered_sections=_covered(over.sections),
        page_count=len(over.pages),
        covered_pages=_covered(over.pages),
        sections=[_piece(piece) for piece in over.sections],
        pages=[_piece(piece) for piece in over.pages] if whole else [],
        chunks=[_piece(piece) for piece in over.chunks] if whole else [],
        note="its text was extracted anew since; the parts are those of now" if anew else "",
    )


def _covered(pieces: tuple[Piece, ...]) -> int:
    return sum(piece.rows > 0 for piece in pieces)


def _piece(piece: Piece) -> CoveredPiece:
    return CoveredPiece(
        id=piece.id,
        title=piece.title,
        start=piece.start,
        end=piece.end,
        pages=list(piece.pages),
        train_rows=piece.train,
        heldout_rows=piece.heldout,
        dropped=[Count(reason=reason, count=count) for reason, count in piece.dropped.items()],
        why=piece.why,
    )
