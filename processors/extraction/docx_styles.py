"""What the styles and numberings of a DOCX say about a paragraph: heading level, list, code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from processors.extraction.archive import Archive
from processors.extraction.xml_stream import attribute, events, target

HEADING = re.compile(r"heading\s*([1-9])", re.I)
CODE = re.compile(r"code|preformatted|source\s*text|verbatim", re.I)


@dataclass(slots=True)
class Style:
    """level: of a heading, 0 for none. number: id of a numbering, "" for none."""

    name: str = ""
    base: str = ""
    level: int = 0
    number: str = ""


@dataclass(slots=True)
class Styles:
    """By style id, and which numberings count."""

    styles: dict[str, Style] = field(default_factory=dict)
    ordered: dict[str, bool] = field(default_factory=dict)

    def level(self, id: str) -> int:
        return next((style.level for style in self._line(id) if style.level), 0)

    def number(self, id: str) -> str:
        return next((style.number for style in self._line(id) if style.number), "")

    def is_code(self, id: str) -> bool:
        return any(CODE.search(style.name) for style in self._line(id))

    def _line(self, id: str) -> list[Style]:
        """A style and those it is based on; a circle ends."""
        found: list[Style] = []
        while id in self.styles and self.styles[id] not in found:
            found.append(self.styles[id])
            id = found[-1].base
        return found


def read_styles(archive: Archive, document: str) -> Styles:
    """Styles and numberings of a document part. Raises Unreadable."""
    found = Styles()
    part = target(archive, document, "styles")
    if part and archive.has(part):
        style = Style()
        for begins, tag, element in events(archive, part):
            if not begins:
                continue
            match tag:
                case "style":
                    style = found.styles[attribute(element, "styleId")] = Style()
                case "name":
                    style.name = attribute(element, "val")
                    heading = HEADING.fullmatch(style.name.strip())
                    style.level = int(heading[1]) if heading else (1 if style.name.lower() == "title" else style.level)
                case "basedOn":
                    style.base = attribute(element, "val")
                case "outlineLvl":
                    level = attribute(element, "val")
                    style.level = style.level or (int(level) + 1 if level in tuple("012345678") else 0)
                case "numId":
                    style.number = attribute(element, "val")
    part = target(archive, document, "numbering")
    if part and archive.has(part):
        _numberings(archive, part, found)
    return found


def _numberings(archive: Archive, part: str, found: Styles) -> None:
    abstract: dict[str, bool] = {}
    current, number = "", ""
    for begins, tag, element in events(archive, part):
        if not begins:
            continue
        match tag:
            case "abstractNum":
                current = attribute(element, "abstractNumId")
            case "numFmt":
                abstract.setdefault(current, attribute(element, "val") not in ("bullet", "none"))
            case "num":
                number = attribute(element, "numId")
            case "abstractNumId" if number:
                found.ordered[number] = abstract.get(attribute(element, "val"), False)
