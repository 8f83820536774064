"""Who calls: a bearer token, checked where a secret is configured."""

from __future__ import annotations

import jwt

from serving.chat import ChatError

OPEN_TENANT = "default"
"""The tenant of every caller where no secret is configured."""


def tenant_of(authorization: str | None, secret: str) -> str:
    """The tenant of the caller, from the `Authorization` header's JWT (HS256, claims `tenant` and `exp`).

    Raises:
        ChatError: 401 invalid_api_key, with what is wrong with it.
    """
    if not secret:
        return OPEN_TENANT
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ChatError(401, "invalid_api_key", "send `Authorization: Bearer TOKEN`; log in to get a token")
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"], options={"require": ["exp"], "verify_aud": False})
    except jwt.ExpiredSignatureError as error:
        raise ChatError(401, "token_expired", "the token has expired; refresh it or log in again") from error
    except jwt.InvalidTokenError as error:
        raise ChatError(401, "invalid_api_key", f"the token is not valid: {error}") from error
    tenant = claims.get("tenant")
    if not isinstance(tenant, str) or not tenant or "/" in tenant:
        raise ChatError(401, "invalid_api_key", "the token names no tenant")
    if claims.get("use", "access") == "refresh" or claims.get("type", "access") == "refresh":
        raise ChatError(401, "invalid_api_key", "this is a refresh token; exchange it for an access token")
    return tenant
