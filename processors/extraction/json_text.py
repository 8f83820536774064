"""JSON and JSONL: every record a block, every value a line behind the names that lead to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from processors.extraction.canonical import Canonical
from processors.extraction.decoded import Decoded
from processors.extraction.json_tokens import Token, tokens
from processors.extraction.writer import Writer

ESCAPE = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\(?:u[0-9a-fA-F]{4}|.)")


def read_json(source: Decoded) -> Canonical:
    """Canonical text of one JSON value; the elements of an outer array are records. Raises Unreadable DAMAGED_JSON."""
    writer = Writer(source, "json")
    _Values(source.text, writer).read(tokens(source.text))
    return writer.finish()


def read_jsonl(source: Decoded) -> Canonical:
    """Canonical text of JSON values, one a line. Raises Unreadable DAMAGED_JSON."""
    writer, text = Writer(source, "jsonl"), source.text
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            writer.block()
            _Values(text, writer).read(tokens(text, start, end))
        start = end + 1
    return writer.finish()


class _Values:
    """The values of one record. Names stand in the text where the source has them, so that they can be quoted."""

    def __init__(self, text: str, writer: Writer) -> None:
        self._text, self._writer = text, writer
        self._names: list[tuple[int, int] | None] = []
        self._stack: list[str] = []

    def read(self, found: Iterator[Token]) -> None:
        writer = self._writer
        for kind, start, end in found:
            match kind:
                case "{" | "[":
                    if len(self._stack) == 1 and self._stack == ["["]:
                        writer.block()
                    self._stack.append(kind)
                    self._names.append(None)
                case "}" | "]":
                    self._stack.pop()
                    self._names.pop()
                case "key":
                    self._names[-1] = (start + 1, end - 1)
                case "string" | "number" | "word":
                    if kind == "word" and self._text[start:end] == "null":
                        continue
                    self._value(start + 1, end - 1) if kind == "string" else self._value(start, end)

    def _value(self, start: int, end: int) -> None:
        """`names: value` on a line of its own."""
        if not self._text[start:end].strip():
            return
        writer = self._writer
        writer.newline()
        named = [name for name in self._names if name is not None]
        for index, (first, last) in enumerate(named):
            if index:
                writer.write(" ")
            self._string(first, last)
        if named:
            writer.write(": ")
        self._string(start, end)

    def _string(self, start: int, end: int) -> None:
        """The characters of a string, without its quotes; line ends in it become line ends."""
        writer = self._writer
        for escape in ESCAPE.finditer(self._text, start, end):
            if escape.start() > start:
                writer.flow(start, escape.start())
            meaning = json.loads(f'"{escape[0]}"')
            if meaning == "\n":
                writer.newline()
            elif meaning.isprintable() or meaning.isspace():
                writer.instead(_sound(meaning), *escape.span())
            start = escape.end()
        if end > start:
            writer.flow(start, end)


def _sound(text: str) -> str:
    """Half a surrogate pair is no character."""
    return "\ufffd" if any("\ud800" <= letter <= "\udfff" for letter in text) else text
