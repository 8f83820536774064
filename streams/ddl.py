"""The backbone's own tables, in the order in which they are created."""

from streams import dead, gate, positions, work

DDL: tuple[str, ...] = (positions.DDL, gate.DDL, work.DDL, dead.DDL)
