"""What the elements of HTML mean for the text: blocks, headings, lists, tables, code, definitions."""

from __future__ import annotations

from processors.extraction.writer import Writer

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr img input".split()
)
SKIPPED = frozenset("head nav footer button select option object canvas audio video textarea".split())
"""Elements whose words are not the document's."""
SILENT = frozenset("script style noscript template svg math iframe noembed noframes xmp object select textarea".split())
"""Left out of the character stream already."""
HEADINGS = {f"h{level}": level for level in range(1, 7)}
REGIONS = {"li": "item", "dt": "term", "dd": "definition", "ul": "list", "ol": "list", "dl": "definitions"}


class Elements:
    """Tells the writer what each tag of a block, table or heading means; inline tags never come here."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._cells = [0, 0]
        self.preformatted = 0
        """How many `pre` are open."""

    def open(self, tag: str) -> None:
        """An element begins."""
        self.OPEN.get(tag, Elements.block)(self, tag)

    def close(self, tag: str) -> None:
        """An element ends."""
        self.CLOSE.get(tag, Elements.block)(self, tag)

    def block(self, tag: str) -> None:
        """An element that means no more than a block begins or ends."""
        self._writer.block()

    def _open_heading(self, tag: str) -> None:
        self._writer.open_heading(HEADINGS[tag])

    def _close_heading(self, tag: str) -> None:
        self._writer.close_heading()

    def _open_cell(self, tag: str) -> None:
        self._cells[tag == "th"] += 1
        self._writer.cell()

    def _open_row(self, tag: str) -> None:
        self._writer.open_row()
        self._cells = [0, 0]

    def _close_row(self, tag: str) -> None:
        self._writer.close_row("header" if self._cells[1] and not self._cells[0] else "")

    def _open_rows(self, tag: str) -> None:
        self._writer.close_row()

    def _open_table(self, tag: str) -> None:
        if self._writer.is_open("row"):
            self._writer.flatten()
        self._writer.block()
        self._writer.open("table")

    def _close_table(self, tag: str) -> None:
        self._writer.close_row()
        self._writer.close("table")
        self._writer.block()

    def _open_item(self, tag: str) -> None:
        writer = self._writer
        if tag == "li":
            if writer.innermost("item", "list") == "item":
                writer.close("item")  # its end tag may be left out
        elif (kind := writer.innermost("term", "definition", "definitions")) != "definitions":
            writer.close(kind)
        writer.block()
        writer.open(REGIONS[tag])

    def _open_list(self, tag: str) -> None:
        self._writer.block()
        self._writer.open(REGIONS[tag], "ordered" if tag == "ol" else "")

    def _close_region(self, tag: str) -> None:
        self._writer.close(REGIONS[tag])
        self._writer.block()

    def _open_code(self, tag: str) -> None:
        self._writer.block()
        self._writer.open("code")
        self.preformatted += 1

    def _close_code(self, tag: str) -> None:
        self.preformatted = max(0, self.preformatted - 1)
        self._writer.close("code")
        self._writer.block()

    def _nothing(self, tag: str) -> None:
        """A cell ends with its row, and so do the parts of a table."""

    OPEN = {
        **dict.fromkeys(HEADINGS, _open_heading), "td": _open_cell, "th": _open_cell, "tr": _open_row,
        **dict.fromkeys(("thead", "tbody", "tfoot"), _open_rows), "table": _open_table, "pre": _open_code,
        **dict.fromkeys(("li", "dt", "dd"), _open_item), **dict.fromkeys(("ul", "ol", "dl"), _open_list),
    }  # fmt: skip
    CLOSE = {
        **dict.fromkeys(HEADINGS, _close_heading), **dict.fromkeys(("td", "th", "thead", "tbody", "tfoot"), _nothing),
        "tr": _close_row, "table": _close_table, "pre": _close_code, **dict.fromkeys(REGIONS, _close_region),
    }  # fmt: skip
    MEANT = frozenset(OPEN)
    """What is more than a block; any other element begins and ends one, and nothing else."""
    BLOCKS = frozenset({"table", "pre", *REGIONS})
    """Those that begin and end with a block of their own."""
