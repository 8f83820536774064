"""Datasets over the real API and rooms: exported, compared, covered, held against their documents, and rebuilt."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from studio import Conflict, Studio, ValidationError
from studio.place import Place
from studio_api import PASSWORD, Api, api, rooms

__all__ = ["api", "rooms"]
pytestmark = pytest.mark.usefixtures("rooms")
COUNT = 500


def manual(name: str, sections: int) -> str:
    """Sections with numbers that no other section has; umlauts, entities and marks, so that offsets must be right."""
    parts = [f"# The {name} manual"]
    for n in range(sections):
        drawn = random.Random(f"{name}{n}")
        word = "".join(drawn.choice("bdfglmnprstv") + drawn.choice("aeiouäö") for _ in range(4))
        parts.append(
            f"## Part {n} of {name}: {word}\n\n"
            f"The {word} valve is a *flat* gate that holds back the {name} water of basin {n}.\n"
            f"It must be inspected every {100 + n} hours by the keeper of the {word} line.\n\n"
            f"Each {word} pump draws {2000 + n} litres per hour – at most – and weighs {300 + n} kilograms.\n"
        )
    return "\n".join(parts)


@dataclass
class Made:
    """Two documents, a dataset of both, and what it came from."""

    studio: Studio
    mill: str
    weir: str
    curation: str
    dataset: Any


@pytest.fixture(scope="module")
def made(api: Api, rooms: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("manuals")
    email, _ = api.user("lineage", "engineer")
    with Studio(place=Place(api.url, email=email, password=PASSWORD)) as studio:
        ids = []
        for name, sections, licence in (("mill", 150, "CC-BY-4.0"), ("weir", 40, "")):
            path = folder / f"{name}.md"
            path.write_text(manual(name, sections))
            ids.append(studio.wait(studio.documents.upload(path, licence=licence), seconds=120).id)
        batch = studio.wait(studio.batches.create(ids, count=760), seconds=240)
        curation = studio.wait(studio.curations.create([batch.id], "grounding >= 0.5"), seconds=240)
        dataset = studio.wait(studio.datasets.create("manuals", curation.id, heldout_fraction=0.2), seconds=120)
        yield Made(studio, ids[0], ids[1], curation.id, dataset)


def test_500_of_500_quotes_stand_at_their_spans(made: Made, tmp_path: Path) -> None:
    found = made.studio.datasets.verify(made.dataset.id, count=COUNT, seed=7)
    assert [(one["quote"], one["found"]) for one in found["faults"]] == []
    assert (found["checked"], found["equal"]) == (COUNT, COUNT)
    assert found["root_equal"] and found["wrong_leaves"] == 0
    assert found["originals"] >= COUNT
    # Once more, by nothing but what anybody can fetch.
    made.studio.datasets.export(made.dataset.id, tmp_path / "rows.jsonl", format="jsonl", split="all")
    texts = {id: made.studio.documents.text(id) for id in (made.mill, made.weir)}
    lines = [json.loads(line)["source"] for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    drawn = random.Random(11).sample(lines, COUNT)
    assert sum(texts[one["document_id"]][one["start"] : one["end"]] == one["quote"] for one in drawn) == COUNT


def test_every_format_is_the_same_twice_and_says_its_source(made: Made, tmp_path: Path) -> None:
    for format in ("parquet", "hf", "jsonl", "chat", "openai", "alpaca", "sharegpt", "trl"):
        one, two = tmp_path / f"{format}-1.zip", tmp_path / f"{format}-2.zip"
        for target in (one, two):
            made.studio.datasets.export(made.dataset.id, target, format=format, split="all")
        assert one.read_bytes() == two.read_bytes(), format
        if format not in ("parquet", "hf"):
            lines = [json.loads(line) for line in one.read_text().splitlines()]
            assert len(lines) == made.dataset["train_rows"] + made.dataset["heldout_rows"]
            assert all(line.get("metadata", line)["source"]["quote"] for line in lines)
    with pytest.raises(Conflict) as none:
        made.studio.datasets.export(made.dataset.id, tmp_path / "x", format="preference")
    assert none.value.code == "NOTHING_TO_EXPORT"


def test_the_folder_for_the_hub_has_the_card_and_both_splits(made: Made, tmp_path: Path) -> None:
    made.studio.datasets.export(made.dataset.id, tmp_path / "hub", format="hf")
    card = made.studio.datasets.card(made.dataset.id)
    assert (tmp_path / "hub" / "README.md").read_text() == card["markdown"]
    for split, count in (("train", made.dataset["train_rows"]), ("test", made.dataset["heldout_rows"])):
        (file,) = (tmp_path / "hub" / "data").glob(f"{split}-*.parquet")
        assert parquet.read_table(file).num_rows == count
    rows = {one["licence"]: one["rows"] for one in card["licences"]}
    assert set(rows) == {"", "CC-BY-4.0"}
    assert sum(rows.values()) == made.dataset["train_rows"] + made.dataset["heldout_rows"]
    assert "CC-BY-4.0" in card["markdown"] and made.dataset["merkle_root"] in card["markdown"]


def test_the_map_counts_every_row_and_says_why_parts_are_silent(made: Made) -> None:
    found = made.studio.datasets.coverage(made.dataset.id)
    documents = {one["document_id"]: one for one in found["documents"]}
    assert set(documents) == {made.mill, made.weir}
    for split in ("train", "heldout"):
        assert sum(one[f"{split}_rows"] for one in documents.values()) == made.dataset[f"{split}_rows"]
        told = sum(section[f"{split}_rows"] for one in documents.values() for section in one["sections"])
        assert told == made.dataset[f"{split}_rows"]
    for one in documents.values():
        for section in one["sections"]:
            assert bool(section["why"]) == (section["train_rows"] + section["heldout_rows"] == 0)
    assert not documents[made.weir]["chunks"]
    near = made.studio.datasets.coverage(made.dataset.id, document=made.weir)["documents"]
    assert [one["document_id"] for one in near] == [made.weir]
    assert len(near[0]["chunks"]) == near[0]["chunk_count"] > 0


def test_another_rule_is_another_version_and_the_difference_is_told(made: Made) -> None:
    other = made.studio.wait(
        made.studio.datasets.create("manuals", made.curation, rule="grounding >= 0.5", seed=5, heldout_fraction=0.2),
        seconds=120,
    )
    found = made.studio.datasets.diff(made.dataset.id, other.id, change="moved", limit=5)
    counts = found["counts"]
    assert not found["same"] and counts["moved"] > 0 and counts["changed"] == 0
    total = made.dataset["train_rows"] + made.dataset["heldout_rows"]
    assert counts["removed"] + counts["moved"] + counts["same"] == total
    assert [set(row["before"]) for row in found["rows"]] == [{"split"}] * 5
    more = made.studio.datasets.diff(made.dataset.id, other.id, change="moved", limit=5, cursor=found["next_cursor"])
    assert not {row["sample_id"] for row in more["rows"]} & {row["sample_id"] for row in found["rows"]}
    assert made.studio.datasets.diff(made.dataset.id, made.dataset.id)["same"]


def test_a_document_is_followed_to_everything_and_left_out(made: Made) -> None:
    before = made.studio.documents.affected(made.weir)
    (dataset,) = (one for one in before["datasets"] if one["id"] == made.dataset.id)
    assert before["samples"] >= dataset["train_rows"] + dataset["heldout_rows"] > 0
    assert dataset["in_corpus"] and dataset["rebuild"] and before["runs"] == before["models"] == []
    rebuilt = [made.studio.wait(made.studio.datasets.get(one.id), seconds=120)
               for one in made.studio.documents.rebuild(made.weir, datasets=[made.dataset.id])]  # fmt: skip
    (done,) = rebuilt
    assert (done["rebuild_of"], done["without"], done["name"]) == (made.dataset.id, [made.weir], "manuals")
    assert {row["document_id"] for row in made.studio.datasets.rows(done.id)} == {made.mill}
    assert {one["reason"] for one in done["dropped"]} >= {"document left out"}
    # Asked for twice, it is the same dataset; and the affected one says that it was replaced.
    again = made.studio.documents.rebuild(made.weir, datasets=[made.dataset.id])
    assert [one.id for one in again] == [done.id]
    after = made.studio.documents.affected(made.weir)
    assert done.id not in {one["id"] for one in after["datasets"]}
    assert {one["replaced_by"] for one in after["datasets"] if one["id"] == made.dataset.id} == {done.id}
    # The split of what stays is that of before.
    counts = made.studio.datasets.diff(made.dataset.id, done.id)["counts"]
    assert counts["moved"] == counts["changed"] == 0 and counts["removed"] > 0


def test_an_edit_of_a_reviewer_is_in_the_next_version(made: Made) -> None:
    row = next(iter(made.studio.datasets.rows(made.dataset.id)))
    question = f"Now then: {row['question']}"
    made.studio.reviews.edit(row["sample_id"], question, row["answer"], curation_id=made.curation)
    again = made.studio.datasets.create("manuals", made.curation, heldout_fraction=0.2)
    done = made.studio.wait(again, seconds=120)
    assert done["edited_rows"] == 1
    found = made.studio.datasets.diff(made.dataset.id, done.id, change="changed")
    (changed,) = found["rows"]
    assert changed["sample_id"] == row["sample_id"]
    assert (changed["before"]["question"], changed["after"]["question"]) == (row["question"], question)
    events = made.studio.events.list(type="ReviewDecided", subject=row["sample_id"])
    assert changed["after"]["edited"] in {event.id for event in events}
    assert made.studio.datasets.verify(done.id, count=10)["root_equal"]


def test_a_file_that_was_brought_along_is_the_source_of_its_dataset(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(
        "\n".join(json.dumps({"prompt": f"What is {n} + {n}?", "answer": f"{2 * n}"}) for n in range(1, 30))
    )
    done = made.studio.wait(made.studio.datasets.bring(file, "sums"), seconds=120)
    up = made.studio.lineage.of("dataset", done.id)
    (source,) = (node for node in up["nodes"] if node["type"] == "file")
    assert source["label"] == "own.jsonl" and source["id"] == done["source_blob"].split("/")[1]
    down = made.studio.lineage.of("file", source["id"], direction="down")
    assert done.id in {node["id"] for node in down["nodes"]}
    found = made.studio.datasets.verify(done.id)
    assert found["root_equal"] and found["without_place"] == found["checked"] == found["rows"]
    with pytest.raises(ValidationError):
        made.studio.datasets.rebuild(done.id, ["x"])
    assert made.studio.datasets.card(done.id)["sources"][0]["name"] == "own.jsonl"
