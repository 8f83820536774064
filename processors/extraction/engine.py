"""The extraction room at work: every registered document becomes a work item, every item a canonical text."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import structlog
from studio.contract import Event
from studio.contract.records import DocumentRegistered

from processors.extraction.child import Extraction, Limits
from processors.extraction.decide import DOCUMENT, FailExtraction, RecordExtraction
from processors.extraction.parsers import Parsers
from processors.extraction.recognition import recognise
from processors.extraction.unreadable import Unreadable
from streams.blobs import BlobMissing, Blobs
from streams.gate import Do
from streams.outcome import NOTHING, Outcome, WorkItem
from streams.processor import Processor
from streams.room import Room, Runtime, run_room
from streams.settings import Settings
from streams.work import Worker

TOPICS = ("studio.documents",)
NAME = "extraction"
EXTRACTOR, VERSION = "studio.extraction", "3"
log = structlog.get_logger()


async def handle(event: Event) -> Outcome:
    """A registered document is queued for the parser."""
    record = event.data
    if not isinstance(record, DocumentRegistered):
        return NOTHING
    payload = {
        "document": event.subject,
        "blob": record.blob,
        "name": record.name,
        "media_type": record.media_type,
        "size": record.size,
    }
    return Outcome(work=(WorkItem(NAME, f"{event.tenant}/{event.subject}", event.tenant, payload),))


class Extractor:
    """Does one work item: bytes from the blob store, parser in a child, three blobs back, one command."""

    def __init__(self, blobs: Blobs, limits: Limits, ocr: str = "", ocr_command: str = "") -> None:
        self._ocr, self._ocr_command = ocr, ocr_command
        self._blobs = blobs
        self._limits = limits
        self._parsers = Parsers()

    async def work(self, item: WorkItem) -> Outcome:
        document = item.payload["document"]
        try:
            found = await self._extract(item)
        except Unreadable as error:
            log.info("document_unreadable", document=document, code=error.code, reason=error.reason)
            return _failure(document, error.code, error.reason, error.field, error.remedy)
        text = await self._blobs.put(item.tenant, found.text, "text/plain; charset=utf-8")
        offset_map = await self._blobs.put(item.tenant, found.map, "application/json")
        cut = await self._blobs.put(item.tenant, found.cut, "application/json")
        structure = await self._blobs.put(item.tenant, found.structure, "application/json")
        if found.bad_pages:
            log.warning("pages_unreadable", document=document, pages=found.bad_pages)
        command = RecordExtraction(
            extractor=EXTRACTOR,
            extractor_version=VERSION,
            media_type=found.media_type,
            text_blob=text.key,
            map_blob=offset_map.key,
            chunks_blob=cut.key,
            text_sha256=text.sha256,
            characters=found.characters,
            pages=found.pages,
            sections=found.sections,
            chunks=found.chunks,
            replaced_characters=found.replaced,
            encoding=found.encoding,
            bad_pages=found.bad_pages,
            structure_blob=structure.key,
            reader=found.reader,
            **found.counts,
        )
        return Outcome(commands=(Do("document", document, command),))

    async def failed(self, item: WorkItem, error: Exception) -> Outcome:
        """The item could not be done although the document may be fine: say so on the document."""
        remedy = (
            "Upload the document again." if isinstance(error, BlobMissing) else "See the log of the extraction room."
        )
        return _failure(item.payload["document"], "EXTRACTION_FAILED", str(error), "file", remedy)

    async def _extract(self, item: WorkItem) -> Extraction:
        if item.payload["size"] == 0:
            raise Unreadable("EMPTY_FILE", "The file has no bytes.")
        with tempfile.TemporaryDirectory(prefix="studio-extraction-") as folder:
            path = Path(folder) / "document"
            await self._blobs.get_file(item.payload["blob"], path)
            name, media_type = item.payload["name"], item.payload["media_type"]
            try:
                return await self._parsers.extract(path, name, media_type, self._limits)
            except Unreadable as error:
                if error.code != "NEEDS_OCR" or not self._ocr:
                    raise
            # Only pictures need recognition: what begins like a PDF is one, all else is an image.
            with path.open("rb") as file:
                found = "application/pdf" if b"%PDF-" in file.read(1024) else "image/*"
            return await recognise(path, found, self._ocr, self._ocr_command)


def _failure(document: str, code: str, reason: str, field: str, remedy: str) -> Outcome:
    return Outcome(commands=(Do("document", document, FailExtraction(code, reason, field, remedy)),))


def build(run: Runtime) -> tuple[Sequence[Processor], Sequence[Worker]]:
    extractor = Extractor(
        run.blobs, Limits(input=run.settings.upload_limit), run.settings.ocr, run.settings.ocr_command
    )
    worker = Worker(NAME, extractor.work, extractor.failed, permanent=(BlobMissing,), parallel=2, lease=10.0)
    return [Processor(NAME, TOPICS, handle)], [worker]


ROOM = Room(NAME, (DOCUMENT,), build)


async def run(settings: Settings) -> None:
    """Run the room until cancelled."""
    await run_room(settings, ROOM)
