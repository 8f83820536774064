"""What can go wrong, as types: every error says what happened, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class StudioError(Exception):
    """Root of all errors of this package. `code` is stable; `remedy` is the way out where one is known."""

    code = "ERROR"

    def __init__(self, message: str, *, code: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}: {self.remedy}" if self.remedy else self.message


class Unreachable(StudioError):
    """The server did not answer, for as long as it was worth trying."""

    code = "UNREACHABLE"


class NotConfigured(StudioError):
    """No platform is known: nothing runs here, nothing is in the environment, nobody has logged in."""

    code = "NOT_CONFIGURED"


class ApiError(StudioError):
    """The server answered with an error. `status` is the HTTP status, `details` what the envelope holds."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message, code=code, remedy=str(details.get("remedy") or ""))
        self.status = status
        self.details = details


class ValidationError(ApiError):
    """400 or 422: the request cannot be taken. `field` names the part, `reason` says why."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(status, code, message, details)
        self.field = str(details.get("field") or "")
        self.reason = str(details.get("reason") or message)

    def __str__(self) -> str:
        told = f"{self.field}: {self.reason}" if self.field else self.message
        return f"{told}: {self.remedy}" if self.remedy else told


class Unauthorized(ApiError):
    """401: not logged in, or no longer."""


class Forbidden(ApiError):
    """403: logged in, but the role does not allow it."""


class NotFound(ApiError):
    """404: there is no such thing, or it belongs to another tenant."""


class Conflict(ApiError):
    """409: the thing is not in a state for it. `version` is its current revision where the server names it."""

    def __init__(self, status: int, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(status, code, message, details)
        version = details.get("version")
        self.version = int(version) if version is not None else None


class RateLimited(ApiError):
    """429, and it stayed so over all retries."""


class ServerFault(ApiError):
    """5xx: the fault is on the other side."""


class JobFailed(StudioError):
    """A job that was followed ended without a result. `kind` and `id` name it, `field` what was wrong with it."""

    def __init__(self, kind: str, id: str, error: Mapping[str, Any]) -> None:
        reason = str(error.get("reason") or "no reason given")
        super().__init__(f"{kind} {id} failed: {reason}", code=str(error.get("code") or "JOB_FAILED"))
        self.kind, self.id, self.reason = kind, id, reason
        self.field = str(error.get("field") or "")
        self.remedy = str(error.get("remedy") or "")


class JobCancelled(StudioError):
    """A job that was followed was cancelled by somebody."""

    code = "JOB_CANCELLED"

    def __init__(self, kind: str, id: str, reason: str) -> None:
        super().__init__(f"{kind} {id} was cancelled" + (f": {reason}" if reason else ""))
        self.kind, self.id, self.reason = kind, id, reason


class JobLate(StudioError):
    """A job is not finished in the time given to it. It goes on; follow it again."""

    code = "JOB_LATE"


class DeliveryFailed(StudioError):
    """The log did not acknowledge an event. It may be stored or not; sending it again with its `id` is safe."""

    code = "DELIVERY_FAILED"


class BufferFull(StudioError):
    """As many events as the buffer holds wait for their acknowledgement. This one was not taken; try again later."""

    code = "BUFFER_FULL"


BY_STATUS: Mapping[int, type[ApiError]] = {
    400: ValidationError,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    413: ValidationError,
    415: ValidationError,
    422: ValidationError,
    429: RateLimited,
}


def error_of(status: int, body: Any) -> ApiError:
    """The typed error for an answer with this status; understands the studio's envelope and OpenAI's."""
    found = body.get("error") if isinstance(body, dict) else None
    error = found if isinstance(found, dict) else {}
    details = error.get("details")
    details = dict(details) if isinstance(details, dict) else {}
    if error.get("param"):
        details.setdefault("field", error["param"])
    kind = BY_STATUS.get(status) or (ServerFault if status >= 500 else ApiError)
    message = str(error.get("message") or f"the server answered with status {status}")
    return kind(status, str(error.get("code") or f"HTTP_{status}").upper(), message, details)
