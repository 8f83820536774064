"""Where a phrase ends, and how the words right before it are found again."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:[.,:'\u2019\-/][^\W_]+)*|[^\w\s]")
"""A word with inner marks (0.02, level-wind, 38,400, o'clock) or one mark."""
FUNCTION_WORDS = frozenset(
    """a about above across after again against along also although always among an and any anybody anyone are around
    as at away be became because become becomes been before behind being below beneath beside between beyond both
    but by can cannot could did do does done down during each either even ever every except few for from further had
    has have having he hence her here his how however if in inside instead into is it its itself just least less may
    might more most much must near neither never no nobody nor not nothing now of off on once one only onto or other
    others otherwise our out outside over own per rather same shall she should since so some soon such than that the
    their them themselves then thence there thereby therefore these they this those though through throughout thus
    to together too toward towards under unless until up upon very was we were what whatever when whenever where
    whereas whether which while who whoever whom whose why will with within without would yet you your""".split()
)
BREAKS = FUNCTION_WORDS - {"per", "a"}
PRONOUNS = frozenset("it they he she this these those that there here both each such".split())
DETERMINERS = frozenset("a an the its their his her our this that these those each every no".split())


def words(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the words and marks of `text[start:end]`."""
    return [match.span() for match in WORD.finditer(text, start, len(text) if end is None else end)]


def phrase_end(text: str, start: int, limit: int, longest: int) -> int:
    """End of the phrase that starts at `start`: before the next mark or function word, after `longest` words at most.

    A number keeps what measures it: "half a litre per second", "38 kilograms".
    """
    end, count = start, 0
    for first, last in words(text, start, limit):
        token = text[first:last]
        if not token[0].isalnum() or (count and token.lower() in BREAKS) or count == longest:
            break
        if count and token.lower() in ("a", "per") and not _measures(text[end - 8 if end > 8 else 0 : end], token):
            break
        if count and text[end:first].strip():
            break
        end, count = last, count + 1
    while end > start and text[start:end].rsplit(None, 1)[-1].lower() in FUNCTION_WORDS:
        shorter = text[start:end].rstrip().rfind(" ")
        if shorter < 0:
            break
        end = start + shorter
    return end


def left_context(text: str, sentence_start: int, start: int, shortest: int = 3, longest: int = 12) -> str:
    """The words of the sentence right before `start`, verbatim: from its beginning if that is near, else the last
    eight; an empty string where there are fewer than `shortest`."""
    before = [span for span in words(text, sentence_start, start) if text[span[0]].isalnum()]
    if len(before) < shortest:
        return ""
    first = sentence_start if len(before) <= longest else before[-8][0]
    return text[first:start].strip()


def occurrences(text: str, context: str, size: int) -> int:
    """How often the last `size` words of `context` follow each other in `text`, letter case aside."""
    wanted = [context[first:last].lower() for first, last in words(context)][-size:]
    have = [text[first:last].lower() for first, last in words(text)]
    return sum(have[index : index + len(wanted)] == wanted for index in range(len(have) - len(wanted) + 1))


def _measures(before: str, token: str) -> bool:
    last = before.split()[-1].lower() if before.split() else ""
    return token.lower() == "per" or last in ("half", "twice", "once")
