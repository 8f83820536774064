"""Form: lengths and the shape of question and answer. The score is named ``format``.

value = passed checks / all checks
"""

from collections.abc import Callable, Mapping

from processors.curation.sample import Sample, Score
from processors.curation.words import plain, words

NAME = "format"
VERSION = "1"
QUESTION_WORDS = range(3, 81)
ANSWER_WORDS = range(1, 61)


def _clean(text: str) -> bool:
    return "\ufffd" not in text and all(letter.isprintable() or letter in "\n\t" for letter in text)


def _gives_away(sample: Sample) -> bool:
    answer = plain(sample.answer)
    return bool(answer) and f" {answer} " in f" {plain(sample.question)} "


CHECKS: Mapping[str, Callable[[Sample], bool]] = {
    "question of 3 to 80 words": lambda sample: len(words(sample.question)) in QUESTION_WORDS,
    "answer of 1 to 60 words": lambda sample: len(words(sample.answer)) in ANSWER_WORDS,
    "no unreadable characters": lambda sample: _clean(sample.question) and _clean(sample.answer),
    "answer without surrounding space": lambda sample: sample.answer == sample.answer.strip(),
    "question does not give the answer away": lambda sample: not _gives_away(sample),
}


def score(sample: Sample) -> Score:
    """Return the share of the checks passed; the detail names the failed ones."""
    failed = [name for name, check in CHECKS.items() if not check(sample)]
    return Score(
        sample.sample_id, NAME, VERSION, round(1 - len(failed) / len(CHECKS), 6), {"failed": failed} if failed else {}
    )
