"""References to base models in the blob store."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any, cast

import pytest

from processors.training.base_model import BaseUnusable, fetched, manifest_of
from processors.training.manifest import Store
from streams.blobs import BlobMissing

KEY = "acme/" + "0a" * 32


@pytest.mark.parametrize("reference", [f"blob:{KEY}", f"s3://studio/{KEY}"])
def test_a_reference_names_a_manifest(reference: str) -> None:
    assert manifest_of(reference, "acme", "studio") == KEY


@pytest.mark.parametrize("reference", ["small", "org/name", "/models/base", "org/name@main"])
def test_everything_else_is_the_engines_to_read(reference: str) -> None:
    assert manifest_of(reference, "acme", "studio") == ""


@pytest.mark.parametrize(
    "reference",
    [
        f"s3://elsewhere/{KEY}",
        f"blob:other/{'0a' * 32}",
        "blob:acme/short",
        "blob:",
        f"blob:acme/../{'0a' * 31}",
        "s3://",
    ],
)
def test_what_is_not_the_tenants_own_is_refused(reference: str) -> None:
    with pytest.raises(BaseUnusable) as refused:
        manifest_of(reference, "acme", "studio")
    assert refused.value.remedy and reference in refused.value.message


class Shelf:
    """A blob store of a dictionary."""

    bucket = "studio"

    def __init__(self, **content: bytes) -> None:
        self.content = {f"acme/{hashlib.sha256(data).hexdigest()}": data for data in content.values()}

    async def get(self, key: str) -> bytes:
        if key not in self.content:
            raise BlobMissing(key)
        return self.content[key]

    async def get_file(self, key: str, path: Path) -> None:
        path.write_bytes(await self.get(key))


def shelf(*names: str) -> tuple[Store, str]:
    file = b"weights"
    digest = hashlib.sha256(file).hexdigest()
    files = {name: {"blob": f"acme/{digest}", "sha256": digest, "size": 7} for name in names}
    manifest = json.dumps({"version": 1, "files": files}).encode()
    return Store(cast(Any, Shelf(file=file, manifest=manifest))), f"blob:acme/{hashlib.sha256(manifest).hexdigest()}"


def test_a_model_is_laid_out(tmp_path: Path) -> None:
    store, reference = shelf("model.safetensors", "config.json")
    assert asyncio.run(fetched(reference, "acme", store, tmp_path / "base")) == str(tmp_path / "base")
    assert (tmp_path / "base" / "model.safetensors").read_bytes() == b"weights"
    assert asyncio.run(fetched("small", "acme", store, tmp_path / "other")) == "small"


def test_what_is_not_there_or_leads_out_is_refused(tmp_path: Path) -> None:
    store, reference = shelf("../../outside")
    for named in (reference, f"blob:{KEY}"):
        with pytest.raises(BaseUnusable):
            asyncio.run(fetched(named, "acme", store, tmp_path / "base"))
    assert not (tmp_path.parent / "outside").exists()
