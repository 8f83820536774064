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


class Elements:
    """Tells the writer what each tag of a block, table or heading means; inline tags never come here."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._cells = [0, 0]
        self.preformatted = 0
        """How many `pre` are open."""

    def open(self, tag: str) -> None:
        """An element begins."""
        writer = self._writer
        if tag in HEADINGS:
            writer.open_heading(HEADINGS[tag])
            return
        match tag:
            case "td" | "th":
                self._cells[tag == "th"] += 1
                writer.cell()
            case "tr":
                writer.open_row()
                self._cells = [0, 0]
            case "thead" | "tbody" | "tfoot":
                writer.close_row()
            case "table":
                if writer.is_open("row"):
                    writer.flatten()
                writer.block()
                writer.open("table")
            case "li":
                if writer.innermost("item", "list") == "item":
                    writer.close("item")  # its end tag may be left out
                writer.block()
                writer.open("item")
            case "dt" | "dd":
                if (kind := writer.innermost("term", "definition", "definitions")) != "definitions":
                    writer.close(kind)
                writer.block()
                writer.open("term" if tag == "dt" else "definition")
            case "dl":
                writer.block()
                writer.open("definitions")
            case "ul" | "ol":
                writer.block()
                writer.open("list", "ordered" if tag == "ol" else "")
            case "pre":
                writer.block()
                writer.open("code")
                self.preformatted += 1
            case _:
                writer.block()

    def close(self, tag: str) -> None:
        """An element ends."""
        writer = self._writer
        if tag in HEADINGS:
            writer.close_heading()
            return
        match tag:
            case "td" | "th" | "thead" | "tbody" | "tfoot":
                pass
            case "tr":
                writer.close_row("header" if self._cells[1] and not self._cells[0] else "")
            case "table":
                writer.close_row()
                writer.close("table")
                writer.block()
            case "li" | "dt" | "dd":
                writer.close({"li": "item", "dt": "term", "dd": "definition"}[tag])
                writer.block()
            case "ul" | "ol" | "dl":
                writer.close("definitions" if tag == "dl" else "list")
                writer.block()
            case "pre":
                self.preformatted = max(0, self.preformatted - 1)
                writer.close("code")
                writer.block()
            case _:
                writer.block()
