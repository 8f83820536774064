"""What each read model makes of events: given events, the rows after them. No platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from studio.contract import Event
from studio.contract.records import (
    RECORDS,
    DocumentRegistered,
    RunAdjusted,
    RunClaimed,
    RunPaused,
    RunRequested,
    RunResumed,
    SampleScored,
    StepRecorded,
)

from projections import readme
from projections.catalogue import PROJECTIONS, Projection, named
from projections.table import Column, Row, Table, parsed
from projections.writer import insert, statements
from streams.catalogue import TOPICS
from tests.story import BEGINNING, Teller, story

TOLD = story("acme")


def given(name: str, events: Sequence[Event] = TOLD) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Tables after `events`, by key without the tenant."""
    projection = named(name)
    rows = list(projection.rows([event for event in events if event.topic in projection.topics]))
    found = {}
    for table in projection.tables:
        merged = table.merged([row.values for row in rows if row.table == table.name])
        found[table.name] = {key[1:]: values for key, values in merged.items()}
    return found


def has(row: dict[str, Any], **expected: Any) -> None:
    assert {name: row.get(name) for name in expected} == expected


def test_the_story_holds_every_type_of_event() -> None:
    assert {type(event.data) for event in TOLD} == set(RECORDS)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda p: p.name)
def test_rows_fit_their_tables(projection: Projection) -> None:
    events = [event for event in TOLD if event.topic in projection.topics]
    tables = {table.name: table for table in projection.tables}
    rows = list(projection.rows(events))
    for row in rows:
        table = tables[row.table]
        assert set(row.values) <= set(table.all), row
        assert all(row.values.get(key) is not None for key in table.keys), row
        assert row.values["tenant_id"] == "acme"
    assert {row.table for row in rows} == set(tables), "each table gets a row out of the story"
    written = {name for row in rows for name in row.values if row.table == projection.tables[0].name}
    assert written == set(projection.tables[0].all), "each column of the main table is written by somebody"


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda p: p.name)
def test_what_a_column_holds_comes_from_one_key_or_commutes(projection: Projection) -> None:
    """Nothing orders events of different topics or keys, so a field that takes the last value may have one only."""
    tables = {table.name: table for table in projection.tables}
    writers: dict[tuple[Any, ...], set[str]] = {}
    for event in TOLD:
        if event.topic not in projection.topics:
            continue
        for row in projection.rows([event]):
            for name in row.values:
                keys = tables[row.table].keys
                if tables[row.table].all[name].merge == "replace" and name not in keys:
                    field = (row.table, *(row.values[key] for key in keys), name)
                    writers.setdefault(field, set()).add(f"{event.topic} {event.key}")
    assert {field: sources for field, sources in writers.items() if len(sources) > 1} == {}


def test_every_topic_is_read() -> None:
    read = {topic for projection in PROJECTIONS for topic in projection.topics}
    assert read == {topic.name for topic in TOPICS} - {"studio.routing"}


def test_view_names_are_unique() -> None:
    names = [table.name for projection in PROJECTIONS for table in projection.tables]
    assert len(set(names)) == len(names)


def test_the_readme_lists_the_views() -> None:
    text = readme.README.read_text()
    assert readme.fresh(text) == text, "run `python -m projections.readme`"


def test_documents() -> None:
    found = given("documents")["document"]
    has(found["doc-1",], state="extracted", version=2, samples=6, media_type="application/pdf", chunks=9)
    has(found["doc-2",], state="failed", error_code="ENCRYPTED", error_remedy="upload it without one")
    has(found["doc-3",], state="withdrawn", withdrawn_by="ann", created_at=BEGINNING + timedelta(seconds=2))


def test_batches() -> None:
    found = given("batches")
    has(found["batch"]["batch-1",], decided="finished", delivered=6, items_finished=2, items_asked=8, samples=6)
    assert found["batch"]["batch-1",]["shortfall"] == [{"reason": "NO_MORE", "count": 2}]
    has(found["batch"]["batch-2",], decided="failed", error_code="EGRESS")
    has(found["batch"]["batch-3",], decided="cancelled", cancelled_by="bob", version=2)
    has(found["batch_item"]["batch-1", "0002"], asked=3, delivered=0, tokens_in=11)


def test_samples_and_scores() -> None:
    found = given("samples")
    has(found["sample"]["s-1",], scores=2, review_decision="keep", review_author="bob", version=2, passage_start=10)
    has(found["sample_score"]["s-1", "cur-1", "round_trip", "1"], value=1, detail={"words": 3})
    assert found["sample_score"]["s-0", "cur-1", "grounding", "1"]["detail"] is None


