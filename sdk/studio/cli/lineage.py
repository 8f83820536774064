"""`studio lineage`: from anything back to its sources, or on to what was made of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.tree import Tree

from studio.cli.screen import Json, connected, paper, say
from studio.item import Item

BRANCHES = 12


def lineage(
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="deployment, model_version, run, dataset, sample, ...")],
    id: Annotated[str, typer.Argument(help="For a model version: name@version.")],
    down: Annotated[bool, typer.Option("--down", help="What was made of it, instead of where it comes from.")] = False,
    depth: Annotated[int | None, typer.Option(min=1, help="How far.")] = None,
    json_: Json = False,
) -> None:
    """Show where something comes from, or what was made of it.

    Example: studio lineage model_version support-bot@0.1.1
    """
    direction = "down" if down else "up"
    with connected() as studio:
        graph = studio.lineage.of(type_, id, direction=direction, depth=depth)
    if json_:
        say(graph.plain())
    else:
        paper.print(tree_of(graph, type_, id, down))


def tree_of(graph: Item, type_: str, id: str, down: bool) -> Tree:
    """The graph as a tree from one node; a node met before is named and not opened again."""
    nodes = {(node["type"], node["id"]): node for node in graph["nodes"]}
    follow: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in graph["edges"]:
        ends = _end(edge["from"]), _end(edge["to"])
        start, target = ends if ends[0] in nodes else ends
        follow.setdefault(start, []).append(target)
    root = (type_, id)
    if root not in follow and down:
        follow = _turned(follow)
    tree = Tree(_label(nodes.get(root), root))
    met = {root}

    def grow(place: tuple[str, str], branch: Tree) -> None:
        targets = follow.get(place, [])
        for target in targets[:BRANCHES]:
            new = branch.add(_label(nodes.get(target), target))
            if target not in met:
                met.add(target)
                grow(target, new)
        if len(targets) > BRANCHES:
            branch.add(f"… and {len(targets) - BRANCHES} more (--json has all)")

    grow(root, tree)
    return tree


def _turned(edges: dict[tuple[str, str], list[tuple[str, str]]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for start, targets in edges.items():
        for target in targets:
            found.setdefault(target, []).append(start)
    return found


def _end(end: Any) -> tuple[str, str]:
    return (end["type"], end["id"]) if isinstance(end, dict) else tuple(str(end).split(":", 1))  # type: ignore[return-value]


def _label(node: dict[str, Any] | None, place: tuple[str, str]) -> str:
    text = str(node.get("label") or place[1]) if node else place[1]
    return (
        f"[bold]{place[0]}[/] {text}".replace("[/]", "\0")
        .replace("[bold]", "\1")
        .replace("[", r"\[")
        .replace("\0", "[/]")
        .replace("\1", "[bold]")
    )
