"""A dataset that was brought along, over the real API and rooms: frozen like any other, refused by row and column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from studio import JobFailed, Studio
from studio.place import Place
from studio_api import PASSWORD, Api, api, rooms

__all__ = ["api", "rooms"]
pytestmark = pytest.mark.usefixtures("rooms")
ROWS = [
    {
        "prompt": [
            {"role": "system", "content": "Answer in one word."},
            {"role": "user", "content": f"Which colour has boat {number * 7919} at pier {number}?"},
        ],
        "solution": f"colour{number}",
    }
    for number in range(1, 21)
]


def file(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "boats.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def client(api: Api) -> Studio:
    email, _ = api.user("acme", "engineer")
    return Studio(place=Place(api.url, email=email, password=PASSWORD))


def test_it_is_frozen_like_any_other(api: Api, tmp_path: Path) -> None:
    with client(api) as studio:
        asked = studio.datasets.bring(file(tmp_path, ROWS), "boats", heldout_fraction=0.25)
        assert (asked.status, asked["source_name"], asked["columns"]) == ("requested", "boats.jsonl", {})
        done = studio.wait(asked, seconds=90)
        assert (done.status, done["version"], done["train_rows"], done["heldout_rows"]) == ("frozen", "1.0.0", 15, 5)
        rows = list(studio.datasets.rows(done.id, split="heldout"))
        assert len(rows) == 5 and rows[0]["prompt_passage"] == "Answer in one word."
        assert {row["document_name"] for row in rows} == {"boats.jsonl"}
        again = studio.wait(studio.datasets.bring(file(tmp_path, ROWS), "boats", heldout_fraction=0.25), seconds=90)
        assert (again["version"], again["merkle_root"]) == ("1.0.0", done["merkle_root"])
        paid = {"objectives": [{"name": "exact", "weight": 1}]}
        other = studio.datasets.bring(file(tmp_path, ROWS), "boats", columns={"answer": "solution"}, reward=paid)
        assert studio.wait(other, seconds=90)["version"] == "2.0.0"


def test_it_is_refused_by_row_and_column(api: Api, tmp_path: Path) -> None:
    rows = [*ROWS[:3], {"prompt": "Which boat?", "solution": {"text": "blue"}}]
    with client(api) as studio, pytest.raises(JobFailed) as failed:
        studio.wait(studio.datasets.bring(file(tmp_path, rows), "boats"), seconds=90)
    assert (failed.value.code, failed.value.field) == ("ROW_INVALID", "rows[4].solution")
    assert failed.value.reason == "row 4, column `solution`: expected a text or a number, got an object"
