"""Write `records.py` from the Avro schemas: `python -m studio.contract.generate SCHEMA_DIR [--check]`.

One frozen dataclass per record name (newest version), and every version's schema, so that the distribution decodes
all of history without a registry.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TYPES = {"string": "str", "int": "int", "long": "int", "double": "float", "boolean": "bool", "bytes": "bytes"}
TARGET = Path(__file__).with_name("records.py")
HEAD = '''"""Generated from schemas/avro by `python -m studio.contract.generate`; do not edit."""

from __future__ import annotations

from dataclasses import dataclass

# fmt: off
# ruff: noqa: E501
'''


def load(directory: Path) -> list[dict[str, Any]]:
    """All schemas under `directory`, oldest version first per record, as `{"version": int, "schema": dict}`."""
    found = []
    for path in sorted(directory.glob("*/*.v*.avsc")):
        version = int(path.name.split(".v")[1].split(".")[0])
        found.append({"version": version, "schema": json.loads(path.read_text())})
    return sorted(found, key=lambda item: (item["schema"]["namespace"], item["schema"]["name"], item["version"]))


def python_type(avro: Any) -> str:
    """The annotation for an Avro type; nested records become classes, arrays become tuples."""
    if isinstance(avro, str):
        return TYPES[avro]
    if avro["type"] == "array":
        return f"tuple[{python_type(avro['items'])}, ...]"
    if avro["type"] == "record":
        return str(avro["name"])
    return TYPES[avro["type"]]


def nested(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Record types used inside `schema`, innermost first."""
    found: list[dict[str, Any]] = []
    for part in schema["fields"]:
        kind = part["type"]
        inner = kind["items"] if isinstance(kind, dict) and kind["type"] == "array" else kind
        if isinstance(inner, dict) and inner["type"] == "record":
            found += [*nested(inner), inner]
    return found


def class_text(schema: dict[str, Any], version: int | None) -> str:
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {schema['name']}:"]
    doc = " ".join(filter(None, [schema.get("doc", ""), f"Topic {schema['namespace']}." if version else ""]))
    notes = [f"    {part['name']}: {part['doc']}" for part in schema["fields"] if part.get("doc")]
    if notes:
        lines += [f'    """{doc}', "", *notes, '    """', ""]
    else:
        lines += [f'    """{doc}"""', ""]
    for part in schema["fields"]:
        default = part["default"]
        if isinstance(default, list):
            value = "()"
        else:
            value = repr(default.encode() if part["type"] == "bytes" else default)
        lines.append(f"    {part['name']}: {python_type(part['type'])} = {value}")
    return "\n".join(lines)


def render(directory: Path) -> str:
    """The text of `records.py` for the schemas in `directory`."""
    found = load(directory)
    newest = {f"{s['schema']['namespace']}.{s['schema']['name']}": s for s in found}
    parts: dict[str, str] = {}
    for item in newest.values():
        for inner in nested(item["schema"]):
            parts.setdefault(inner["name"], class_text(inner, None))
    for item in newest.values():
        parts[item["schema"]["name"]] = class_text(item["schema"], item["version"])
    names = ", ".join(item["schema"]["name"] for item in newest.values())
    schemas = ",\n".join(
        f"    ({item['version']}, {json.dumps(json.dumps(item['schema'], separators=(',', ':')))})" for item in found
    )
    record = " | ".join(item["schema"]["name"] for item in newest.values())
    return (
        HEAD + "\n\n" + "\n\n\n".join(parts.values()) + f"\n\n\nRecord = {record}\n\n"
        f"RECORDS: tuple[type[Record], ...] = ({names})\n\n"
        f"SCHEMAS: tuple[tuple[int, str], ...] = (\n{schemas},\n)\n"
    )


def main(arguments: list[str]) -> int:
    directory = Path(arguments[0]) if arguments else Path("schemas/avro")
    text = render(directory)
    if "--check" in arguments:
        if TARGET.read_text() == text:
            return 0
        print("records.py is stale: run `python -m studio.contract.generate schemas/avro`", file=sys.stderr)
        return 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
