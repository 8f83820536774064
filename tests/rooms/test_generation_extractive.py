"""The extractive generator: every answer is a span that its question leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from processors.extraction.canonical import Canonical
from processors.extraction.chunks import cut
from processors.extraction.decoded import decode
from processors.extraction.html import read_html
from processors.extraction.markdown import read_markdown
from processors.extraction.pdf import read_pdf
from processors.generation.extractive import candidates, generate, word_counts
from processors.generation.passage import Passage
from processors.generation.phrases import occurrences
from processors.generation.quality import ANSWER_IN_QUESTION, NOT_UNIQUE, unfit

DOCUMENTS = Path(__file__).resolve().parents[2] / "demo" / "documents"
READERS: dict[str, Callable[[bytes], Canonical]] = {
    "handbook.pdf": read_pdf,
    "faq.html": lambda data: read_html(decode(data)),
    "policy.md": lambda data: read_markdown(decode(data)),
}


def passage(text: str) -> Passage:
    return Passage("d", "s", "Title", "c", 100, text)


def made(text: str, kind: str) -> list[tuple[str, str]]:
    return [(c.question, c.answer) for c in candidates(passage(text), word_counts(text)) if c.kind == kind]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("A cast is one complete journey.", "What is a cast?", "one complete journey"),
        ("The word fetch refers to the open water.", "What does the word fetch mean?", "the open water"),
        ("By tender we mean the small boat.", "What is meant by tender?", "the small boat"),
        ("In this policy, site means a body of water.", "What does site mean?", "a body of water"),
    ],
)  # fmt: skip
def test_definitions(text: str, question: str, answer: str) -> None:
    assert made(text, "definition") == [(question, answer)]


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("The Tarnwatch 6 is an autonomous buoy.", "What is the Tarnwatch 6?", "an autonomous buoy"),
        (
            "Brackwater is the web portal in which data meet.",
            "What is Brackwater?",
            "the web portal in which data meet",
        ),
        ("Their first product was a thermometer; it sold well.", "What was their first product?", "a thermometer"),
    ],
)
def test_statements(text: str, question: str, answer: str) -> None:
    assert made(text, "is_a") == [(question, answer)]


def test_statements_without_a_named_subject_are_left_out() -> None:
    for text in ("It is a buoy.", "For deep lakes there is a cable.", "This is the end.", "A cast is a journey."):
        assert made(text, "is_a") == []


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "The owner shall appoint a keeper before launch.",
            "What shall the owner do?",
            "appoint a keeper before launch",
        ),
        ("The head must be rinsed with water.", "Complete the rule: The head must ___", "be rinsed with water"),
        ("Passwords must not be shared.", "Complete the rule: Passwords must not ___", "be shared"),
        (
            "A keeper may not look after more than eight stations in one region, because that is far too much work.",
            "Complete the rule: A keeper may not ___",
            "look after more than eight stations in one region",
        ),
    ],
)
def test_rules(text: str, question: str, answer: str) -> None:
    assert made(text, "normative") == [(question, answer)]


def test_two_rules_for_the_same_subject_are_no_question() -> None:
    assert made("The keeper must look. The keeper must write.", "normative") == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The needle reacts within 0.8 seconds, which is quick.", "0.8 seconds"),
        ("Water passes the guard at half a litre per second.", "half a litre per second"),
        ("The mast of the station costs 38,400 euros per year.", "38,400 euros per year"),
        ("It was founded in Pellworth in 1987 by Ingrid Sallow.", "1987"),
        ("Report it to the harbour within twenty-four hours.", "twenty-four hours"),
    ],
)
def test_quantities_keep_what_they_measure(text: str, answer: str) -> None:
    assert answer in [found for _, found in made(text, "number")]


def test_rare_terms_and_names_are_asked_for_with_the_words_before_them() -> None:
    text = "A swivel of bronze keeps the rope from twisting, says Ingrid Sallow of Pellworth."
    found = dict((answer, question) for question, answer in made(text, "cloze"))
    assert found["bronze keeps"] if "bronze keeps" in found else "Ingrid Sallow" in found
    assert found["Ingrid Sallow"].startswith("Fill in: ") and found["Ingrid Sallow"].endswith(" says ___")


def test_an_answer_must_be_unique_in_its_passage_and_not_in_its_question() -> None:
    text = "The red pump of the mill draws nine litres. The blue pump of the town draws nine litres."
    numbers = [c for c in candidates(passage(text), word_counts(text)) if c.kind == "number"]
    assert numbers and {unfit(c) for c in numbers} == {NOT_UNIQUE}
    same = "The valve must close the valve."
    reasons = {unfit(c) for c in candidates(passage(same), Counter())}
    assert reasons <= {NOT_UNIQUE, ANSWER_IN_QUESTION, None}


@pytest.mark.parametrize("name", sorted(READERS))
def test_on_the_demo_documents_every_sample_is_a_unique_span_in_context(name: str) -> None:
    canonical = READERS[name]((DOCUMENTS / name).read_bytes())
    titles = {section.id: section.title for section in cut(canonical).sections}
    passages = [
        Passage(name, c.section_id, titles[c.section_id], c.id, c.start, canonical.text[c.start : c.end])
        for c in cut(canonical).chunks
    ]
    counts = word_counts(canonical.text)
    found = generate(passages, counts, 0.0, 0)
    assert len(found.order) > 400
    for candidate in found.order:
        text = candidate.passage.text
        assert text.lower().count(candidate.answer.lower()) == 1
        assert canonical.text[candidate.passage.start + candidate.start :].startswith(candidate.answer)
        assert candidate.answer in candidate.quote and candidate.answer.lower() not in candidate.question.lower()
        assert 0 <= candidate.quality <= 1 and candidate.answer == candidate.answer.strip()
        if candidate.kind in ("number", "cloze"):
            assert occurrences(text, candidate.context, 3) == 1
            assert text[: candidate.start].rstrip().endswith(candidate.context.rstrip())
    spans = Counter(
        (candidate.passage.chunk_id, place)
        for candidate in found.order
        for place in range(candidate.start, candidate.end)
    )
    assert max(spans.values()) == 1
    assert generate(passages, counts, 0.0, 0) == found
    assert generate(passages, counts, 0.0, 1).order != found.order
