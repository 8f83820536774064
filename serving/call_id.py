"""The id of a call. It carries, sealed, which arm answered, so that an outcome can be reported to any router, later."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass
from uuid import UUID, uuid4, uuid5

_SEAL = 12  # bytes of the HMAC that are kept


@dataclass(frozen=True, slots=True)
class Call:
    """Who answered. `deployment` is empty for a call to a pinned version."""

    uuid: str
    tenant: str
    deployment: str
    model: str
    version: str
    role: str

    def outcome_id(self, source: str) -> UUID:
        """One outcome per call and source, however often it is reported."""
        return uuid5(UUID(self.uuid), f"outcome/{source}")


def new_call(tenant: str, deployment: str, model: str, version: str, role: str) -> Call:
    return Call(uuid4().hex, tenant, deployment, model, version, role)


def write(call: Call, secret: str) -> str:
    """`call-` and url-safe text of the call and its seal."""
    content = json.dumps(astuple(call), separators=(",", ":")).encode()
    return "call-" + base64.urlsafe_b64encode(_seal(content, secret) + content).decode().rstrip("=")


def read(text: str, secret: str) -> Call:
    """The call behind an id.

    Raises:
        ValueError: it was not made by `write` with this secret.
    """
    try:
        packed = text.removeprefix("call-")
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        seal, content = data[:_SEAL], data[_SEAL:]
        if not hmac.compare_digest(seal, _seal(content, secret)):
            raise ValueError
        return Call(*json.loads(content))
    except (ValueError, TypeError, binascii.Error) as error:
        raise ValueError("no such call") from error


def _seal(content: bytes, secret: str) -> bytes:
    return hmac.digest(b"call/" + secret.encode(), content, hashlib.sha256)[:_SEAL]
