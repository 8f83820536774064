"""Form: lengths and the shape of question and answer. The score is named ``format``.

value = passed checks / all checks that apply; answers of conversations, reasoning and preferences may have 400 words.
"""

from collections.abc import Callable, Mapping

from processors.curation.sample import Sample, Score
from processors.curation.words import plain, words

NAME = "format"
VERSION = "2"
QUESTION_WORDS = range(3, 81)
ANSWER_WORDS = range(1, 61)
LONG_ANSWER_WORDS = range(1, 401)
LONG = ("conversation", "reasoning", "preference")


def _clean(text: str) -> bool:
    return "\ufffd" not in text and all(letter.isprintable() or letter in "\n\t" for letter in text)


def _gives_away(sample: Sample) -> bool:
    if sample.kind in ("true_false", "multiple_choice", "conversation") or sample.choices:
        return False  # the question holds what there is to choose from
    answer = plain(sample.answer)
    return bool(answer) and f" {answer} " in f" {plain(sample.question)} "


CHECKS: Mapping[str, Callable[[Sample], bool]] = {
    "question of 3 to 80 words": lambda sample: len(words(sample.question)) in QUESTION_WORDS,
    "answer of 1 to 60 words": lambda sample: (
        len(words(sample.answer)) in (LONG_ANSWER_WORDS if sample.kind in LONG else ANSWER_WORDS)
    ),
    "no unreadable characters": lambda sample: _clean(sample.question) and _clean(sample.answer),
    "answer without surrounding space": lambda sample: sample.answer == sample.answer.strip(),
    "question does not give the answer away": lambda sample: not _gives_away(sample),
    "one of several different choices": lambda sample: (
        not sample.choices or (sample.answer in sample.choices and len(set(sample.choices)) == len(sample.choices) > 1)
    ),
    "the rejected answer is another one": lambda sample: (
        not sample.rejected or plain(sample.rejected) != plain(sample.answer)
    ),
}


def score(sample: Sample) -> Score:
    """Return the share of the checks passed; the detail names the failed ones."""
    failed = [name for name, check in CHECKS.items() if not check(sample)]
    return Score(
        sample.sample_id, NAME, VERSION, round(1 - len(failed) / len(CHECKS), 6), {"failed": failed} if failed else {}
    )
