"""`studio rebuild`: views and the gate's heads once more from the log."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from ops.screen import FAILED, Json, say, screen, use_home
from streams.settings import Settings


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help="Views, or gate; none: all of them.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Only look: is the live one what the log gives?")] = False,
    show: Annotated[int, typer.Option("--show", help="Only let readers of one view see this version of it.")] = 0,
    json_: Json = False,
) -> None:
    """Fold views (and the gate's heads) again from the log; compare them, or put the fresh ones in place.

    The platform goes on meanwhile.

    Exit codes: 0 all equal, 1 something differs or a server does not answer, 2 no such view.

    Example: studio rebuild --compare
    """
    from ops.rebuild import names as all_names
    from streams.settings import settings

    unknown = sorted(set(names or []) - set(all_names()))
    if unknown:
        screen.print(f"[red]no such view: {', '.join(unknown)}[/]; there are {', '.join(all_names())}")
        raise typer.Exit(2)
    use_home()
    if show:
        _show(names or [], show, json_)
        return
    try:
        reports_ = asyncio.run(_rebuild(settings(), names or all_names(), compare, json_))
    except Exception as error:  # the servers' clients fail in their own ways; the person needs the words
        screen.print(f"[red]cannot rebuild: {error or type(error).__name__}[/]; is the platform up? studio status")
        raise typer.Exit(FAILED) from None
    if json_:
        say({"equal": all(one["equal"] for one in reports_), "reports": reports_})
    if not all(one["equal"] for one in reports_):
        raise typer.Exit(FAILED)


def _show(names: list[str], version: int, quiet: bool) -> None:
    from ops.rebuild import show
    from streams.settings import settings

    if len(names) != 1:
        screen.print("[red]--show is for one view:[/] studio rebuild NAME --show VERSION")
        raise typer.Exit(2)
    try:
        asyncio.run(show(settings(), names[0], version))
    except Exception as error:  # no such version, or a server that does not answer
        screen.print(f"[red]cannot show it: {error or type(error).__name__}[/]")
        raise typer.Exit(FAILED) from None
    if quiet:
        say({"name": names[0], "shown": version})
    else:
        screen.print(f"{names[0]} shows version {version}")


async def _rebuild(settings: Settings, names: list[str], compare: bool, quiet: bool) -> list[dict[str, Any]]:
    from ops.rebuild import rebuild as rebuild_

    done = []
    async for one in rebuild_(settings, names, compare):
        done.append(one)
        if not quiet:
            verdict = "[green]equal[/]" if one["equal"] else "[red]differs[/]"
            screen.print(f"{verdict:<16} {one['name']}: {one['events']} events, {one['seconds']} s")
            for odd in one.get("differing", []) or [t for t in one.get("tables", {}).values() if not t["equal"]]:
                screen.print(f"    {json.dumps(odd, default=str)}")
    return done
