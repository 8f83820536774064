"""What is not there: a thing that an optional scorer needs, or batches."""

from __future__ import annotations


class Missing(Exception):
    """A scorer that was chosen cannot work here; the curation fails with the way out.

    scorer: its name. remedy: what to install, to start or to set.
    """

    def __init__(self, scorer: str, reason: str, remedy: str) -> None:
        super().__init__(f"{scorer}: {reason}")
        self.scorer, self.reason, self.remedy = scorer, reason, remedy


class NotYet(Exception):
    """Batches that nobody has heard of so far; topics move independently, so they may still come."""
