"""XML of an archive's part as a stream of events: nothing is resolved, fetched or kept."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from processors.extraction.archive import Archive, resolve
from processors.extraction.unreadable import Unreadable

ENTITY = b"<!ENTITY"
Event = tuple[bool, str, Any]
"""Whether the element begins, its name without the namespace, the element."""


class _NoEntities:
    """A stream in which a declaration of entities is an error: neither bombs nor files of the machine get that far."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        seen = self._tail + data.replace(b"\0", b"")  # UTF-16 as well
        if ENTITY in seen:
            raise Unreadable("XML_ENTITIES", "The XML of the document declares entities.")
        self._tail = seen[-len(ENTITY) :]
        return data


def events(archive: Archive, name: str) -> Iterator[Event]:
    """Begin and end of every element; an element is emptied after its end has been seen.

    Raises Unreadable: XML_ENTITIES, DAMAGED_FILE.
    """
    with archive.open(name) as stream:
        try:
            for action, element in etree.iterparse(
                _NoEntities(stream), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
                huge_tree=False, remove_comments=True, remove_pis=True,
            ):  # fmt: skip
                yield action == "start", local(element.tag), element
                if action == "end":
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise Unreadable("DAMAGED_FILE", f"The XML of {name[:200]!r} is damaged: {str(error)[:200]}.") from error


def local(name: str) -> str:
    return name.rpartition("}")[2]


def attribute(element: Any, wanted: str) -> str:
    """An attribute by its name without namespace; empty where there is none."""
    for name, value in element.attrib.items():
        if local(name) == wanted:
            return str(value)
    return ""


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Id to (last word of the type, target part) of the internal relations of a part."""
    folder, _, name = part.rpartition("/")
    file = f"{folder}/_rels/{name}.rels".lstrip("/")
    found: dict[str, tuple[str, str]] = {}
    if archive.has(file):
        for begins, tag, element in events(archive, file):
            if begins and tag == "Relationship" and attribute(element, "TargetMode") != "External":
                kind = attribute(element, "Type").rpartition("/")[2]
                found[attribute(element, "Id")] = kind, resolve(part, attribute(element, "Target"))
    return found


def target(archive: Archive, part: str, kind: str) -> str:
    """The part that `part` is related to by `kind`; empty where there is none. `part` "" is the archive itself."""
    return next((name for found, name in relations(archive, part).values() if found == kind), "")
