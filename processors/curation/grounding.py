"""Grounding: is what the sample says really there?

    value = span * numbers * (0.6 + 0.4 * key_words) * words_of_the_answer * polarity

``span`` is 1 when the text at the recorded offsets is, letter by letter, the answer or the quote, and lies inside the
passage; 0.5 when the answer or the quote stands in the passage but not at the recorded place; else 0. ``numbers`` is
the share of the numbers of question and answer that the source contains (1 if there are none): an invented number
costs the most. ``key_words`` is the share of the question's content words whose stem occurs in the source; a
question that paraphrases loses at most 0.4. The source is the passage with all quoted places.

An answer that does not stand in the source word by word has more to prove: 0.5 + 0.5 * the share of its content words
that the source has, and 0.3 where its negations differ from those of the sentence that it comes from. A statement that
is said to be true is held to its numbers and its polarity; one that is said to be false to neither.
"""

from processors.curation import polarity
from processors.curation.sample import Sample, Score
from processors.curation.words import content_words, numbers, plain

NAME = "grounding"
VERSION = "2"
FLIPPED = 0.3


def score(sample: Sample) -> Score:
    """Return the value in [0, 1]; the detail names what is missing."""
    missing: dict[str, object] = {}
    source = " \n".join((sample.passage, *sample.evidence))
    claims_false = sample.kind == "true_false" and plain(sample.answer) in ("false", "no")
    verdict = sample.kind == "true_false" or bool(sample.choices)
    span = _span(sample)
    if span < 1:
        missing["answer"] = "is not at its recorded place" if span else "is not in the passage"
    said = sample.question if verdict else f"{sample.question} {sample.answer}"
    stated = [] if claims_false else numbers(said)
    known = set(numbers(source))
    strange = [number for number in stated if number not in known]
    if strange:
        missing["numbers"] = strange[:5]
    there = set(content_words(source))
    asked = {word for word in content_words(sample.question) if not word[0].isdigit()}
    absent = sorted(asked - there)
    if absent:
        missing["words"] = absent[:8]
    number_share = 1 - len(strange) / len(stated) if stated else 1.0
    word_share = 1 - len(absent) / len(asked) if asked else 1.0
    value = span * number_share * (0.6 + 0.4 * word_share) * _free(sample, source, there, claims_false, missing)
    return Score(sample.sample_id, NAME, VERSION, round(value, 6), missing)


def _free(sample: Sample, source: str, there: set[str], claims_false: bool, missing: dict[str, object]) -> float:
    """What an answer in words of its own is worth; 1 for one that stands in the source."""
    if claims_false or f" {plain(sample.answer)} " in f" {plain(source)} ":
        return 1.0
    if sample.kind == "true_false":
        flipped, share = polarity.flipped(sample.question, source), 1.0
    else:
        said = {word for word in content_words(sample.answer) if not word[0].isdigit()}
        strange = sorted(said - there)
        if strange:
            missing["answer_words"] = strange[:8]
        share = 1 - len(strange) / len(said) if said else 1.0
        flipped = polarity.flipped(f"{sample.question} {sample.answer}", source)
    if flipped:
        missing["polarity"] = "the source says the opposite"
    return (0.5 + 0.5 * share) * (FLIPPED if flipped else 1.0)


def _span(sample: Sample) -> float:
    inside = sample.passage_start <= sample.answer_start < sample.answer_end <= sample.passage_end
    if inside and sample.span in (sample.answer, sample.quote):
        return 1.0
    passage = f" {plain(sample.passage)} "
    claims = [plain(text) for text in (sample.answer, sample.quote)]
    return 0.5 if any(claim and f" {claim} " in passage for claim in claims) else 0.0
