"""`studio lineage`: from anything back to its sources, or on to what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.text import Text
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
    root = (type_, id)
    follow: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for edge in graph["edges"]:  # `to` was made from `from`
        source, made = _end(edge["from"]), _end(edge["to"])
        start, target = (source, made) if down else (made, source)
        follow.setdefault(start, []).append(target)
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


def _end(end: Mapping[str, Any]) -> tuple[str, str]:
    return str(end["type"]), str(end["id"])


def _label(node: Mapping[str, Any] | None, place: tuple[str, str]) -> Text:
    kind, id = place
    label = str(node.get("label") or "") if node else ""
    return Text.assemble((kind, "bold"), f" {label} " if label else " ", (id, "dim"))
