"""Grounding: is what the sample says really there?

    value = span * numbers * (0.6 + 0.4 * key_words)

``span`` is 1 when the text at the recorded offsets is, letter by letter, the answer or the quote, and lies inside the
passage; 0.5 when the answer or the quote stands in the passage but not at the recorded place; else 0. ``numbers`` is
the share of the numbers of question and answer that the passage contains (1 if there are none): an invented number
costs the most. ``key_words`` is the share of the question's content words whose stem occurs in the passage; a
question that paraphrases loses at most 0.4.
"""

from processors.curation.sample import Sample, Score
from processors.curation.words import content_words, numbers, plain

NAME = "grounding"
VERSION = "1"


def score(sample: Sample) -> Score:
    """Return the value in [0, 1]; the detail names what is missing: ``answer``, ``numbers``, ``words``."""
    missing: dict[str, object] = {}
    span = _span(sample)
    if span < 1:
        missing["answer"] = "is not at its recorded place" if span else "is not in the passage"
    stated = numbers(f"{sample.question} {sample.answer}")
    known = set(numbers(sample.passage))
    strange = [number for number in stated if number not in known]
    if strange:
        missing["numbers"] = strange[:5]
    asked = {word for word in content_words(sample.question) if not word[0].isdigit()}
    absent = sorted(asked - set(content_words(sample.passage)))
    if absent:
        missing["words"] = absent[:8]
    number_share = 1 - len(strange) / len(stated) if stated else 1.0
    word_share = 1 - len(absent) / len(asked) if asked else 1.0
    value = span * number_share * (0.6 + 0.4 * word_share)
    return Score(sample.sample_id, NAME, VERSION, round(value, 6), missing)


def _span(sample: Sample) -> float:
    inside = sample.passage_start <= sample.answer_start < sample.answer_end <= sample.passage_end
    if inside and sample.span in (sample.answer, sample.quote):
        return 1.0
    passage = f" {plain(sample.passage)} "
    claims = [plain(text) for text in (sample.answer, sample.quote)]
    return 0.5 if any(claim and f" {claim} " in passage for claim in claims) else 0.0
