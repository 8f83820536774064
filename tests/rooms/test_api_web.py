"""Serving the browser part: which file a path means, under which policy, and what never leaves its folder."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api import errors, web
from api.settings import ApiSettings
from streams.settings import Settings

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    root = tmp_path / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>studio</title>")
    (root / "editor.html").write_text("<!doctype html><title>editor</title>")
    (root / "assets" / "index-AbC1.js").write_text("let answer = 42;" * 100)
    (root / "assets" / "index-AbC1.js.gz").write_bytes(gzip.compress(b"let answer = 42;" * 100))
    (root / "assets" / "index-AbC1.js.br").write_bytes(b"brotli, says the name")
    (root / ".env").write_text("SECRET=1")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "assets" / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    return root


def served(root: Path) -> TestClient:
    app = FastAPI()
    app.state.backend = SimpleNamespace(own=ApiSettings(web_root=str(root)), settings=Settings())
    web.install(app)
    errors.install(app)
    return TestClient(app, base_url="http://studio.test:8080", follow_redirects=False)


@pytest.fixture
def client(built: Path) -> Iterator[TestClient]:
    yield served(built)


@pytest.mark.parametrize("path", ["/", "/runs/abc", "/models/answers@0.1.1", "/documents/x/chunks"])
def test_every_page_is_the_one_page(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert answer.status_code == 200 and "<title>studio</title>" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={**PAGE, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b"" and "content-security-policy" in again.headers


def test_a_page_runs_what_comes_from_here_only(client: TestClient) -> None:
    answer = client.get("/", headers=PAGE)
    rules = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == "'none'" and rules["frame-ancestors"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == answer.headers["cross-origin-opener-policy"] == "same-origin"
    editor = client.get("/editor.html", headers=PAGE).headers["content-security-policy"]
    assert "style-src 'self' 'unsafe-inline';" in editor and "script-src 'self';" in editor


def test_an_asset_is_kept_for_ever_and_comes_as_the_build_compressed_it(client: TestClient) -> None:
    path = "/assets/index-AbC1.js"
    for accepted, encoding in (("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)):
        with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
            raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == encoding, accepted
        assert answer.headers["content-length"] == str(len(raw))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "Accept-Encoding"
    head = client.head(path, headers={"Accept-Encoding": "identity"})
    assert head.status_code == 200 and head.content == b"" and head.headers["content-length"] == "1600"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js", "/favicon.ico", "/api/v2/x", "/api", "/assets/way-out.txt", "/.env", "/assets/../.env",
        "/%2e%2e/secret.txt", "/assets/..%2f..%2f..%2fsecret.txt", "/..%5csecret.txt", "/x//secret.txt",
        "/assets//index-AbC1.js", "/assets/" + "a" * 5000,
    ],
)  # fmt: skip
def test_nothing_else_is_there(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 404 and "secret" not in answer.text and "SECRET" not in answer.text, path


def test_what_is_missing_among_the_assets_is_no_page(client: TestClient) -> None:
    assert client.get("/assets/old-hash.js", headers=PAGE).status_code == 404


def test_without_a_build_the_page_says_how_to_make_it(tmp_path: Path) -> None:
    answer = served(tmp_path / "none").get("/", headers=PAGE)
    assert answer.status_code == 200 and "make web" in answer.text and "Node 20" in answer.text


@pytest.mark.parametrize(
    ("url", "port", "host", "secure", "origin"),
    [
        ("", 8082, "studio.test", False, "ws://studio.test:8082"),
        ("", 8082, "studio.test", True, "wss://studio.test:8082"),
        ("", 8082, "[::1]", False, "ws://[::1]:8082"),
        ("wss://feed.test/api/v1/feed", 8082, "studio.test", False, "wss://feed.test"),
        ("", 8082, "x; script-src *", False, ""),
        ("", 0, "studio.test", False, ""),
    ],
)
def test_the_feed_is_the_only_other_place_that_a_page_may_talk_to(
    url: str, port: int, host: str, secure: bool, origin: str
) -> None:
    assert web.feed_origin(url, port, host, secure) == origin
