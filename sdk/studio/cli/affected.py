"""What a document has gone into, for people."""

from __future__ import annotations

from studio.cli.screen import paper, plain, say, table
from studio.item import Item


def show_affected(found: Item, as_json: bool) -> None:
    """Samples, datasets, runs, models and deployments of a document."""
    if as_json:
        say(found.plain())
        return
    paper.print(f"{plain(found['name'])} ({found['status']}): {found['samples']} samples quote it")
    rows = [("dataset", one["id"], f"{one['name']} {one['version']}", _rows(one)) for one in found["datasets"]]
    for kind, things in (("run", "runs"), ("model", "models"), ("deployment", "deployments")):
        rows += [(kind, one["id"], one["label"], f"from {', '.join(one['datasets'])}") for one in found[things]]
    table(("what", "id", "name", "how"), rows)


def _rows(dataset: dict[str, object]) -> str:
    told = f"{dataset['train_rows']} train and {dataset['heldout_rows']} held-out rows"
    if dataset["replaced_by"]:
        return f"{told}; frozen without it as {dataset['replaced_by']}"
    return told if dataset["rebuild"] else f"{told}; {dataset['why_not']}"
