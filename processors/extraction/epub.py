"""EPUB (3.3 and 2): the chapters in the order of the spine, each read as HTML, with bytes inside its part."""

from __future__ import annotations

from urllib.parse import unquote

from processors.extraction.archive import Archive, resolve
from processors.extraction.canonical import Canonical, Heading, Region
from processors.extraction.decoded import decode
from processors.extraction.html import meta_charset, read_html
from processors.extraction.places import BytePlaces, PartPlaces
from processors.extraction.unreadable import Unreadable
from processors.extraction.xml_stream import attribute, events

CONTAINER = "META-INF/container.xml"
PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Fonts may be scrambled in a book that anybody can read."""


def read_epub(data: bytes) -> Canonical:
    """Canonical text of a book; a chapter that cannot be read is counted, not fatal. Raises Unreadable."""
    archive = Archive(data)
    _not_protected(archive)
    chapters = _spine(archive)
    texts: list[str] = []
    places, headings, regions = PartPlaces(), list[Heading](), list[Region]()
    length = bad = replaced = 0
    for number, part in enumerate(chapters, 1):
        try:
            page = archive.read(part)
            chapter = read_html(decode(page, meta_charset(page)))
        except Unreadable as error:
            if error.code not in ("DAMAGED_FILE", "NOT_TEXT", "UNKNOWN_CHARSET"):
                raise
            bad += 1
            continue
        if not chapter.text:
            continue
        shift = length + 2 if texts else 0
        assert isinstance(chapter.spans, BytePlaces)
        for span in chapter.spans:
            places.add(span.start + shift, span.end + shift, part, f"chapter {number}", span.byte_start, span.byte_end)
        headings += [Heading(item.start + shift, item.end + shift, item.level) for item in chapter.headings]
        regions += [Region(item.kind, item.start + shift, item.end + shift, item.detail) for item in chapter.regions]
        texts.append(chapter.text)
        length = shift + len(chapter.text)
        replaced += chapter.replaced
    if chapters and bad == len(chapters):
        raise Unreadable("DAMAGED_FILE", f"None of the {bad} chapters can be read.")
    return Canonical(
        "\n\n".join(texts), "epub", places, tuple(headings), pages=len(chapters), bad_pages=bad, replaced=replaced,
        regions=tuple(regions),
    )  # fmt: skip


def _spine(archive: Archive) -> list[str]:
    """The parts of the book in reading order."""
    package = ""
    for begins, tag, element in events(archive, CONTAINER):
        if begins and tag == "rootfile" and not package:
            package = attribute(element, "full-path")
    items: dict[str, str] = {}
    order: list[str] = []
    for begins, tag, element in events(archive, package):
        if begins and tag == "item" and attribute(element, "media-type") in PAGES:
            items[attribute(element, "id")] = resolve(package, unquote(attribute(element, "href")))
        elif begins and tag == "itemref":
            order.append(attribute(element, "idref"))
    return [items[id] for id in order if id in items]


def _not_protected(archive: Archive) -> None:
    if archive.has("META-INF/rights.xml"):
        raise Unreadable("PASSWORD_PROTECTED", "The book is protected (DRM).")
    if archive.has("META-INF/encryption.xml"):
        for begins, tag, element in events(archive, "META-INF/encryption.xml"):
            if begins and tag == "EncryptionMethod" and attribute(element, "Algorithm") not in FONTS:
                raise Unreadable("PASSWORD_PROTECTED", "Parts of the book are encrypted.")