def test_curations_and_datasets() -> None:
    has(given("curations")["curation"]["cur-1",], decided="finished", scores=12, kept=5, dropped=1)
    has(given("curations")["curation"]["cur-2",], decided="failed", error_code="EMPTY")
    found = given("datasets")["dataset"]
    has(found["data-1",], state="frozen", version=2, dataset_version="1.0.0", heldout_rows=1, name="lake")
    has(found["data-2",], state="refused", error_code="DATASET_EMPTY", reward=None)


def test_runs() -> None:
    found = given("runs")
    has(found["run"]["run-1",], status="completed", epoch=2, trainer="b", step=4, steps=7, final_step=4, tokens=49)
    has(found["run"]["run-1",], checkpoint_step=2, metrics={"gain": 0.1}, error_reason=None)
    has(found["run"]["run-2",], status="failed", error_code="NO_MODEL", error_field="base_model")
    has(found["run"]["run-3",], status="cancelled", cancelled_by="ann")
    has(found["run_step"]["run-1", "grpo", 1], epoch=1, reward_parts={"exact": 0.5, "format": 1})
    has(found["run_step"]["run-1", "grpo", 3], epoch=2)  # done again by the trainer that took over
    assert list(found["run_evaluation"]) == [("run-1", "before", 0, "heldout"), ("run-1", "after", 4, "heldout")]


def test_a_fork_says_where_it_stands_and_what_was_changed() -> None:
    found = given("runs")
    run = found["run"]["run-4",]
    has(run, status="paused", parent_run="run-1", parent_step=2, needs={"device": "cpu", "memory": 1024})
    has(run, labels={"search": "s", "trial": "1"}, paused_by="bob", pause_reason="day", adjusted=1, epoch=2)
    has(run, alarm_step=3, definitions_blob="acme/d")
    assert run["alarms"][0]["rule"] == "kl"
    (change,) = found["run_adjustment"].values()
    has(change, changes={"learning_rate": 0.0001}, author="ann", reason="it jumps", applied_step=3)
    assert change["applied_at"] < run["paused_at"], "when it was applied first"
    has(found["run_step"]["run-4", "grpo", 3], metrics={"ratio": 1.5}, reward_parts={"exact": 0.5, "format": 1})
    assert found["trainer"]["b",]["devices"] == [] and found["trainer"]["b",]["run_id"] == ""
    assert ("run", "run-4", "run", "run-1") in given("lineage")["edge"]


def test_a_resumed_run_is_pending_and_no_longer_says_who_paused_it() -> None:
    teller = Teller("acme")
    teller.decide("r", RunRequested(dataset_id="d"), RunPaused(author="ann", reason="x"), RunResumed(author="bob"))
    has(given("runs", teller.told)["run"]["r",], status="pending", paused_by=None, pause_reason=None, paused_at=None)


def test_a_change_leaves_the_status_alone() -> None:
    teller = Teller("acme")
    teller.decide("r", RunRequested(dataset_id="d"), RunClaimed(epoch=1), RunAdjusted(revision=1))
    has(given("runs", teller.told)["run"]["r",], status="running", adjusted=1, version=3)


def test_steps_of_the_first_version_are_read_as_those_of_the_second() -> None:
    teller = Teller("acme")
    parts = '{"exact": 0.5, "metric/importance": 0.9, "alarm/kl": 0.7}'
    teller.fact("r", StepRecorded(run_id="r", phase="grpo", step=1, reward_parts=parts, metrics="", alarms=""))
    row = given("runs", teller.told)["run_step"]["r", "grpo", 1]
    has(row, reward_parts={"exact": 0.5}, metrics={"importance": 0.9}, alarms=[{"rule": "kl", "value": 0.7}])


def test_models() -> None:
    found = given("models")
    has(found["model"]["lake",], version=5, versions=2, latest_version="0.1.1")
    moves = [(row["model_version"], row["previous"]) for row in found["model_alias"].values()]
    assert moves == [("0.1.0", ""), ("0.1.1", "0.1.0"), ("0.1.0", "0.1.1")]


def test_deployments() -> None:
    found = given("deployments")
    has(found["deployment"]["chat",], state="rolled_back", stable_version="0.1.0", canary_version="", weight=0.0)
    has(found["deployment"]["chat",], version=9, verdict="promote", reason="a person said so", margin=0.05)
    assert [row["type"] for row in found["deployment_change"].values()] == [
        "DeploymentStarted", "Promoted", "DeploymentStarted", "WeightSet", "DeploymentPaused",
        "DeploymentResumed", "Promoted", "RolledBack",
    ]  # fmt: skip
    has(found["deployment_verdict"]["chat", 7], decision="promote", canary_calls=60)


