"""Given-when-then for reviews: what stands, whose opinion it is, and that everything can be taken back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from studio.contract.records import ReviewDecided

from processors.curation.review import REVIEW, DecideReview, UndoReview
from streams.decider import Refused

KEEP = DecideReview("s1", "keep", "ann", "fine")
EDIT = DecideReview("s1", "edit", "bob", question="How hot does it get?", answer="40 °C", grounding=0.9)


def when(given: list[Any], command: Any) -> list[Any]:
    state = REVIEW.fold(REVIEW.initial, given)
    # What the gate stores and reads back must decide the same.
    return list(REVIEW.decide(REVIEW.load(REVIEW.dump(state)), command))


def after(*commands: Any) -> list[Any]:
    """The events of these commands, one after the other."""
    happened: list[Any] = []
    for command in commands:
        happened += when(happened, command)
    return happened


def test_a_review_is_decided_once_and_changed() -> None:
    (kept,) = when([], KEEP)
    assert kept == ReviewDecided(
        sample_id="s1", decision="keep", author="ann", reason="fine", standing="keep", standing_author="ann",
        opinion="keep",
    )  # fmt: skip
    assert when([kept], KEEP) == []
    (dropped,) = when([kept], replace(KEEP, decision="drop"))
    assert (dropped.standing, dropped.author) == ("drop", "ann")


def test_an_edit_carries_its_texts_and_an_undo_brings_the_older_decision_back() -> None:
    happened = after(KEEP, EDIT, UndoReview("s1", "bob"))
    edited, undone = happened[1:]
    assert (edited.standing, edited.question, edited.answer, edited.grounding) == (
        "edit", "How hot does it get?", "40 °C", 0.9,
    )  # fmt: skip
    assert (undone.decision, undone.undoes) == ("undo", 2)
    assert (undone.standing, undone.standing_author, undone.opinion, undone.question) == ("keep", "ann", "none", "")


def test_what_stands_after_an_undo_is_whole_again() -> None:
    happened = after(EDIT, replace(KEEP, decision="flag"), UndoReview("s1", "ann"))
    assert (happened[-1].standing, happened[-1].question, happened[-1].answer) == ("edit", EDIT.question, EDIT.answer)


def test_nobody_takes_back_what_another_decided() -> None:
    happened = after(KEEP, EDIT)
    for command in (UndoReview("s1", "eve"), UndoReview("s1", "ann", revision=2), UndoReview("s1", "ann", revision=9)):
        with pytest.raises(Refused) as refused:
            when(happened, command)
        assert refused.value.code == "NOTHING_TO_UNDO"
    (chosen,) = when(happened, UndoReview("s1", "ann", revision=1))
    assert (chosen.undoes, chosen.standing, chosen.standing_author) == (1, "edit", "bob")


COMMANDS = st.builds(
    DecideReview, st.just("s1"), st.sampled_from(["keep", "drop", "flag"]), st.sampled_from(["ann", "bob"])
)


@settings(deadline=None, max_examples=50)
@any_of(st.lists(COMMANDS, max_size=12))
def test_undo_goes_back_to_the_start_at_any_depth(commands: list[DecideReview]) -> None:
    happened = after(*commands)
    stood = [""] * 2 + [event.standing for event in happened]
    for place in range(len(happened), 0, -1):
        author = happened[place - 1].author
        (undone,) = when(happened, UndoReview("s1", author))
        assert undone.undoes == place
        assert undone.standing == (stood[place] or "none")
        happened.append(undone)
    for author in ("ann", "bob"):
        with pytest.raises(Refused):
            when(happened, UndoReview("s1", author))


def test_reviews_of_the_first_version_still_fold() -> None:
    old = ReviewDecided(sample_id="s1", decision="keep", author="ann")
    (undone,) = when([old], UndoReview("s1", "ann"))
    assert (undone.undoes, undone.standing) == (1, "none")


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(KEEP, decision="maybe"), "decision"),
        (replace(KEEP, decision="undo"), "decision"),
        (replace(KEEP, sample_id=""), "sample_id"),
        (replace(KEEP, author=""), "author"),
        (replace(KEEP, queue="longest"), "queue"),
        (replace(KEEP, answer="40"), "question"),
        (replace(EDIT, answer=" "), "answer"),
        (replace(EDIT, question="?" * 2001), "question"),
        (UndoReview("", "ann"), "sample_id"),
    ],
)
def test_an_invalid_review_names_its_field(command: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        when([], command)
    assert (refused.value.code, refused.value.field) == ("INVALID", field)
