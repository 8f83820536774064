"""Who may do what, as data. A route names its permission; a role holds a set of them."""

from __future__ import annotations

from typing import Literal

Role = Literal["admin", "engineer", "reviewer", "viewer", "service"]
Permission = Literal[
    "studio:read",
    "samples:review",
    "documents:write",
    "batches:write",
    "curations:write",
    "datasets:write",
    "runs:write",
    "models:write",
    "deployments:write",
    "models:call",
    "dead-letters:settle",
    "users:read",
    "users:write",
]
Held = frozenset[Permission]

READ: Held = frozenset({"studio:read"})
REVIEW: Held = frozenset({"samples:review"})
MAKE: Held = frozenset(
    {
        "documents:write",
        "batches:write",
        "curations:write",
        "datasets:write",
        "runs:write",
        "models:write",
        "deployments:write",
    }
)
CALL: Held = frozenset({"models:call"})
"""Calls cost computing time, and are recorded with their text's length: looking on does not include them."""
OPERATE: Held = frozenset({"dead-letters:settle"})
ADMINISTER: Held = frozenset({"users:read", "users:write"})

ROLES: dict[Role, Held] = {
    "viewer": READ,
    "reviewer": READ | REVIEW | CALL,
    "engineer": READ | REVIEW | CALL | MAKE,
    "service": READ | REVIEW | CALL | MAKE,
    "admin": READ | REVIEW | CALL | MAKE | OPERATE | ADMINISTER,
}


def allowed(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`; an unknown role holds none."""
    return any(known == role and permission in held for known, held in ROLES.items())


def holders(permission: str) -> list[str]:
    """The roles that hold `permission`, for messages."""
    return [role for role, held in ROLES.items() if permission in held]


def permissions(role: str) -> list[Permission]:
    """What `role` may do, sorted; an unknown role nothing."""
    return sorted(permission for known, held in ROLES.items() if known == role for permission in held)