def test_serving_and_pipeline() -> None:
    counter = given("serving")["call_counter"]["chat", "0.1.0", "stable"]
    has(counter, calls=4, errors=1, outcomes=4)
    assert str(counter["score_sum"]) == "0.400000", "0.1 four times, exactly"
    assert given("serving")["outcome_window"]["chat", "0.1.0", "stable", BEGINNING]["calls"] == 4
    has(given("pipeline")["stage"]["generation",], events=8, rate=4)
    assert len(given("pipeline")["stage_window"]) == 2


def test_lineage_leads_from_the_deployment_to_a_span() -> None:
    edges = given("lineage")["edge"]
    chain = [
        ("deployment", "chat", "model_version", "lake@0.1.1"),
        ("model_version", "lake@0.1.1", "run", "run-1"),
        ("run", "run-1", "dataset", "data-1"),
        ("dataset", "data-1", "curation", "cur-1"),
        ("curation", "cur-1", "batch", "batch-1"),
        ("batch", "batch-1", "document", "doc-1"),
        ("sample", "s-2", "batch", "batch-1"),
        ("checkpoint", "run-1/grpo/2", "run", "run-1"),
    ]
    assert set(chain) <= set(edges)
    has(edges["sample", "s-2", "document", "doc-1"]["detail"], passage_start=20, answer_end=25, chunk_id="c1")


def test_dead_letters_and_log() -> None:
    found = given("dead_letters")["dead_letter"]
    has(found["dead-1",], state="released", author="ann", body=b"\0\xff", consumer="x")
    has(found["dead-2",], state="skipped")
    log = given("log")["event"]
    assert not {"RunHeartbeat", "TrainerAnnounced"} & {row["type"] for row in log.values()}
    assert {row["data"]["body"] for row in log.values() if row["type"] == "DeadLettered"} == {2, 0}


def test_a_number_that_json_lacks_does_not_stop_the_log() -> None:
    teller = Teller("acme")
    teller.fact("cur-1", SampleScored(sample_id="s", value=float("nan")))
    (row,) = named("log").rows(teller.told)
    assert row.values["data"]["value"] == "nan"


def test_broken_json_in_a_field_is_an_error() -> None:
    teller = Teller("acme")
    teller.fact("cur-1", SampleScored(sample_id="s", scorer="x", detail='{"cut'))
    with pytest.raises(ValueError):
        list(named("samples").rows(teller.told))
    with pytest.raises(ValueError):
        parsed("[NaN]")


def test_columns_merge_by_their_rule() -> None:
    table = Table("t", "id text", "a text, n bigint add, late int greatest, early int least")
    rows = [
        {"tenant_id": "x", "id": "1", "a": "old", "n": 1, "late": 3, "early": 3},
        {"tenant_id": "x", "id": "1", "n": 2, "late": 2, "early": 2},
        {"tenant_id": "x", "id": "1", "a": "new"},
        {"tenant_id": "y", "id": "1", "n": 5},
    ]
    assert table.merged(rows) == {
        ("x", "1"): {"tenant_id": "x", "id": "1", "a": "new", "n": 3, "late": 3, "early": 2},
        ("y", "1"): {"tenant_id": "y", "id": "1", "n": 5},
    }
    assert rows[0]["n"] == 1, "what was given is left alone"


def test_one_statement_per_table_and_set_of_columns() -> None:
    table = Table("t", "id text", "a text, n bigint add, j jsonb")
    rows = [
        Row("t", {"tenant_id": "x", "id": "2", "a": "two", "j": {"k": 1}}),
        Row("t", {"tenant_id": "x", "id": "1", "n": 1}),
        Row("t", {"tenant_id": "x", "id": "1", "n": 1}),
        Row("t", {"tenant_id": "x", "id": "3", "n": 4}),
    ]
    made = statements([table], "s", rows)
    assert [columns for _, columns in made] == [
        [["x", "x"], ["1", "3"], [2, 4]],
        [["x"], ["2"], ["two"], ['{"k": 1}']],
    ]
    assert b't."n" + excluded."n"' in insert(table, "s", ["tenant_id", "id", "n"])
    with pytest.raises(KeyError):
        statements([table], "s", [Row("u", {})])


def test_tables_lead_with_the_tenant_and_name_columns_once() -> None:
    for projection in PROJECTIONS:
        for table in projection.tables:
            assert re.search(r'primary key \("tenant_id", ', table.ddl("s")), table.name
    with pytest.raises(ValueError):
        _ = Table("t", "id text", "a text, a text").all
    assert Column.parse("price double precision add") == Column("price", "double precision", "add")


def test_an_event_of_another_topic_makes_no_row() -> None:
    teller = Teller("acme")
    teller.decide("d", DocumentRegistered(name="x"))
    for projection in PROJECTIONS:
        if "studio.documents" not in projection.topics:
            assert list(projection.rows(teller.told)) == [], projection.name
