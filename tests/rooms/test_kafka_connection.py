"""How clients connect to a cluster that wants TLS and a login: every client, the admin's and the Faust app's too."""

from __future__ import annotations

import ssl
from unittest.mock import Mock

import pytest
from studio.delivery import Broker

from ops.create import kafka_admin
from processors.metrics.app import make_app
from streams.kafka import connection
from streams.settings import Settings

SECURED = Settings(kafka_security_protocol="SASL_SSL", kafka_username="studio", kafka_password="secret")


async def test_tls_and_login_reach_every_client() -> None:
    told = connection(SECURED)
    assert isinstance(told["ssl_context"], ssl.SSLContext) and told["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert told["sasl_mechanism"] == "SCRAM-SHA-512" and told["sasl_plain_username"] == "studio"
    assert kafka_admin(SECURED)._client._security_protocol == "SASL_SSL"
    [credentials] = [make_app(SECURED, Mock()).conf.broker_credentials]
    assert credentials.username == "studio" and credentials.ssl_context is not None
    assert Broker("kafka:9092", "SASL_SSL", "studio", "secret")._options["ssl_context"]


def test_tls_without_a_login() -> None:
    plain = Settings(kafka_security_protocol="SSL")
    assert "sasl_mechanism" not in connection(plain)
    assert make_app(plain, Mock()).conf.broker_credentials is not None


def test_nothing_of_it_without_a_word() -> None:
    assert set(connection(Settings())) == {"bootstrap_servers", "security_protocol"}


def test_a_file_of_certificates_that_is_not_there() -> None:
    with pytest.raises(OSError):
        connection(Settings(kafka_security_protocol="SSL", kafka_ca_file="/nowhere.pem"))
