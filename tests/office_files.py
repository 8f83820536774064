"""Office documents and books, built part by part as their standards have them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    """(id, last word of the type, target)."""
    rows = "".join(f'<Relationship Id="{id}" Type="{R}/{kind}" Target="{target}"/>' for id, kind, target in targets)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def paragraph(text: str, style: str = "", number: str = "") -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    found = ""
    for index, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if index == 0 else ""
        cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)
        found += f"<w:tr>{head}{cells}</w:tr>"
    return f"<w:tbl>{found}</w:tbl>"


STYLES = (
    f'<w:styles xmlns:w="{W}">'
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="Our chapter"/><w:basedOn w:val="H2"/></w:style>'
    '<w:style w:styleId="Code"><w:name w:val="Source Code"/></w:style>'
    "</w:styles>"
)
NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl><w:numFmt w:val="decimal"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def docx(body: str, prolog: str = "") -> bytes:
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": relations(
                ("s", "styles", "styles.xml"), ("n", "numbering", "numbering.xml")
            ),
            "word/styles.xml": STYLES,
            "word/numbering.xml": NUMBERING,
            "word/document.xml": f'{prolog}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        }
    )


def slide(title: str, *texts: str) -> str:
    def shape(text: str, role: str) -> str:
        placeholder = f'<p:nvSpPr><p:nvPr><p:ph type="{role}"/></p:nvPr></p:nvSpPr>' if role else ""
        return f"<p:sp>{placeholder}<p:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"

    shapes = shape(title, "title") + "".join(shape(text, "") for text in texts) + shape("3", "sldNum")
    return f'<p:sld xmlns:p="{P}" xmlns:a="{A}"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'


def pptx(*slides: str) -> bytes:
    names = [(f"r{number}", "slide", f"slides/slide{number}.xml") for number in range(1, len(slides) + 1)]
    order = "".join(f'<p:sldId id="{256 + index}" r:id="{id}"/>' for index, (id, _, _) in enumerate(names))
    return zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}"><p:sldIdLst>{order}</p:sldIdLst>'
            "</p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(*names),
            **{f"ppt/{target}": text for (_, _, target), text in zip(names, slides, strict=True)},
        }
    )


def xlsx(rows: str, shared: tuple[str, ...] = (), sheet: str = "Prices") -> bytes:
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    return zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="{sheet}" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                ("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "sharedStrings", "sharedStrings.xml"),
                ("r3", "styles", "styles.xml"),
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{S}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{S}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )  # fmt: skip


def epub(*chapters: str, more: dict[str, str | bytes] | None = None) -> bytes:
    items = "".join(
        f'<item id="c{index}" href="c{index}.xhtml" media-type="application/xhtml+xml"/>'
        for index in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{index}"/>' for index in range(len(chapters)))
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book/all.opf"/></rootfiles>'
            "</container>",
            "book/all.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"book/c{index}.xhtml": chapter for index, chapter in enumerate(chapters)},
            **(more or {}),
        }
    )
