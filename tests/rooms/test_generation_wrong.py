"""Wrong answers: of the same section, in the unit of the right one, never what the sentence says."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.extraction.chunks import cut
from processors.extraction.pdf import read_pdf
from processors.generation.extractive import chosen, word_counts
from processors.generation.hearst import classes
from processors.generation.numbers import numbers
from processors.generation.passage import Candidate, Passage
from processors.generation.texts import Text
from processors.generation.wrong import wrong_answers

SECTION = (
    "The rubber seals of the pump are replaced after nine days. The filter housing is opened every twelve days. "
    "A warm restart of the controller takes 45 seconds. The hull has a length of 2.5 metres. "
    "The cable drum of the crane holds 300 metres."
)


def facts(text: str = SECTION) -> list[Candidate]:
    return list(numbers(Passage("d", "s", "Upkeep", "c", 0, text)))


def of(answer: str) -> Candidate:
    return next(fact for fact in facts() if fact.answer == answer)


def test_the_same_unit_comes_first_and_no_unit_is_changed() -> None:
    wrong = wrong_answers(of("nine days"), facts(), b"lot")
    assert wrong[0] == "twelve days", "another answer in the same unit, in words too"
    assert sorted(wrong[1:]) == ["2.5 days", "300 days", "45 days"]
    assert wrong_answers(of("2.5 metres"), facts(), b"lot")[0] == "300 metres"


def test_nothing_that_its_own_sentence_says() -> None:
    told = facts("It lasts for 20 minutes of the first 40 minutes. The second stage of it runs for 40 minutes.")
    for fact in told:
        for wrong in wrong_answers(fact, told, b"lot"):
            assert wrong.lower() not in fact.quote.lower() and wrong.lower() != fact.answer.lower()


def test_equals_fall_by_lot_and_the_same_lot_gives_the_same() -> None:
    orders = {tuple(wrong_answers(of("nine days"), facts(), bytes([n]))) for n in range(20)}
    assert len(orders) > 1
    assert wrong_answers(of("nine days"), facts(), b"1") == wrong_answers(of("nine days"), facts(), b"1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We rehearse an emergency once a year, including a switch of depth.", False),
        ("The box has tools such as hammers, saws and files.", True),
        ("It was read by several people, including Ann and Bob.", True),
        ("The metal, such as iron, is let out.", False),
    ],
)
def test_a_class_with_examples_is_a_plural(text: str, found: bool) -> None:
    assert bool(list(classes(Passage("d", "s", "T", "c", 0, text)))) is found


def test_in_a_real_document_about_half_of_the_statements_are_false_and_choices_measure_alike() -> None:
    handbook = Path(__file__).resolve().parents[2] / "demo" / "documents" / "handbook.pdf"
    canonical = read_pdf(handbook.read_bytes())
    whole = cut(canonical)
    titles = {section.id: section.title for section in whole.sections}
    chunks = tuple((c.id, c.section_id, c.start, c.end) for c in whole.chunks)
    text = Text(canonical.text, titles, chunks, word_counts(canonical.text))
    passages = text.passages("handbook")

    statements = chosen(passages, text.counts, 0.0, 0, kind="true_false", text=text).order
    false = [one for one in statements if one.told == "False"]
    assert len(statements) >= 100 and 0.4 < len(false) / len(statements) < 0.6
    for one in false:
        statement = one.question.removeprefix("True or false: ")
        assert statement not in " ".join(canonical.text.split()), "the text does not say it"
    picks = chosen(passages, text.counts, 0.0, 0, kind="multiple_choice", text=text).order
    assert len(picks) >= 50
    for pick in picks:
        assert pick.choices.count(pick.told) == 1 and len(set(pick.choices)) == len(pick.choices)
        assert not [one for one in pick.choices if one != pick.told and one.lower() in pick.quote.lower()]
