"""Schemas only ever grow: every pair of versions reads each other, names and types stay, defaults are always there."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse
from studio.contract import generate, records
from studio.contract.golden import Golden, golden, plain
from studio.contract.schemas import CLASSES, TOPICS, decode_body, to_dict

from streams.catalogue import TOPICS as CATALOGUE

ROOT = Path(__file__).parents[2]
SCHEMAS, GOLDEN = ROOT / "schemas" / "avro", ROOT / "schemas" / "golden"
VERSIONS = generate.load(SCHEMAS)
BY_NAME: dict[str, list[dict[str, Any]]] = {}
for _item in VERSIONS:
    BY_NAME.setdefault(_item["schema"]["name"], []).append(_item)
KEPT = sorted(GOLDEN.glob("*/*.json"))


def parts(schema: dict[str, Any]) -> dict[str, Any]:
    """Field name -> type, nested records flattened to dotted names."""
    found: dict[str, Any] = {}
    for part in schema["fields"]:
        kind = part["type"]
        found[part["name"]] = kind if isinstance(kind, str) else kind["type"]
        inner = kind["items"] if isinstance(kind, dict) and kind["type"] == "array" else kind
        if isinstance(inner, dict) and inner["type"] == "record":
            found |= {f"{part['name']}.{name}": type_ for name, type_ in parts(inner).items()}
    return found


def broken_rules(older: dict[str, Any], newer: dict[str, Any]) -> list[str]:
    """What a newer version of a record did that it may not; empty when it only grew."""
    before, after = parts(older), parts(newer)
    found = [f"{name} is gone or renamed" for name in before if name not in after]
    found += [
        f"{name} was {before[name]}, is {after[name]}"
        for name in before
        if after.get(name, before[name]) != before[name]
    ]
    for reader, writer in permutations((older, newer), 2):
        result = ReaderWriterCompatibilityChecker().get_compatibility(
            parse(json.dumps(reader)), parse(json.dumps(writer))
        )
        if result.compatibility is not SchemaCompatibilityType.compatible:
            found.append("; ".join(sorted(result.messages)))
    return found


def without_defaults(schema: dict[str, Any]) -> list[str]:
    found = [part["name"] for part in schema["fields"] if "default" not in part]
    return found + [name for inner in generate.nested(schema) for name in without_defaults(inner)]


def test_generated_records_are_fresh() -> None:
    assert generate.TARGET.read_text() == generate.render(SCHEMAS), (
        "run python -m studio.contract.generate schemas/avro"
    )


def test_schema_files_are_where_and_what_their_names_say() -> None:
    topics = {topic.name for topic in CATALOGUE}
    for path in SCHEMAS.glob("*/*.avsc"):
        schema = json.loads(path.read_text())
        assert path.name.startswith(f"{schema['name']}.v"), path
        assert schema["namespace"] == f"studio.{path.parent.name}", path
        assert schema["namespace"] in topics, path


def test_versions_are_counted_without_a_gap() -> None:
    for name, items in BY_NAME.items():
        assert [item["version"] for item in items] == list(range(1, len(items) + 1)), name


@pytest.mark.parametrize("name", BY_NAME)
def test_every_pair_of_versions_is_compatible(name: str) -> None:
    items = BY_NAME[name]
    for older, newer in [(a, b) for i, a in enumerate(items) for b in items[i:]]:
        assert broken_rules(older["schema"], newer["schema"]) == []
    assert [without_defaults(item["schema"]) for item in items] == [[]] * len(items)


def test_the_check_notices_what_it_is_for() -> None:
    field = {"name": "a", "type": "int", "default": 0}
    first: dict[str, Any] = {"type": "record", "name": "Thing", "namespace": "studio.x", "fields": [field]}
    grown = {**first, "fields": [field, {"name": "b", "type": "string", "default": ""}]}
    renamed = {**first, "fields": [{**field, "name": "c"}]}
    retyped = {**first, "fields": [{"name": "a", "type": "string", "default": ""}]}
    demanding = {**first, "fields": [field, {"name": "b", "type": "string"}]}
    assert broken_rules(first, grown) == []
    assert broken_rules(first, renamed) and broken_rules(first, retyped) and broken_rules(first, demanding)
    assert without_defaults(demanding) == ["b"]


@pytest.mark.parametrize("item", VERSIONS, ids=lambda item: f"{item['schema']['name']}.v{item['version']}")
def test_golden_bytes_exist_and_are_unchanged(item: dict[str, Any]) -> None:
    fresh = golden(item["version"], item["schema"])
    file = GOLDEN / fresh.file
    assert file.exists(), "run python -m studio.contract.golden"
    assert file.read_text() == fresh.text(), "a version that was published may not change; add a new one"


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_newest_reader_decodes_golden_bytes(file: Path) -> None:
    kept = Golden.read(file.read_text())
    record = decode_body(kept.body)
    assert type(record) is CLASSES[kept.name]
    assert TOPICS[kept.name] == kept.topic
    read, new = plain(to_dict(record)), to_dict(CLASSES[kept.name]())
    assert {name: read[name] for name in kept.values} == kept.values
    assert {name: read[name] for name in read if name not in kept.values} == {
        n: new[n] for n in new if n not in kept.values
    }


def test_every_golden_file_belongs_to_a_schema() -> None:
    assert {file.relative_to(GOLDEN).as_posix() for file in KEPT} == {
        golden(item["version"], item["schema"]).file for item in VERSIONS
    }


def test_records_know_their_defaults() -> None:
    for cls in records.RECORDS:
        values = [getattr(cls(), name) for name in to_dict(cls())]
        assert all(value in ("", 0, 0.0, False, (), b"") or isinstance(value, str | float | int) for value in values)
