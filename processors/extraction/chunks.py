"""Sections by headings and chunks of 35 to 70 words; both are spans of the canonical text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from processors.extraction.canonical import Canonical, Heading

CHUNKS_VERSION = 1
SHORTEST, LONGEST, WISHED = 35, 70, 52
"""Words of a chunk; only a section with fewer words has a shorter one."""
UNTITLED_WORDS = 180
"""Text without headings is cut into parts of about this length, so that a split by section means something."""
WORD = re.compile(r"\S+")
SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*$")
CLAUSE_END = re.compile(r"[,;:][\"'\u201d\u2019)\]]*$")
ABBREVIATION = re.compile(r"^(?:[A-Z]|Dr|Mr|Mrs|Ms|St|No|Nr|Fig|vs|e\.g|i\.e|etc|cf|approx|ca)\.$")


@dataclass(frozen=True, slots=True)
class Section:
    """`start..end` covers the heading and the text below it up to the next heading of any level."""

    id: str
    title: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage inside one section, without its heading."""

    id: str
    section_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cut:
    """All sections and chunks of a text, in order."""

    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]

    def to_json(self) -> bytes:
        """{"version", "sections": [{"id", "title", "path", "start", "end"}], "chunks": [...]}."""
        sections = [
            {"id": item.id, "title": item.title, "path": list(item.path), "start": item.start, "end": item.end}
            for item in self.sections
        ]
        chunks = [
            {"id": item.id, "section_id": item.section_id, "start": item.start, "end": item.end} for item in self.chunks
        ]
        return json.dumps(
            {"version": CHUNKS_VERSION, "sections": sections, "chunks": chunks}, ensure_ascii=False
        ).encode()


def cut(canonical: Canonical) -> Cut:
    """Sections and chunks of a canonical text. A heading without text of its own is only part of a path."""
    sections: list[Section] = []
    chunks: list[Chunk] = []
    for title, path, start, body, end in _parts(canonical.text, canonical.headings):
        section = Section(f"s{len(sections) + 1:04}", title, path, start, end)
        sections.append(section)
        for first, last in passages(canonical.text, body, end):
            chunks.append(Chunk(f"c{len(chunks) + 1:05}", section.id, first, last))
    return Cut(tuple(sections), tuple(chunks))


def passages(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut `text[start:end]` into passages of SHORTEST to LONGEST words, at sentence ends where possible.

    Shortest path over the possible cuts (dynamic programming): a cut inside a sentence costs far more than an
    uneven length, so it appears only where sentences leave no other way.
    """
    words = [(match.start(), match.end()) for match in WORD.finditer(text, start, end)]
    count = len(words)
    if count <= LONGEST and count < 2 * SHORTEST:
        return [(words[0][0], words[-1][1])] if words else []
    cost_here = [_cut_cost(text, words, index) for index in range(count + 1)]
    infinite = float("inf")
    best = [0.0] + [infinite] * count
    came = [0] * (count + 1)
    for stop in range(SHORTEST, count + 1):
        for begin in range(max(0, stop - LONGEST), stop - SHORTEST + 1):
            cost = best[begin] + cost_here[stop] + ((stop - begin - WISHED) / 12) ** 2
            if cost < best[stop]:
                best[stop], came[stop] = cost, begin
    cuts: list[tuple[int, int]] = []
    stop = count
    while stop > 0:
        cuts.append((words[came[stop]][0], words[stop - 1][1]))
        stop = came[stop]
    return cuts[::-1]


def _cut_cost(text: str, words: Sequence[tuple[int, int]], index: int) -> float:
    """What it costs to cut before word `index`."""
    if index in (0, len(words)):
        return 0.0
    before = text[slice(*words[index - 1])]
    if "\n\n" in text[words[index - 1][1] : words[index][0]]:
        return 0.0
    if SENTENCE_END.search(before) and not ABBREVIATION.match(before):
        return 0.5
    return 20.0 if CLAUSE_END.search(before) else 60.0


def _parts(text: str, headings: Sequence[Heading]) -> Iterator[tuple[str, tuple[str, ...], int, int, int]]:
    """(title, path, start, start of the body, end) of every part that has text of its own."""
    marks: list[Heading | None] = [None, *headings]
    open_titles: list[tuple[int, str]] = []
    for index, heading in enumerate(marks):
        following = headings[index].start if index < len(headings) else len(text)
        start, body = (heading.start, heading.end) if heading else (0, 0)
        if heading:
            open_titles = [item for item in open_titles if item[0] < heading.level]
            open_titles.append((heading.level, " ".join(text[heading.start : heading.end].split())))
        if not text[body:following].strip():
            continue
        end = body + len(text[body:following].rstrip())
        path = tuple(title for _, title in open_titles)
        if heading or headings:
            yield (path[-1] if path else "Opening"), path, start, body, end
        else:
            yield from _untitled(text, end)


def _untitled(text: str, end: int) -> Iterator[tuple[str, tuple[str, ...], int, int, int]]:
    """Parts of a text without any heading: whole paragraphs up to about UNTITLED_WORDS words."""
    breaks = [match.end() for match in re.finditer(r"\n\n", text[:end])] or [
        match.end() for match in re.finditer(r"[.!?]\s", text[:end])
    ]
    begin, number = len(text) - len(text.lstrip()), 0
    for stop in [*breaks, end]:
        last = stop == end
        if stop > begin and (last or len(text[begin:stop].split()) >= UNTITLED_WORDS):
            number += 1
            title = f"Part {number}"
            yield title, (title,), begin, begin, begin + len(text[begin:stop].rstrip())
            begin = stop
