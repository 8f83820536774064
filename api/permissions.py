"""Who may do what, as data. A route names its permission; a role holds a set of them."""

from __future__ import annotations

from typing import Literal

Role = Literal["admin", "engineer", "reviewer", "viewer", "service"]

READ = frozenset({"studio:read"})
REVIEW = frozenset({"samples:review"})
MAKE = frozenset(
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
OPERATE = frozenset({"dead-letters:settle"})
ADMINISTER = frozenset({"users:read", "users:write"})

ROLES: dict[Role, frozenset[str]] = {
    "viewer": READ,
    "reviewer": READ | REVIEW,
    "engineer": READ | REVIEW | MAKE,
    "service": READ | REVIEW | MAKE,
    "admin": READ | REVIEW | MAKE | OPERATE | ADMINISTER,
}


def allowed(role: str, permission: str) -> bool:
    """Whether `role` holds `permission`; an unknown role holds none."""
    return any(known == role and permission in held for known, held in ROLES.items())


def holders(permission: str) -> list[str]:
    """The roles that hold `permission`, for messages."""
    return [role for role, held in ROLES.items() if permission in held]
