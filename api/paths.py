"""Ids and names in paths, bodies and queries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, StringConstraints

Id = Annotated[str, Path(min_length=1, max_length=200, description="Id of the resource.")]
NAME = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$"
Name = Annotated[str, Path(pattern=NAME, max_length=100, description="Name of the resource.")]
NameField = Annotated[str, StringConstraints(pattern=NAME, max_length=100)]
IdField = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^/\s]+$")]
Filter = Annotated[str | None, Query(max_length=200)]
Reason = Annotated[str, Query(max_length=1000, description="Why; it is kept with the event.")]
AsOf = Annotated[AwareDatetime | None, Query(description="As it was at this time (RFC 3339, with zone).")]
