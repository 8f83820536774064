"""Composes canonical text: blocks, lines, cells, and the regions that structure makes of them."""

from __future__ import annotations

from processors.extraction.canonical import Heading, Region

BLOCK_GAP = "\n\n"
CELL_GAP = "\t"
LOOSE = 4096
"""Pieces of text that wait to be joined: each takes more memory than its few characters."""
_Open = list[int]
"""One number: where the region's first character stands, -1 while there is none."""


class Composer:
    """Blocks are separated by an empty line, lines of a block by a line end, cells of a row by a tab.

    A gap is written only when something follows it, so that no text begins or ends with one. A region begins with the
    first character written after it was opened and has no place in the text if there is none.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._packed: list[str] = []
        self._length = 0
        self._gap = ""
        self._cells = 0
        self._in_row = False
        self._waiting: list[_Open] = []
        self._open: list[tuple[str, str, _Open]] = []
        self._heading: tuple[int, _Open] | None = None
        self.headings: list[Heading] = []
        self.regions: list[Region] = []

    @property
    def text(self) -> str:
        self._packed = ["".join([*self._packed, *self._parts])]
        self._parts.clear()
        return self._packed[0]

    @property
    def length(self) -> int:
        return self._length

    def block(self) -> None:
        """End the current block; the next character starts a new one. A row stays on its line whatever is in it."""
        self._gap = self._gap or " " if self._in_row else BLOCK_GAP
        self._cells = self._cells if self._in_row else 0

    def newline(self) -> None:
        """The next character starts a new line of the same block."""
        if self._in_row:
            self._gap = self._gap or " "
        elif self._gap != BLOCK_GAP:
            self._gap, self._cells = "\n", 0

    def open_row(self, detail: str = "") -> None:
        """A row of a table: a line of its own."""
        self.close_row()
        self.newline()
        self.open("row", detail)
        self._in_row, self._cells = True, 0

    def close_row(self, detail: str = "") -> None:
        """The row ends; what follows is on another line."""
        if self._in_row:
            self._in_row = False
            self._gap = ""
            self.close("row", detail)
            self.newline()

    def cell(self) -> None:
        """The next cell of a row begins; the tab before it has no place in the source."""
        if self._in_row:
            self._gap = self._gap.replace(" ", "")
        if self._cells or (not self._gap and self._length):
            self._gap += CELL_GAP
        self._cells += 1

    def flatten(self) -> None:
        """The table that is open only lays out a page: its cells hold headings or tables and are no rows."""
        self._in_row = False
        for kind in ("row", "table"):
            while self.is_open(kind):
                index = max(place for place, opened in enumerate(self._open) if opened[0] == kind)
                self._forget(self._open.pop(index)[2])

    def write(self, text: str) -> int:
        """Text that follows the pending gap; returns where it starts."""
        parts = self._parts
        start = self._length
        if gap := self._gap:
            self._gap = ""
            lines = gap.rstrip(CELL_GAP)
            if lines and start:
                parts.append(lines)
                start += len(lines)
            begin = start
            if len(lines) < len(gap):
                parts.append(gap[len(lines) :])
                start += len(gap) - len(lines)
        else:
            begin = start
        if self._waiting:
            for opened in self._waiting:
                opened[0] = begin
            self._waiting.clear()
        parts.append(text)
        self._length = start + len(text)
        if len(parts) >= LOOSE:
            self._packed.append("".join(parts))
            parts.clear()
        return start

    def open(self, kind: str, detail: str = "") -> None:
        """A region of `kind` begins with the next character."""
        self._open.append((kind, detail, self._wait()))

    def close(self, kind: str, detail: str = "") -> None:
        """The innermost open region of `kind` ends here, with whatever is still open inside it."""
        if not self.is_open(kind):
            return
        while self._open:
            name, known, at = self._open.pop()
            self._end(name, (detail or known) if name == kind else known, at)
            if name == kind:
                return

    def is_open(self, kind: str) -> bool:
        return bool(self._open) and (self._open[-1][0] == kind or any(opened[0] == kind for opened in self._open))

    def innermost(self, *kinds: str) -> str:
        """The innermost open region that is one of `kinds`; empty where none is."""
        for opened in reversed(self._open):
            if opened[0] in kinds:
                return opened[0]
        return ""

    def open_heading(self, level: int) -> None:
        """Start a heading in a block of its own."""
        self.close_heading()
        self.flatten()
        self.block()
        self._heading = (level, self._wait())

    def close_heading(self) -> None:
        """The open heading ends here; one without text is none."""
        if self._heading is None:
            return
        level, at = self._heading
        self._heading = None
        if 0 <= at[0] < self._length:
            self.headings.append(Heading(at[0], self._length, level))
        elif at[0] < 0:
            self._forget(at)
        self.block()

    def end(self) -> None:
        """Close all that is still open."""
        self.close_heading()
        while self._open:
            self._end(*self._open.pop())
        self.regions.sort(key=lambda region: (region.start, -region.end))

    def _wait(self) -> _Open:
        opened = [-1]
        self._waiting.append(opened)
        return opened

    def _forget(self, opened: _Open) -> None:
        self._waiting = [other for other in self._waiting if other is not opened]

    def _end(self, kind: str, detail: str, at: _Open) -> None:
        if at[0] < 0:
            self._forget(at)
        elif self._length > at[0]:
            self.regions.append(Region(kind, at[0], self._length, detail))
