"""`studio lineage`: from anything back to its sources, or on to what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree
from typer.core import TyperGroup

from studio.cli.affected import show_affected
from studio.cli.screen import EXIT_CODES, FAILED, OK, Json, connected, paper, say, table
from studio.item import Item

BRANCHES = 12


class Named(TyperGroup):
    """`studio lineage TYPE ID` is `studio lineage show TYPE ID`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take the first word for a type where it is no command."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


app = typer.Typer(cls=Named, no_args_is_help=True, help="Where things come from, and went.", epilog=EXIT_CODES)


@app.command(name="show")
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


@app.command()
def verify(
    dataset: Annotated[str, typer.Argument(help="Its id.")],
    count: Annotated[int, typer.Option(min=1, max=10_000, help="Rows to draw.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw.")] = 0,
    json_: Json = False,
) -> None:
    """Compare quotes of rows drawn at random with their documents, and recompute the Merkle root.

    Example: studio lineage verify 0198c0de... --count 500
    """
    with connected() as studio:
        found = studio.datasets.verify(dataset, count=count, seed=seed)
    sound = found["root_equal"] and found["equal"] + found["without_place"] == found["checked"]
    if json_:
        say(found.plain())
    else:
        paper.print(f"{found['equal']} of {found['checked']} rows say what their documents say at their spans")
        if found["without_place"]:
            paper.print(f"{found['without_place']} were brought along, without a span")
        paper.print(f"{found['originals_equal']} of {found['originals']} quotes are those very bytes of the upload")
        paper.print(f"Merkle root over {found['rows']} rows: {'equal' if found['root_equal'] else 'NOT EQUAL'}")
        places = [(one["sample_id"], one["start"], one["quote"], one["found"]) for one in found["faults"]]
        table(("sample", "at", "quote", "document"), places)
    raise typer.Exit(OK if sound else FAILED)


@app.command()
def affected(document: Annotated[str, typer.Argument(help="Its id.")], json_: Json = False) -> None:
    """Show which samples, datasets, runs, models and deployments a document has gone into.

    Example: studio lineage affected 0198c0de...
    """
    with connected() as studio:
        show_affected(studio.documents.affected(document), json_)
