"""Who may import whom, and that every room's README names the topics that its code uses."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio.contract import RECORDS, topic_of

from ops.run import CORE, ROLES
from streams import catalogue
from streams.catalogue import TOPICS

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "studio": ROOT / "sdk" / "studio",
    **{
        name: ROOT / name for name in ("streams", "processors", "projections", "serving", "api", "grpo", "ops", "bench")
    },
}
# What each may import of ours, besides itself.
MAY: dict[str, set[str]] = {
    "studio": set(),
    "grpo": set(),
    "streams": {"studio"},
    "processors": {"studio", "streams"},
    "projections": {"studio", "streams"},
    "serving": {"studio", "streams"},
    "api": {"studio", "streams", "processors", "projections", "serving"},
    "ops": {"studio", "streams", "processors", "projections", "serving", "api"},
    "bench": {"studio", "streams", "processors", "projections", "serving", "api", "ops", "grpo"},
}
TORCH = {"torch", "transformers", "tokenizers", "safetensors"}
MAY_TORCH = ("grpo", "processors.training", "processors.curation.minilm_process", "serving", "bench", "studio.trl")
ROOMS = sorted(
    path.parent
    for pattern in ("*/__init__.py", "processors/*/__init__.py")
    for path in ROOT.glob(pattern)
    if path.parent.name not in ("processors", "bench", "grpo", "tests") and not path.parent.name.startswith(".")
)
RECORD_TOPICS = {cls.__name__: topic_of(cls) for cls in RECORDS}
# Records that a room makes for itself and never sends.
KEPT_INSIDE = {"serving": {"studio.routing"}, "curation": {"studio.generation.samples"}}


def modules() -> Iterator[tuple[str, Path]]:
    """Dotted name and file of every module of ours."""
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            yield ".".join([package, *(part for part in parts if part != "__init__")]), path


def imports(path: Path) -> Iterator[str]:
    """Dotted names of what a module imports, anywhere in it: also inside functions and for type checking."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def complaints(name: str, imported: str) -> str:
    """Why the module `name` may not import this; empty when it may."""
    package, other = name.split(".")[0], imported.split(".")[0]
    if other in TORCH and not name.startswith(MAY_TORCH):
        return f"{name} imports {imported}: only {', '.join(MAY_TORCH)} may"
    if other == "tests":
        return f"{name} imports {imported}"
    if other not in PACKAGES:
        return ""
    if other == "grpo" and package not in ("grpo", "bench") and not name.startswith("processors.training"):
        return f"{name} imports {imported}: only processors.training may"
    if other != package and other != "grpo" and other not in MAY[package]:
        return f"{name} imports {imported}: {package} may import {', '.join(sorted(MAY[package])) or 'nothing of ours'}"
    rooms = name.split(".")[1:2], imported.split(".")[1:2]
    if package == other == "processors" and rooms[0] != rooms[1]:
        return f"{name} imports {imported}: rooms do not know each other"
    return ""


def test_imports_run_one_way() -> None:
    found = [complaints(name, imported) for name, path in modules() for imported in imports(path)]
    assert [text for text in found if text] == []


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("streams.gate", "processors.training.decide"),
        ("studio.client", "streams.settings"),
        ("projections.runs", "processors.training.decide"),
        ("processors.deployment.policy", "processors.training.decide"),
        ("serving.router", "api.tokens"),
        ("api.server", "ops.cli"),
        ("grpo.trainer", "studio.contract"),
        ("processors.curation.engine", "grpo.rewards"),
        ("api.runs", "torch"),
    ],
)
def test_the_check_notices_what_it_is_for(name: str, imported: str) -> None:
    assert complaints(name, imported)


def test_light_processes_never_load_torch() -> None:
    light = sorted({ROLES[name].split(":")[0] for name in (*CORE, "api", "processor metrics")} | {"ops.cli"})
    code = f"import sys\nfor name in {light!r}: __import__(name)\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_contract_loads_no_client() -> None:
    code = "import sys, studio.contract\nsys.exit(bool({'httpx', 'aiokafka', 'typer', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def told(readme: str, word: str) -> str:
    """The text of the `In:`, `Out:` or `Owns:` line."""
    found = re.search(rf"^{word}: (.+)$", readme, re.MULTILINE)
    return found.group(1) if found else ""


def topics_read(room: Path) -> set[str]:
    """Topics in the room's assignments to names that end in TOPICS, as text or as members of the catalogue."""
    found: set[str] = set()
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            value = getattr(node, "value", None)
            if value is None or not any(name.endswith("TOPICS") for name in names):
                continue
            for part in ast.walk(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found |= {part.value} & {topic.name for topic in TOPICS}
                named = part.attr if isinstance(part, ast.Attribute) else part.id if isinstance(part, ast.Name) else ""
                topic = getattr(catalogue, named, None) if named.isupper() else None
                if isinstance(topic, catalogue.Topic):
                    found.add(topic.name)
    return found


def topics_written(room: Path) -> set[str]:
    """Topics of the records that the room makes."""
    made = {
        node.func.id
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {RECORD_TOPICS[name] for name in made if name in RECORD_TOPICS} - KEPT_INSIDE.get(room.name, set())


def named(text: str) -> set[str]:
    """Topics named in a line; the longest name at each place."""
    return set(re.findall(r"studio\.[a-z]+(?:\.[a-z]+)?", text)) & {topic.name for topic in TOPICS}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_has_a_short_readme_that_names_its_topics(room: Path) -> None:
    readme = room / "README.md"
    assert readme.exists(), "about ten lines: what comes in, what goes out, what it owns"
    text = readme.read_text()
    lines = {word: told(text, word) for word in ("In", "Out", "Owns")}
    assert all(lines.values()), f"In:, Out: and Owns: lines are needed, found {lines}"
    if "processors" in room.parts or room.name == "serving":
        if "every " not in lines["In"]:
            assert named(lines["In"]) == topics_read(room)
        assert named(lines["Out"]) == topics_written(room)


def test_every_topic_has_a_writer() -> None:
    rooms = [room for room in ROOMS if room.parent.name == "processors" or room.name in ("serving", "streams")]
    written = {topic for room in rooms for topic in topics_written(room)}
    assert {topic.name for topic in TOPICS} - written == set()
