"""The browser part on its own: strict types, lint, unit tests, both Reacts, a client that is not stale."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.browser import WEB, needs_npm, npm

pytestmark = pytest.mark.timeout(700)


@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_the_code_is_in_order(script: str) -> None:
    npm(script)


def test_the_same_source_builds_on_react_18() -> None:
    needs_npm()
    react = WEB / "react-18"
    if not (react / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=react, check=True, timeout=600)
    npm("build:react-18")
    built = "".join(file.read_text() for file in (WEB / ".react-18-dist" / "assets").glob("*.js"))
    assert re.search(r"[`\"']18\.3\.1", built) and not re.search(r"[`\"']19\.\d+\.\d+[-`\"']", built)


def test_the_client_is_that_of_the_api() -> None:
    said = subprocess.run([sys.executable, "-m", "api", "openapi"], cwd=WEB.parent, capture_output=True, check=True)
    kept = json.loads((WEB / "openapi.json").read_text())
    assert kept == json.loads(said.stdout), (
        "web/openapi.json is stale: python -m api openapi > web/openapi.json && (cd web && npm run generate)"
    )
    config = json.loads((WEB / "build" / "openapi-config.json").read_text())
    place = WEB / "src" / "shared" / "api" / ".generated-now.ts"  # beside the real one, whose neighbour it imports
    own = WEB / "build" / ".openapi-config-now.json"
    own.write_text(json.dumps({**config, "outputFile": f"../src/shared/api/{place.name}"}))
    try:
        npm("generate:with", f"build/{own.name}")
        assert place.read_text() == (place.parent / "generated.ts").read_text(), (
            "web/src/shared/api/generated.ts is stale: (cd web && npm run generate)"
        )
    finally:
        place.unlink(missing_ok=True)
        own.unlink()


def test_the_lock_file_names_no_download_address() -> None:
    for lock in (WEB / "package-lock.json", WEB / "react-18" / "package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert not [name for name, package in packages.items() if "resolved" in package]
        own = [package for name, package in packages.items() if name and not package.get("inBundle")]
        assert all("integrity" in package for package in own)
    wanted = json.loads((WEB / "package.json").read_text())
    pins = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert not [name for name, pin in pins.items() if not re.fullmatch(r"\d+\.\d+\.\d+", pin)], "exact pins only"
