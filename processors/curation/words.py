"""How the scorers read text: words, word stems, and the words that carry no content."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")

# English function words, and the words that questions are made of rather than about.
_FUNCTION_WORDS = (
    "a an and any are as at be been but by can could did do does for from had has have how if in into is it its"
    " many may might much must no nor not of on onto or our shall should so some such than that the their them"
    " then there these they this those to too under up upon was we were what when where which while who whom whose"
    " why will with would you your yes often long soon far about according after answer before blank called"
    " complete define defined describe document exact exactly explain fill following give given goes mean meant"
    " means missing name named passage phrase please say says sentence state stated text true false word words"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, in order: NFKC, letters and digits, inner ``' . ,`` kept (``1,000``)."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def plain(text: str) -> str:
    """Return the text as its words joined by single blanks: equal for texts that differ in case, space, punctuation."""
    return " ".join(words(text))


def content_words(text: str) -> list[str]:
    """Return the stems of the words that carry content, in order."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def numbers(text: str) -> list[str]:
    """Return the numbers written in digits, with thousands separators removed (``1,000`` is ``1000``)."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return [re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number) for number in found]


def sentences(text: str) -> list[str]:
    """Return the pieces between sentence ends or line breaks, without empty ones."""
    return [piece.strip() for piece in _SENTENCE.split(text) if piece and piece.strip()]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Take off the commonest English endings, so that "pumps", "pumped" and "pumping" meet. Crude on purpose."""
    for ending in ("ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            if ending in ("ies", "ied"):
                return cut + "y"
            return cut[:-1] if len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "ls" else cut.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word
