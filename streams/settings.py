"""Settings of every process, from environment variables with the prefix `STUDIO_`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Addresses and limits. Every field is the environment variable `STUDIO_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="STUDIO_", extra="ignore")

    home: Path = Path.home() / ".studio"
    replica: str = "0"
    """Distinguishes copies of the same process; static membership in Kafka's groups is by this name."""

    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_security_protocol: str = "PLAINTEXT"
    kafka_ca_file: str = ""  # PEM; empty trusts what the system trusts
    kafka_username: str = ""
    kafka_password: str = Field(default="", repr=False)
    partitions: int = 4
    replication: int = 1

    postgres_admin_dsn: str = Field(default="", repr=False)
    """Only `studio create` uses it: roles, schemas and tables."""
    postgres_dsn: str = Field(default="postgresql://studio_engine@127.0.0.1:5432/studio", repr=False)
    postgres_app_dsn: str = Field(default="postgresql://studio_app@127.0.0.1:5432/studio", repr=False)

    s3_endpoint: str = "http://127.0.0.1:9000"
    s3_access_key: str = "studio"
    s3_secret_key: str = Field(default="studio-secret", repr=False)
    s3_bucket: str = "studio"

    jwt_secret: str = Field(default="", repr=False)
    api_host: str = "127.0.0.1"
    api_port: int = 8080
    api_url: str = ""
    router_host: str = "127.0.0.1"
    router_port: int = 8090
    serving_host: str = "127.0.0.1"
    serving_port: int = 8091
    serving_workers: str = "http://127.0.0.1:8091"
    """Comma-separated base URLs of the workers that the router may use."""
    serving_threads: int = 1

    feed_host: str = "127.0.0.1"
    feed_port: int = 8092
    feed_url: str = ""
    """Where browsers and clients find the live feed (ws:// or wss://), if not on the API's host at `feed_port`."""
    feed_keep: int = 500_000
    """Entries of the live feed that are kept per tenant; the log keeps them all."""

    upload_limit: int = 256 * 1024 * 1024
    ocr: str = ""
    """What recognises the words of scans: tesseract, docling or command; empty: scans say that they need it."""
    ocr_command: str = ""
    """With STUDIO_OCR=command: a program that takes an image and writes tesseract's TSV."""
    dead_letters_in_a_row: int = 25
    """After so many a consumer stops: the fault is not in the events."""
    allow_private_endpoints: bool = False
    """Whether a generation endpoint may have a loopback or private address."""
    endpoint_keys: dict[str, str] = Field(default_factory=dict, repr=False)
    """API keys of generation endpoints by host, as JSON: {"api.example.com": "..."}; never in the log."""
    prices: str = ""
    """Prices per million tokens, YAML or JSON: {currency: EUR, models: {"host/model": {input: 0.5, output: 1.5}}}."""

    training_threads: int = 1
    """Two threads wait for each other at every small operation: on two cores that others use too, one is far faster."""
    training_processes: int = 1
    """Processes that work on one run together; with more than one they are started by ``torchrun``."""
    trainer_name: str = "trainer-0"
    lease_seconds: float = 10.0
    window_seconds: float = 2.0
    log_level: str = "INFO"


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
