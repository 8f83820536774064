"""Every route names its permission, and no role holds more than it should."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.routing import APIRoute

from api.access import Requires
from api.application import RESOURCES, application
from api.permissions import ROLES, allowed, holders
from api.settings import ApiSettings
from streams.settings import Settings

OPEN = {"login", "refresh", "logout", "me"}
READS = {
    "/feed/tickets",  # posted, so that no cache or link ever holds one; it only lets its owner read
    "/curations/{id}/what-if",  # a question with two rules in its body
}


def routes() -> Iterator[APIRoute]:
    for resource in RESOURCES:
        for route in resource.router.routes:
            assert isinstance(route, APIRoute)
            yield route


def permissions(route: APIRoute) -> list[str]:
    found = [getattr(dependency, "dependency", None) for dependency in route.dependencies]
    return [one.permission for one in found if isinstance(one, Requires)]


def test_every_route_but_those_of_the_session_needs_a_permission_that_somebody_holds() -> None:
    for route in routes():
        if route.name in OPEN and route.path.startswith("/auth"):
            continue
        named = permissions(route)
        assert len(named) == 1, route.path
        assert holders(named[0]), f"{route.path}: nobody holds {named[0]}"


def test_reading_and_writing_are_different_permissions() -> None:
    for route in routes():
        for permission in permissions(route):
            reads = route.methods == {"GET"} or route.path in READS
            assert permission.endswith(":read") == reads, route.path


def test_roles_include_each_other_in_order() -> None:
    assert ROLES["viewer"] < ROLES["reviewer"] < ROLES["engineer"] < ROLES["admin"]
    assert not allowed("viewer", "documents:write")
    assert not allowed("stranger", "studio:read")


def test_the_document_names_the_headers_of_answers() -> None:
    paths = application(Settings(jwt_secret="x" * 40), ApiSettings()).openapi()["paths"]
    made = paths["/api/v1/batches"]["post"]["responses"]["201"]["headers"]
    assert set(made) == {"traceparent", "Studio-Position", "ETag"}
    read = paths["/api/v1/batches/{id}"]["get"]["responses"]["200"]["headers"]
    assert set(read) == {"traceparent", "Studio-Stale", "ETag"}


def test_every_answer_of_the_document_has_the_error_envelope() -> None:
    document = application(Settings(jwt_secret="x" * 40), ApiSettings()).openapi()
    operations = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(set(operations)) == len(operations)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                if status.startswith("4") and path.startswith("/api"):
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorEnvelope"}, (method, path, status)
            if path.startswith("/api") and "auth" not in path:
                assert {"401", "403"} <= set(operation["responses"]), (method, path)
