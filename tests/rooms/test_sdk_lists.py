"""Commands that list and export, over a client whose server is a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from studio import Conflict, Studio, Unreachable
from studio.cli import dataset, models, samples
from typer.testing import CliRunner, Result

Handler = Callable[[httpx.Request], httpx.Response]
Ask = Callable[..., Result]


@pytest.fixture
def asked() -> list[httpx.URL]:
    return []


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, asked: list[httpx.URL]) -> Ask:
    def run(app: typer.Typer, answer: Handler, *arguments: str) -> Result:
        def handler(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            return answer(request)

        client = Studio("http://studio", token="t", patience=0.01, transport=httpx.MockTransport(handler))
        for module in (dataset, models, samples):
            monkeypatch.setattr(module, "connected", lambda: client)
        return CliRunner().invoke(app, list(arguments))

    return run


def page(kind: str, *names: str, cursor: str | None = None, **attributes: Any) -> httpx.Response:
    data = [{"id": name, "type": kind, "attributes": {"name": name, **attributes}} for name in names]
    return httpx.Response(200, json={"data": data, "meta": {"next_cursor": cursor}})


def test_samples_are_read_page_by_page_up_to_the_limit(ask: Ask, asked: list[httpx.URL]) -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        cursor = request.url.params.get("cursor", "")
        return page("sample", f"{cursor}a", f"{cursor}b", cursor=f"{cursor}x", question="Why?")

    said = ask(samples.app, pages, "list", "--curation", "c", "--kept", "--text", "honey", "--limit", "3", "--json")
    assert [json.loads(line)["id"] for line in said.stdout.splitlines()] == ["a", "b", "xa"]
    assert len(asked) == 2
    assert {"curation_id": "c", "kept": "true", "q": "honey"}.items() <= dict(asked[0].params).items()


def test_what_was_kept_needs_to_be_told_by_whom(ask: Ask, asked: list[httpx.URL]) -> None:
    said = ask(samples.app, lambda _: page("sample"), "list", "--dropped")
    assert said.exit_code == 2 and not asked


def test_models_and_deployments_are_listed(ask: Ask, asked: list[httpx.URL]) -> None:
    said = ask(models.models, lambda _: page("model", "bot", latest_version="0.1.0", aliases={"live": "0.1.0"}), "list")
    assert "bot" in said.stdout and "0.1.0" in said.stdout
    said = ask(models.deployments, lambda _: page("deployment", "answers", stable_version="0.2.0"), "list")
    assert "answers" in said.stdout and "0.2.0" in said.stdout
    assert [url.path for url in asked] == ["/api/v1/models", "/api/v1/deployments"]


@pytest.mark.parametrize(
    ("name", "more", "format"),
    [("d.parquet", (), "parquet"), ("d.jsonl", (), "jsonl"), ("d.jsonl", ("--format", "chat"), "chat")],
)
def test_an_export_is_written_in_the_format_of_its_name(
    ask: Ask, asked: list[httpx.URL], tmp_path: Path, name: str, more: tuple[str, ...], format: str
) -> None:
    file = tmp_path / name
    said = ask(dataset.app, lambda _: httpx.Response(200, content=b"rows"), "export", "d1", str(file), *more, "--json")
    assert json.loads(said.stdout) == {"id": "d1", "file": str(file), "bytes": 4}
    assert file.read_bytes() == b"rows" and list(tmp_path.iterdir()) == [file]
    assert asked[0].path == "/api/v1/datasets/d1/export"
    assert dict(asked[0].params) == {"format": format}  # the server knows which split a format begins with


def test_a_refused_or_broken_export_leaves_the_file_as_it_was(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text("old")
    refusal = {"error": {"code": "NOT_FROZEN", "message": "it is requested", "details": {}}}

    async def broken() -> Any:
        yield b"ne"
        raise httpx.ReadError("reset")

    said = ask(dataset.app, lambda _: httpx.Response(409, json=refusal), "export", "d1", str(file))
    assert isinstance(said.exception, Conflict)
    said = ask(dataset.app, lambda _: httpx.Response(200, content=broken()), "export", "d1", str(file))
    assert isinstance(said.exception, Unreachable)
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]
