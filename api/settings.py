"""Settings of the API process beyond the platform's own, from `STUDIO_*` environment variables."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """First administrator and lifetimes. Every field is the environment variable `STUDIO_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="STUDIO_", extra="ignore")

    admin_email: str = ""
    """The first administrator, made at start; its password follows the environment."""
    admin_password: str = Field(default="", repr=False)
    admin_tenant: str = "demo"
    access_seconds: int = 900
    refresh_days: int = 30
    position_seconds: float = 5.0
    """The longest that a read waits for the position it was sent."""
    stream_heartbeat_seconds: float = 15.0
    streams_most: int = 200
    """Server-sent event streams that one process serves at once."""
    feed_most: int = 5000
    """WebSockets that one process serves at once."""
    origins: str = ""
    """Comma-separated origins of further pages that may open the feed; those of the API and of the feed itself may."""
    web_root: str = ""
    """Folder of the built browser part; empty: `web/dist` beside the code."""
    router_url: str = ""
    """Where this process finds the router; empty: STUDIO_ROUTER_HOST and STUDIO_ROUTER_PORT."""
