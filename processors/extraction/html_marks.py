"""What stands between the words of HTML source: marks of blocks, inline tags, character references."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.extraction.elements import INLINE, SILENT, SKIPPED
from processors.extraction.references import COMMENT, REFERENCE

REST = r"[^>=]*+(?:=\"[^\"]*+\"[^>=]*+)*+(?:>|(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))*+>)"
"""The rest of a tag behind its first letter, as HTML 13.2.5 reads it, the commonest form of attributes first."""
COMMONEST = ("span", "a", "code", "em", "strong")


def _cased(names: Iterable[str]) -> list[str]:
    """As people write tags: all small or all capital. (Ignoring case costs the search three times as much.)"""
    return [form for name in names for form in (name, name.upper())]


INNER = "|".join([*COMMONEST, *(name for name in _cased(INLINE) if name not in COMMONEST)])
LEFT_OUT = "|".join(rf"{tag}(?=[\s/>]){REST}.*?(?:</{tag}(?=[\s/>])[^>]*>|\Z)" for tag in _cased(SILENT))
MARK = rf"<(?!/?(?:{INNER})[\s/>])(?:{LEFT_OUT}|/?[a-zA-Z]{REST}|{COMMENT})"
MARKS = re.compile(rf"{MARK}(?:\s*+{MARK})*+\s*+", re.S)
"""Tags that are not inline, comments and elements that are left out, one behind the other; white space between them.

Each pattern begins with its first character outside any group: then the search for it is a search for one byte.
"""
ONE = re.compile(rf"{MARK}|\s+", re.S)
PLAIN = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
"""A tag whose attributes hold neither bracket."""
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
INLINES = re.compile(rf"(</?[a-zA-Z]{REST}(?:</?[a-zA-Z]{REST})*+)", re.S)
"""Inline tags, one behind the other. To split by."""
ANCHOR = r"<a\s(?=[^>]*\bclass=\"headerlink\")[^>]*>[^<]*</a>"
"""The sign behind a heading that only links to it (Sphinx)."""
ANCHORED = re.compile(rf"({ANCHOR}|</?[a-zA-Z]{REST}|{REFERENCE.pattern})", re.S)
REFERRING = re.compile(rf"(</?[a-zA-Z]{REST}(?:</?[a-zA-Z]{REST})*+|{REFERENCE.pattern})", re.S)


def _edge(tag: str) -> re.Pattern[str]:
    name = "(?i:head|body)" if tag == "head" else f"(?i:{tag})"
    other = rf"<(?!/?{name}[\s/>])(?:{LEFT_OUT}|/?[a-zA-Z]{REST}|{COMMENT}|)"
    return re.compile(rf"(?:[^<]++|{other})*+<(/?)({name})(?=[\s/>]){REST}", re.S)


EDGES = {tag: _edge(tag) for tag in SKIPPED}
"""All up to the next tag of that name, or of a body where a head is open: (closing, name)."""


def inner(run: str) -> re.Pattern[str]:
    """What to split the text between two marks by: the simplest pattern that does."""
    if 'class="headerlink"' in run:
        return ANCHORED
    return REFERRING if "&" in run else INLINES
