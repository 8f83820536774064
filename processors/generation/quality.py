"""A generator's own estimate of how good a candidate is, and what makes one unfit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from processors.generation.passage import Candidate
from processors.generation.phrases import DETERMINERS, PRONOUNS, occurrences, words
from processors.generation.rare_terms import is_name

NOT_UNIQUE = "answer_not_unique"
ANSWER_IN_QUESTION = "answer_in_question"
TOO_LONG = "answer_too_long"
LONGEST_ANSWER = 16
KIND_WORTH = {
    "definition": 0.97, "is_a": 0.95, "normative": 0.93, "number": 0.8, "cloze": 0.64, "hearst": 0.85,
    "table_cell": 0.9, "true_false": 0.8, "multiple_choice": 0.85,
}  # fmt: skip


def unfit(candidate: Candidate) -> str | None:
    """Why a candidate cannot be used at all: None if it can."""
    text, answer = candidate.passage.text, candidate.answer
    if text.lower().count(answer.lower()) != 1:
        return NOT_UNIQUE
    if candidate.kind in ("number", "cloze") and occurrences(text, candidate.context, 3) != 1:
        return NOT_UNIQUE
    if answer.lower() in candidate.question.lower():
        return ANSWER_IN_QUESTION
    if len(answer.split()) > LONGEST_ANSWER:
        return TOO_LONG
    return None


def scored(candidate: Candidate, counts: Mapping[str, int]) -> Candidate:
    """The candidate with its quality, 0 to 1: worth of the kind, uniqueness of the place, a self-contained question,
    and an answer that says something."""
    score = KIND_WORTH.get(candidate.kind, 0.6)
    context = candidate.context
    if candidate.kind in ("number", "cloze"):
        count = len(words(context))
        score += 0.08 if occurrences(candidate.passage.text, context, 2) == 1 else -0.1
        score += 0.05 if count >= 5 else 0.0
        if words(context) and context.split()[0].lower().strip(",") in PRONOUNS:
            score -= 0.08  # "It ..." makes a reader look for what "it" is
    if candidate.kind == "cloze":
        score += _term_worth(candidate, counts)
    size = len(candidate.answer.split())
    if size > 12:
        score -= 0.1
    if candidate.kind in ("definition", "is_a", "normative") and size < 3:
        score -= 0.2
    return replace(candidate, quality=round(min(1.0, max(0.0, score)), 4))


def _term_worth(candidate: Candidate, counts: Mapping[str, int]) -> float:
    first = candidate.answer.split()[0]
    before = candidate.context.split()[-1].lower()
    worth = 0.0
    if is_name(first):
        worth += 0.12
    elif before in DETERMINERS:
        worth += 0.06
    if counts.get(first.lower(), 0) == 1:
        worth += 0.04
    if first.lower().endswith(("ed", "ing")) and not is_name(first):
        worth -= 0.12  # rather a verb than a thing
    return worth
