"""Users of a tenant; only its administrators see and make them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from api import backend
from api.access import Someone, requires
from api.accounts import User
from api.body import Body
from api.cursor import Cursor, Limit, pack, unpack
from api.envelope import Attributes, Item, Page, item, page
from api.errors import documented
from api.permissions import Permission, Role, permissions
from api.writing import Writing

router = APIRouter(prefix="/users", tags=["users"])


class NewUser(Body):
    """A user to be made in the tenant of the administrator."""

    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)]
    password: Annotated[str, StringConstraints(min_length=10, max_length=1000)]
    role: Role


class UserAttributes(Attributes):
    """A user and what its role may do; the password is never shown."""

    email: str
    role: Role
    tenant: str
    permissions: list[Permission] = []
    created_at: datetime


def attributes(user: User) -> UserAttributes:
    """What is shown of a user."""
    shown = {"email": user.email, "role": user.role, "tenant": user.tenant, "created_at": user.created_at}
    return UserAttributes.model_validate({**shown, "permissions": permissions(user.role)})


@router.post("", status_code=201, dependencies=requires("users:write"), responses=documented(400, 401, 403, 422))
async def create(request: Request, body: NewUser, writer: Writing) -> Item[UserAttributes]:
    """Make a user."""
    accounts = backend.of(request).accounts
    user = await accounts.create(writer.who.tenant, writer.new_id("user"), body.email, body.password, body.role)
    return item(user.id, "user", attributes(user))


@router.get("", dependencies=requires("users:read"), responses=documented(401, 403, 422))
async def index(request: Request, who: Someone, limit: Limit = 50, cursor: Cursor = "") -> Page[UserAttributes]:
    """Users of the tenant, oldest first."""
    after = unpack(cursor, (datetime, str)) if cursor else None
    found = await backend.of(request).accounts.users(who.tenant, (after[0], after[1]) if after else None, limit + 1)
    shown = found[:limit]
    following = pack([shown[-1].created_at, shown[-1].id]) if len(found) > limit else None
    return page("user", [(user.id, attributes(user)) for user in shown], following)
