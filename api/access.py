"""Who asks, and whether they may: dependencies that routes declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api import backend
from api.errors import Problem
from api.permissions import allowed, holders
from api.tokens import Principal, unauthenticated, verify

BEARER = HTTPBearer(auto_error=False, description="Access token of POST /api/v1/auth/login.")


def principal(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Principal:
    """Who asks.

    Raises:
        Problem: 401; no token, or none of ours.
    """
    if given is None:
        raise unauthenticated("UNAUTHENTICATED", "an access token is needed", "log in at POST /api/v1/auth/login")
    found = verify(backend.of(request).settings.jwt_secret, given.credentials)
    request.scope["studio.principal"] = found
    return found


Someone = Annotated[Principal, Depends(principal)]


class Requires:
    """Dependency: the principal holds this permission, or 403."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def __call__(self, who: Someone) -> None:
        if not allowed(who.role, self.permission):
            able = ", ".join(holders(self.permission))
            raise Problem(
                403,
                "FORBIDDEN",
                f"the role {who.role} may not do this",
                reason=f"needs {self.permission}",
                remedy=f"ask somebody with one of the roles {able}",
            )


def requires(permission: str) -> list[Any]:
    """`dependencies=` of a route."""
    check: Callable[..., None] = Requires(permission)
    return [Depends(check)]
