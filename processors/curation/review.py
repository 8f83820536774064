"""Reviews: what people decide about one sample, any decision of which its author can take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.contract.records import Record, ReviewDecided

from streams.decider import Decider, Refused

DECISIONS = ("keep", "drop", "edit", "flag")
QUEUES = ("", "random", "near_threshold", "disagree", "filter")
NONE = "none"
LONGEST_QUESTION, LONGEST_ANSWER = 2_000, 4_000


@dataclass(frozen=True)
class Opinion:
    """A decision that nobody took back. revision: of the review, when it was made."""

    revision: int
    decision: str
    author: str
    reason: str = ""
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Review:
    """Every decision about a sample that still holds, the oldest first; the last one stands."""

    revision: int = 0
    opinions: tuple[Opinion, ...] = ()

    def of(self, author: str) -> Opinion | None:
        """What this author decided last."""
        return next((one for one in reversed(self.opinions) if one.author == author), None)


@dataclass(frozen=True)
class DecideReview:
    """Keep, drop, edit or flag a sample, whatever the rule says.

    question, answer: of an edit. grounding: of the edited texts, measured against the source. selection: JSON of the
    filter, where many were decided at once.
    """

    sample_id: str
    decision: str
    author: str
    reason: str = ""
    question: str = ""
    answer: str = ""
    curation_id: str = ""
    queue: str = ""
    selection: str = ""
    grounding: float = -1.0


@dataclass(frozen=True)
class UndoReview:
    """Take back the author's last decision about a sample, or the one of this revision."""

    sample_id: str
    author: str
    revision: int = 0
    reason: str = ""
    curation_id: str = ""
    selection: str = ""


def decide(state: Review, command: DecideReview | UndoReview) -> list[Record]:
    """Decide about one sample.

    Raises:
        Refused: INVALID with the field at fault; NOTHING_TO_UNDO.
    """
    if not command.sample_id:
        raise Refused("INVALID", "which sample?", "sample_id")
    if not command.author:
        raise Refused("INVALID", "a review has an author", "author")
    made = _undo(state, command) if isinstance(command, UndoReview) else _decision(state, command)
    if made is None:
        return []
    after = evolve(state, made)
    stands, own = (after.opinions[-1] if after.opinions else None), after.of(command.author)
    return [
        replace(
            made,
            standing=stands.decision if stands else NONE,
            standing_author=stands.author if stands else "",
            question=stands.question if stands else "",
            answer=stands.answer if stands else "",
            opinion=own.decision if own else NONE,
        )
    ]


def evolve(state: Review, record: Record) -> Review:
    """Fold one record."""
    if not isinstance(record, ReviewDecided):
        return state
    revision = state.revision + 1
    if record.decision == "undo":
        left = tuple(one for one in state.opinions if one.revision != record.undoes)
        return Review(revision, left)
    texts = (record.question, record.answer) if record.decision == "edit" else ("", "")
    new = Opinion(revision, record.decision, record.author, record.reason, *texts)
    return Review(revision, (*state.opinions, new))


def _decision(state: Review, command: DecideReview) -> ReviewDecided | None:
    if command.decision not in DECISIONS:
        raise Refused("INVALID", f"{command.decision!r} is no decision", "decision", "keep, drop, edit or flag")
    if command.queue not in QUEUES:
        raise Refused("INVALID", f"{command.queue!r} is no queue", "queue", ", ".join(filter(None, QUEUES)))
    if command.decision == "edit":
        _texts(command)
    elif command.question or command.answer:
        raise Refused("INVALID", "only an edit changes texts", "question", 'decide "edit"')
    asked = Opinion(0, command.decision, command.author, command.reason, command.question, command.answer)
    if state.opinions and replace(state.opinions[-1], revision=0) == asked:
        return None
    return ReviewDecided(
        sample_id=command.sample_id,
        decision=command.decision,
        author=command.author,
        reason=command.reason,
        question=command.question,
        answer=command.answer,
        curation_id=command.curation_id,
        queue=command.queue,
        selection=command.selection,
        grounding=command.grounding,
    )


def _texts(command: DecideReview) -> None:
    for field, text, most in (
        ("question", command.question, LONGEST_QUESTION),
        ("answer", command.answer, LONGEST_ANSWER),
    ):
        if not text.strip():
            raise Refused("INVALID", f"an edit needs the whole {field}", field, "drop the sample instead")
        if len(text) > most:
            raise Refused("INVALID", f"{len(text)} characters are too many", field, f"at most {most}")


def _undo(state: Review, command: UndoReview) -> ReviewDecided:
    mine: Sequence[Opinion] = [one for one in state.opinions if one.author == command.author]
    if command.revision:
        mine = [one for one in mine if one.revision == command.revision]
    if not mine:
        what = f"decision {command.revision} of" if command.revision else "decision of"
        raise Refused("NOTHING_TO_UNDO", f"no {what} {command.author} is left", "", "see GET /api/v1/reviews")
    return ReviewDecided(
        sample_id=command.sample_id,
        decision="undo",
        author=command.author,
        reason=command.reason,
        undoes=mine[-1].revision,
        curation_id=command.curation_id,
        selection=command.selection,
    )


REVIEW = Decider("review", "studio.curation", Review(), decide, evolve)
