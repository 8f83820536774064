"""The page about runs names what there is: every command, every path and every method, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import typer
from studio.cli.runs import app
from studio.rooms.runs import Runs, Trainers
from typer.core import TyperGroup

from api.application import application
from api.settings import ApiSettings
from streams.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "runs.md").read_text()
ELSEWHERE = {"create", "steps", "evaluations", "checkpoints", "groups"}


def test_every_command_is_on_the_page_and_has_an_example() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    assert set(re.findall(r"studio runs (\w+)", PAGE)) == set(group.commands)
    for name, command in group.commands.items():
        assert f"Example: studio runs {name}" in (command.help or ""), name
        assert "--json" in {option for one in command.params for option in one.opts}, name


def test_every_path_is_on_the_page() -> None:
    document = application(Settings(), ApiSettings()).openapi()["paths"]
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document.items()
        for method in methods
        if re.fullmatch(r"/api/v1/(runs|trainers)(/\{id\}.*)?", path)
    }
    told = set(re.findall(r"`((?:GET|POST|DELETE) /[^`?]+)`", PAGE))
    elsewhere = {"POST /runs", *(f"GET /runs/{{id}}/{name}" for name in ("steps", "evaluations", "checkpoints"))}
    assert told | elsewhere | {"GET /runs/{id}/groups/{step}"} == there


def test_every_method_is_on_the_page() -> None:
    for room, name in ((Runs, "runs"), (Trainers, "trainers")):
        methods = {method for method in vars(room) if not method.startswith("_")}
        assert set(re.findall(rf"`{name}\.(\w+)`", PAGE)) == methods - ELSEWHERE
