"""Logging in, staying logged in, logging out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from api import backend
from api.access import Someone
from api.accounts import User
from api.body import Body
from api.envelope import Attributes, Item, item
from api.errors import documented, missing
from api.permissions import Permission, Role, permissions
from api.tokens import issue
from api.users import UserAttributes, attributes

router = APIRouter(prefix="/auth", tags=["auth"])
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Login(Body):
    """Credentials."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=320)]
    password: Secret


class Refresh(Body):
    """A refresh token as it was given."""

    refresh_token: Secret


class Session(Attributes):
    """Tokens of a session. expires_in: seconds of the access token. The refresh token works once."""

    access_token: str
    refresh_token: str
    token_type: str = "Bearer"
    expires_in: int
    tenant: str
    role: Role
    permissions: list[Permission]
    email: str


def _session(request: Request, user: User, refresh_token: str) -> Item[Session]:
    found = backend.of(request)
    seconds = found.own.access_seconds
    token = issue(found.settings.jwt_secret, user.id, user.email, user.tenant, user.role, seconds)
    session = Session.model_validate(
        {
            "access_token": token,
            "refresh_token": refresh_token,
            "expires_in": seconds,
            "tenant": user.tenant,
            "role": user.role,
            "permissions": permissions(user.role),
            "email": user.email,
        }
    )
    return item(user.id, "session", session)


@router.post("/login", responses=documented(400, 401, 422))
async def login(request: Request, body: Login) -> Item[Session]:
    """Trade credentials for an access token and a refresh token."""
    accounts = backend.of(request).accounts
    user = await accounts.login(body.email, body.password)
    return _session(request, user, await accounts.start_session(user))


@router.post("/refresh", responses=documented(400, 401, 422))
async def refresh(request: Request, body: Refresh) -> Item[Session]:
    """Trade a refresh token for the next pair. Used twice, it revokes its whole family."""
    user, following = await backend.of(request).accounts.refresh(body.refresh_token)
    return _session(request, user, following)


@router.post("/logout", status_code=204, responses=documented(400, 422))
async def logout(request: Request, body: Refresh) -> Response:
    """Revoke the family of this refresh token."""
    await backend.of(request).accounts.end_session(body.refresh_token)
    return Response(status_code=204)


@router.get("/me", responses=documented(401, 404))
async def me(request: Request, who: Someone) -> Item[UserAttributes]:
    """The user of the access token."""
    user = await backend.of(request).accounts.user(who.tenant, who.user_id)
    if user is None:
        raise missing("user", who.user_id)
    return item(user.id, "user", attributes(user))
