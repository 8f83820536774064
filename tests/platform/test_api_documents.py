"""What documents can be, over REST; and what a document that has no text yet says about its structure."""

from __future__ import annotations

from studio_api import Api, api, attributes, error

__all__ = ["api"]


def test_formats_are_listed_and_structure_needs_a_text(api: Api) -> None:
    client = api.client("kinds-1", "engineer")
    found = {row["id"]: row["attributes"] for row in client.get("/documents/formats").json()["data"]}
    assert {"pdf", "docx", "pptx", "xlsx", "epub", "html", "markdown", "csv", "json", "jsonl", "text"} <= set(found)
    assert ".tsv" in found["csv"]["extensions"] and found["xlsx"]["place"] == "part, sheet and cell"
    sent = {"file": ("a.md", b"# Title", "text/markdown")}
    answer = client.post("/documents/upload", files=sent)
    assert attributes(answer, 201)["status"] == "registered"
    id = answer.json()["data"]["id"]
    waits = {"Studio-Position": answer.headers["Studio-Position"]}
    assert error(client.get(f"/documents/{id}/structure", headers=waits), 409)["code"] == "NO_TEXT"
    assert client.get(f"/documents/{id}/structure", params={"kind": "nothing"}).status_code == 422
