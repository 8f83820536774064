"""The studio in the browser: the built files of `web/`, for every path that is none of the API's.

One page, many paths: a path that wants HTML and is no file gets `index.html`. Nothing outside the built folder is
ever read, and what is served runs under a policy that allows this origin and the live feed only.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
import secrets
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from api import backend
from api.errors import Problem
from api.settings import ApiSettings

BUILT = Path(__file__).parents[1] / "web" / "dist"
FOREVER = "public, max-age=31536000, immutable"  # names under assets/ carry the hash of their content
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
TYPES = {
    ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript",
    ".json": "application/json", ".map": "application/json", ".svg": "image/svg+xml", ".ttf": "font/ttf",
    ".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
}  # fmt: skip
HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]")
ORIGIN = re.compile(r"(wss?://[A-Za-z0-9.\[\]:-]+)(/.*)?")
NONCE = b"__CSP_NONCE__"  # in the page, replaced on each answer: style sheets that the page makes carry it
EDITOR = "editor.html"  # the code editor's own frame; it makes its styles while it runs
PRIVACY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
UNBUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Synthetic Data Studio</title>
<h1>The browser part is not built</h1>
<p>Run <code>make web</code> in the studio's folder; it needs Node 20 or newer. Then load this page again.</p>
<p>Everything else is there: the <a href="/docs">REST API</a> and the <code>studio</code> command.</p>
</html>
"""


class PageConvertor(StringConvertor):
    """A path that is none of the API's, so that unknown paths there stay errors in the API's own form."""

    regex = r"(?!api/|api$).*"


register_url_convertor("page", PageConvertor())


def policy(feed: str, styles: str = "'self'") -> str:
    """The Content-Security-Policy of pages. feed: origin of the live feed, empty where it is this one."""
    parts = {
        "default-src": "'self'", "script-src": "'self'", "style-src": styles, "img-src": "'self' data: blob:",
        "font-src": "'self'", "worker-src": "'self' blob:", "connect-src": f"'self' {feed}".strip(),
        "frame-ancestors": "'self'", "base-uri": "'none'", "form-action": "'self'", "object-src": "'none'",
    }  # fmt: skip
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def feed_origin(url: str, port: int, host: str, secure: bool) -> str:
    """Where pages find the live feed: `url` where it is configured, else `port` of the host that they came from."""
    if found := ORIGIN.fullmatch(url):
        return found[1]
    if not port or not HOST.fullmatch(host):
        return ""
    return f"{'wss' if secure else 'ws'}://{host}:{port}"


def file_at(root: Path, path: str) -> Path | None:
    """The file of the build at this path; None where there is none, or where it is not below `root`."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    try:
        found = root.joinpath(*parts).resolve()
        return found if found.is_relative_to(root.resolve()) and found.is_file() else None
    except OSError:  # a name that no file can have
        return None


def accepted(header: str) -> list[str]:
    """The encodings of `Accept-Encoding` that a client takes (RFC 9110, 12.5.3), without those of weight 0."""
    found = []
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            found.append(name.strip())
    return found


def load(file: Path, encodings: list[str]) -> tuple[bytes, str]:
    """Bytes of a file and their encoding: of the sibling that the build compressed, where the client takes it."""
    for name, suffix in ENCODINGS:
        sibling = file.with_name(file.name + suffix)
        if name in encodings and sibling.is_file():
            return sibling.read_bytes(), name
    return file.read_bytes(), ""


def root_of(own: ApiSettings) -> Path:
    """The folder of the build."""
    return Path(own.web_root) if own.web_root else BUILT


async def page(request: Request, path: str) -> Response:
    """A file of the build, or its one page."""
    own = backend.of(request).own
    root = root_of(own)
    file = await asyncio.to_thread(file_at, root, path or "index.html")
    if file is None:
        if path.startswith("assets/") or not wants_page(path, request.headers.get("accept", "")):
            raise Problem(404, "NOT_FOUND", "there is nothing at this path", remedy="the API is at /api/v1, see /docs")
        file = await asyncio.to_thread(file_at, root, "index.html")
    if file is None:
        headers = {**PRIVACY, "Content-Security-Policy": policy(""), "Cache-Control": "no-store"}
        return Response(UNBUILT, headers=headers, media_type="text/html")
    data, encoding = await asyncio.to_thread(load, file, accepted(request.headers.get("accept-encoding", "")))
    nonce = secrets.token_urlsafe(16) if NONCE in data and not encoding else ""
    data = data.replace(NONCE, nonce.encode()) if nonce else data
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    headers["Cache-Control"] = FOREVER if path.startswith("assets/") else "no-cache"
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind == "text/html":
        styles = "'self' 'unsafe-inline'" if file.name == EDITOR else f"'self' 'nonce-{nonce}'" if nonce else "'self'"
        headers |= {**PRIVACY, "Content-Security-Policy": policy(_feed(request), styles)}
    if nonce:
        headers["Cache-Control"] = "no-store"  # a stored page would bring its old nonce under a new policy
    if tag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(data, headers=headers, media_type=kind)


def wants_page(path: str, accept: str) -> bool:
    """Whether a request is for the page itself: a browser says so, and `/` is nothing else."""
    return not path or "text/html" in accept


def _feed(request: Request) -> str:
    settings = backend.of(request).settings
    host = request.url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return feed_origin(settings.feed_url, settings.feed_port, host, request.url.scheme == "https")


def install(app: FastAPI) -> None:
    """Serve the build below everything else."""
    app.add_api_route("/{path:page}", page, methods=["GET", "HEAD"], include_in_schema=False)
