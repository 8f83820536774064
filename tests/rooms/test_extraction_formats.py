"""Office documents, books, tables and records: their words, their structure, and the way back to the place."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import office_files as office
from hypothesis import given, settings
from hypothesis import strategies as st
from studio.origin import ByteRange, PartPlace, locate

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import decode
from processors.extraction.delimited import read_delimited
from processors.extraction.html import read_html
from processors.extraction.html_tree import walk
from processors.extraction.json_text import read_json, read_jsonl
from processors.extraction.parser import read


def extracted(data: bytes, name: str = "upload") -> tuple[str, Canonical]:
    return read(data, name, "")


def place_of(canonical: Canonical, words: str) -> PartPlace | ByteRange:
    start = canonical.text.index(words)
    found = locate(json.loads(canonical.map_json()), canonical.text, start, start + len(words))
    assert len(found) == 1
    assert isinstance(found[0], PartPlace | ByteRange)
    return found[0]


def regions(canonical: Canonical, kind: str) -> list[str]:
    return [canonical.text[region.start : region.end] for region in canonical.regions if region.kind == kind]


def headings(canonical: Canonical) -> list[tuple[str, int]]:
    return [(canonical.text[heading.start : heading.end], heading.level) for heading in canonical.headings]


def test_a_word_document_keeps_headings_lists_tables_and_code() -> None:
    body = (
        office.paragraph("Pumps", "H1")
        + office.paragraph("They  move water.")
        + office.paragraph("Care", "Own")
        + office.paragraph("Drain it", number="7")
        + office.paragraph("Dry it", number="7")
        + office.table(("Part", "Price"), ("Seal", "4 euros"))
        + office.paragraph("if wet:", "Code")
        + office.paragraph("    dry()", "Code")
        + "<w:p><w:r><w:delText>deleted</w:delText></w:r></w:p>"
    )
    media_type, canonical = extracted(office.docx(body))
    assert media_type.endswith("wordprocessingml.document")
    assert canonical.text == (
        "Pumps\n\nThey move water.\n\nCare\n\nDrain it\nDry it\n\nPart\tPrice\nSeal\t4 euros\n\nif wet:\n    dry()"
    )
    assert headings(canonical) == [("Pumps", 1), ("Care", 2)]
    assert regions(canonical, "item") == ["Drain it", "Dry it"]
    assert [(r.kind, r.detail) for r in canonical.regions if r.detail] == [("list", "ordered"), ("row", "header")]
    assert regions(canonical, "code") == ["if wet:\n    dry()"]
    assert place_of(canonical, "4 euros") == PartPlace("word/document.xml", "table 1, row 2, cell 2")
    assert place_of(canonical, "move") == PartPlace("word/document.xml", "paragraph 2")


def test_slides_come_in_their_order_without_their_numbers() -> None:
    _, canonical = extracted(office.pptx(office.slide("First", "One thing."), office.slide("Second", "Another.")))
    assert canonical.text == "First\n\nOne thing.\n\nSecond\n\nAnother."
    assert headings(canonical) == [("First", 1), ("Second", 1)]
    assert canonical.pages == 2
    assert place_of(canonical, "Another") == PartPlace("ppt/slides/slide2.xml", "slide 2, shape 2, paragraph 1")


def test_a_slide_that_is_damaged_does_not_cost_the_others() -> None:
    _, canonical = extracted(office.pptx(office.slide("Good", "Words."), "<p:sld><broken"))
    assert (canonical.text, canonical.pages, canonical.bad_pages) == ("Good\n\nWords.", 2, 1)


def test_a_sheet_is_a_table_with_its_header_dates_and_empty_cells() -> None:
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Since</t></is></c>'
        '</row><row><c r="A2" t="s"><v>2</v></c><c r="C2" s="1"><v>45000</v></c></row>'
        '<row><c r="B3"><v>12.50</v></c><c r="C3" t="b"><v>1</v></c></row>'
    )
    _, canonical = extracted(office.xlsx(rows, ("Part", "Price", "Seal & ring")))
    assert canonical.text == "Prices\n\nPart\tPrice\tSince\nSeal & ring\t\t2023-03-15\n\t12.5\tTRUE"
    assert [r.detail for r in canonical.regions if r.kind == "row"] == ["header", "", ""]
    assert place_of(canonical, "12.5") == PartPlace("xl/worksheets/sheet1.xml", "Prices!B3")
    assert regions(canonical, "row")[2] == "\t12.5\tTRUE"


def test_chapters_of_a_book_lead_back_to_the_bytes_of_their_part() -> None:
    first = '<?xml version="1.0"?><html><body><h1>One</h1><p>Fish &amp; chips.</p></body></html>'
    data = office.epub(first, "<html><body><h1>Two</h1><ul><li>Later</li></ul></body></html>")
    media_type, canonical = extracted(data, "book.epub")
    assert (media_type, canonical.text) == ("application/epub+zip", "One\n\nFish & chips.\n\nTwo\n\nLater")
    place = place_of(canonical, "Later")
    assert isinstance(place, PartPlace) and place.start is not None and place.end is not None
    with zipfile.ZipFile(BytesIO(data)) as book:
        assert book.read(place.part)[place.start : place.end] == b"Later"


def test_a_table_of_cells_with_quotes_and_line_ends() -> None:
    data = b'name;note\r\n"Ann";"said ""yes""\r\nand left"\r\nBob;\r\n'
    canonical = read_delimited(decode(data))
    assert canonical.text == 'name\tnote\nAnn\tsaid "yes" and left\nBob'
    assert [r.detail for r in canonical.regions if r.kind == "row"] == ["header", "", ""]
    assert place_of(canonical, "Bob") == ByteRange(data.index(b"Bob"), data.index(b"Bob") + 3)
    place = place_of(canonical, 'said "yes" and left')
    assert isinstance(place, ByteRange)
    assert data[place.start : place.end] == b'said ""yes""\r\nand left'


def test_records_are_lines_behind_their_names() -> None:
    data = b'{"q": "Why?", "meta": {"by": "J\\u00f6rg", "tags": ["a", "b"], "none": null}, "n": 3}'
    canonical = read_json(decode(data))
    assert canonical.text == "q: Why?\nmeta by: Jörg\nmeta tags: a\nmeta tags: b\nn: 3"
    assert place_of(canonical, "Why?") == ByteRange(data.index(b"Why"), data.index(b"Why") + 4)
    lines = read_jsonl(decode(b'{"a": "one\\ntwo"}\n\n{"a": "three"}\n'))
    assert lines.text == "a: one\ntwo\n\na: three"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
@settings(deadline=None)
def test_any_json_is_read_and_its_words_are_kept(value: object, ascii_only: bool) -> None:
    canonical = read_json(decode(json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")))
    strings: list[str] = []

    def gather(inner: object) -> None:
        if isinstance(inner, str):
            strings.append(inner)
        for child in inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ():
            gather(child)

    gather(value)
    for text in strings:
        for word in text.split():
            if word.isalnum() and word.isprintable():
                assert word in canonical.text


PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<ul><li>", "</li></ul>", "<table><tr><td>", "</td></tr></table>", "<h2>",
     "</h2>", "<pre>", "</pre>", "<b>", "</b>", "<nav>hidden</nav>", "<br>", "words here ", "a&amp;b ", "<!-- no -->",
     "<script>if (a<b) x()</script>", "<dl><dt>", "</dt><dd>", "</dd></dl>", "<img alt='>' src=x>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
@settings(deadline=None, max_examples=150)
def test_the_scan_of_the_source_finds_the_words_of_the_tree(pieces: list[str]) -> None:
    source = decode(("<!doctype html><body>" + "".join(pieces)).encode())
    scanned, tree = read_html(source).text.split(), walk(source).text.split()
    # A tree moves text out of broken tables: the words are the same, their order may not be.
    assert sorted("".join(scanned)) == sorted("".join(tree))


def test_structure_of_a_page() -> None:
    canonical = read_html(
        decode(
            b"<h1>T</h1><dl><dt>Seal</dt><dd>A ring.</dd></dl><ol><li>One<li>Two</ol><pre>a\n  b</pre>"
            b"<table><tr><th>x</th><th>y</th></tr><tr><td><p>1</p></td><td>2</td></tr></table>"
        )
    )
    assert canonical.text == "T\n\nSeal\n\nA ring.\n\nOne\n\nTwo\n\na\n  b\n\nx\ty\n1\t2"
    assert regions(canonical, "term") == ["Seal"] and regions(canonical, "definition") == ["A ring."]
    assert regions(canonical, "item") == ["One", "Two"]
    assert regions(canonical, "code") == ["a\n  b"]
    assert regions(canonical, "row") == ["x\ty", "1\t2"]
    assert canonical.counts() == {"headings": 1, "lists": 1, "tables": 1, "codes": 1, "definitions": 1}
