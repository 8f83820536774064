"""Given-when-then for curations."""

from typing import Any

import pytest
from studio.contract.records import CurationFailed, CurationFinished, CurationRequested, Shortfall
from studio.rule import parse

from processors.curation.decide import (
    CURATION,
    FailCuration,
    FinishCuration,
    RequestCuration,
)
from processors.curation.scorers import DEFAULT_RULE
from streams.decider import Decider, Refused

REQUESTED = CurationRequested(batches=("b1",), rule="grounding > 0.5", rule_version=parse("grounding > 0.5").version)
FINISHED = CurationFinished(samples=3, kept=2, dropped=1, reasons=(Shortfall(reason="r", count=1),), result_blob="t/x")
FINISH = FinishCuration(3, 2, 1, (Shortfall(reason="r", count=1),), "t/x")


def when(decider: Decider, given: list[Any], command: Any) -> list[Any]:
    state = decider.fold(decider.initial, given)
    # What the gate stores and reads back must decide the same.
    return list(decider.decide(decider.load(decider.dump(state)), command))


def test_a_request_carries_its_rule_and_the_rule_s_version() -> None:
    made = when(CURATION, [], RequestCuration(("b1", "b1"), "grounding > 0.5"))
    assert made == [REQUESTED]


def test_an_empty_rule_is_the_default_one() -> None:
    (made,) = when(CURATION, [], RequestCuration(("b1", "b2"), "  ", "ann"))
    assert (made.batches, made.rule, made.requested_by) == (("b1", "b2"), DEFAULT_RULE, "ann")


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (RequestCuration(()), "batches"),
        (RequestCuration(("",)), "batches"),
        (RequestCuration(tuple(f"b{n}" for n in range(1001))), "batches"),
        (RequestCuration(("b1",), "grounding >="), "rule"),
        (RequestCuration(("b1",), scorers=("charm",)), "scorers"),
        (RequestCuration(("b1",), settings="{"), "settings"),
        (RequestCuration(("b1",), settings='{"pii": {"mode": "guess"}}'), "settings.pii.mode"),
        (RequestCuration(("b1",), scorers=("judge",)), "settings.judge.endpoint"),
        (
            RequestCuration(("b1",), scorers=("diversity",), settings='{"diversity": {"endpoint": "x", "model": "m"}}'),
            "settings.diversity.endpoint",
        ),
    ],
)
def test_an_invalid_request_names_its_field(command: RequestCuration, field: str) -> None:
    with pytest.raises(Refused) as refused:
        when(CURATION, [], command)
    assert (refused.value.code, refused.value.field) == ("INVALID", field)


def test_it_finishes_once() -> None:
    assert when(CURATION, [REQUESTED], FINISH) == [FINISHED]
    assert when(CURATION, [REQUESTED, FINISHED], FINISH) == []
    with pytest.raises(Refused, match="finished"):
        when(CURATION, [REQUESTED, FINISHED], FailCuration("X", "y"))
    with pytest.raises(Refused, match="exists"):
        when(CURATION, [REQUESTED, FINISHED], RequestCuration(("b1",)))


def test_it_fails_with_the_way_out() -> None:
    made = when(CURATION, [REQUESTED], FailCuration("NO_SAMPLES", "nothing there", "generate first"))
    assert made == [CurationFailed(code="NO_SAMPLES", reason="nothing there", remedy="generate first")]
    with pytest.raises(Refused) as refused:
        when(CURATION, [], FINISH)
    assert refused.value.code == "NOT_FOUND"


def test_the_default_rule_names_scores_that_exist() -> None:
    from processors.curation.scorers import NAMES

    assert set(parse(DEFAULT_RULE).names) <= set(NAMES)
