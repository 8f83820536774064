"""Which scorers a curation asked for, and their settings: read once, refused with the field at fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from processors.curation import judge, minilm, models, pii
from processors.curation.scorers import DEFAULTS, NAMES, REMOTE, Scorer, named
from streams.decider import Refused

WORD = re.compile(r"[a-z][a-z0-9_]{0,40}")
Settings = Mapping[str, Mapping[str, Any]]


def chosen(names: Sequence[str], settings: Settings) -> list[Scorer]:
    """The scorers by name, a judge as one for each criterion; none named are the default ones."""
    found: list[Scorer] = []
    for name in names or DEFAULTS:
        found += judges(settings.get(name, {})) if name == judge.NAME else [named(name)]
    return found


def judges(own: Mapping[str, Any]) -> list[Scorer]:
    """One scorer for each criterion of each judge."""
    return [
        Scorer(f"judge_{criterion}" + (f"_{one['name']}" if one.get("name") else ""), judge.VERSION, "remote")
        for one in panel(own)
        for criterion in own.get("criteria") or judge.CRITERIA
    ]


def panel(own: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The judges: the one in the settings themselves, and further ones with names."""
    return [own, *own.get("others", [])]


def read(text: str) -> dict[str, dict[str, Any]]:
    """Settings as they are stored; empty text is none."""
    found: dict[str, dict[str, Any]] = json.loads(text) if text else {}
    return found


def check(names: Sequence[str], text: str) -> None:
    """Refuse what cannot be scored.

    Raises:
        Refused: INVALID with the field at fault.
    """
    for name in names:
        if name not in NAMES:
            raise Refused("INVALID", f"there is no scorer {name!r}", "scorers", f"one of {', '.join(NAMES)}")
    try:
        settings = read(text)
    except ValueError as error:
        raise Refused("INVALID", f"settings are no JSON: {error}", "settings", "give an object by scorer") from error
    if not isinstance(settings, dict) or not all(isinstance(own, dict) for own in settings.values()):
        raise Refused("INVALID", "settings are an object of objects", "settings", '{"pii": {"mode": "replace"}}')
    for name in settings:
        if name not in NAMES:
            raise Refused("INVALID", f"there is no scorer {name!r}", f"settings.{name}", f"one of {', '.join(NAMES)}")
    for name in set(names) & REMOTE:
        if _local(name, settings.get(name, {})):
            continue
        for number, one in enumerate(panel(settings.get(name, {}))):
            field = f"settings.{name}" if not number else f"settings.{name}.others.{number - 1}"
            _server(one, field)
    criteria = settings.get(judge.NAME, {}).get("criteria", {})
    if not isinstance(criteria, dict) or not all(WORD.fullmatch(name) for name in criteria):
        raise Refused(
            "INVALID", "criteria are words with their rubrics", "settings.judge.criteria", '{"clear": "5: ... 1: ..."}'
        )
    mode = settings.get(pii.NAME, {}).get("mode", "count")
    if mode not in pii.MODES:
        raise Refused("INVALID", f"{mode!r} is no mode", "settings.pii.mode", ", ".join(pii.MODES))
    if settings.get(pii.NAME, {}).get("engine", "own") not in ("own", "presidio"):
        raise Refused("INVALID", "there is no such engine", "settings.pii.engine", "own or presidio")


def _local(name: str, own: Mapping[str, Any]) -> bool:
    """Whether no server is asked. Raises Refused INVALID."""
    engine = own.get("engine", "endpoint")
    if name == models.DIVERSITY and engine not in ("endpoint", minilm.NAME):
        raise Refused("INVALID", "there is no such engine", "settings.diversity.engine", f"endpoint or {minilm.NAME}")
    return name == models.DIVERSITY and engine == minilm.NAME


def _server(one: Mapping[str, Any], field: str) -> None:
    if not isinstance(one, dict):
        raise Refused("INVALID", "is no object", field, '{"endpoint": "https://host/v1", "model": "name"}')
    for name in ("endpoint", "model"):
        if not isinstance(one.get(name), str) or not one[name]:
            remedy = "name an OpenAI-compatible server and its model, or leave the scorer out"
            raise Refused("INVALID", f"needs {name}", f"{field}.{name}", remedy)
    if not one["endpoint"].startswith(("http://", "https://")):
        raise Refused("INVALID", "is no http address", f"{field}.endpoint", "https://host/v1")
    if one.get("name", "") and not WORD.fullmatch(str(one["name"])):
        raise Refused("INVALID", "is no plain word", f"{field}.name", "small letters, digits and _")
