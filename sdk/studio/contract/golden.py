"""Golden records: the bytes that each event version had when it was new, kept for ever.

`python -m studio.contract.golden [SCHEMAS] [GOLDEN]` writes the files that are missing and never touches one that is
there: bytes on a topic do not change either. A reader that cannot decode one of them cannot read its own history.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form

from studio.contract.codec import encode
from studio.contract.event import Event
from studio.contract.generate import load
from studio.contract.schemas import CLASSES, MARKER

SAMPLES: Mapping[str, Any] = {
    "int": 7,
    "long": 2**40 + 1,
    "double": 0.625,
    "boolean": True,
    "bytes": b"\x00\xc3\xff",
}


@dataclass(frozen=True)
class Golden:
    """One event version as it lies on its topic. `values` are the fields as the version knew them, bytes as latin-1."""

    name: str
    version: int
    topic: str
    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    values: Mapping[str, Any]

    @property
    def file(self) -> str:
        """Where it is kept, below the folder of all of them."""
        return f"{self.topic.removeprefix('studio.')}/{self.name}.v{self.version}.json"

    def text(self) -> str:
        """The file's content: JSON for people and diffs, the body in hex."""
        document = {
            "name": self.name,
            "version": self.version,
            "topic": self.topic,
            "headers": {key: value.decode() for key, value in self.headers},
            "body": self.body.hex(),
            "values": self.values,
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    @staticmethod
    def read(text: str) -> Golden:
        """The golden record in a file's text."""
        raw = json.loads(text)
        headers = tuple((key, value.encode()) for key, value in raw["headers"].items())
        return Golden(raw["name"], raw["version"], raw["topic"], headers, bytes.fromhex(raw["body"]), raw["values"])


def golden(version: int, schema: dict[str, Any]) -> Golden:
    """The record of one event version, every field away from its default, written with that version's own schema."""
    values = sample(schema, schema["name"])
    out = BytesIO()
    out.write(MARKER + bytes.fromhex(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")))
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), values, strict=True)
    event = Event(
        data=CLASSES[schema["name"]](),
        tenant="golden",
        subject="aggregate/0001",
        id=UUID("0198c0de-0000-5000-8000-000000000001"),
        time=datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        source="golden",
        version=3,
        epoch=2,
        seq=5,
        correlation_id=UUID("0198c0de-0000-5000-8000-000000000002"),
        causation_id=UUID("0198c0de-0000-5000-8000-000000000003"),
        traceparent="00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
    )
    headers = tuple(encode(event).headers)
    return Golden(schema["name"], version, schema["namespace"], headers, out.getvalue(), plain(values))


def sample(avro: Any, name: str) -> Any:
    """A value of an Avro type that is not the default; strings hold letters of one, two and four bytes."""
    if isinstance(avro, dict) and avro["type"] == "record":
        return {part["name"]: sample(part["type"], part["name"]) for part in avro["fields"]}
    if isinstance(avro, dict) and avro["type"] == "array":
        return [sample(avro["items"], f"{name} {number}") for number in (1, 2)]
    kind = avro["type"] if isinstance(avro, dict) else avro
    return f"{name} é 🜁" if kind == "string" else SAMPLES[kind]


def plain(value: Any) -> Any:
    """JSON-able, bytes as latin-1 text, as Avro's own JSON encoding has them."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.decode("latin-1") if isinstance(value, bytes) else value


def main(arguments: list[str]) -> int:
    schemas, target = (Path(given) for given in (*arguments, "schemas/avro", "schemas/golden")[:2])
    if len(arguments) == 1:
        target = schemas.with_name("golden")
    for item in load(schemas):
        record = golden(item["version"], item["schema"])
        file = target / record.file
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(record.text())
            print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
