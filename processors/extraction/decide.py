"""Documents: registered, then extracted or failed; withdrawn when they may no longer be used."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from studio.contract.records import (
    DocumentExtracted,
    DocumentRegistered,
    DocumentWithdrawn,
    ExtractionFailed,
    Record,
)

from streams.decider import Decider, Refused


@dataclass(frozen=True)
class Document:
    """status: registered, extracted, failed or withdrawn; empty before. `sha256` is of the original bytes."""

    status: str = ""
    sha256: str = ""
    text_sha256: str = ""


@dataclass(frozen=True)
class RegisterDocument:
    """The bytes are stored under `blob`; `name` and `media_type` are what the sender said."""

    name: str
    media_type: str
    size: int
    sha256: str
    blob: str
    uploaded_by: str = ""
    collection: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class RecordExtraction:
    """The canonical text is stored; the fields are those of DocumentExtracted."""

    extractor: str
    extractor_version: str
    media_type: str
    text_blob: str
    map_blob: str
    chunks_blob: str
    text_sha256: str
    characters: int
    pages: int
    sections: int
    chunks: int
    replaced_characters: int = 0
    encoding: str = ""
    bad_pages: int = 0
    structure_blob: str = ""
    headings: int = 0
    lists: int = 0
    tables: int = 0
    codes: int = 0
    definitions: int = 0
    reader: str = ""


@dataclass(frozen=True)
class FailExtraction:
    """No text could be had; `code` is a key of unreadable.REMEDIES or EXTRACTION_FAILED."""

    code: str
    reason: str
    field: str = "file"
    remedy: str = ""


@dataclass(frozen=True)
class WithdrawDocument:
    """The document may no longer be used for anything new."""

    reason: str
    author: str = ""


Command = RegisterDocument | RecordExtraction | FailExtraction | WithdrawDocument


def decide(state: Document, command: Command) -> list[Record]:
    """Decide about one document.

    Raises:
        Refused: INVALID with the field at fault; DOCUMENT_EXISTS; NOT_FOUND; ALREADY_EXTRACTED.
    """
    match command:
        case RegisterDocument():
            return _register(state, command)
        case RecordExtraction():
            _known(state)
            if state.status == "withdrawn" or state.text_sha256 == command.text_sha256:
                return []  # a result that came too late, or twice
            if state.status == "extracted":
                raise Refused("ALREADY_EXTRACTED", "the document has a canonical text, and that never changes")
            return [DocumentExtracted(**asdict(command))]
        case FailExtraction():
            _known(state)
            if state.status != "registered":
                return []
            return [
                ExtractionFailed(code=command.code, reason=command.reason, field=command.field, remedy=command.remedy)
            ]
        case WithdrawDocument():
            _known(state)
            if not command.reason.strip():
                raise Refused("INVALID", "a withdrawal needs a reason", "reason", "say why, for those who used it")
            return [] if state.status == "withdrawn" else [_withdrawn(command)]


def evolve(state: Document, record: Record) -> Document:
    """Fold one record."""
    match record:
        case DocumentRegistered():
            return Document("registered", record.sha256)
        case DocumentExtracted():
            return replace(state, status="extracted", text_sha256=record.text_sha256)
        case ExtractionFailed():
            return replace(state, status="failed")
        case DocumentWithdrawn():
            return replace(state, status="withdrawn")
        case _:
            return state


def _register(state: Document, command: RegisterDocument) -> list[Record]:
    if state.status:
        if state.sha256 == command.sha256:
            return []
        raise Refused("DOCUMENT_EXISTS", "this id belongs to other bytes", remedy="use a new id")
    if not command.name.strip():
        raise Refused("INVALID", "a document needs a name", "name")
    if not command.blob or len(command.sha256) != 64:
        raise Refused("INVALID", "the bytes of the document are not stored", "blob", "upload the file first")
    return [
        DocumentRegistered(
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            blob=command.blob,
            uploaded_by=command.uploaded_by,
            collection=command.collection,
            licence=command.licence.strip(),
            source=command.source.strip(),
        )
    ]


def _withdrawn(command: WithdrawDocument) -> Record:
    return DocumentWithdrawn(reason=command.reason, author=command.author)


def _known(state: Document) -> None:
    if not state.status:
        raise Refused("NOT_FOUND", "there is no such document")


DOCUMENT = Decider("document", "studio.documents", Document(), decide, evolve)
