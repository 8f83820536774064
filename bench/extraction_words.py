"""What counts as a word of a document, and of its source in reStructuredText; the same for both sides."""

from __future__ import annotations

import re
from collections import Counter

WORD = re.compile(r"[^\W_]+")
DIRECTIVE = re.compile(r"^(\s*)\.\.(?:\s|$)")
SHOWN = re.compile(r"^\s*\.\. (?:note|warning|seealso|tip|important|impl-detail|rubric|topic|code-block|doctest|"
                   r"productionlist|versionadded|versionchanged|deprecated|(?:[a-z]+:)?(?:function|class|method|attribute|"
                   r"data|exception|module|opcode|option|describe|c?macro|type|member|decorator|classmethod|"
                   r"staticmethod|coroutinefunction|coroutinemethod|abstractmethod|decoratormethod))::")  # fmt: skip
OPTION = re.compile(r"^\s+:[\w-]+:.*$", re.M)
ROLE = re.compile(r":[\w:+.-]+:`([^`]*)`")
LINK = re.compile(r"`([^`<]*?)\s*<[^`>]*>`__?")
TITLED = re.compile(r"^(.*?)\s*<[^<>]*>$", re.S)
SUBSTITUTION = re.compile(r"\|[\w-]+\|")


def words(text: str) -> Counter[str]:
    """Runs of letters and digits in small letters, each as often as it occurs."""
    return Counter(WORD.findall(text.lower()))


def recall(truth: Counter[str], found: Counter[str]) -> tuple[int, int]:
    """How many of the words of `truth` are found, and how many there are; each occurrence counts once."""
    return sum((truth & found).values()), sum(truth.values())


def rst_words(source: str) -> Counter[str]:
    """The words that a page shows of its source: without directives and their options, comments, targets and roles.

    The body of a directive counts where it is shown as it stands (notes, signatures' descriptions, code); the line of
    the directive itself does not, since its arguments become other text.
    """
    lines: list[str] = []
    hidden = -1
    for line in source.split("\n"):
        indent = len(line) - len(line.lstrip())
        if hidden >= 0 and line.strip() and indent <= hidden:
            hidden = -1
        if hidden >= 0:
            continue
        if DIRECTIVE.match(line):
            if not SHOWN.match(line):
                hidden = indent
            continue
        lines.append(line)
    text = OPTION.sub("", "\n".join(lines))
    text = ROLE.sub(lambda role: _shown(role[1]), text)
    text = LINK.sub(r"\1", text)
    return words(SUBSTITUTION.sub("", text))


def _shown(content: str) -> str:
    """What a role shows: the title before a target; of `~a.b` only b; an item behind `!` as it is."""
    if titled := TITLED.match(content):
        return titled[1]
    return content.rpartition(".")[2] if content.startswith("~") else content.lstrip("!")
