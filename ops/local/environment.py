"""The STUDIO_* environment that a home's processes run with; what the person has set wins."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from ops.local.home import Home

# Which address, when it is set from outside, means that the server is not ours to start.
EXTERNAL = {
    "kafka": "STUDIO_KAFKA_BOOTSTRAP",
    "postgres": "STUDIO_POSTGRES_ADMIN_DSN",
    "s3": "STUDIO_S3_ENDPOINT",
}
DATABASE = "studio"


def external(home: Home, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Servers that the person runs: name to address. An address of this home's own (`eval "$(studio env)"`) is not."""
    own = environment(home, {})
    return {name: given[key] for name, key in EXTERNAL.items() if given.get(key) and given[key] != own[key]}


def environment(home: Home, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Every STUDIO_* setting of this home: defaults, then what `given` sets."""
    ports, secrets = home.ports(), home.secrets()
    admin = given.get("STUDIO_POSTGRES_ADMIN_DSN") or (
        f"postgresql://postgres:{secrets['postgres_admin_password']}@127.0.0.1:{ports['postgres']}/postgres"
    )
    server = urlsplit(admin)
    place = f"{server.hostname}:{server.port or 5432}/{DATABASE}" + (f"?{server.query}" if server.query else "")
    defaults = {
        "STUDIO_HOME": str(home.path),
        "STUDIO_KAFKA_BOOTSTRAP": f"127.0.0.1:{ports['kafka']}",
        "STUDIO_POSTGRES_ADMIN_DSN": admin,
        "STUDIO_POSTGRES_DSN": f"postgresql://studio_engine:{secrets['postgres_engine_password']}@{place}",
        "STUDIO_POSTGRES_APP_DSN": f"postgresql://studio_app:{secrets['postgres_app_password']}@{place}",
        "STUDIO_S3_ENDPOINT": f"http://127.0.0.1:{ports['s3']}",
        "STUDIO_S3_ACCESS_KEY": secrets["s3_access_key"],
        "STUDIO_S3_SECRET_KEY": secrets["s3_secret_key"],
        "STUDIO_S3_BUCKET": "studio",
        "STUDIO_JWT_SECRET": secrets["jwt_secret"],
        "STUDIO_ADMIN_EMAIL": "admin@studio.local",
        "STUDIO_ADMIN_PASSWORD": secrets["admin_password"],
        "STUDIO_API_PORT": str(ports["api"]),
        "STUDIO_API_URL": f"http://127.0.0.1:{ports['api']}",
        "STUDIO_FEED_PORT": str(ports["feed"]),
        "STUDIO_FEED_URL": f"ws://127.0.0.1:{ports['feed']}/api/v1/feed",
        "STUDIO_ROUTER_PORT": str(ports["router"]),
        "STUDIO_ROUTER_URL": f"http://127.0.0.1:{ports['router']}",
        "STUDIO_SERVING_PORT": str(ports["serving"]),
        "STUDIO_SERVING_URL": f"http://127.0.0.1:{ports['serving']}",
        "STUDIO_SERVING_WORKERS": f"http://127.0.0.1:{ports['serving']}",
    }
    return {**defaults, **{key: value for key, value in given.items() if key.startswith("STUDIO_") and value}}
