"""Canonical texts with their chunks, fetched once and kept for the items that follow."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from processors.generation.extractive import word_counts
from processors.generation.passage import Passage
from processors.generation.round_trip import Index
from streams.blobs import Blobs

KEPT = 6
"""Texts in memory; items of a document follow each other, so few are enough."""


@dataclass(frozen=True)
class Text:
    """A document's canonical text, ready for generators. chunks: (id, section id, start, end)."""

    text: str
    titles: dict[str, str]
    chunks: tuple[tuple[str, str, int, int], ...]
    counts: Counter[str]

    def passages(self, document: str, first: int = 0, last: int | None = None) -> list[Passage]:
        return [
            Passage(document, section, self.titles[section], chunk, start, self.text[start:end])
            for chunk, section, start, end in self.chunks[first:last]
        ]

    def of_section(self, document: str, section: str) -> list[Passage]:
        """The passages of one section."""
        return [passage for passage in self.passages(document) if passage.section_id == section]

    @cached_property
    def index(self) -> Index:
        """For finding the passage that a question leads to."""
        return Index.of({chunk: self.text[start:end] for chunk, _, start, end in self.chunks})


class Texts:
    """The texts of documents by their blobs."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._texts: dict[str, Text] = {}

    async def get(self, text_blob: str, chunks_blob: str) -> Text:
        """The text with its chunks. Raises BlobMissing, BlobBroken."""
        key = f"{text_blob}|{chunks_blob}"
        if key not in self._texts:
            text = (await self._blobs.get(text_blob)).decode()
            cut = json.loads(await self._blobs.get(chunks_blob))
            chunks = tuple((chunk["id"], chunk["section_id"], chunk["start"], chunk["end"]) for chunk in cut["chunks"])
            titles = {section["id"]: section["title"] for section in cut["sections"]}
            counts = await asyncio.to_thread(word_counts, text)
            while len(self._texts) >= KEPT:
                self._texts.pop(next(iter(self._texts)))
            self._texts[key] = Text(text, titles, chunks, counts)
        return self._texts[key]
