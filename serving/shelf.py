"""Model versions on local disk: fetched from the blob store by their manifest, laid out as Hugging Face directories.

A manifest is JSON, `{"version": 1, "files": {NAME: {"blob", "sha256", "size"}}}`.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

from serving.chat import ChatError
from streams.blobs import Blobs

ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.(safetensors|json|txt|model|jinja)")
"""No code, no pickles, no directories: what `AutoModelForCausalLM` needs from safetensors and a tokenizer."""


class Shelf:
    """`await shelf.directory(key)` gives the directory of a version, fetching what is not there.

    most: bytes per version that are accepted.
    """

    def __init__(self, blobs: Blobs, home: Path, most: int = 64 * 1024**3) -> None:
        self._blobs, self._home, self._most = blobs, home, most

    async def directory(self, manifest: str) -> Path:
        """The directory of the version that `manifest` (a blob key) describes. It appears only when it is whole.

        Raises:
            ChatError: 503 model_missing or model_broken.
        """
        target = self._home / manifest.replace("/", "--")
        if target.exists():
            return target
        try:
            files = read_manifest(await self._blobs.get(manifest), manifest.split("/")[0], self._most)
        except LookupError as error:
            raise ChatError(
                503, "model_missing", f"{error}; the version's manifest is not in the blob store"
            ) from error
        except ValueError as error:
            raise ChatError(503, "model_broken", f"manifest {manifest}: {error}") from error
        part = target.with_name(target.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        try:
            await asyncio.gather(*(self._blobs.get_file(blob, part / name) for name, blob in files.items()))
        except (LookupError, ValueError) as error:
            shutil.rmtree(part, ignore_errors=True)
            raise ChatError(503, "model_broken", f"manifest {manifest}: {error}") from error
        part.replace(target)
        return target


def read_manifest(data: bytes, tenant: str, most: int) -> dict[str, str]:
    """File names and their blob keys.

    Raises:
        ValueError: it is no manifest, names a file that may not be there, a blob of another tenant, or is too large.
    """
    try:
        listed: dict[str, dict[str, Any]] = json.loads(data)["files"]
        files = {name: str(entry["blob"]) for name, entry in listed.items()}
        size = sum(int(entry["size"]) for entry in listed.values())
        for name, entry in listed.items():
            if not str(entry["blob"]).endswith("/" + str(entry["sha256"])):
                raise ValueError(f"{name} is stored under another digest than it names")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a manifest: {error!r}") from error
    for name, blob in files.items():
        if not ALLOWED.fullmatch(name):
            raise ValueError(f"{name!r} may not be in a model directory")
        if blob.split("/")[0] != tenant:
            raise ValueError(f"{name} belongs to another tenant")
    if "config.json" not in files or not any(name.endswith(".safetensors") for name in files):
        raise ValueError("a model needs config.json and weights in safetensors")
    if size > most:
        raise ValueError(f"{size} bytes are more than the {most} that are accepted")
    return files
