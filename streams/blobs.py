"""The blob store: any S3, content-addressed as `tenant/sha256`, off the event loop."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error

from streams.settings import Settings

PART = 16 * 1024 * 1024  # bytes per part of a multipart upload


class BlobMissing(LookupError):
    """There is no such blob."""


class BlobBroken(ValueError):
    """The bytes that came back are not those that were stored."""


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A stored blob. key: `tenant/sha256`; size in bytes."""

    key: str
    sha256: str
    size: int


class Blobs:
    """Puts and gets whole blobs. Safe to share between tasks."""

    def __init__(self, settings: Settings) -> None:
        address = urlsplit(settings.s3_endpoint)
        self.bucket = settings.s3_bucket
        self._client = Minio(
            address.netloc,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
            secure=address.scheme == "https",
            region="us-east-1",
            http_client=urllib3.PoolManager(
                maxsize=16,
                timeout=urllib3.Timeout(connect=5, read=60),
                retries=urllib3.Retry(total=6, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
            ),
        )

    async def create(self) -> None:
        """Make the bucket if it is not there."""

        def make() -> None:
            if not self._client.bucket_exists(self.bucket):
                self._client.make_bucket(self.bucket)

        await asyncio.to_thread(make)

    async def put(self, tenant: str, data: bytes, media_type: str = "application/octet-stream") -> BlobRef:
        """Store bytes; the same bytes are stored once."""
        digest = hashlib.sha256(data).hexdigest()
        ref = BlobRef(f"{tenant}/{digest}", digest, len(data))

        def send() -> None:
            if not self._there(ref.key):
                self._client.put_object(self.bucket, ref.key, BytesIO(data), len(data), content_type=media_type)

        await asyncio.to_thread(send)
        return ref

    async def put_file(self, tenant: str, path: Path, media_type: str = "application/octet-stream") -> BlobRef:
        """Store a file, in parts when it is large; it is read twice, never held in memory."""

        def send() -> BlobRef:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            ref = BlobRef(f"{tenant}/{digest}", digest, path.stat().st_size)
            if not self._there(ref.key):
                self._client.fput_object(self.bucket, ref.key, str(path), content_type=media_type, part_size=PART)
            return ref

        return await asyncio.to_thread(send)

    async def get(self, key: str) -> bytes:
        """The bytes of a blob, checked against its key.

        Raises:
            BlobMissing, BlobBroken.
        """

        def fetch() -> bytes:
            try:
                response = self._client.get_object(self.bucket, key)
            except S3Error as error:
                raise self._error(error, key) from error
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

        data = await asyncio.to_thread(fetch)
        self._verify(key, hashlib.sha256(data).hexdigest())
        return data

    async def get_file(self, key: str, path: Path) -> None:
        """Fetch a blob into `path`, which appears only when it is whole and right.

        Raises:
            BlobMissing, BlobBroken.
        """

        def fetch() -> str:
            part = path.with_name(path.name + ".part")
            try:
                self._client.fget_object(self.bucket, key, str(part))
            except S3Error as error:
                raise self._error(error, key) from error
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            self._verify(key, digest)
            part.replace(path)
            return digest

        await asyncio.to_thread(fetch)

    def _there(self, key: str) -> bool:
        try:
            self._client.stat_object(self.bucket, key)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject", "404"):
                return False
            raise
        return True

    def _verify(self, key: str, digest: str) -> None:
        if key.rsplit("/", 1)[-1] != digest:
            raise BlobBroken(f"blob {key} came back with sha256 {digest}; restore it from a backup")

    def _error(self, error: S3Error, key: str) -> Exception:
        return BlobMissing(f"no blob {key}") if error.code in ("NoSuchKey", "NoSuchObject") else error
