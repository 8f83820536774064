"""A frozen version held against its documents: quotes at their recorded spans, and the Merkle root."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from studio.origin import ByteRange, locate

from api import backend
from api.access import requires
from api.artefacts import Artefacts
from api.envelope import Attributes, Item, item
from api.errors import documented
from api.frozen import files_of, frozen_row
from api.paths import Id
from api.reading import Reading, Row
from processors.datasets.rows import Row as DatasetRow
from processors.datasets.verification import Place, examined, places

router = APIRouter(prefix="/datasets", tags=["datasets"])
SHOWN = 20  # faults
SHORT = 300  # characters
DOCUMENTS = "select document_id, name, text_blob, map_blob, blob from read.document where document_id = any(%s)"


class PlaceFault(Attributes):
    """A place where the document says something else than the row. found: what it says there."""

    sample_id: str
    document_id: str
    start: int
    end: int
    quote: str
    found: str


class VerificationAttributes(Attributes):
    """checked: rows drawn by the seed. equal: those whose every quote, and whose passage, stands at its span.

    without_place: rows brought along, which have no span. originals: quotes that were found as bytes of the uploaded
    file (text formats); originals_equal: those whose bytes read as the very quote. Others differ by white space,
    references or escapes of the format. root_equal: every word of every row is under the root that names the version.
    """

    rows: int
    checked: int
    equal: int
    without_place: int
    originals: int
    originals_equal: int
    root_equal: bool
    wrong_leaves: int
    faults: list[PlaceFault] = []


@router.get("/{id}/verification", dependencies=requires("studio:read"), responses=documented(401, 403, 404, 409, 422))
async def verification(
    request: Request,
    reader: Reading,
    id: Id,
    count: Annotated[int, Query(ge=1, le=10_000, description="Rows to draw.")] = 500,
    seed: Annotated[int, Query(ge=0, le=2**53, description="Of the draw.")] = 0,
) -> Item[VerificationAttributes]:
    """Compare quotes of rows drawn at random with their documents, and recompute the Merkle root."""
    row = await frozen_row(reader, id)
    found = backend.of(request)
    async with files_of(found.blobs, row) as files:
        drawn = await asyncio.to_thread(examined, files, count, seed)
    wanted = sorted({place.document_id for one in drawn.chosen for place in places(one)})
    sources = {one["document_id"]: one for one in await reader.rows(DOCUMENTS, [wanted])}
    checked = Check(found.artefacts)
    for document in wanted:  # one text in memory at a time
        await checked.against(sources.get(document), document, drawn.chosen)
    with_place = [one for one in drawn.chosen if places(one)]
    wrong = {fault.sample_id for fault in checked.faults}
    attributes = VerificationAttributes(
        rows=drawn.rows,
        checked=len(drawn.chosen),
        equal=sum(one.sample_id not in wrong for one in with_place),
        without_place=len(drawn.chosen) - len(with_place),
        originals=checked.originals,
        originals_equal=checked.originals_equal,
        root_equal=drawn.root == row["merkle_root"],
        wrong_leaves=drawn.wrong_leaves,
        faults=checked.faults[:SHOWN],
    )
    return item(id, "verification", attributes)


class Check:
    """Counts what stands where it should."""

    def __init__(self, artefacts: Artefacts) -> None:
        self._artefacts = artefacts
        self.faults: list[PlaceFault] = []
        self.originals = self.originals_equal = 0

    async def against(self, source: Row | None, document: str, rows: tuple[DatasetRow, ...]) -> None:
        """Compare all places in one document."""
        wanted = [(place, one) for one in rows for place in places(one) if place.document_id == document]
        if source is None or not source["text_blob"]:
            self.faults += [_fault(place, "the document is not known") for place, _ in wanted]
            return
        text = await self._artefacts.text(source["text_blob"])
        offsets = await self._artefacts.json(source["map_blob"])
        original = await self._artefacts.data(source["blob"])
        for place, row in wanted:
            if text[place.start : place.end] != place.quote:
                self.faults.append(_fault(place, text[place.start : place.end]))
            elif place.quote != row.prompt_passage:
                self._original(place, text, offsets, original)

    def _original(self, place: Place, text: str, offsets: dict[str, object], original: bytes) -> None:
        try:
            found = locate(offsets, text, place.start, place.end)
        except UnicodeError:  # a replacement character has no bytes
            return
        if len(found) == 1 and isinstance(found[0], ByteRange):
            said = original[found[0].start : found[0].end].decode(str(offsets.get("encoding", "utf-8")), "replace")
            self.originals += 1
            self.originals_equal += said == place.quote


def _fault(place: Place, found: str) -> PlaceFault:
    return PlaceFault(
        sample_id=place.sample_id,
        document_id=place.document_id,
        start=place.start,
        end=place.end,
        quote=place.quote[:SHORT],
        found=found[:SHORT],
    )
