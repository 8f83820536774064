"""The backbone's own tables, in the order in which they are created."""

from streams import dead, decision, gate, halt, outbox, positions, work

DDL: tuple[str, ...] = (positions.DDL, halt.DDL, gate.DDL, decision.DDL, outbox.DDL, work.DDL, dead.DDL)
