"""A decision about samples as it is sent, and as it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.body import Body, Whole
from api.envelope import Attributes
from api.paths import IdField

Because = Annotated[str, StringConstraints(max_length=1000)]


class NewReview(Body):
    """A decision about one sample. question, answer: the whole new texts of an edit.

    ungrounded: take an edit although the source does not say so. curation_id, queue: where the sample was seen.
    """

    sample_id: IdField
    decision: Literal["keep", "drop", "edit", "flag"]
    reason: Because = ""
    question: Annotated[str, StringConstraints(max_length=2000)] = ""
    answer: Annotated[str, StringConstraints(max_length=4000)] = ""
    ungrounded: bool = False
    curation_id: Annotated[str, StringConstraints(max_length=200)] = ""
    queue: Literal["", "random", "near_threshold", "disagree"] = ""


class SampleFilter(Body):
    """Which samples of a curation: those for which all of this holds. low, high: of `scorer`, inclusive."""

    document_id: IdField | None = None
    batch_id: IdField | None = None
    kind: Annotated[str, StringConstraints(max_length=100)] | None = None
    kept: bool | None = None
    scorer: Annotated[str, StringConstraints(max_length=100)] | None = None
    low: float | None = None
    high: float | None = None
    text: Annotated[str, StringConstraints(max_length=200)] = ""
    unreviewed: bool = True


class BulkReview(Body):
    """One decision about all samples of a curation that a filter takes. dry_run: only count them."""

    curation_id: IdField
    decision: Literal["keep", "drop", "flag"]
    filter: SampleFilter
    reason: Because = ""
    dry_run: bool = False


class Undo(Body):
    """What to take back: of a sample (its decision `revision`, or your last one), a whole selection, or your last
    `steps` acts, of a curation if one is named; a decision about many samples is one act.
    """

    sample_id: IdField | None = None
    revision: Annotated[Whole, Field(ge=1)] | None = None
    selection_id: IdField | None = None
    curation_id: IdField | None = None
    steps: Annotated[Whole, Field(ge=1, le=1000)] = 1
    reason: Because = ""


class BulkAttributes(Attributes):
    """Samples that were meant, and how many of them are decided otherwise than before."""

    samples: int
    changed: int


class ReviewedAttributes(Attributes):
    """A decision as it was made. undone: it was taken back. standing: what holds after it."""

    sample_id: str
    revision: int
    decision: str
    author: str
    reason: str = ""
    question: str = ""
    answer: str = ""
    standing: str = ""
    standing_author: str = ""
    undoes: int = 0
    undone: bool = False
    curation_id: str = ""
    queue: str = ""
    selection: dict[str, Any] | None = None
    grounding: float = -1.0
    decided_at: datetime
