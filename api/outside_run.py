"""What a loop outside sends about its run, and what it is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from api.body import Body, JsonObject, Whole
from api.envelope import Attributes
from api.paths import IdField, NameField

FACTS_MOST = 500  # facts in one request
Text = Annotated[str, StringConstraints(max_length=2000)]
Labels = dict[Annotated[str, StringConstraints(min_length=1, max_length=100)], Text]
Epoch = Annotated[Whole, Field(ge=1)]


class NewOutsideRun(Body):
    """A loop that begins. loop: name of the program. config: its own. definitions: what each of its figures means."""

    name: NameField
    loop: IdField
    config: JsonObject = {}
    labels: Labels = {}
    dataset_id: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^/\s]*$")] = ""
    base_model: Text = ""
    definitions: Labels = {}


class Continued(Body):
    """The loop is there again, as a new process."""

    loop: IdField
    definitions: Labels = {}


class Fact(Body):
    """Something that happened in the loop. seq: 1, 2, 3, ... within the epoch. data: fields of the record."""

    seq: Annotated[Whole, Field(ge=1)]
    type: Literal["StepRecorded", "EvaluationRecorded", "RunHeartbeat"]
    time: AwareDatetime
    data: JsonObject


class NewFacts(Body):
    """Facts in order. What was sent before may be sent again: it counts once."""

    epoch: Epoch
    facts: Annotated[list[Fact], Field(min_length=1, max_length=FACTS_MOST)]


class NewEnd(Body):
    """How it ended. step: the last one. metrics: of the result. reason: why it failed."""

    epoch: Epoch
    outcome: Literal["completed", "failed"]
    step: Annotated[Whole, Field(ge=0, lt=2**31)] = 0
    metrics: JsonObject = {}
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")] = "LOOP_FAILED"
    reason: Text = ""


class ClaimAttributes(Attributes):
    """The loop's hold on its run.

    lease_seconds: silence after which it counts as lost. recorded: phase to the last step that is in the log.
    definitions_blob: for the steps to name.
    """

    epoch: int
    lease_seconds: float
    recorded: dict[str, int] = {}
    definitions_blob: str = ""


class TakenAttributes(Attributes):
    """taken: the last number that is in the log now."""

    taken: int
