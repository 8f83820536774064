"""Journeys through the studio in headless Chromium, on the platform that the demo left; one test per page's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import WEB, needs_chromium, npm
from tests.e2e.conftest import Journey

JOURNEYS = sorted(path.name for path in Path(WEB, "journeys").glob("*.journey.ts"))

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey(journey: Journey, name: str) -> None:
    needs_chromium()
    email, password = journey.platform.login
    told = {"STUDIO_URL": journey.platform.api_url, "STUDIO_EMAIL": email, "STUDIO_PASSWORD": password}
    npm("journeys", name, seconds=500, env=told)


def test_every_page_has_a_journey() -> None:
    pages = {path.name for path in Path(WEB, "src", "features").iterdir()}
    assert pages <= {name.removesuffix(".journey.ts") for name in JOURNEYS}
