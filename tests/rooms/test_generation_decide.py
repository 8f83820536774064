"""Given-when-then for batches."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from studio.contract.records import BatchCancelled, BatchFailed, BatchFinished, BatchRequested, Shortfall

from processors.generation.decide import BATCH, CancelBatch, FailBatch, FinishBatch, RequestBatch
from streams.decider import Refused

REQUEST = RequestBatch(("d1", "d2"), 10, seed=3, requested_by="ann")
ENDPOINT = replace(REQUEST, method="endpoint", endpoint="https://host/v1", model="m", template="{{ passage }}")
REQUESTED = BatchRequested(**asdict(REQUEST))
FINISH = FinishBatch(10, 8, (Shortfall(reason="quote_not_in_passage", count=2),), 100, 50)
FINISHED = BatchFinished(
    asked=10, delivered=8, shortfall=(Shortfall(reason="quote_not_in_passage", count=2),), tokens_in=100, tokens_out=50
)
FAIL = FailBatch("NO_DOCUMENT", "none", "upload one")
FAILED = BatchFailed(code="NO_DOCUMENT", reason="none", remedy="upload one")
CANCELLED = BatchCancelled(reason="enough", author="ann")


def when(given: list[Any], command: Any) -> list[Any]:
    state = BATCH.fold(BATCH.initial, given)
    return list(BATCH.decide(BATCH.load(BATCH.dump(state)), command))


def test_it_is_requested_and_ends_once() -> None:
    assert when([], REQUEST) == [REQUESTED]
    assert when([], ENDPOINT) == [BatchRequested(**asdict(ENDPOINT))]
    assert when([REQUESTED], FINISH) == [FINISHED]
    assert when([REQUESTED], FAIL) == [FAILED]
    for end in (FINISHED, FAILED, CANCELLED):
        assert when([REQUESTED, end], FINISH) == [] == when([REQUESTED, end], FAIL)


def test_a_batch_with_the_same_id_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        when([REQUESTED], REQUEST)
    assert refused.value.code == "ALREADY_REQUESTED"


def test_every_missing_sample_needs_a_reason() -> None:
    with pytest.raises(Refused) as refused:
        when([REQUESTED], replace(FINISH, shortfall=()))
    assert refused.value.field == "shortfall"


def test_it_is_cancelled_while_it_runs() -> None:
    assert when([REQUESTED], CancelBatch("enough", "ann")) == [CANCELLED]
    assert when([REQUESTED, CANCELLED], CancelBatch("again", "bob")) == []
    with pytest.raises(Refused) as refused:
        when([REQUESTED, FINISHED], CancelBatch("late"))
    assert refused.value.code == "NOT_RUNNING"


@pytest.mark.parametrize("command", [FINISH, FAIL, CancelBatch()])
def test_there_must_be_a_batch(command: Any) -> None:
    with pytest.raises(Refused) as refused:
        when([], command)
    assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(REQUEST, documents=()), "documents"),
        (replace(REQUEST, documents=("",)), "documents"),
        (replace(REQUEST, documents=("d1", "d1")), "documents"),
        (replace(REQUEST, count=0), "count"),
        (replace(REQUEST, count=10**7), "count"),
        (replace(REQUEST, method="magic"), "method"),
        (replace(REQUEST, quality_threshold=1.5), "quality_threshold"),
        (replace(REQUEST, quality_threshold=float("nan")), "quality_threshold"),
        (replace(REQUEST, seed=-1), "seed"),
        (replace(ENDPOINT, endpoint=""), "endpoint"),
        (replace(ENDPOINT, endpoint="file:///etc/passwd"), "endpoint"),
        (replace(ENDPOINT, endpoint="https://ann:secret@host/v1"), "endpoint"),
        (replace(ENDPOINT, endpoint="http://["), "endpoint"),
        (replace(ENDPOINT, model=""), "model"),
        (replace(ENDPOINT, temperature=3), "temperature"),
        (replace(ENDPOINT, max_tokens=-1), "max_tokens"),
        (replace(ENDPOINT, template="{% for x in %}"), "template"),
    ],
)
def test_a_request_names_its_fault(command: RequestBatch, field: str) -> None:
    with pytest.raises(Refused) as refused:
        when([], command)
    assert (refused.value.code, refused.value.field) == ("INVALID", field)
