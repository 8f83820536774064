"""Every kind of sample: what makes a good one, what is refused, and that its evidence stands where it says."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from processors.generation.checking import check
from processors.generation.extractive import MAKERS, chosen, word_counts
from processors.generation.kinds import ENDPOINT, KINDS, made_by, schema
from processors.generation.links import partner
from processors.generation.passage import Candidate, Passage
from processors.generation.reply import Content, read
from processors.generation.texts import Text

PAGES = {
    "Seals": "The rubber seals are replaced after nine days. A dry seal means a seal that was not wet for a week.",
    "Tools": "The box holds tools such as hammers, saws and files. The Ravenhill key is kept apart from them.",
    "Prices": "Part\tPrice in euros\tWeight\nrope\t38\t2.5 kg\nanchor\t410\t19 kg\nA price is valid for one year.",
    "Duties": "The keeper must not open the hull. The hull of the boat is opened by two people with the Ravenhill key.",
}


def text() -> Text:
    """The pages as one document: each is a section with one chunk."""
    whole, chunks = "", []
    for name, page in PAGES.items():
        chunks.append((f"c-{name}", name, len(whole), len(whole) + len(page)))
        whole += page + "\n\n"
    return Text(whole, {name: name for name in PAGES}, tuple(chunks), word_counts(whole))


def page(name: str) -> Passage:
    return next(one for one in text().passages("d") if one.section_title == name)


def made(kind: str) -> list[Candidate]:
    return list(chosen(text().passages("d"), text().counts, 0.0, 0, kind=kind, text=text()).order)


@pytest.mark.parametrize("kind", made_by("extractive"))
def test_extractive_evidence_stands_in_the_text(kind: str) -> None:
    assert set(MAKERS) == set(made_by("extractive"))
    for one in made(kind):
        at = one.passage.start + one.quote_start
        assert text().text[at : at + len(one.quote)] == one.quote
        assert one.told or one.answer in one.quote


def test_cells_are_asked_for_by_row_and_column() -> None:
    found = {(one.question, one.answer, one.quote) for one in made("table_cell")}
    assert found == {
        ("In the row rope, what is the Price in euros?", "38", "rope\t38\t2.5 kg"),
        ("In the row rope, what is the Weight?", "2.5 kg", "rope\t38\t2.5 kg"),
        ("In the row anchor, what is the Price in euros?", "410", "anchor\t410\t19 kg"),
        ("In the row anchor, what is the Weight?", "19 kg", "anchor\t410\t19 kg"),
    }


def test_examples_of_a_class() -> None:
    assert [(one.question, one.answer) for one in made("hearst")] == [
        ("Which examples of tools are named under the heading Tools?", "hammers, saws and files")
    ]


def test_sections_are_linked_by_what_is_rare_in_both() -> None:
    pages = text().passages("d")
    linked = partner(page("Tools"), pages, text().counts)
    assert linked is not None and linked.section_title == "Duties", "both tell of the Ravenhill key"
    assert partner(page("Prices"), [page("Seals")], Counter()) is None


SEALS, DUTIES = "The rubber seals are replaced after nine days.", "The keeper must not open the hull."
GOOD: dict[str, dict[str, Any]] = {
    "llm": {"question": "When are they replaced?", "answer": "nine days", "quote": SEALS},
    "true_false": {"question": "Seals last for a year.", "answer": "false.", "quote": SEALS},
    "multiple_choice": {
        "question": "When are seals replaced?", "choices": ["nine days", "a week", "never"], "answer": "Nine days",
        "quote": SEALS,
    },
    "conversation": {
        "turns": [{"question": "Do seals wear out?", "answer": "Yes."}, {"question": "When?", "answer": "In 9 days."}],
        "quote": SEALS,
    },
    "reasoning": {"question": "Is a 10 day old seal fine?", "reasoning": "10 > 9.", "answer": "No", "quote": SEALS},
    "preference": {"question": "When?  Say it", "answer": "After nine days.", "rejected": "Often.", "quote": SEALS},
    "multi_hop": {"question": "Who may do what, and when?", "answer": "No one", "quotes": [SEALS, DUTIES]},
}  # fmt: skip


def checked(kind: str, **change: Any) -> Candidate | str:
    return check({**GOOD[kind], **change}, [page("Seals"), page("Duties")], kind)


@pytest.mark.parametrize("kind", made_by(ENDPOINT))
def test_a_good_item_of_an_endpoint_is_taken_with_its_evidence(kind: str) -> None:
    found = checked(kind)
    assert isinstance(found, Candidate) and found.quote == SEALS and found.quality > 0.6
    reply = read(Content(json.dumps({"items": [GOOD[kind]]}), "stop", 1, 1), [page("Seals"), page("Duties")], kind)
    assert reply.whole and list(reply.candidates) == [found]
    needed = schema(kind, 1)["properties"]["items"]["items"]["required"]  # type: ignore[index]
    assert set(needed) == set(GOOD[kind]) == set(KINDS[kind].fields)


def test_what_each_kind_has_of_its_own() -> None:
    found = {kind: checked(kind) for kind in GOOD}
    ones = {kind: one for kind, one in found.items() if isinstance(one, Candidate)}
    assert ones["true_false"].told == "False" and ones["multiple_choice"].told == "nine days"
    assert ones["conversation"].messages[-1] == ("assistant", "In 9 days.") and len(ones["conversation"].messages) == 4
    assert (ones["conversation"].question, ones["conversation"].told) == ("When?", "In 9 days.")
    assert ones["reasoning"].reasoning == "10 > 9." and ones["preference"].rejected == "Often."
    ((passage, first, last),) = ones["multi_hop"].further
    assert passage.text[first:last] == DUTIES


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("true_false", {"answer": "perhaps"}, "answer_neither_true_nor_false"),
        ("multiple_choice", {"answer": "ten days"}, "answer_not_among_choices"),
        ("multiple_choice", {"choices": ["nine days", "Nine days", "never"]}, "choices_not_distinct"),
        ("multiple_choice", {"choices": ["nine days", "never"]}, "choices_not_distinct"),
        ("multiple_choice", {"choices": "nine days"}, "item_invalid"),
        ("conversation", {"turns": []}, "item_invalid"),
        ("conversation", {"turns": [{"question": "When?"}, {"question": "Why?"}]}, "item_invalid"),
        ("reasoning", {"reasoning": ""}, "item_invalid"),
        ("preference", {"rejected": "after nine days."}, "rejected_is_the_answer"),
        ("multi_hop", {"quotes": [SEALS]}, "quotes_of_one_passage_only"),
        ("multi_hop", {"quotes": [SEALS, "The rubber seals"]}, "quotes_of_one_passage_only"),
        ("multi_hop", {"quotes": [SEALS, "Nobody said this."]}, "quote_not_in_passage"),
        ("reasoning", {"quote": "Seals are made of rubber."}, "quote_not_in_passage"),
    ],
)
def test_what_is_refused(kind: str, change: dict[str, Any], reason: str) -> None:
    assert checked(kind, **change) == reason
