"""What commands print: results on stdout, everything else on stderr; with --json one document or lines of JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from studio.client import Studio
from studio.errors import (
    ApiError,
    Conflict,
    Forbidden,
    JobCancelled,
    JobFailed,
    JobLate,
    NotConfigured,
    NotFound,
    RateLimited,
    ServerFault,
    StudioError,
    Unauthorized,
    Unreachable,
    ValidationError,
)
from studio.item import Item

WIDE = 400
screen = Console(stderr=True, highlight=False)
# Into a pipe or a file, lines are as long as they need to be.
paper = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout (lists: one line each), everything else on stderr.")]
Follow = Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for the end and show how far it is.")]

OK, FAILED, USAGE, NOT_FOUND, CONFLICT, UNAUTHORISED, UNREACHABLE, REFUSED, LATE, OTHER, INTERRUPTED = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130,
)  # fmt: skip
CODES: Sequence[tuple[type[StudioError], int]] = (
    (JobFailed, FAILED),
    (JobCancelled, FAILED),
    (JobLate, LATE),
    (NotFound, NOT_FOUND),
    (Conflict, CONFLICT),
    (Unauthorized, UNAUTHORISED),
    (Forbidden, UNAUTHORISED),
    (ValidationError, REFUSED),
    (NotConfigured, UNREACHABLE),
    (Unreachable, UNREACHABLE),
    (ServerFault, UNREACHABLE),
    (RateLimited, UNREACHABLE),
)
EXIT_CODES = """Exit codes: 0 done, 1 the job failed or was cancelled, 2 wrong usage, 3 no such thing, \
4 in conflict with its state, 5 not logged in or not allowed, 6 the platform does not answer, 7 the input was refused, \
8 not finished in time, 9 anything else, 130 interrupted."""


def exit_code(error: StudioError) -> int:
    """The stable exit code of an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), OTHER)


def error_document(error: StudioError) -> dict[str, Any]:
    """An error in the envelope of the API."""
    details: dict[str, Any] = dict(error.details) if isinstance(error, ApiError) else {}
    for name in ("field", "reason", "remedy"):
        if getattr(error, name, ""):
            details[name] = getattr(error, name)
    return {"error": {"code": error.code, "message": error.message, "details": details}}


def tell_error(error: StudioError, as_json: bool) -> int:
    """Print an error and return its exit code."""
    if as_json:
        say(error_document(error))
    screen.print(f"[red]{plain(error.code)}[/] {plain(str(error))}", soft_wrap=True)
    return exit_code(error)


def connected() -> Studio:
    """A client for the platform that is found; commands use it with `with`."""
    return Studio()


def say(document: Any) -> None:
    """One JSON document on one line of stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def show(item: Item, as_json: bool, names: Sequence[str] = ()) -> None:
    """One thing: its attributes (or only these) below each other."""
    if as_json:
        say(item.plain())
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row(item.type, f"[bold]{plain(item.id)}[/]")
    for name in names or [name for name, value in item.attributes.items() if value not in (None, "", [], {})]:
        table.add_row(name, _cell(item.get(name)))
    paper.print(table)


def listing(items: Iterable[Item], as_json: bool, names: Sequence[str]) -> None:
    """Many things: a line each."""
    if as_json:
        for item in items:
            say(item.plain())
        return
    table = Table(Column("id", no_wrap=True), *names, box=None, pad_edge=False, header_style="dim")
    for item in items:
        table.add_row(plain(item.id), *(_cell(item.get(name)) for name in names))
    if table.row_count:
        paper.print(table)
    else:
        screen.print("nothing there")


def table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Lines of cells under names; nothing where there are none."""
    made = Table(*names, box=None, pad_edge=False, header_style="dim")
    for row in rows:
        made.add_row(*(_cell(value) for value in row))
    if made.row_count:
        paper.print(made)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list) and all(
        isinstance(entry, Mapping) and {"reason", "count"} == set(entry) for entry in value
    ):
        return plain(", ".join(f"{entry['count']} × {entry['reason']}" for entry in value))
    if isinstance(value, Mapping) and value.get("code"):
        return plain(f"{value['code']}: {value.get('reason', '')} {value.get('remedy') or ''}")
    return plain(json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value))


def plain(text: str) -> str:
    """Text from outside, without a meaning to rich or to the terminal."""
    shown = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)
    return shown.replace("[", r"\[")
