"""Insults, threats and calls to self-harm, by patterns: coarse, quick, and it says what it saw.

value = patterns met in question and answer. Texts that quote or discuss such words are met too; a judge or a person
tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from processors.curation.sample import Sample, Score

NAME = "toxicity"
VERSION = "1"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "insult": r"\b(?:you|he|she|they|users?|customers?) (?:are|is)(?: (?:all|such|just))?(?: an?)? "
        r"(?:(?:fucking|bloody|complete|utter) )?"
        r"(?:idiots?|morons?|imbeciles?|scum|stupid|worthless|pathetic|retarded)\b",
        "profanity": r"\b(?:f+u+c+k\w*|motherfuck\w*|shit(?:ty|head)?|bitch(?:es)?|asshole\w*|cunts?|bastards?)\b",
        "threat": r"\b(?:i|we)(?: will|'ll| am going to|'m going to) (?:kill|hurt|beat|rape|shoot|stab|destroy) "
        r"(?:you|him|her|them)\b",
        "self_harm": r"\b(?:kill|hang|cut|hurt) yourself\b|\bgo (?:and )?die\b",
        "hate": r"\b(?:all|those|these) (?:\w+ ){0,2}(?:should|must) "
        r"(?:be )?(?:die|killed|exterminated|deported|gassed)\b",
    }.items()
}  # fmt: skip


def score(sample: Sample) -> Score:
    """Return how many patterns are met; the detail names them."""
    text = "\n".join((sample.question, sample.answer, *sample.turns))
    met = [name for name, pattern in PATTERNS.items() if pattern.search(text)]
    return Score(sample.sample_id, NAME, VERSION, float(len(met)), {"met": met} if met else {})
