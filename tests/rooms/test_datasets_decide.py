"""Given-when-then for datasets."""

from dataclasses import replace
from typing import Any

import pytest
from studio.contract.records import DatasetFrozen, DatasetRefused, DatasetRequested, Shortfall

from processors.datasets import reward
from processors.datasets.decide import DATASET, FreezeDataset, RefuseDataset, RequestDataset
from streams.decider import Refused

REQUEST = RequestDataset("qa", "c1", "grounding >= 0.9", 0.25, "", 7, "ann")
REQUESTED = DatasetRequested(
    name="qa",
    curation_id="c1",
    rule="grounding >= 0.9",
    heldout_fraction=0.25,
    reward=reward.DEFAULT,
    seed=7,
    requested_by="ann",
)
FREEZE = FreezeDataset("1.0.0", "ab", "t/1", "t/2", "t/3", 8, 2, 4, 1, "{}", (Shortfall(reason="leak", count=1),))
FROZEN = DatasetFrozen(
    name="qa", version="1.0.0", merkle_root="ab", train_blob="t/1", heldout_blob="t/2", corpus_blob="t/3", train_rows=8,
    heldout_rows=2, train_sections=4, heldout_sections=1, reward="{}", dropped=(Shortfall(reason="leak", count=1),),
)  # fmt: skip


def when(given: list[Any], command: Any) -> list[Any]:
    state = DATASET.fold(DATASET.initial, given)
    return list(DATASET.decide(DATASET.load(DATASET.dump(state)), command))


def test_it_is_requested_with_the_default_reward_and_frozen_once() -> None:
    assert when([], REQUEST) == [REQUESTED]
    assert when([REQUESTED], FREEZE) == [FROZEN]
    assert when([REQUESTED, FROZEN], FREEZE) == []
    for command in (REQUEST, replace(FREEZE, merkle_root="cd"), RefuseDataset("X", "y")):
        with pytest.raises(Refused):
            when([REQUESTED, FROZEN], command)


def test_it_is_refused_with_the_way_out() -> None:
    made = when([REQUESTED], RefuseDataset("DATASET_EMPTY", "nothing is left", "rule", "loosen it"))
    assert made == [DatasetRefused(code="DATASET_EMPTY", reason="nothing is left", field="rule", remedy="loosen it")]
    with pytest.raises(Refused) as refused:
        when([], FREEZE)
    assert refused.value.code == "NOT_FOUND"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Über"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "a" * 65}, "name"),
        ({"curation_id": ""}, "curation_id"),
        ({"rule": "grounding"}, "rule"),
        ({"heldout_fraction": 1.0}, "heldout_fraction"),
        ({"heldout_fraction": float("nan")}, "heldout_fraction"),
        ({"seed": -1}, "seed"),
        ({"reward": "[]"}, "reward.objectives"),
    ],
)
def test_an_invalid_request_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        when([], replace(REQUEST, **changes))
    assert (refused.value.code, refused.value.field) == ("INVALID", field)
    assert refused.value.message
