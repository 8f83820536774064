"""Markdown (CommonMark with tables): tokens by markdown-it-py, places found again inside each block's lines."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.references import CharacterStream
from processors.extraction.writer import Writer


def read_markdown(source: Decoded) -> Canonical:
    """Canonical text of a Markdown document: the words without the marks, code and tables kept line by line."""
    # `text_join` would merge escapes and references into the text around them and lose their source form. `inline`
    # would hold the tokens of all paragraphs, fifty times the memory of their text: they are read one by one.
    parser = MarkdownIt("commonmark").enable("table").disable(["text_join", "inline"])
    writer, known = Writer(source, "markdown"), dict[str, Any]()
    tokens = parser.parse(source.text, known)
    _Blocks(source.text, writer, parser, known).read(tokens)
    return writer.finish()


class _Blocks:
    """The block tokens in order; `cursor` is the source position up to which text has been placed."""

    def __init__(self, text: str, writer: Writer, parser: MarkdownIt, known: dict[str, Any]) -> None:
        self._parser, self._known = parser, known
        self._text = text
        self._writer = writer
        self._lines = array("q", [0])
        self._lines.extend(accumulate(len(line) + 1 for line in text.split("\n")))
        self._cursor = 0
        self._limit = len(text)
        self._head = ""

    def read(self, tokens: list[Token]) -> None:
        """Use up the tokens, from the first to the last."""
        writer = self._writer
        tokens.reverse()
        while tokens:
            token = tokens.pop()
            if token.map:
                self._enter(token.map[0], token.map[1])
            match token.type:
                case "heading_open":
                    writer.open_heading(int(token.tag[1]))
                case "heading_close":
                    writer.close_heading()
                case "inline":
                    children: list[Token] = []
                    self._parser.inline.parse(token.content, self._parser, self._known, children)
                    self._inline(children)
                case "fence" | "code_block":
                    writer.block()
                    writer.open("code", token.info.split()[0] if token.info.split() else "")
                    for line in token.content.split("\n"):
                        self._code(line)
                    writer.close("code")
                    writer.block()
                case "html_block":
                    self._html()
                case "bullet_list_open" | "ordered_list_open":
                    writer.block()
                    writer.open("list", "ordered" if token.type[0] == "o" else "")
                case "bullet_list_close" | "ordered_list_close":
                    writer.close("list")
                    writer.block()
                case "list_item_open":
                    writer.block()
                    writer.open("item")
                case "list_item_close":
                    writer.close("item")
                case "table_open":
                    writer.block()
                    writer.open("table")
                case "table_close":
                    writer.close_row()
                    writer.close("table")
                    writer.block()
                case "thead_open":
                    self._head = "header"
                case "thead_close":
                    self._head = ""
                case "th_open" | "td_open":
                    writer.cell()
                case "tr_open":
                    writer.open_row(self._head)
                case "tr_close":
                    writer.close_row()
                case "paragraph_open" | "blockquote_open" | "hr":
                    writer.block()

    def _enter(self, first: int, last: int) -> None:
        """The next tokens stand on lines first..last; inner blocks narrow what the outer one said."""
        self._cursor = max(self._cursor, self._lines[first])
        self._limit = self._lines[min(last, len(self._lines) - 1)]

    def _inline(self, children: Sequence[Token]) -> None:
        for child in children:
            match child.type:
                case "text":
                    self._words(child.content)
                case "text_special":
                    at = self._find(child.markup)
                    if at >= 0:
                        self._writer.instead(child.content, at, at + len(child.markup))
                        self._cursor = at + len(child.markup)
                case "softbreak" | "hardbreak":
                    at = self._find("\n")
                    if at >= 0:
                        self._writer.space(at, at + 1)
                        self._cursor = at + 1
                case "code_inline":
                    self._span_of_code(child.content)
                case "html_inline":
                    at = self._find(child.content)
                    self._cursor = max(self._cursor, at + len(child.content) if at >= 0 else 0)
                case "image":
                    self._inline(child.children or ())
                    self._leave_link()
                case "link_close":
                    self._leave_link()

    def _words(self, text: str) -> None:
        at = self._find(text) if text else -1
        if at >= 0:
            self._writer.flow(at, at + len(text))
            self._cursor = at + len(text)

    def _span_of_code(self, content: str) -> None:
        """A code span: line ends inside it are spaces, so it is placed word by word."""
        self._cursor = max(self._cursor, self._find("`"))
        end = self._cursor
        for index, word in enumerate(content.split()):
            at = self._find(word)
            if at < 0:
                continue
            if index:
                self._writer.space(end, at)
            self._writer.flow(at, at + len(word))
            end = self._cursor = at + len(word)

    def _code(self, line: str) -> None:
        at = self._find(line) if line.strip() else -1
        if at >= 0:
            self._writer.newline()
            self._writer.exact(at, at + len(line.rstrip()))
            self._cursor = at + len(line)

    def _html(self) -> None:
        """Raw HTML between blocks: its words without its tags."""
        self._writer.block()
        stream = CharacterStream(self._text, self._cursor, self._limit)
        for start, end, piece, exact in stream.pieces(0, len(stream.text)):
            if exact:
                self._writer.flow(start, end)
            else:
                self._writer.instead(piece, start, end)
        self._writer.block()
        self._cursor = self._limit

    def _leave_link(self) -> None:
        """Step over `](destination "title")`, so that later words are not found in the destination."""
        at = self._find("]")
        if at < 0:
            return
        self._cursor = at + 1
        if self._text.startswith("(", at + 1):
            depth, place = 0, at + 1
            while place < self._limit:
                depth += {"(": 1, ")": -1}.get(self._text[place], 0)
                place += 1
                if depth == 0:
                    self._cursor = place
                    return
        elif self._text.startswith("[", at + 1):
            self._cursor = max(self._cursor, self._text.find("]", at + 2, self._limit) + 1)

    def _find(self, text: str) -> int:
        return self._text.find(text, self._cursor, self._limit)
