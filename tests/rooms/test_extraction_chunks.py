"""Sections follow headings; chunks are passages of 35 to 70 words inside one section."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.extraction.canonical import Canonical, Heading
from processors.extraction.chunks import cut
from processors.extraction.decoded import decode
from processors.extraction.delimited import read_delimited
from processors.extraction.markdown import read_markdown
from processors.extraction.passages import LONGEST, SHORTEST, passages
from processors.extraction.places import BytePlaces
from processors.extraction.text import read_text

SENTENCE = st.integers(3, 95).map(lambda length: " ".join(["word"] * (length - 1) + ["end."]))


@given(st.lists(SENTENCE, min_size=1, max_size=12))
@settings(deadline=None)
def test_passages_cover_the_text_within_their_bounds(sentences: list[str]) -> None:
    text = " ".join(sentences)
    found = passages(text, 0, len(text))
    assert " ".join(text[start:end] for start, end in found) == text
    sizes = [len(text[start:end].split()) for start, end in found]
    total = len(text.split())
    assert sizes == [total] if total < 2 * SHORTEST else all(SHORTEST <= size <= LONGEST for size in sizes)


def test_passages_end_with_sentences_where_they_can() -> None:
    text = " ".join(" ".join(["word"] * 19 + [f"end{n}."]) for n in range(12))
    assert all(text[end - 1] == "." for _, end in passages(text, 0, len(text)))


def test_headings_make_sections_with_their_path() -> None:
    found = cut(
        read_markdown(
            decode(b"# Pump\n\n## Valves\n\n### Inlet\n\nOpen it.\n\n### Outlet\n\nClose it.\n\n## Oil\n\nFill it.")
        )
    )
    assert [(section.title, section.path) for section in found.sections] == [
        ("Inlet", ("Pump", "Valves", "Inlet")),
        ("Outlet", ("Pump", "Valves", "Outlet")),
        ("Oil", ("Pump", "Oil")),
    ]
    assert [chunk.section_id for chunk in found.chunks] == [section.id for section in found.sections]


def test_a_chunk_never_crosses_a_section_and_leaves_the_heading_out() -> None:
    canonical = read_markdown(
        decode(b"Opening words.\n\n# One\n\n" + b"first " * 90 + b"\n\n# Two\n\n" + b"second " * 90)
    )
    found = cut(canonical)
    spans = {section.id: section for section in found.sections}
    for chunk in found.chunks:
        text, section = canonical.text[chunk.start : chunk.end], spans[chunk.section_id]
        assert section.start <= chunk.start and chunk.end <= section.end
        assert len(set(text.split())) == 1 or text == "Opening words."
    assert [section.title for section in found.sections] == ["Opening", "One", "Two"]


def test_text_without_headings_is_cut_into_parts() -> None:
    found = cut(read_text(decode("\n\n".join(["Some words stand here. " * 20] * 9).encode())))
    assert [section.title for section in found.sections] == ["Part 1", "Part 2", "Part 3"]


def test_headings_of_plain_text() -> None:
    source = b"PUMPS\n\nThey pump.\n\n1.2 Valves\n\nThey close.\n\nOil\n---\n\nIt runs."
    canonical = read_text(decode(source))
    titles = [(canonical.text[h.start : h.end], h.level) for h in canonical.headings]
    assert titles == [("PUMPS", 1), ("1.2 Valves", 2), ("Oil", 2)]


def test_a_text_of_headings_only_has_no_section() -> None:
    assert cut(Canonical("Title", "text", BytePlaces(), (Heading(0, 5, 1),))).sections == ()


def test_tables_are_cut_between_rows_and_know_their_header() -> None:
    rows = "\n".join(f"part {number},a price of {number} euros and some words about it" for number in range(40))
    canonical = read_delimited(decode(f"part,remark\n{rows}\n".encode()))
    found = cut(canonical)
    lines = canonical.text.split("\n")
    told = [line for chunk in found.chunks for line in canonical.text[chunk.start : chunk.end].split("\n")]
    assert told == lines
    header = canonical.text.index("part\tremark")
    assert {(chunk.kind, chunk.header) for chunk in found.chunks} == {("table", (header, header + 11))}
    assert len(found.chunks) > 5 and max(len(canonical.text[c.start : c.end].split()) for c in found.chunks) <= LONGEST


def test_prose_around_a_table_stays_prose() -> None:
    source = b"# Prices\n\nBefore it.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter it.\n"
    canonical = read_markdown(decode(source))
    found = [(canonical.text[c.start : c.end], c.kind) for c in cut(canonical).chunks]
    assert found == [("Before it.", "text"), ("a\tb\n1\t2", "table"), ("After it.", "text")]
