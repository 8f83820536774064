"""A watcher as its channel sees it while it is live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.feed.filter import Filter
from api.feed.frames import Form
from api.feed.outlet import Outlet

UNSENT = 1024 * 1024  # bytes; who has more is no longer live


@dataclass(eq=False, slots=True)
class Listener:
    """at: everything up to this number was sent or is not wanted. behind: called where it can no longer be live."""

    outlet: Outlet
    filter: Filter
    at: int
    behind: Callable[[], None]

    @property
    def kind(self) -> tuple[Filter, Form]:
        """Those that get the same bytes have the same kind."""
        return self.filter, self.outlet.form
