"""Who may come in, for how long, and what they may do there."""

from __future__ import annotations

import time

import httpx
import jwt
import pytest
from studio_api import PASSWORD, Api, api, attributes, error

from api.tokens import ALGORITHM, AUDIENCE, ISSUER

__all__ = ["api"]


def login(api: Api, email: str, password: str = PASSWORD) -> httpx.Response:
    return api.anonymous().post("/auth/login", json={"email": email, "password": password})


def test_the_first_administrator_is_there_and_logs_in(api: Api) -> None:
    found = attributes(login(api, "First@Admin.test"))
    assert (found["tenant"], found["role"], found["token_type"], found["expires_in"]) == (
        "demo",
        "admin",
        "Bearer",
        900,
    )
    me = api.anonymous().get("/auth/me", headers={"Authorization": f"Bearer {found['access_token']}"})
    assert attributes(me)["email"] == "first@admin.test"


@pytest.mark.parametrize(("email", "password"), [("first@admin.test", "wrong"), ("nobody@there.test", PASSWORD)])
def test_wrong_credentials_say_the_same_whoever_it_is(api: Api, email: str, password: str) -> None:
    found = error(login(api, email, password), 401)
    assert found["code"] == "BAD_CREDENTIALS"
    assert found["message"] == "email or password is wrong"


def signed(api: Api, **claims: object) -> str:
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "tenant": "acme", "role": "admin", "exp": time.time() + 60}
    return jwt.encode({**whole, **claims}, api.settings.jwt_secret, algorithm=ALGORITHM)


def test_a_token_that_has_expired_says_so(api: Api) -> None:
    token = signed(api, exp=time.time() - 1)
    answer = api.anonymous().get("/documents", headers={"Authorization": f"Bearer {token}"})
    assert error(answer, 401)["code"] == "TOKEN_EXPIRED"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_tokens_that_are_not_ours_open_nothing(api: Api) -> None:
    good = signed(api)
    head, body, seal = good.split(".")
    unsigned = jwt.encode({"sub": "u", "tenant": "acme", "role": "admin", "aud": AUDIENCE}, "", algorithm="none")
    strange = [
        "garbage",
        "a.b.c",
        f"{head}.{body}.{seal[::-1]}",
        unsigned,
        signed(api, aud="another-service"),
        jwt.encode({"sub": "u", "tenant": "acme", "role": "admin", "exp": 9e9}, "x" * 40, algorithm=ALGORITHM),
    ]
    for token in strange:
        answer = api.anonymous().get("/documents", headers={"Authorization": f"Bearer {token}"})
        assert error(answer, 401)["code"] == "UNAUTHENTICATED", token
    assert api.anonymous().get("/documents").status_code == 401
    assert api.anonymous().get("/documents", headers={"Authorization": f"Bearer {good}"}).status_code == 200


def test_a_refresh_token_works_once_and_its_reuse_ends_the_whole_session(api: Api) -> None:
    email, _ = api.user("acme", "viewer")
    first = attributes(login(api, email))["refresh_token"]
    client = api.anonymous()
    second = attributes(client.post("/auth/refresh", json={"refresh_token": first}))["refresh_token"]
    third = attributes(client.post("/auth/refresh", json={"refresh_token": second}))["refresh_token"]
    assert len({first, second, third}) == 3
    assert error(client.post("/auth/refresh", json={"refresh_token": second}), 401)["code"] == "REFRESH_REUSED"
    assert error(client.post("/auth/refresh", json={"refresh_token": third}), 401)["code"] == "UNAUTHENTICATED"
    assert login(api, email).status_code == 200


def test_logging_out_ends_the_session(api: Api) -> None:
    email, _ = api.user("acme", "viewer")
    token = attributes(login(api, email))["refresh_token"]
    client = api.anonymous()
    assert client.post("/auth/logout", json={"refresh_token": token}).status_code == 204
    assert client.post("/auth/refresh", json={"refresh_token": token}).status_code == 401
    assert error(client.post("/auth/refresh", json={"refresh_token": "never given out"}), 401)


@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("viewer", "POST", "/batches", {"documents": ["d"], "count": 1}),
        ("viewer", "DELETE", "/documents/d", None),
        ("reviewer", "POST", "/curations", {"batches": ["b"]}),
        ("viewer", "POST", "/samples/s/reviews", {"decision": "keep"}),
        ("engineer", "POST", "/users", {"email": "a@b.test", "password": PASSWORD, "role": "admin"}),
        ("engineer", "POST", "/dead-letters/8d5f4f8e-57d8-4f1c-9d3e-0a5bb1d1c001/skip", {"reason": "x"}),
    ],
)
def test_a_role_that_may_not_is_told_who_may(
    api: Api, role: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    found = error(api.client(role=role).request(method, path, json=body), 403)
    assert found["code"] == "FORBIDDEN"
    assert "admin" in found["details"]["remedy"]


def test_an_administrator_makes_users_of_its_own_tenant(api: Api) -> None:
    admin = api.client("globex")
    wanted = {"email": "New.Reviewer@globex.test", "password": PASSWORD, "role": "reviewer"}
    key = {"Idempotency-Key": "make a reviewer"}
    first, again = (admin.post("/users", json=wanted, headers=key) for _ in range(2))
    assert attributes(first, 201)["tenant"] == "globex"
    assert first.json()["data"] == again.json()["data"]
    assert attributes(login(api, "new.reviewer@globex.test"))["role"] == "reviewer"
    taken = error(admin.post("/users", json=wanted), 422)
    assert taken["details"]["field"] == "email"
    emails = [user["attributes"]["email"] for user in admin.get("/users").json()["data"]]
    assert "new.reviewer@globex.test" in emails and not any(email.endswith("@acme.test") for email in emails)
    weak = error(admin.post("/users", json={**wanted, "password": "short"}), 422)
    assert weak["details"]["field"] == "password" and "short" not in str(weak).replace("too_short", "")


def test_a_session_says_what_its_role_may_do(api: Api) -> None:
    for role, may, may_not in (("viewer", "studio:read", "models:call"), ("reviewer", "samples:review", "runs:write")):
        told = attributes(api.client("acme", role).get("/auth/me"))["permissions"]
        assert may in told and may_not not in told and told == sorted(told)
