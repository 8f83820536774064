"""`studio login`: remember a studio and who you are there."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from studio.cli.screen import Json, say, screen
from studio.client import Studio
from studio.place import Place, find, home


def login(
    url: Annotated[str, typer.Argument(help="Address of the API; without one, the platform that is found.")] = "",
    email: Annotated[str, typer.Option(help="Who; asked for otherwise.")] = "",
    router: Annotated[str, typer.Option(help="Address of the router, for `studio chat`.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    json_: Json = False,
) -> None:
    """Log in and keep the tokens (not the password) in STUDIO_HOME/login.json, for you alone to read.

    STUDIO_PASSWORD is taken where it is set. A platform that runs in STUDIO_HOME needs no login.

    Example: studio login https://studio.example.com --email me@example.com
    """
    place = Place(url, router, origin="arguments") if url else find()
    email = email or place.email or typer.prompt("E-mail", err=True)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = os.environ.get("STUDIO_PASSWORD") or place.password or ""
        password = password or typer.prompt("Password", hide_input=True, err=True)
    with Studio(place.url, router_url=router or place.router_url, email=email, password=password) as studio:
        user = studio.login()
        file = studio.place.saved(home() / "login.json").file
    if json_:
        say({"url": place.url, "email": email, "tenant": user.get("tenant"), "role": user.get("role")})
    else:
        screen.print(f"logged in to {place.url} as {email} ({user.get('role')}); kept in {file}")
