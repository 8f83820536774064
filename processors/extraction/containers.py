"""What a container of parts holds: an office document, a book, a locked one, or only other files."""

from __future__ import annotations

from processors.extraction.archive import OFFICE_IN_OLE, Archive
from processors.extraction.kinds import Kind
from processors.extraction.unreadable import Unreadable

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
MAIN: dict[str, Kind] = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}
LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE file that holds an office document under a password (MS-OFFCRYPTO)."""


def is_container(data: bytes) -> bool:
    """Whether the first bytes are those of a zip or an OLE file."""
    return data.startswith((*ZIP, OFFICE_IN_OLE))


def container_kind(data: bytes) -> Kind:
    """The kind of document that a container is.

    Raises Unreadable: PASSWORD_PROTECTED, NESTED_ARCHIVE, UNSUPPORTED_TYPE, DAMAGED_FILE, ZIP_BOMB.
    """
    if data.startswith(OFFICE_IN_OLE):
        if LOCKED in data:
            raise Unreadable("PASSWORD_PROTECTED", "The office document is protected by a password.")
        raise Unreadable("UNSUPPORTED_TYPE", "The content is an old Microsoft Office file (.doc, .xls, .ppt).")
    archive = Archive(data)
    if archive.has("META-INF/container.xml"):
        return "epub"
    if archive.has("_rels/.rels"):
        from processors.extraction.xml_stream import target

        main = target(archive, "", "officeDocument")
        if found := MAIN.get(main.split("/")[0]):
            return found
    if archive.has("mimetype") and archive.read("mimetype", 1000).startswith(b"application/vnd.oasis"):
        raise Unreadable("UNSUPPORTED_TYPE", "The content is an OpenDocument file (.odt, .ods, .odp).")
    raise Unreadable("NESTED_ARCHIVE", f"The content is a ZIP archive of {len(archive.names)} files, no document.")
