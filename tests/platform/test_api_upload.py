"""Uploads: whole, too large, cut half-way, and everything that is not quite multipart."""

from __future__ import annotations

import socket
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from studio_api import UPLOAD_LIMIT, Api, api, attributes, error

__all__ = ["api"]
LEFT = "studio-upload-*"


def files() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(LEFT))


def count(client: httpx.Client) -> int:
    return len(client.get("/documents", params={"limit": 500}).json()["data"])


def test_a_file_goes_in_byte_for_byte_and_its_name_is_only_a_name(api: Api) -> None:
    client = api.client("upload-1", "engineer")
    data = bytes(range(256)) * 300
    sent = {"file": ("../../etc/pass\twd\r.md", data, "Text/Markdown; charset=utf-8")}
    found = attributes(client.post("/documents/upload", files=sent, data={"collection": "tests"}), 201)
    assert (found["size"], found["media_type"], found["collection"]) == (len(data), "text/markdown", "tests")
    assert "/" not in found["name"] and found["name"].isprintable()
    assert api.run(api.blobs.get(found["blob"])) == data
    assert found["blob"] == f"upload-1/{found['sha256']}"


def test_the_same_key_gives_the_same_document(api: Api) -> None:
    client = api.client("upload-1", "engineer")
    key = {"Idempotency-Key": "upload once"}
    sent = {"file": ("a.txt", b"one text", "text/plain")}
    first, again = (client.post("/documents/upload", files=sent, headers=key) for _ in range(2))
    assert first.json()["data"] == again.json()["data"]
    assert first.headers["Studio-Position"] == again.headers["Studio-Position"]
    other = client.post("/documents/upload", files={"file": ("a.txt", b"another", "text/plain")}, headers=key)
    found = error(other, 422)
    assert (found["code"], found["details"]["field"]) == ("KEY_REUSED", "Idempotency-Key")
    stranger = api.client("upload-2", "engineer").post("/documents/upload", files=sent, headers=key)
    assert stranger.json()["data"]["id"] != first.json()["data"]["id"]


def test_a_file_over_the_limit_is_refused_whether_it_says_so_or_not(api: Api) -> None:
    client = api.client("upload-3", "engineer")
    at_most = {"file": ("fits.txt", b"x" * UPLOAD_LIMIT, "text/plain")}
    assert client.post("/documents/upload", files=at_most).status_code == 201
    data = b"x" * (UPLOAD_LIMIT + 1)
    answer = client.post("/documents/upload", files={"file": ("big.txt", data, "text/plain")})
    found = error(answer, 422)
    assert (found["code"], found["details"]["field"]) == ("VALIDATION_ERROR", "file")
    assert str(UPLOAD_LIMIT) in found["message"] and "STUDIO_UPLOAD_LIMIT" in found["details"]["remedy"]
    declared = client.post("/documents/upload", files={"file": ("huge.txt", b"x" * 3_000_000, "text/plain")})
    assert error(declared, 422)["details"]["field"] == "file"
    assert not files()


def test_an_upload_that_stops_half_way_leaves_nothing(api: Api) -> None:
    client = api.client("upload-4", "engineer")
    address = urlsplit(api.url)
    before = count(client)
    head = (
        "POST /api/v1/documents/upload HTTP/1.1\r\nHost: studio\r\n"
        f"Authorization: {client.headers['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 100000\r\n\r\n"
    )
    part = '--cut\r\nContent-Disposition: form-data; name="file"; filename="half.txt"\r\n\r\n'
    with socket.create_connection((address.hostname, address.port)) as wire:
        wire.sendall(head.encode() + part.encode() + b"half of it " * 1000)
        ends = time.monotonic() + 10
        while not files() and time.monotonic() < ends:
            time.sleep(0.01)
        assert files(), "the upload never began"
    ends = time.monotonic() + 10
    while files() and time.monotonic() < ends:
        time.sleep(0.02)
    assert not files()
    assert count(client) == before
    assert client.post("/documents/upload", files={"file": ("whole.txt", b"whole", "text/plain")}).status_code == 201


END = b"\r\n--b--\r\n"
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"", "multipart/form-data", 400),
        (FILE + END, 'multipart/form-data; boundary=""', 400),
        (b"", "multipart/form-data; boundary=b", 400),
        (b"no boundary at all", "multipart/form-data; boundary=b", 400),
        (FILE, "multipart/form-data; boundary=b", 400),
        (FILE + END, "multipart/form-data; boundary=other", 400),
        (b"--b\r\nbroken header\r\n\r\n" + END, "multipart/form-data; boundary=b", 400),
        (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1' + END, "multipart/form-data; boundary=b", 422),
        (b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n1' + END, "multipart/form-data; boundary=b", 422),
        (b"--b\r\n\r\nno headers" + END, "multipart/form-data; boundary=b", 422),
        (FILE.replace(b"hello", b"") + b"x" * 10 + END, f"multipart/form-data; boundary={'b' * 500}", 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="collection"\r\n\r\n' + b"c" * 3000 + b"\r\n" + FILE + END,
            "multipart/form-data; boundary=b",
            422,
        ),
        ((FILE + b"\r\n") * 30 + END, "multipart/form-data; boundary=b", 422),
    ],
)
def test_what_is_no_upload_is_told_why(api: Api, body: bytes, kind: str, status: int) -> None:
    client = api.client("upload-5", "engineer")
    found = error(client.post("/documents/upload", content=body, headers={"Content-Type": kind}), status)
    assert found["message"]
    assert not files()


def test_bytes_that_are_no_text_in_a_file_name_do_no_harm(api: Api) -> None:
    client = api.client("upload-5", "engineer")
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="\xff\xfe\x00.txt"\r\n\r\nhello'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    found = attributes(client.post("/documents/upload", content=part + END, headers=kind), 201)
    assert "\0" not in found["name"]
