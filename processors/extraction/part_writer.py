"""Canonical text of an archive's parts: each paragraph, cell or slide knows its part and its place in it."""

from __future__ import annotations

from processors.extraction.canonical import Canonical
from processors.extraction.composer import Composer
from processors.extraction.places import PartPlaces
from processors.extraction.unreadable import Unreadable

MOST_CHARACTERS = 20_000_000


class PartWriter(Composer):
    """Text that comes with the name of its place."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self.places = PartPlaces()

    def put(self, text: str, part: str, place: str) -> None:
        """Lines of text; white space inside a line is folded. Raises Unreadable TOO_LARGE."""
        for line in text.split("\n"):
            words = " ".join(line.split())
            if words:
                start = self.write(words)
                self.places.add(start, self.length, part, place)
            self.newline()
        if self.length > MOST_CHARACTERS:
            raise Unreadable("TOO_LARGE", f"The text has more than {MOST_CHARACTERS} characters.")

    def code(self, line: str, part: str, place: str) -> None:
        """A line of code, with its indentation."""
        if line.strip():
            start = self.write(line.rstrip())
            self.places.add(start, self.length, part, place)
        self.newline()

    def finish(self, pages: int = 0, bad_pages: int = 0) -> Canonical:
        """The canonical text with its places."""
        self.end()
        return Canonical(
            self.text, self._kind, self.places, tuple(self.headings), pages=pages, bad_pages=bad_pages,
            regions=tuple(self.regions),
        )  # fmt: skip
