"""Writes the list of views in README.md from the tables: `python -m projections.readme`."""

from __future__ import annotations

from pathlib import Path

from projections.catalogue import PROJECTIONS
from projections.table import Table

README = Path(__file__).with_name("README.md")
START = "## Views\n"


def views() -> str:
    """One line per view: key columns, the others, and what the view adds."""
    lines = [START]
    for projection in PROJECTIONS:
        for table in projection.tables:
            lines.append(f"- `read.{table.name}` ({projection.name}): {_columns(table)}")
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> str:
    keys = ", ".join(f"**{name}**" for name in table.keys[1:])
    rest = ", ".join(f"{c.name} {SHORT.get(c.type, c.type)}" for c in table.all.values() if c.name not in table.keys)
    added = ["valid_to"] if table.view else list(table.also)
    return f"{keys}; {rest}" + (f"; computed: {', '.join(added)}" if added else "")


SHORT = {"double precision": "float", "timestamptz": "time", "bigint": "int"}


def fresh(text: str) -> str:
    """`text` of the README with the list of views as it must be."""
    return text.split(START)[0] + views()


if __name__ == "__main__":
    README.write_text(fresh(README.read_text()))
