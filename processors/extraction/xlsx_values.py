"""What the cells of an XLSX say: shared strings, dates by number format, booleans."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from processors.extraction.archive import Archive
from processors.extraction.xml_stream import attribute, events, target

DATES = {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47}
"""Built-in number formats that show a date or a time (ISO 29500-1, 18.8.30)."""
LITERAL = re.compile(r"\"[^\"]*\"|\\.|\[(?!h|m|s)[^\]]*\]", re.I)
DATE_LETTER = re.compile(r"[ymdhs]", re.I)


@dataclass(slots=True)
class Values:
    """strings: shared ones by index. dates: by cell style, whether it shows a date. late: days count from 1904."""

    strings: list[str] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    late: bool = False

    def shown(self, kind: str, style: str, value: str) -> str:
        """The text of a cell of type `kind` ("s", "b", "n", ...); what makes no sense stays as it is."""
        value = value.strip() if kind != "inlineStr" else value
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind in ("", "n") and value:
            return self._number(style, value)
        return value

    def _number(self, style: str, value: str) -> str:
        dated = style.isdecimal() and int(style) < len(self.dates) and self.dates[int(style)]
        try:
            number = float(value)
            if not dated:
                return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.12g}"
            moment = datetime(1904, 1, 1) if self.late else datetime(1899, 12, 30)
            moment += timedelta(seconds=round(number * 86400))
        except (ValueError, OverflowError):
            return value
        if number < 1:
            return moment.strftime("%H:%M:%S")
        return moment.date().isoformat() if number.is_integer() else moment.isoformat(" ")


def read_values(archive: Archive, workbook: str) -> Values:
    """Shared strings and date styles of a workbook. Raises Unreadable."""
    found = Values()
    part = target(archive, workbook, "sharedStrings")
    if part and archive.has(part):
        pieces: list[str] = []
        phonetic = 0
        for begins, tag, element in events(archive, part):
            if tag == "rPh":
                phonetic += 1 if begins else -1
            elif tag == "t" and not begins and not phonetic:
                pieces.append(element.text or "")
            elif tag == "si" and not begins:
                found.strings.append("".join(pieces))
                pieces = []
    part = target(archive, workbook, "styles")
    if part and archive.has(part):
        custom: set[int] = set()
        inside = False
        for begins, tag, element in events(archive, part):
            if tag == "cellXfs":
                inside = begins
            elif begins and tag == "numFmt" and DATE_LETTER.search(LITERAL.sub("", attribute(element, "formatCode"))):
                custom.add(int(attribute(element, "numFmtId") or 0))
            elif begins and inside and tag == "xf":
                format_ = int(attribute(element, "numFmtId") or 0)
                found.dates.append(format_ in DATES or format_ in custom)
    return found
