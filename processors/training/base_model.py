"""Base models in the blob store: a reference becomes a directory that the engine loads like any other.

    blob:TENANT/SHA256             the manifest of a model that the platform stored: trained, or the base of a run
    s3://BUCKET/TENANT/SHA256      the same, with the bucket's name; it must be the platform's own

Everything else (``small``, a hub id, a path) is the engine's to read.
"""

from __future__ import annotations

from pathlib import Path

from processors.training.manifest import Store
from streams.blobs import BlobBroken, BlobMissing

BLOB, S3 = "blob:", "s3://"


class BaseUnusable(Exception):
    """A reference that leads to no model. ``message`` and ``remedy`` are for the person who gave it."""

    code, field = "MODEL_NOT_FOUND", "base_model"

    def __init__(self, reference: str, reason: str) -> None:
        self.message = f"no model at {reference!r}: {reason}"
        self.remedy = "use the manifest_blob of a model version or of a completed run: blob:TENANT/SHA256"
        super().__init__(self.message)


def manifest_of(reference: str, tenant: str, bucket: str) -> str:
    """The key of the manifest that ``reference`` names; empty where it is no reference to the blob store.

    Raises:
        BaseUnusable: another tenant's, another bucket, or no key.
    """
    if reference.startswith(S3):
        named, _, key = reference.removeprefix(S3).partition("/")
        if named != bucket:
            raise BaseUnusable(reference, f"the platform reads its own bucket, {bucket}, and no other")
    elif reference.startswith(BLOB):
        key = reference.removeprefix(BLOB)
    else:
        return ""
    owner, _, digest = key.partition("/")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise BaseUnusable(reference, "expected TENANT/SHA256")
    if owner != tenant:
        raise BaseUnusable(reference, "there is no such model")  # whether another tenant has it is nobody's business
    return key


async def fetched(reference: str, tenant: str, store: Store, directory: Path) -> str:
    """What the engine takes as base model: ``directory`` with the files of ``reference``, or ``reference`` itself.

    Raises:
        BaseUnusable: it is not there, not whole, or no model.
    """
    key = manifest_of(reference, tenant, store.blobs.bucket)
    if not key:
        return reference
    try:
        await store.fetch(key, directory)
    except (BlobMissing, BlobBroken, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BaseUnusable(reference, str(problem) or type(problem).__name__) from problem
    return str(directory)
