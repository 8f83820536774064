"""The offset maps: the bytes at a mapped range are the characters of the canonical text."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from studio.origin import ByteRange, PageBox, locate

from processors.extraction.canonical import Canonical
from processors.extraction.chunks import cut
from processors.extraction.decoded import decode
from processors.extraction.html import read_html
from processors.extraction.markdown import read_markdown
from processors.extraction.pdf import read_pdf
from processors.extraction.places import ByteSpan, PageSpan
from processors.extraction.text import read_text

DOCUMENTS = Path(__file__).resolve().parents[2] / "demo" / "documents"
MARKS = re.compile(r"</?\w+>|\*")
PLAIN = re.compile(r"[\t\n]")
WORD = st.text(st.sampled_from("abcdefgXYZäßé漢字🙂019.,"), min_size=1, max_size=8)
GAP = st.sampled_from([" ", "  ", "\n", "\t", " \n "])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])


def hold(canonical: Canonical, data: bytes) -> None:
    """Every span decodes to its characters or stands for white space, a reference or an escape; all is covered."""
    covered = [False] * len(canonical.text)
    for span in canonical.spans:
        assert isinstance(span, ByteSpan)
        words = canonical.text[span.start : span.end]
        source = data[span.byte_start : span.byte_end].decode(canonical.encoding)
        meant = {PLAIN.sub(" ", source), unescape(source), source.removeprefix("\\")}
        assert words in meant or (words == " " and not unescape(source).strip()), (words, source)
        covered[span.start : span.end] = [True] * (span.end - span.start)
    assert all(seen or char.isspace() for seen, char in zip(covered, canonical.text, strict=True))


def words_lead_back(canonical: Canonical, data: bytes) -> None:
    """`locate` finds each word of the text on its own; only marks of the format may stand inside it."""
    offset_map = json.loads(canonical.map_json())
    start = 0
    for word in canonical.text.split():
        start = canonical.text.index(word, start)
        (place,) = locate(offset_map, canonical.text, start, start + len(word))
        assert isinstance(place, ByteRange)
        assert MARKS.sub("", unescape(data[place.start : place.end].decode(canonical.encoding))) == word
        start += len(word)


@given(st.lists(st.tuples(WORD, GAP), min_size=1, max_size=30), ENCODINGS, st.booleans())
@settings(max_examples=80, deadline=None)
def test_plain_text_in_any_encoding(pieces: list[tuple[str, str]], encoding: str, windows: bool) -> None:
    source = "".join(word + gap for word, gap in pieces)
    if windows:
        source = source.replace("\n", "\r\n")
    data = source.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + source.encode(encoding)
    canonical = read_text(decode(data))
    assert canonical.text.split() == source.split()
    hold(canonical, data)
    words_lead_back(canonical, data)


INLINE = st.one_of(
    WORD,
    WORD.map(lambda word: f"<b>{word}</b>"),
    WORD.map(lambda word: f'<a href="x.html?a=1&amp;b=2" title="{word}">{word}</a>'),
    st.sampled_from(["&amp;", "&#233;", "&nbsp;", "&lt;p&gt;", "<!-- not this -->", "<br>", "<img src=x alt=y>"]),
)
BLOCK = st.tuples(st.sampled_from(["p", "h2", "li", "div", "td", "pre"]), st.lists(INLINE, min_size=1, max_size=6), GAP)


@given(st.lists(BLOCK, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=120, deadline=None)
def test_html_text_nodes_whatever_stands_between_them(blocks: list[tuple[str, list[str], str]], line: str) -> None:
    body = "".join(f"<{tag}>{gap.join(inline)}</{tag}>\n" for tag, inline, gap in blocks)
    page = f"<!doctype html><html><head><title>T</title><script>var p = '<p>'</script></head><body>{body}</body></html>"
    data = page.replace("\n", line).encode()
    canonical = read_html(decode(data))
    hold(canonical, data)
    assert "not this" not in canonical.text and "var p" not in canonical.text
    for tag, inline, _ in blocks:
        for piece in inline:
            if "<" not in piece and "&" not in piece and tag != "td":
                assert piece in canonical.text


MARK = st.one_of(
    WORD,
    WORD.map(lambda word: f"**{word}**"),
    WORD.map(lambda word: f"[{word}](http://example.org/{word})"),
    WORD.map(lambda word: f"`{word}`"),
    st.sampled_from(["\\*", "&amp;", "&eacute;", "<br>", "![alt](pic.png)"]),
)
MARKDOWN = st.tuples(
    st.sampled_from(
        ["{}\n\n", "## {}\n\n", "- {}\n", "> {}\n\n", "1. {}\n", "```\n{}\n```\n\n", "| a | {} |\n|---|---|\n\n"]
    ),
    st.lists(MARK, min_size=1, max_size=6),
)


@given(st.lists(MARKDOWN, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=120, deadline=None)
def test_markdown_words_without_their_marks(blocks: list[tuple[str, list[str]]], line: str) -> None:
    data = "".join(form.format(" ".join(marks)) for form, marks in blocks).replace("\n", line).encode()
    canonical = read_markdown(decode(data))
    hold(canonical, data)


@pytest.mark.parametrize("name", ["faq.html", "policy.md"])
def test_every_word_of_a_demo_document_leads_back(name: str) -> None:
    data = (DOCUMENTS / name).read_bytes()
    canonical = read_html(decode(data)) if name.endswith("html") else read_markdown(decode(data))
    hold(canonical, data)
    words_lead_back(canonical, data)


def test_every_line_of_the_handbook_stands_in_its_box_on_its_page() -> None:
    data = (DOCUMENTS / "handbook.pdf").read_bytes()
    canonical = read_pdf(data)
    document = pdfium.PdfDocument(data)
    for span in canonical.spans:
        assert isinstance(span, PageSpan)
        x0, y0, x1, y1 = span.box
        page = document[span.page - 1].get_textpage()
        inside = page.get_text_bounded(x0 - 0.5, y0 - 0.5, x1 + 0.5, y1 + 0.5)
        assert canonical.text[span.start : span.end] in " ".join(inside.split())


def test_the_handbook_is_read_without_its_headers_and_as_its_source_has_it() -> None:
    canonical = read_pdf((DOCUMENTS / "handbook.pdf").read_bytes())
    source = (DOCUMENTS.parent / "handbook.txt").read_text(encoding="utf-8")
    assert canonical.text.split() == [word for word in source.split() if set(word) != {"#"}]
    assert canonical.pages >= 15


def test_a_quote_over_two_pages_has_boxes_on_both() -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page, line in enumerate(["The first half of a sentence goes on", "with its second half."]):
        for number in range(3):
            canvas.drawString(72, 500 + 14 * number, f"Filler {page} {number} stands here.")
        canvas.drawString(72, 486, line) if page == 0 else canvas.drawString(72, 700, line)
        canvas.showPage()
    canvas.save()
    canonical = read_pdf(out.getvalue())
    start = canonical.text.index("goes on")
    places = locate(json.loads(canonical.map_json()), canonical.text, start, canonical.text.index("second half") + 11)
    assert {place.page for place in places if isinstance(place, PageBox)} == {1, 2}


def test_spans_inside_references_are_taken_whole() -> None:
    data = b"<p>Fish &amp; chips, caf&eacute;s</p>"
    canonical = read_html(decode(data))
    assert canonical.text == "Fish & chips, cafés"
    offset_map = json.loads(canonical.map_json())
    start = canonical.text.index("cafés")
    assert locate(offset_map, canonical.text, start, start + 5) == (ByteRange(data.index(b"caf"), data.index(b"</p>")),)
    assert locate(offset_map, canonical.text, 5, 6) == (ByteRange(data.index(b"&amp;"), data.index(b"&amp;") + 5),)


def test_malformed_bytes_are_counted_and_do_not_shift_the_map() -> None:
    data = b"before \xff\xfe after"
    canonical = read_text(decode(data, "utf-8"))
    assert canonical.replaced == 2 and canonical.text == "before \ufffd\ufffd after"
    start = canonical.text.index("after")
    (place,) = locate(json.loads(canonical.map_json()), canonical.text, start, start + 5)
    assert place == ByteRange(10, 15)
    other = b"caf\xe9 \x81 after"
    canonical = read_text(decode(other, "cp1252"))
    assert canonical.text == "café \ufffd after"
    assert locate(json.loads(canonical.map_json()), canonical.text, 5, 6) == (ByteRange(5, 6),)
    assert locate(json.loads(canonical.map_json()), canonical.text, 7, 12) == (ByteRange(7, 12),)


def test_nesting_that_attacks_the_stack_is_still_read() -> None:
    data = b"<div>" * 3000 + b"deep words" + b"</div>" * 3000 + b"<p>and after"
    canonical = read_html(decode(data))
    assert canonical.text == "deep words\n\nand after"
    hold(canonical, data)


def test_the_demo_documents_are_long_enough_to_learn_from() -> None:
    texts = [
        read_pdf((DOCUMENTS / "handbook.pdf").read_bytes()),
        read_html(decode((DOCUMENTS / "faq.html").read_bytes())),
        read_markdown(decode((DOCUMENTS / "policy.md").read_bytes())),
    ]
    assert 9_000 <= sum(len(text.text.split()) for text in texts) <= 12_000
    assert 60 <= sum(len(cut(text).sections) for text in texts) <= 100
