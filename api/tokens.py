"""Access tokens: short-lived JWTs (RFC 7519, HS256) that carry the tenant and the role."""

from __future__ import annotations

import time
from dataclasses import dataclass

import jwt

from api.errors import Problem

ISSUER = "studio"
AUDIENCE = "studio-api"
ALGORITHM = "HS256"
SHORTEST_SECRET = 32  # bytes, RFC 7518 section 3.2


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. expires: Unix seconds."""

    user_id: str
    email: str
    tenant: str
    role: str
    expires: float


def check_secret(secret: str) -> None:
    """Refuse to start with a secret that can be guessed.

    Raises:
        ValueError: it is shorter than 32 bytes.
    """
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(
            f"STUDIO_JWT_SECRET must have at least {SHORTEST_SECRET} bytes; `openssl rand -hex 32` gives one"
        )


def issue(secret: str, user_id: str, email: str, tenant: str, role: str, seconds: int) -> str:
    """A signed access token that is good for `seconds`."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user_id, "email": email, "tenant": tenant, "role": role}
    return jwt.encode({**claims, "iat": now, "exp": now + seconds}, secret, algorithm=ALGORITHM)


def verify(secret: str, token: str) -> Principal:
    """Who the token was issued to.

    Raises:
        Problem: 401 TOKEN_EXPIRED, or UNAUTHENTICATED for anything that we did not sign.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["exp", "sub", "tenant", "role"]},
        )
        return Principal(
            str(claims["sub"]), str(claims.get("email", "")), str(claims["tenant"]), str(claims["role"]), claims["exp"]
        )
    except jwt.ExpiredSignatureError as error:
        raise unauthenticated("TOKEN_EXPIRED", "the access token has expired", "use the refresh token") from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise unauthenticated("UNAUTHENTICATED", "the access token is not valid", "log in again") from error


def unauthenticated(code: str, message: str, remedy: str) -> Problem:
    """401 with the challenge that RFC 6750 asks for."""
    return Problem(
        401, code, message, field="Authorization", reason=message, remedy=remedy,
        headers={"WWW-Authenticate": "Bearer"},
    )  # fmt: skip
