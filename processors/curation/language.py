"""Language: are question and answer in the language that was asked for, or else in that of their passage?

value = 1 if they are, else 0; the detail names what was found. Texts of fewer than four words are not judged.

Source: M. Lui, T. Baldwin, langid.py: An Off-the-shelf Language Identification Tool (2012), in the package py3langid.
"""

from __future__ import annotations

import py3langid

from processors.curation.sample import Sample, Score
from processors.curation.words import words

NAME = "language"
VERSION = "1"
LEAST_WORDS = 4


def detected(text: str) -> str:
    """The ISO 639-1 code of the likeliest language."""
    return str(py3langid.classify(text)[0])


def score(sample: Sample) -> Score:
    """Return 1.0 where the languages agree; the detail says ``found`` and ``expected``."""
    text = f"{sample.question} {sample.answer}"
    if len(words(text)) < LEAST_WORDS:
        return Score(sample.sample_id, NAME, VERSION, 1.0, {"found": ""})
    found = detected(text)
    expected = sample.language.split("-")[0].lower() or detected(sample.passage)
    detail = {"found": found} if found == expected else {"found": found, "expected": expected}
    return Score(sample.sample_id, NAME, VERSION, float(found == expected), detail)
